"""Calls about submissions and their problems, and how both are shown."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.submissions import Kind
from nbcredit.wire.base import Code, PeriodText, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.obligations import ObligationView


class ShowSubmission(Call):
    """Ask where one submission stands."""

    call: Literal["show-submission"] = "show-submission"
    submission: str


class ListSubmissions(Call):
    """Ask for the latest submissions of one provider, newest first."""

    call: Literal["list-submissions"] = "list-submissions"
    provider: Code
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ListReported(Call):
    """Ask for all submissions of one provider for one period, to try their files (A6.1)."""

    call: Literal["list-reported"] = "list-reported"
    provider: Code
    period: PeriodText


class ListIssues(Call):
    """Ask for the first problems of a submission, with the count of each code."""

    call: Literal["list-issues"] = "list-issues"
    submission: str
    limit: Annotated[int, Field(ge=0, le=1000)] = 20


class ChangeView(Wire):
    """How many cells of a column were spelled anew in one way (A8.2)."""

    header: str
    field: str
    kind: str
    label: str
    cells: int


class SubmissionView(Wire):
    """A submission as its provider sees it.

    `due` is until when the centre stores it, `duty` the provider's duty that it discharges.
    """

    submission: str
    provider: str
    item: str
    item_name: str
    period: str
    file_name: str
    sha256: str
    size: int
    format: str
    encoding: str
    catalogue: str
    state: str
    state_text: str
    reported_at: datetime
    settled_at: datetime | None
    rows: int
    outcomes: dict[str, int]
    balanced: bool
    chunks: int
    chunks_done: int
    issues: int
    changes: list[ChangeView]
    reason: str
    kind: Kind = Kind.FILE
    follows: str = ""
    due: ObligationView | None = None
    duty: ObligationView | None = None


class SubmissionList(Wire):
    """Submissions, newest first."""

    submissions: list[SubmissionView]


class IssueView(Wire):
    """One problem with its place."""

    row: int
    column: str
    header: str
    field: str
    code: str
    severity: str
    value: str
    message: str


class IssueList(Wire):
    """The first problems, the count of each code, and where the whole lists can be fetched.

    `changes_download` is the list of the changes that may have changed the meaning of a cell.
    Where cells are `withheld`, only their provider and the centre see what they hold.
    """

    total: int
    by_code: dict[str, int]
    issues: list[IssueView]
    download: str | None
    changes_download: str | None
    withheld: bool = False
