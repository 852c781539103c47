"""Opening, meeting and looking up what is owed; each is safe to repeat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.obligations import (
    Kind,
    Obligation,
    StaleObligation,
    UnknownObligation,
    obligation_id,
)
from nbcredit.domain.working_days import DueDate, WorkingCalendar
from nbcredit.usecases.visibility import Sees, owns_or_oversees

# Two who change one obligation at once are rare, three in turn hardly to be seen.
TRIES: Final = 8

# A change takes five places of a transaction at most, and there are a hundred.
TOGETHER: Final = 18


@dataclass(frozen=True, slots=True)
class Change:
    """One obligation as it was read, `None` where there was none, and as it shall be.

    It is written only where the obligation is still as it was read. A store takes changes into a
    transaction of its own, so that what is owed and what it is owed for are written together.
    """

    before: Obligation | None
    after: Obligation


class ObligationStore(Protocol):
    """Keeps obligations, and for each debtor what it still has to do."""

    def find(self, obligation_id: str) -> Obligation | None: ...

    def pending(self, debtor: str) -> Sequence[Obligation]:
        """Return what the debtor still has to do, the earliest due date first."""
        ...

    def duties(self, period: str, *, provider: str = "") -> Sequence[Obligation]:
        """Return the reporting duties of a period, of all providers or of one."""
        ...

    def write(self, changes: Sequence[Change], *, act: Act) -> None:
        """Write some changes together, or raise `StaleObligation` and write none."""
        ...


class Calendars(Protocol):
    """The working-day calendar."""

    def calendar(self) -> WorkingCalendar: ...


@dataclass(frozen=True, slots=True)
class Obligations:
    """What is owed by whom.

    `opening`, `meeting` and `lifting` give the change for somebody else's transaction, `open`,
    `meet` and `lift` write it alone.
    """

    store: ObligationStore
    calendars: Calendars
    sees: Sees = owns_or_oversees

    def due_after(self, event: datetime, days: int, *, rule: str) -> DueDate:
        """Return the due date of a period of working days that an event begins."""
        return self.calendars.calendar().due_at(event, days, rule=rule)

    def opening(self, new: Obligation, *, again: bool = False) -> Change | None:
        """Return the change that opens an obligation, `None` where it is known.

        `again` opens one that had been met, with a new due date.
        """
        known = self.store.find(new.id)
        if known is None:
            return Change(None, new)
        if again and not known.state.pending:
            return Change(known, replace(new, revision=known.revision))
        return None

    def meeting(self, kind: Kind, reference: str, *, at: datetime, by: str) -> Change | None:
        """Return the change that meets an obligation, `None` where nothing is to be done."""
        return self._ending(kind, reference, lambda known: known.met(at=at, by=by))

    def lifting(self, kind: Kind, reference: str, *, at: datetime, by: str) -> Change | None:
        """Return the change that lifts an obligation, `None` where nothing is to be done."""
        return self._ending(kind, reference, lambda known: known.lifted(at=at, by=by))

    def open(self, new: Obligation, *, act: Act, again: bool = False) -> bool:
        """Open an obligation; return `False`, changing nothing, where it is open already."""
        return self._write(lambda: self.opening(new, again=again), act)

    def meet(self, kind: Kind, reference: str, *, at: datetime, by: str, act: Act) -> bool:
        """Meet an obligation; return `False`, changing nothing, where it is met already."""
        return self._write(lambda: self.meeting(kind, reference, at=at, by=by), act)

    def lift(self, kind: Kind, reference: str, *, at: datetime, by: str, act: Act) -> bool:
        return self._write(lambda: self.lifting(kind, reference, at=at, by=by), act)

    def of(self, debtor: str) -> Sequence[Obligation]:
        """Return what an organisation still has to do, the earliest due date first."""
        return self.store.pending(debtor)

    def get(self, kind: Kind, reference: str) -> Obligation:
        return self._get(obligation_id(kind, reference))

    def show(self, obligation: str, *, by: Actor) -> Obligation:
        """Return an obligation to its debtor and whoever oversees it; to others there is none."""
        known = self._get(obligation)
        if not self.sees(by, known.debtor):
            raise UnknownObligation(obligation)
        return known

    def explain(self, obligation: str) -> str:
        """Say in Chinese who owes what by when, and how that due date comes about."""
        known = self._get(obligation)
        calendar = self.calendars.calendar()
        told = calendar.explain(known.redated(calendar.renewed(known.due)).due)
        return f"{known.debtor}：{known.title}。{told}。"

    def _ending(
        self, kind: Kind, reference: str, end: Callable[[Obligation], Obligation]
    ) -> Change | None:
        known = self._get(obligation_id(kind, reference))
        after = end(known)
        return Change(known, after) if after != known else None

    def _get(self, obligation: str) -> Obligation:
        known = self.store.find(obligation)
        if known is None:
            raise UnknownObligation(obligation)
        return known

    def _write(self, change: Callable[[], Change | None], act: Act) -> bool:
        return insist(self.store, lambda: listed(change()), act=act)


def place_of(obligation: Obligation) -> str:
    """Return the place of an obligation among others by due date."""
    return f"{obligation.due.on}#{obligation.id}"


def listed(change: Change | None) -> list[Change]:
    return [change] if change is not None else []


def insist(store: ObligationStore, changes: Callable[[], Sequence[Change]], *, act: Act) -> bool:
    """Write changes, worked out anew where somebody was faster; return whether there were any."""
    for _ in range(TRIES):
        wanted = changes()
        if not wanted:
            return False
        try:
            store.write(wanted, act=act)
        except StaleObligation:
            continue
        return True
    raise StaleObligation
