"""A call about one row that went back, to correct it where it is shown."""

from typing import Annotated, Literal

from pydantic import Field

from nbcredit.usecases.returned_cells import ReturnedCells
from nbcredit.wire.base import Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.feedback import FeedbackId
from nbcredit.wire.submissions import IssueView
from nbcredit.wire.views import issue_view


class ShowReturnedRow(Call):
    """Ask for one row of a feedback as it was written, with what is wrong with it."""

    call: Literal["show-returned-row"] = "show-returned-row"
    feedback: FeedbackId
    row: Annotated[int, Field(ge=1)]


class ReturnedRowView(Wire):
    """The row by fields; a row that is reported with `number` as its 反馈编号 answers it."""

    number: str
    item: str
    period: str
    record: str
    question: str
    values: dict[str, str]
    issues: list[IssueView]


def returned_row_view(found: ReturnedCells) -> ReturnedRowView:
    feedback = found.feedback
    return ReturnedRowView(
        number=str(found.row),
        item=feedback.item,
        period=feedback.period,
        record=feedback.record,
        question=feedback.question,
        values=dict(found.values),
        issues=[issue_view(each) for each in found.issues],
    )
