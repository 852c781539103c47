"""Calls about the working-day calendar."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from nbcredit.domain.calendar_years import CalendarYear
from nbcredit.domain.working_days import DueDate, WorkingCalendar
from nbcredit.wire.base import Wire
from nbcredit.wire.calls import Call


class ShowCalendar(Call):
    """Ask which years are known, and which of their days are not what the weekday says."""

    call: Literal["show-calendar"] = "show-calendar"
    year: Annotated[int, Field(ge=2000, le=2099)] | None = None


class LoadCalendar(Call):
    """Load a year of the calendar, or a newer edition of it; centre and office only."""

    call: Literal["load-calendar"] = "load-calendar"
    document: dict[str, Any]


class ComputeDue(Call):
    """Ask when a period of working days ends that begins with an event of a day."""

    call: Literal["compute-due"] = "compute-due"
    start: date
    days: Annotated[int, Field(ge=1, le=250)]
    rule: Annotated[str, Field(min_length=1, max_length=40)] = "A8.1"


class YearView(Wire):
    """One year; the days are spelled with their weekdays."""

    year: int
    edition: int
    source: str
    off: dict[str, str]
    worked: list[str]


class CalendarView(Wire):
    """The years that are known."""

    years: list[YearView]


class DueView(Wire):
    """A due date and how it comes about; `assumed` where a year is not known yet."""

    on: date
    text: str
    edition: str
    assumed: bool
    explanation: str


def calendar_view(calendar: WorkingCalendar, *, year: int | None) -> CalendarView:
    known = calendar.years.values()
    shown = [each for each in known if year is None or each.year == year]
    return CalendarView(years=[year_view(each, calendar) for each in shown])


def year_view(year: CalendarYear, calendar: WorkingCalendar) -> YearView:
    return YearView(
        year=year.year,
        edition=year.edition,
        source=year.source,
        off={calendar.described(day): name for day, name in sorted(year.off.items())},
        worked=[calendar.described(day) for day in sorted(year.worked)],
    )


def due_view(due: DueDate, calendar: WorkingCalendar) -> DueView:
    return DueView(
        on=due.on,
        text=calendar.described(due.on),
        edition=due.edition,
        assumed=due.assumed,
        explanation=calendar.explain(due),
    )
