"""Writing and proving the audit trail (A20.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome, StoredEntry, Verdict
from nbcredit.domain.errors import BadRequest

# What one call can read within its time; the command line asks day by day.
MOST: Final = timedelta(days=2)


class BadSpan(BadRequest):
    """The span of time is empty or too long."""

    code = "bad-span"

    def __init__(self, most: timedelta) -> None:
        super().__init__(f"时间范围不对：开始要早于结束，最长 {most.days} 天，请缩短后再查。")


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
        """Check every chain between two moments; the check itself is entered, so is its refusal."""
        act = Act(action="audit-verified", actor=by, purpose=purpose)
        if not timedelta() < until - since <= MOST:
            refusal = BadSpan(MOST)
            told = {"code": refusal.code}
            self.trail.record(replace(act, outcome=Outcome.REFUSED, detail=told))
            raise refusal
        verdict = self.prover.verdict(since=since, until=until)
        told = {"entries": str(verdict.entries), "first_bad": verdict.first_bad}
        self.trail.record(replace(act, detail=told))
        return verdict
