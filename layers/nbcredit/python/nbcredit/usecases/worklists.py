"""What is still to be done: every open obligation by its due date, and the queues (A4.1, A16.1)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, Protocol, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.periods import business_date
from nbcredit.usecases.obligations import place_of
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.supervision import Supervision


class OpenObligations(Protocol):
    """What is owed and not done yet."""

    def open_ones(self, *, after: str = "") -> Iterable[Obligation]:
        """Yield what everybody still has to do by due date, behind a place in that order."""
        ...

    def pending(self, debtor: str) -> Sequence[Obligation]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which obligations are asked for; `after` is the place of the last one that was shown."""

    organisation: str = ""
    kind: Kind | None = None
    overdue: bool = False
    after: str = ""
    limit: int = 100

    def takes(self, owed: Obligation) -> bool:
        return self.kind in (None, owed.kind) and place_of(owed) > self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue; what has no due date of its own is told by when it came."""

    name: str
    title: str
    count: int
    overdue: int = 0
    oldest_due: date | None = None
    oldest_at: datetime | None = None

    @classmethod
    def of(cls, name: str, title: str, owed: Sequence[Obligation], *, now: datetime) -> Self:
        return cls(
            name=name,
            title=title,
            count=len(owed),
            overdue=sum(each.overdue(now=now) for each in owed),
            oldest_due=min((each.due.on for each in owed), default=None),
        )


class QueueSource(Protocol):
    """A queue that is not one of obligations: cases, answers, accounts."""

    def queue(self, concerns: Callable[[str], bool]) -> Queue:
        """Return the queue as far as it concerns organisations that the caller supervises."""
        ...


_TITLES: Final = {
    Kind.SUBMISSION: "待处理的批次",
    Kind.FEEDBACK: "待答复的反馈",
    Kind.REPORTING: "待报送的事项",
}


@dataclass(frozen=True, slots=True)
class Worklists:
    """Lists obligations and queues to who may see them."""

    store: OpenObligations
    sources: Sequence[QueueSource]
    supervision: Supervision
    clock: Clock

    def obligations(self, wanted: Wanted, *, by: Actor) -> list[Obligation]:
        """Return what is owed by due date: of one organisation, or of all that are supervised.

        Whose business an organisation is none of sees nothing of it.
        """
        found: Iterable[Obligation]
        if wanted.organisation:
            sees = self.supervision.sees(by, wanted.organisation)
            found = self.store.pending(wanted.organisation) if sees else ()
        else:
            found = self._supervised(by, after=wanted.after)
        return list(islice(self._matching(found, wanted), wanted.limit))

    def queues(self, *, by: Actor) -> list[Queue]:
        """Return every queue, those with something overdue first, the oldest first."""
        owed, now = list(self._supervised(by)), self.clock.now()

        def concerns(organisation: str) -> bool:
            return self.supervision.supervises(by, organisation)

        queues = [
            *(
                Queue.of(kind, title, [each for each in owed if each.kind is kind], now=now)
                for kind, title in _TITLES.items()
            ),
            *(source.queue(concerns) for source in self.sources),
        ]
        return sorted(queues, key=_urgency)

    def _supervised(self, by: Actor, *, after: str = "") -> Iterator[Obligation]:
        everything = not self.supervision.region_of(by)
        for each in self.store.open_ones(after=after):
            if everything or self.supervision.supervises(by, each.debtor):
                yield each

    def _matching(self, found: Iterable[Obligation], wanted: Wanted) -> Iterator[Obligation]:
        today = business_date(self.clock.now())
        for each in found:
            if wanted.overdue and each.due.on >= today:
                # They come by due date: behind this one nothing is overdue.
                return
            if wanted.takes(each):
                yield each


def _urgency(queue: Queue) -> tuple[bool, bool, date, str]:
    return (not queue.overdue, not queue.count, queue.oldest_due or date.max, queue.name)
