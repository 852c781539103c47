"""Writing and proving the audit trail (A20.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, StoredEntry, Verdict, verify


class AuditTrail(Protocol):
    """Records an act that changes nothing else, such as a read."""

    def record(self, act: Act) -> None:
        """Write the entry before the read is answered, or raise `AuditUnavailable`."""
        ...


class AuditStore(Protocol):
    """The stored trail."""

    def entries(self, *, since: datetime, until: datetime) -> Iterable[StoredEntry]: ...

    def born_between(self, chains: frozenset[str], *, since: datetime) -> frozenset[str]:
        """Return those chains that began at or after `since`."""
        ...


@dataclass(frozen=True, slots=True)
class Audit:
    """Proves the trail whole or names the first bad entry."""

    store: AuditStore
    trail: AuditTrail

    def verify(self, *, since: datetime, until: datetime, by: Actor, purpose: str) -> Verdict:
        """Check every chain between two moments; the check is itself in the trail."""
        verdict = self._verdict(since, until)
        if not verdict.whole:
            # While one window is read, an entry of another, already read, may be written, and its
            # successor is then found without it. At a second reading such an entry is there.
            verdict = self._verdict(since, until).confirming(verdict)
        self.trail.record(
            Act(
                action="audit-verified",
                actor=by,
                purpose=purpose,
                detail={"entries": str(verdict.entries), "first_bad": verdict.first_bad},
            )
        )
        return verdict

    def _verdict(self, since: datetime, until: datetime) -> Verdict:
        entries = list(self.store.entries(since=since, until=until))
        born = self.store.born_between(frozenset(entry.chain for entry in entries), since=since)
        return verify(entries, born_in_range=born)
