"""Leases: one submission of an item and provider loads at a time, so chunks never race."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nbcredit.domain.periods import from_utc_text, is_backfill
from nbcredit.domain.records import Version

# A function lives 150 seconds at most; nothing that could still write outlives the lease.
LEASE: Final = timedelta(minutes=15)
RENEW_BELOW: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Lane:
    """What a lease is about: one item of one provider."""

    item: str
    provider: str

    def __str__(self) -> str:
        return f"{self.item}#{self.provider}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who loads in a lane; `term` grows with every start, `latest` is the highest version started.

    `holder` is empty where the lane is free.
    """

    lane: Lane
    holder: str
    until: datetime
    term: int
    latest: Version | None

    def held_by(self, submission_id: str, *, now: datetime) -> bool:
        return self.holder == submission_id and now < self.until

    def free(self, *, now: datetime) -> bool:
        return not self.holder or self.until <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A submission that waits for its lane."""

    lane: Lane
    submission: str
    version: Version

    @property
    def backfill(self) -> bool:
        reported_at = from_utc_text(self.version.reported_at)
        return is_backfill(self.version.period, reported_at=reported_at)


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return who comes first: what is due now before history, then the oldest version (F21)."""
    return sorted(waiting, key=lambda each: (each.backfill, each.version))
