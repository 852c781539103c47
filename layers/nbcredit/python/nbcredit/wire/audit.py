"""Calls about the audit trail: prove it, search it, hand it out with proof, say who looked."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from nbcredit.domain.audit import Outcome, Verdict
from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.domain.looks import LOOKS, Told
from nbcredit.domain.organisations import Directory
from nbcredit.wire.base import Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.records import Asked

Text = Annotated[str, Field(max_length=200)]
Cursor = Annotated[str, Field(max_length=100)]


# The platform began later; what is spelled with fewer digits is no moment of its trail.
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]


class VerifyAudit(Call):
    """Prove that the audit trail between two moments is whole, or name the first bad entry."""

    call: Literal["verify-audit"] = "verify-audit"
    since: Moment
    until: Moment


class AuditReport(Wire):
    """What verification found; `first_bad` is empty where the trail is whole.

    Up to `sealed_until` it was compared with signed checkpoints; what is newer is only chained.
    """

    whole: bool
    entries: int
    chains: int
    first_bad: str
    reason: str
    faults: dict[str, str] = Field(default_factory=dict)
    checkpoints: int = 0
    sealed_until: datetime | None = None


class AuditQuery(Call):
    """What entries are searched for: what is empty does not matter.

    `about` is a pseudonym or an id as the trail has it; a subject can also be named by its number.
    """

    since: Moment
    until: Moment
    actor: Text = ""
    organisation: Text = ""
    action: Text = ""
    outcome: Outcome | None = None
    about: Text = ""
    credit_code: Asked | None = None
    document_type: Asked = RESIDENT_ID
    document_number: Asked | None = None
    cursor: Cursor = ""


class SearchAudit(AuditQuery):
    """Ask for entries of the audit trail, the latest first, of 31 days at most."""

    call: Literal["search-audit"] = "search-audit"
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ExportAudit(AuditQuery):
    """Ask for entries with their proof: lines that anybody checks with `nbcredit audit check`."""

    call: Literal["export-audit"] = "export-audit"
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class WhoLooked(Call):
    """Ask which organisations looked at a subject's information, and what for."""

    call: Literal["who-looked"] = "who-looked"
    credit_code: Asked | None = None
    document_type: Asked = RESIDENT_ID
    document_number: Asked | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Cursor = ""


class AuditEntryView(Wire):
    """One entry: who did what, about whom, when, what for, from where, and how it ended."""

    place: str
    at: datetime
    action: str
    kind: str
    actor: str
    organisation: str
    address: str
    certificate: str
    request: str
    purpose: str
    about: list[str]
    agreement: str
    outcome: Outcome
    detail: dict[str, str]


class AuditPage(Wire):
    """Entries, the latest first; looked through back to `reached`, `cursor` leads further back."""

    entries: list[AuditEntryView]
    reached: datetime
    cursor: str


class AuditExport(Wire):
    """Lines of a file with proof, and the entries themselves."""

    lines: list[str]
    entries: list[AuditEntryView]
    reached: datetime
    cursor: str


class LookView(Wire):
    """That somebody looked: which organisation, when, what for; never which person."""

    at: datetime
    organisation: str
    organisation_name: str
    what: str
    purpose: str
    outcome: Outcome


class LooksView(Wire):
    """Who looked at a subject, the latest first; `cursor` leads further back."""

    looks: list[LookView]
    cursor: str


def audit_report(verdict: Verdict) -> AuditReport:
    return AuditReport(
        whole=verdict.whole,
        entries=verdict.entries,
        chains=verdict.chains,
        first_bad=verdict.first_bad,
        reason=verdict.reason,
        faults=dict(list(verdict.faults.items())[:100]),
        checkpoints=verdict.checkpoints,
        sealed_until=verdict.sealed_until,
    )


def entry_view(told: Told) -> AuditEntryView:
    return AuditEntryView(
        place=told.place,
        at=told.at,
        action=told.action,
        kind=told.kind,
        actor=told.actor,
        organisation=told.organisation,
        address=told.address,
        certificate=told.certificate,
        request=told.request,
        purpose=told.purpose,
        about=list(told.about),
        agreement=told.agreement,
        outcome=told.outcome,
        detail=dict(told.detail),
    )


def look_view(told: Told, *, directory: Directory) -> LookView:
    organisation = directory.by_code.get(told.organisation)
    return LookView(
        at=told.at,
        organisation=told.organisation,
        organisation_name=organisation.name if organisation else told.organisation,
        what=LOOKS.get(told.action, told.action),
        purpose=told.purpose,
        outcome=told.outcome,
    )
