"""Reporting one record as it arises, in a form that comes from the item's schema (A7.1)."""

from collections.abc import Mapping
from typing import Final

from nbcredit.domain.periods import Period
from nbcredit.pages.frames import Fault
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.choices import FIELDS, items_of
from nbcredit.runtime.work_site.provider.items import ITEMS
from nbcredit.runtime.work_site.provider.rows import (
    as_reported,
    guide_of,
    inputs,
    problems,
    sent,
    typed,
)
from nbcredit.runtime.work_site.provider.ways import months, way_of_submission
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.wire.catalogue import ItemGuide
from nbcredit.wire.duties import BooksView, ShowDuties

_PURPOSE: Final = "实时填报"


def blank(desk: Desk) -> Response:
    return _form(desk, guide_of(desk, desk.request.parameters["item"]), {})


def enter(desk: Desk) -> Response:
    """Report the record once the engine has nothing against it; until then nothing is stored."""
    guide = guide_of(desk, desk.request.parameters["item"])
    values, period = typed(desk, guide), desk.fields.get("period", "")
    row = as_reported(guide, values)
    if not period:
        return _form(desk.wrong(Fault("请选择报送期。", "period")), guide, values)
    if faults := problems(desk, guide, row):
        return _form(desk.wrong(*faults), guide, values)
    done = desk.tried(
        lambda: sent(desk, guide, row, period=period, purpose=_PURPOSE), fields=FIELDS
    )
    if isinstance(done, Desk):
        return _form(done, guide, values)
    return desk.see(way_of_submission(done.submission.submission), said="已报送 1 条记录。")


def _form(desk: Desk, guide: ItemGuide, values: Mapping[str, str]) -> Response:
    books = desk.ask(ShowDuties, BooksView, purpose=_PURPOSE, provider=desk.organisation)
    own = {item.code for item in items_of(desk)}
    return desk.page(
        "provider/entry.html",
        title=f"填报{guide.name}",
        crumbs=(ITEMS,),
        guide=guide,
        inputs=inputs(guide, values),
        months=months(books.today),
        period=desk.request.query.get("period", "") or str(Period.of(books.today))
        if desk.request.method == "GET"
        else desk.fields.get("period", ""),
        own=guide.code in own,
    )


_ENTRY: Final = "/entry/{item}"
ROUTES: Final[tuple[Route, ...]] = (
    page(_ENTRY, blank, call="report-rows"),
    form(_ENTRY, enter, call="report-rows"),
)
