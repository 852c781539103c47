"""Working days of the mainland: holidays off, 调休 weekend days on, in Asia/Shanghai (A8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Self

from nbcredit.domain.calendar_years import CalendarYear, spelled
from nbcredit.domain.periods import business_date

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A day that was found by counting, and by which editions of which years.

    `assumed` where a year on the way is not known yet and its weekdays were taken for working
    days: the day may prove too early, never too late.
    """

    on: date
    edition: str
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """The last day of a period: until 24:00 of `on`, in Asia/Shanghai.

    `days` are working days after `start`; 0 where the rule names the calendar day itself.
    """

    on: date
    rule: str
    start: date
    days: int = 0
    edition: str = ""
    assumed: bool = False

    def kept_at(self, moment: datetime) -> bool:
        """Whether something that happened at that moment was in time."""
        return business_date(moment) <= self.on


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The years that are known, by their latest editions."""

    years: Mapping[int, CalendarYear]
    _off: Mapping[date, str] = field(repr=False)
    _worked: frozenset[date] = field(repr=False)

    @classmethod
    def of(cls, years: Iterable[CalendarYear]) -> Self:
        """Put years together; a notice may also rule the last days of the year before."""
        known = {year.year: year for year in sorted(years, key=lambda each: each.year)}
        off: dict[date, str] = {}
        worked: set[date] = set()
        for year in known.values():
            off |= year.off
            worked = (worked - year.off.keys()) | year.worked
            off = {day: name for day, name in off.items() if day not in year.worked}
        return cls(known, off, frozenset(worked))

    def knows(self, year: int) -> bool:
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Tell working days; of an unknown year these are Monday to Friday."""
        if day in self._worked:
            return True
        return day not in self._off and day.weekday() < _SATURDAY

    def add_working_days(self, start: date, count: int) -> Found:
        """Return the count-th working day after start; start itself never counts."""
        day = start
        for _ in range(count):
            day = self._next(day)
        years = range(start.year, day.year + 1)
        return Found(
            on=day,
            edition=" ".join(self.years[year].mark for year in years if self.knows(year)),
            assumed=not all(self.knows(year) for year in years),
        )

    def due_after(self, start: date, days: int, *, rule: str) -> DueDate:
        """Return when a period of working days ends that an event of the day `start` begins."""
        found = self.add_working_days(start, days)
        return DueDate(
            on=found.on,
            rule=rule,
            start=start,
            days=days,
            edition=found.edition,
            assumed=found.assumed,
        )

    def due_at(self, event: datetime, days: int, *, rule: str) -> DueDate:
        """Return when a period of working days ends that begins with something at a moment."""
        return self.due_after(business_date(event), days, rule=rule)

    def renewed(self, due: DueDate) -> DueDate:
        """Return a due date as this calendar has it; a calendar day stays what it is."""
        return self.due_after(due.start, due.days, rule=due.rule) if due.days else due

    def moved_to_preceding_working_day(self, day: date) -> date:
        """Return the day itself where it is worked, else the last working day before it."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and with `end`; negative backwards."""
        if end < start:
            return -self.working_days_between(end, start)
        span = (end - start).days
        return sum(self.is_working_day(start + n * _DAY) for n in range(1, span + 1))

    def described(self, day: date) -> str:
        """Spell a day with its weekday and, where it is no plain one, what it is."""
        special = "，调休上班" if day in self._worked else ""
        if day in self._off:
            special = f"，{self._off[day]}放假"
        return spelled(day).replace(" ", "（") + special + "）"

    def explain(self, due: DueDate) -> str:
        """Say in Chinese how a due date comes about."""
        if not due.days:
            return f"止于 {self.described(due.on)} 24:00；依据 {due.rule}，按自然日，遇休息日不顺延"
        told = (
            f"自 {self.described(due.start)}起 {due.days} 个工作日（当日不计），"
            f"止于 {self.described(due.on)} 24:00；依据 {due.rule}，工作日历 {_editions(due)}"
        )
        if skipped := self._skipped(due):
            told += f"；期间不计 {skipped}"
        if due.assumed:
            told += "；有年份的放假安排尚未公布，暂按周一至周五计算，公布后重新计算"
        return told

    def _next(self, day: date) -> date:
        day += _DAY
        while not self.is_working_day(day):
            day += _DAY
        return day

    def _skipped(self, due: DueDate) -> str:
        """Name the holidays on the way; the weekends need no telling."""
        span = (due.start + n * _DAY for n in range(1, (due.on - due.start).days))
        return "、".join(dict.fromkeys(self._off[day] for day in span if day in self._off))


def _editions(due: DueDate) -> str:
    """Spell `2026-1 2027-2` as it is said."""
    marks = [mark.split("-") for mark in due.edition.split()]
    told = (
        f"{year} 版" if edition == "1" else f"{year} 版第 {edition} 次" for year, edition in marks
    )
    return "、".join(told) or "未载入"
