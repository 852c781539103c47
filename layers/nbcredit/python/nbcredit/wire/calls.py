"""Calls to `answer_call`, by Lambda invoke only: one body in, one answer or problem out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from nbcredit.domain.actors import ActorKind
from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.domain.organisations import OrganisationKind
from nbcredit.domain.submissions import Kind
from nbcredit.domain.verification import Verdict
from nbcredit.wire.base import Code, CreditCode, PeriodText, Purpose, Wire
from nbcredit.wire.obligations import ObligationView


class Caller(Wire):
    """Who calls, as the holder of the invoke permission declares it; kept in the audit trail."""

    kind: Literal[ActorKind.OPERATOR, ActorKind.PROVIDER] = ActorKind.OPERATOR
    id: Annotated[str, Field(min_length=1, max_length=100)]
    organisation: Code


class Call(Wire):
    """What every call names: its caller and its purpose."""

    caller: Caller
    purpose: Purpose


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


# As somebody types it: blanks, width, case and the words for a document are the platform's matter.
Asked = Annotated[str, Field(max_length=64)]


class ReadSubject(Call):
    """Ask for the records of one subject, by credit code or by document."""

    call: Literal["read-subject"] = "read-subject"
    credit_code: Asked | None = None
    document_type: Asked = RESIDENT_ID
    document_number: Asked | None = None


class VerifySubject(Call):
    """Have claims about a subject compared; only a verdict comes back (A14.1)."""

    call: Literal["verify-subject"] = "verify-subject"
    credit_code: Asked | None = None
    document_type: Asked = RESIDENT_ID
    document_number: Asked | None = None
    claims: Annotated[
        dict[str, Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1)
    ]


class TraceRecord(Call):
    """Ask where one record came from: submission, file version and row, and what it replaced."""

    call: Literal["trace-record"] = "trace-record"
    record: str


class ShowCatalogue(Call):
    """Ask for the items of the catalogue in force on a day (today where none is named)."""

    call: Literal["show-catalogue"] = "show-catalogue"
    on: date | None = None


class PublishCatalogue(Call):
    """Publish a catalogue version, in force from a date on; the office's alone."""

    call: Literal["publish-catalogue"] = "publish-catalogue"
    version: Annotated[str, Field(pattern=r"^20\d\d-[1-9]\d?$", examples=["2026-1"])]
    effective_from: date
    schemas: dict[str, dict[str, Any]]


class TryCatalogue(Call):
    """Ask what would become of a submission's file under a schema; the office's alone.

    `item_schema` is the changed schema of the submission's item, null where it has none any more.
    """

    call: Literal["try-catalogue"] = "try-catalogue"
    submission: str
    item_schema: dict[str, Any] | None
    skip_rows: Annotated[int, Field(ge=0)] = 0


class OrganisationBody(Wire):
    """One organisation of the directory."""

    code: Code
    name: Annotated[str, Field(min_length=2, max_length=200)]
    kind: OrganisationKind
    credit_code: CreditCode
    region: Annotated[str, Field(pattern=r"^3302\d\d$")]


class RegisterOrganisations(Call):
    """Enter or update organisations of the directory; the centre's alone."""

    call: Literal["register-organisations"] = "register-organisations"
    organisations: Annotated[list[OrganisationBody], Field(min_length=1, max_length=1000)]


class VerifyAudit(Call):
    """Prove that the audit trail between two moments is whole, or name the first bad entry."""

    call: Literal["verify-audit"] = "verify-audit"
    since: datetime
    until: datetime


class Answered(Wire):
    """The envelope of an answer."""

    ok: Literal[True] = True
    answer: dict[str, Any]


class Problem(Wire):
    """RFC 9457 problem details; `code` is stable, `detail` is Chinese and says what to do."""

    ok: Literal[False] = False
    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: tuple[str, ...] = ()


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
    """

    total: int
    by_code: dict[str, int]
    issues: list[IssueView]
    download: str | None
    changes_download: str | None


class RecordView(Wire):
    """One record as stored now, with the titles of its fields in Chinese.

    What was withdrawn has no values any more, but says why; its history can be traced.
    """

    record: str
    item: str
    item_name: str
    provider: str
    period: str
    region: str
    role: str
    disclosure: str
    reported_at: datetime
    submission: str
    row: int
    values: dict[str, str]
    withdrawn: bool = False
    reason: str = ""
    corrected: bool = False
    replaces: str = ""
    replaced_by: str = ""


class SubjectView(Wire):
    """A subject and its records."""

    subject: str
    state: str
    name: str
    former_names: list[str]
    status: str
    cancelled_on: str = ""
    successors: list[str] = Field(default_factory=list)
    records: list[RecordView]


class VerdictView(Wire):
    """The verdict of a verification: nothing else comes back."""

    verdict: Verdict


class VersionView(Wire):
    """One version of a record and where it came from (A5.3)."""

    version: str
    provider: str
    provider_name: str
    submission: str
    file_name: str
    file_key: str
    file_version: str
    sha256: str
    row: int
    reported_at: datetime
    catalogue: str
    current: bool
    values: dict[str, str]
    kind: Kind = Kind.FILE
    withdrawn: bool = False
    reason: str = ""
    corrected: bool = False
    replaces: str = ""
    replaced_by: str = ""


class TraceView(Wire):
    """A record with all its versions, the current one first."""

    record: str
    item_name: str
    versions: list[VersionView]


class ItemView(Wire):
    """A catalogue item as a provider needs it: its headers and who reports it."""

    code: str
    name: str
    providers: list[str]
    headers: dict[str, list[str]]
    required: list[str]
    disclosure: str
    sharing: str


class CatalogueView(Wire):
    """The catalogue in force."""

    version: str
    effective_from: date
    items: list[ItemView]


class Done(Wire):
    """An act that left nothing to show but its count."""

    count: int


class AuditReport(Wire):
    """What verification found; `first_bad` is empty where the trail is whole."""

    whole: bool
    entries: int
    chains: int
    first_bad: str
    reason: str
