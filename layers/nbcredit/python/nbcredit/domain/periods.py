"""Reporting periods: calendar months in the city's time zone (A7.1)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Self

from nbcredit.domain.errors import BadRequest

# Asia/Shanghai has had no daylight saving time since 1991, so a fixed offset is exact and needs
# no time zone database in the function.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

_DECEMBER: Final = 12
_FORM: Final = re.compile(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])")


class BadPeriod(BadRequest):
    """The text does not name a month."""

    code = "bad-period"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是报送期：请写成 2026-10 这样的年-月。")
        self.text = text


def business_date(moment: datetime) -> date:
    """Return the calendar date in Asia/Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def utc_text(moment: datetime) -> str:
    """Spell an aware moment so that text order is time order, in microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_utc_text(text: str) -> datetime:
    """Read what `utc_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def is_backfill(period: str, *, reported_at: datetime) -> bool:
    """Whether a report is of history: neither of the month it came in nor of the one before.

    History waits for what is due now, and nobody is reminded of it (F21).
    """
    return Period.parse(period) < Period.of(business_date(reported_at)).previous()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One calendar month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-MM`; raise `BadPeriod` for anything else."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise BadPeriod(text)
        return cls(int(match["year"]), int(match["month"]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    def previous(self) -> "Period":
        return Period(self.year - 1, 12) if self.month == 1 else Period(self.year, self.month - 1)

    def next(self) -> "Period":
        return (
            Period(self.year + 1, 1)
            if self.month == _DECEMBER
            else Period(self.year, self.month + 1)
        )

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
