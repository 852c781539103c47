"""Calls about the working-day calendar."""

from dataclasses import dataclass

from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.calendars import CalendarKeeping
from nbcredit.wire import calendars


@dataclass(frozen=True, slots=True)
class CalendarAnswers:
    """Shows and loads the calendar, and computes due dates by it."""

    keeping: CalendarKeeping

    def all(self) -> Answers:
        return {
            calendars.ShowCalendar: self._show,
            calendars.LoadCalendar: self._load,
            calendars.ComputeDue: self._due,
        }

    def _show(self, call: calendars.ShowCalendar, _asked: Asked) -> calendars.CalendarView:
        return calendars.calendar_view(self.keeping.calendar(), year=call.year)

    def _load(self, call: calendars.LoadCalendar, asked: Asked) -> calendars.YearView:
        year = self.keeping.load(call.document, by=asked.by, purpose=call.purpose)
        return calendars.year_view(year, self.keeping.calendar())

    def _due(self, call: calendars.ComputeDue, _asked: Asked) -> calendars.DueView:
        calendar = self.keeping.calendar()
        due = calendar.due_after(call.start, call.days, rule=call.rule)
        return calendars.due_view(due, calendar)
