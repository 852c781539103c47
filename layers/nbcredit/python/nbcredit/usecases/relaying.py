"""Relaying events: what follows a committed change, at least once and harmless if repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.events import BACKFILL, CORRECTING, Event, EventKind
from nbcredit.domain.leases import Lane
from nbcredit.usecases.chunks import ChunkTask
from nbcredit.usecases.lanes import Lanes
from nbcredit.usecases.plans import Change, PlanStore
from nbcredit.usecases.submissions import SubmissionStore

RELAY: Final = Actor.platform("relay_outbox")
SWEEP: Final = Actor.platform("sweep")

# The stream delivers within seconds; what is older than this was missed.
MISSED_AFTER: Final = timedelta(minutes=5)


class ChunkQueue(Protocol):
    """Chunks to be loaded."""

    def send(self, tasks: Sequence[ChunkTask]) -> None: ...


class SettleQueue(Protocol):
    """Submissions whose last chunk is in."""

    def send(self, submission_id: str) -> None: ...


class ChangeLog(Protocol):
    """Changed records by item, hour and shard: what exchange and index follow."""

    def append(self, event: Event, *, item: str, changes: Sequence[Change]) -> None:
        """Write the changes of one event; a second time writes the same."""
        ...


class Follower(Protocol):
    """What else follows an event: obligations, feedback, later notices and indexes."""

    def follow(self, event: Event) -> None:
        """Have the event's consequences; a second time changes nothing."""
        ...


class Outbox(Protocol):
    """Events not yet relayed."""

    def holds(self, event: Event) -> bool:
        """Whether the event still waits: a stream delivers again what was relayed."""
        ...

    def waiting(self, *, older_than: timedelta) -> Sequence[Event]: ...

    def remove(self, event: Event) -> None: ...


@dataclass(frozen=True, slots=True)
class Relaying:
    """Lets each event have its consequences, then takes it out of the outbox."""

    outbox: Outbox
    lanes: Lanes
    submissions: SubmissionStore
    plans: PlanStore
    changes: ChangeLog
    chunks: ChunkQueue
    backfill: ChunkQueue
    settles: SettleQueue
    followers: Sequence[Follower] = ()

    def relay(self, event: Event) -> None:
        if not self.outbox.holds(event):
            return
        match event.kind:
            case EventKind.SUBMISSION_READ | EventKind.SUBMISSION_SETTLED:
                self.lanes.start_next(_lane(event), by=RELAY)
            case EventKind.LOADING_STARTED:
                self._dispatch(event)
            case EventKind.CHUNK_LOADED:
                self._follow_chunk(event)
        for follower in self.followers:
            follower.follow(event)
        self.outbox.remove(event)

    def _dispatch(self, event: Event) -> None:
        done = {result.number for result in self.submissions.chunk_results(event.subject)}
        numbers = [n for n in range(int(event.detail["chunks"])) if n not in done]
        if event.detail.get(CORRECTING) == "yes":
            # The last one comes when all others are in.
            numbers = numbers[:-1] or numbers
        self._queue(event).send(
            [ChunkTask(event.subject, number, _lane(event)) for number in numbers]
        )
        if not numbers:
            self.settles.send(event.subject)

    def _follow_chunk(self, event: Event) -> None:
        number = int(event.detail["chunk"])
        changes = self.plans.changes(event.subject, number, term=int(event.detail["term"]))
        if changes:
            self.changes.append(event, item=event.detail["item"], changes=changes)
        done = self.submissions.note_chunks_done(event.subject, frozenset({number}), at=event.at)
        chunks = int(event.detail["chunks"])
        if done == chunks:
            self.settles.send(event.subject)
        elif done == chunks - 1 and event.detail.get(CORRECTING) == "yes":
            self._queue(event).send([ChunkTask(event.subject, chunks - 1, _lane(event))])

    def _queue(self, event: Event) -> ChunkQueue:
        """Return where chunks wait: history's in a queue of its own, the last one too (F21)."""
        return self.backfill if event.detail.get(BACKFILL) == "yes" else self.chunks


@dataclass(frozen=True, slots=True)
class Sweeping:
    """Finds what the stream missed, and starts whoever waits for no reason."""

    outbox: Outbox
    lanes: Lanes

    def start(self) -> list[str]:
        """Start waiting submissions whose lane is free or was lost; return them."""
        return self.lanes.start_all(by=SWEEP)

    def missed(self) -> Sequence[Event]:
        return self.outbox.waiting(older_than=MISSED_AFTER)


def _lane(event: Event) -> Lane:
    return Lane(event.detail["item"], event.detail["provider"])
