"""Lanes: whose turn it is to load (architecture: the way of a file, step 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.events import BACKFILL, CORRECTING, Event, EventKind
from nbcredit.domain.leases import LEASE, Lane, Lease, Waiting, in_order
from nbcredit.domain.submissions import StaleSubmission, State, Submission
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.submissions import SubmissionStore


class LaneStore(Protocol):
    """Keeps who loads in each lane, and who waits for it."""

    def look(self, lane: Lane) -> tuple[Lease | None, Sequence[Waiting]]:
        """Return the lease, if the lane ever had one, and who waits, the oldest version first."""
        ...

    def all_lanes(self) -> Iterable[tuple[Lease | None, Sequence[Waiting]]]:
        """Yield every lane that is held or waited for."""
        ...

    def start(
        self,
        lease: Lease,
        *,
        before: Lease | None,
        waiting: Waiting,
        submission: Submission,
        act: Act,
        event: Event,
    ) -> bool:
        """Hand the lane over, all at once; return `False` where somebody was faster."""
        ...

    def renew(self, lease: Lease, *, until: datetime) -> None:
        """Prolong a lease; raise `StaleSubmission` where it has passed on."""
        ...

    def drop_waiting(self, waiting: Waiting) -> None:
        """Forget somebody who no longer waits."""
        ...


@dataclass(frozen=True, slots=True)
class Lanes:
    """Starts whoever is next."""

    lanes: LaneStore
    submissions: SubmissionStore
    clock: Clock
    ids: IdFactory

    def start_next(self, lane: Lane, *, by: Actor) -> str | None:
        """Start whoever is next in the lane; return its id, if one started."""
        lease, waiting = self.lanes.look(lane)
        return self._start_first(lease, waiting, by=by)

    def start_all(self, *, by: Actor) -> list[str]:
        """Start whoever could have been started already: the sweep's repair."""
        started = [
            self._start_first(lease, waiting, by=by) for lease, waiting in self.lanes.all_lanes()
        ]
        return [each for each in started if each]

    def _start_first(
        self, before: Lease | None, waiting: Sequence[Waiting], *, by: Actor
    ) -> str | None:
        now = self.clock.now()
        if before is not None and not before.free(now=now):
            return None
        for first in in_order(waiting):
            submission = self.submissions.get(first.submission)
            if submission.state is not State.WAITING:
                self.lanes.drop_waiting(first)
                continue
            return self._start(before, first, submission, now=now, by=by)
        return None

    def _start(
        self,
        before: Lease | None,
        waiting: Waiting,
        submission: Submission,
        *,
        now: datetime,
        by: Actor,
    ) -> str | None:
        latest = before.latest if before is not None else None
        lease = Lease(
            lane=waiting.lane,
            holder=submission.id,
            until=now + LEASE,
            term=before.term + 1 if before is not None else 1,
            latest=max(latest, submission.version) if latest else submission.version,
        )
        started = self.lanes.start(
            lease,
            before=before,
            waiting=waiting,
            submission=submission.to(State.LOADING),
            act=Act(
                action="loading-started",
                actor=by,
                purpose="信用信息入库",
                about=(submission.id,),
                detail={"term": str(lease.term)},
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.LOADING_STARTED,
                at=now,
                subject=submission.id,
                detail={
                    "item": submission.item,
                    "provider": submission.provider,
                    "chunks": str(submission.chunks),
                    BACKFILL: "yes" if waiting.backfill else "no",
                    CORRECTING: "yes" if submission.corrections else "no",
                },
            ),
        )
        return submission.id if started else None


def suspended(submission: Submission) -> Submission:
    """Return a loading submission as one that waits again, its lease having run out."""
    if submission.state is not State.LOADING:
        raise StaleSubmission(submission.id)
    return submission.to(State.WAITING)
