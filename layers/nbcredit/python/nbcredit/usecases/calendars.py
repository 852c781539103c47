"""The working-day calendar: loaded a year at a time, and what hangs on it computed anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.calendar_years import CalendarYear, parse_year
from nbcredit.domain.errors import Conflict, Forbidden
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.obligations import Obligation
from nbcredit.domain.organisations import CENTRE, OFFICE
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.usecases.obligations import TOGETHER, Change, ObligationStore, insist
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Organisations

KEEPERS: Final = frozenset({CENTRE, OFFICE})
REDATER: Final = Actor.platform("relay_outbox")


class EditionTaken(Conflict):
    """A loaded edition never changes; what was ordered anew has a higher number."""

    code = "calendar-edition-taken"

    def __init__(self, known: CalendarYear) -> None:
        super().__init__(
            f"{known.year} 年的工作日历已载入第 {known.edition} 次，内容不同：通知有变动的，"
            f"请把 edition 改为 {known.edition + 1} 再载入。"
        )


class NotTheKeeper(Forbidden):
    """Centre and office keep the calendar."""

    code = "not-the-calendars-keeper"

    def __init__(self, organisation: str) -> None:
        super().__init__(
            f"工作日历由信用中心或市信用办载入，“{organisation}”不能载入：请把通知转给信用中心。"
        )


class CalendarStore(Protocol):
    """Keeps the latest edition of each year."""

    def calendar(self) -> WorkingCalendar:
        """Return the calendar, at most a minute old."""
        ...

    def fresh(self) -> WorkingCalendar:
        """Return the calendar as it is stored now."""
        ...

    def save(
        self, year: CalendarYear, document: Mapping[str, Any], *, act: Act, event: Event
    ) -> bool:
        """Keep a year; `False`, changing nothing, where it is known; or raise `EditionTaken`."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarKeeping:
    """Loads and shows the calendar."""

    store: CalendarStore
    clock: Clock
    ids: IdFactory

    def load(self, document: Mapping[str, Any], *, by: Actor, purpose: str) -> CalendarYear:
        """Load a year, or raise `CalendarRefused`; the same again changes nothing."""
        if by.organisation not in KEEPERS:
            raise NotTheKeeper(by.organisation)
        year = parse_year(document)
        act = Act(
            action="calendar-loaded",
            actor=by,
            purpose=purpose,
            about=(year.mark,),
            detail={"source": year.source},
        )
        event = Event(
            id=self.ids.new(),
            kind=EventKind.CALENDAR_LOADED,
            at=self.clock.now(),
            subject=year.mark,
        )
        self.store.save(year, document, act=act, event=event)
        return year

    def calendar(self) -> WorkingCalendar:
        return self.store.fresh()


@dataclass(frozen=True, slots=True)
class Redating:
    """Computes the due dates anew that hang on a calendar that has changed."""

    calendars: CalendarStore
    obligations: ObligationStore
    organisations: Organisations

    def follow(self, event: Event) -> None:
        if event.kind is not EventKind.CALENDAR_LOADED:
            return
        calendar = self.calendars.fresh()
        act = Act(
            action="due-dates-renewed",
            actor=REDATER,
            purpose="工作日历变更后重新计算期限",
            about=(event.subject,),
        )
        for debtor in sorted(self.organisations.directory().by_code):
            self._renew(debtor, calendar, act)

    def _renew(self, debtor: str, calendar: WorkingCalendar, act: Act) -> None:
        """Renew some at a time: what has been renewed is not found again."""

        def some() -> list[Change]:
            renewed = _renewed(self.obligations.pending(debtor), calendar)
            return list(islice(renewed, TOGETHER))

        while insist(self.obligations, some, act=act):
            pass


def _renewed(owed: Sequence[Obligation], calendar: WorkingCalendar) -> Iterator[Change]:
    for known in owed:
        due = calendar.renewed(known.due)
        if due != known.due:
            yield Change(known, known.redated(due))
