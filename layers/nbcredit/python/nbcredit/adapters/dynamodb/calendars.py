"""The working-day calendar: the latest edition of each year, read often, changed once a year."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.calendar_years import CalendarYear, parse_year
from nbcredit.domain.events import Event
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.usecases.calendars import EditionTaken
from nbcredit.usecases.ports import Clock

_CALENDAR: Final = "CALENDAR"
_FRESH: Final = timedelta(minutes=1)


class CalendarItem(WorkModel):
    """One year, as its document says it."""

    edition = NumberAttribute()
    body = UnicodeAttribute()

    def year(self) -> CalendarYear:
        return parse_year(json.loads(self.body))


class DynamoCalendars:
    """The calendar in the work table, kept in memory for a minute."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._known: tuple[datetime, WorkingCalendar] | None = None

    def calendar(self) -> WorkingCalendar:
        if self._known is None or self._clock.now() - self._known[0] >= _FRESH:
            return self.fresh()
        return self._known[1]

    def fresh(self) -> WorkingCalendar:
        items = CalendarItem.query(_CALENDAR, consistent_read=True)
        found = WorkingCalendar.of([item.year() for item in items])
        self._known = self._clock.now(), found
        return found

    def save(
        self, year: CalendarYear, document: Mapping[str, Any], *, act: Act, event: Event
    ) -> bool:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        item = CalendarItem(_CALENDAR, str(year.year), edition=year.edition, body=body)
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(
                    item,
                    condition=CalendarItem.pk.does_not_exist()
                    | (CalendarItem.edition < year.edition),
                )
        except Unmet:
            known = CalendarItem.get(_CALENDAR, item.sk, consistent_read=True)
            if known.body != body:
                raise EditionTaken(known.year()) from None
            return False
        self._known = None
        return True
