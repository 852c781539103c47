"""One returned row, or a record that is asked about, corrected where it is shown (A8.6)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from nbcredit.domain.reserved import FEEDBACK_HEADER
from nbcredit.pages.frames import Link
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.rows import (
    as_reported,
    faults_of,
    guide_of,
    inputs,
    problems,
    sent,
    typed,
)
from nbcredit.runtime.work_site.provider.ways import FEEDBACK, way_of_submission
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.wire.catalogue import ItemGuide
from nbcredit.wire.returned_rows import ReturnedRowView, ShowReturnedRow

_PURPOSE: Final = "反馈核实"


def row(desk: Desk) -> Response:
    """Show a row as it was written, with what is wrong beside its fields."""
    returned = _returned(desk)
    guide = guide_of(desk, returned.item)
    faults = faults_of(returned.issues, guide)
    made = _correcting(desk.wrong(*faults), returned, guide, returned.values)
    # What is wrong with it was told long ago: nothing has been sent that is refused now.
    return replace(made, status=200)


def correct(desk: Desk) -> Response:
    """Report the corrected row under its number once the engine has nothing against it."""
    returned = _returned(desk)
    guide = guide_of(desk, returned.item)
    values = typed(desk, guide)
    reported = {**as_reported(guide, values), FEEDBACK_HEADER: returned.number}
    if faults := problems(desk, guide, reported):
        return _correcting(desk.wrong(*faults), returned, guide, values)
    done = desk.tried(lambda: sent(desk, guide, reported, period=returned.period, purpose=_PURPOSE))
    if isinstance(done, Desk):
        return _correcting(done, returned, guide, values)
    return desk.see(
        way_of_submission(done.submission.submission),
        said=f"更正已报送，反馈 {returned.number} 在处理完后办结。",
    )


def _correcting(
    desk: Desk,
    returned: ReturnedRowView,
    guide: ItemGuide,
    values: Mapping[str, str],
) -> Response:
    feedback, number = desk.request.parameters["feedback"], desk.request.parameters["row"]
    return desk.page(
        "provider/correct.html",
        title="更正记录" if returned.record else f"更正第 {number} 行",
        crumbs=(FEEDBACK, Link("反馈的行", f"/feedback/{feedback}")),
        returned=returned,
        feedback=feedback,
        known=bool(values),
        inputs=inputs(guide, values),
    )


def _returned(desk: Desk) -> ReturnedRowView:
    told = desk.request.parameters
    return desk.ask(
        ShowReturnedRow,
        ReturnedRowView,
        purpose=_PURPOSE,
        feedback=told["feedback"],
        row=told["row"],
    )


_ROW: Final = "/feedback/{feedback}/{row}"
ROUTES: Final[tuple[Route, ...]] = (
    page(_ROW, row, call="report-rows"),
    form(_ROW, correct, call="report-rows"),
)
