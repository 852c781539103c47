"""Writing and proving the audit trail (A20.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, StoredEntry, Verdict


class AuditTrail(Protocol):
    """Records an act that changes nothing else, such as a read."""

    def record(self, act: Act) -> None:
        """Write the entry before the read is answered, or raise `AuditUnavailable`."""
        ...


class AuditStore(Protocol):
    """The stored trail."""

    def partitions(self, windows: Iterable[str]) -> Iterable[tuple[str, Sequence[StoredEntry]]]:
        """Return the entries of every window and shard, in order, with the partition's key."""
        ...

    def born_between(self, chains: frozenset[str], *, since: datetime) -> frozenset[str]:
        """Return those chains that began at or after `since`."""
        ...


class Prover(Protocol):
    """Compares the trail with itself and with what was sealed."""

    def verdict(self, *, since: datetime, until: datetime) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Audit:
    """Proves the trail whole or names the first bad entry."""

    prover: Prover
    trail: AuditTrail

    def verify(self, *, since: datetime, until: datetime, by: Actor, purpose: str) -> Verdict:
        """Check every chain between two moments; the check is itself in the trail."""
        verdict = self.prover.verdict(since=since, until=until)
        self.trail.record(
            Act(
                action="audit-verified",
                actor=by,
                purpose=purpose,
                detail={"entries": str(verdict.entries), "first_bad": verdict.first_bad},
            )
        )
        return verdict
