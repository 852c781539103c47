"""Calls that report a few rows at once (A7.1)."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.entries import BATCH_ROWS
from nbcredit.domain.issues import Issue
from nbcredit.domain.submissions import ENDED
from nbcredit.usecases.entering import RowEnd
from nbcredit.usecases.submissions import Standing
from nbcredit.wire.base import Code, PeriodText, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.submissions import IssueView, SubmissionView
from nbcredit.wire.views import issue_view, submission_view

Number = Annotated[float, Field(allow_inf_nan=False)]
RowBody = dict[str, str | int | Number | bool | list[str] | None]


class ReportRows(Call):
    """Report rows under the item's headers or field names; of this month where no period is named.

    The same rows again are the same submission: whoever got no answer asks again.
    """

    call: Literal["report-rows"] = "report-rows"
    provider: Code
    item: Code
    period: PeriodText | None = None
    rows: Annotated[list[RowBody], Field(min_length=1, max_length=BATCH_ROWS)]


class RowView(Wire):
    """How one row ended; `outcome` is empty while the row waits to be compared."""

    row: int
    outcome: str
    issues: list[IssueView]


class ReportedRows(Wire):
    """What became of the rows; `waits` where the platform goes on with them by itself.

    `issues` are about the rows as a whole.
    """

    submission: SubmissionView
    waits: bool
    rows: list[RowView]
    issues: list[IssueView]


class WithdrawRecords(Call):
    """Take records out of public view, with a reason; a provider its own, the centre any."""

    call: Literal["withdraw-records"] = "withdraw-records"
    records: Annotated[list[str], Field(min_length=1, max_length=BATCH_ROWS)]
    reason: Annotated[str, Field(min_length=2, max_length=200)]


class WithdrawnRecords(Wire):
    """The withdrawals, one for each item and provider; `waits` where the platform goes on."""

    submissions: list[SubmissionView]
    waits: bool


def reported_rows(
    standing: Standing, rows: Iterable[RowEnd], issues: Iterable[Issue], *, catalogue: Catalogue
) -> ReportedRows:
    shown = [
        RowView(
            row=each.number,
            outcome=each.outcome or "",
            issues=[issue_view(issue) for issue in each.issues],
        )
        for each in rows
    ]
    told = {each.row for each in shown}
    return ReportedRows(
        submission=submission_view(standing, catalogue=catalogue),
        waits=standing.submission.state not in ENDED,
        rows=shown,
        issues=[issue_view(issue) for issue in issues if issue.row not in told],
    )
