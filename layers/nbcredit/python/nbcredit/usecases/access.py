"""Reads of personal data: authorised, for a purpose and in the trail, or not at all (A20.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.errors import BadRequest, Forbidden
from nbcredit.domain.organisations import CENTRE
from nbcredit.usecases.audit import AuditTrail

# Until the work site brings accounts (A18, A19), the centre's own operators alone read records.
READERS: Final = frozenset({CENTRE})


class NotAllowedToRead(Forbidden):
    """The organisation may not read records this way."""

    code = "not-allowed-to-read"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"“{organisation}”无权这样查询信用记录：请由信用中心的操作人员查询。")
        self.organisation = organisation


class PurposeMissing(BadRequest):
    """A read of records names its purpose (A15.1)."""

    code = "purpose-missing"

    def __init__(self) -> None:
        super().__init__("请写明查询用途。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One read: what is done, by whom, for which purpose, about whom (a pseudonym)."""

    action: str
    by: Actor
    purpose: str
    about: str

    def act(self, detail: Mapping[str, str], *, outcome: Outcome = Outcome.DONE) -> Act:
        return Act(
            action=self.action,
            actor=self.by,
            purpose=self.purpose,
            about=(self.about,),
            outcome=outcome,
            detail=detail,
        )


class SealedLately(Protocol):
    """Whether what is read today can be proven tomorrow."""

    def require_fresh(self) -> None:
        """Raise where the trail was not sealed for hours."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Lets a read happen and witnesses it; a refusal is witnessed as well."""

    trail: AuditTrail
    seals: SealedLately

    def allow(self, reading: Reading) -> None:
        """Raise `PurposeMissing` or `NotAllowedToRead`, or let the read go on.

        While the trail is not sealed, natural persons are read by nobody (F24).
        """
        if reading.about.startswith("NP"):
            self.seals.require_fresh()
        refusal: PurposeMissing | NotAllowedToRead
        if not reading.purpose:
            refusal = PurposeMissing()
        elif reading.by.kind is ActorKind.OPERATOR and reading.by.organisation in READERS:
            return
        else:
            refusal = NotAllowedToRead(reading.by.organisation)
        self.trail.record(reading.act({}, outcome=Outcome.REFUSED))
        raise refusal

    def witness(self, reading: Reading, **detail: str) -> None:
        """Write the entry before the answer goes out, or raise `AuditUnavailable`."""
        self.trail.record(reading.act(detail))
