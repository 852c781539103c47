"""Calls about subjects and stored records: read, verify, trace; and what comes back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.domain.submissions import Kind
from nbcredit.domain.verification import Verdict
from nbcredit.wire.base import Wire
from nbcredit.wire.calls import Call

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
