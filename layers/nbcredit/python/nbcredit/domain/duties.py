"""Duties of reporting: each month by the 10th, or as the item's frequency says (A7.1, A7.2)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Self

from nbcredit.domain.periods import Period
from nbcredit.domain.working_days import DueDate

# A7: last month's information is reported by the 10th; the day does not move for rest days.
REPORT_BY_DAY: Final = 10
RULE: Final = "A7.1"

# Of what was due longer ago than this when it was first heard of, nobody is reminded.
HISTORY: Final = timedelta(days=31)

# Months a report covers; real-time records of a month discharge the month's duty.
_MONTHS: Final = {"quarterly": 3, "half-yearly": 6, "yearly": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """The facts about one duty; adding them in any order, or twice, gives the same.

    `data` is the accepted submission that was received first; `owed` where the catalogue asks for
    a report, `closed` once the period was closed.
    """

    owed: bool = False
    closed: bool = False
    data_at: datetime | None = None
    data: str = ""
    zero_at: datetime | None = None
    zero_by: str = ""

    @property
    def contradicted(self) -> bool:
        """Whether a zero report stands against data: the data count (A7.2)."""
        return self.zero_at is not None and self.data_at is not None

    def with_data(self, submission: str, *, at: datetime) -> Self:
        known = (self.data_at, self.data)
        if self.data_at is not None and known <= (at, submission):
            return self
        return replace(self, data_at=at, data=submission)

    def with_zero(self, *, at: datetime, by: str) -> Self:
        known = (self.zero_at, self.zero_by)
        if self.zero_at is not None and known <= (at, by):
            return self
        return replace(self, zero_at=at, zero_by=by)


def months_of(frequency: str) -> int:
    """Return how many months a report of that frequency covers."""
    return _MONTHS.get(frequency, 1)


def duty_period(period: Period, *, frequency: str) -> Period:
    """Return the period whose duty a report of `period` discharges: the last of its span."""
    months = months_of(frequency)
    return Period(period.year, -(-period.month // months) * months)


def due_of(period: Period) -> DueDate:
    """Return when the information of a period is due: the 10th of the month after it."""
    after = period.next()
    return DueDate(
        on=date(after.year, after.month, REPORT_BY_DAY), rule=RULE, start=after.first_day
    )


def due_by(day: date) -> Period:
    """Return the latest period whose due date has passed on a day."""
    month = Period.of(day).previous()
    return month if day > due_of(month).on else month.previous()


def is_history(period: Period, *, on: date) -> bool:
    """Whether a report of the period, first heard of on that day, is about a time long past."""
    return on > due_of(period).on + HISTORY


def duty_reference(*, provider: str, item: str, period: str) -> str:
    return f"{period}/{provider}/{item}"
