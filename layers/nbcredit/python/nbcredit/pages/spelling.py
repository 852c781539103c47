"""How pages spell days, moments, numbers and credit codes."""

from datetime import date, datetime
from typing import Final

from nbcredit.domain.periods import SHANGHAI

# Where the 18 characters of a unified social credit code are parted for the eye.
_PARTS: Final = ((0, 4), (4, 8), (8, 12), (12, 16), (16, 18))
_CREDIT_CODE: Final = 18


def day(value: date | None) -> str:
    """Spell a day as 2026年11月23日; nothing where there is none."""
    return f"{value.year}年{value.month}月{value.day}日" if value is not None else ""


def moment(value: datetime | None) -> str:
    """Spell a moment in the city's time, to the minute."""
    if value is None:
        return ""
    here = value.astimezone(SHANGHAI)
    return f"{day(here.date())} {here:%H:%M}"


def period(value: str) -> str:
    """Spell a reporting period, 2026-10, as 2026年10月."""
    year, _, month = value.partition("-")
    return f"{year}年{int(month)}月" if month.isdecimal() else value


def credit_code(value: str) -> str:
    """Part a credit code as 4-4-4-4-2."""
    if len(value) != _CREDIT_CODE:
        return value
    return " ".join(value[start:end] for start, end in _PARTS)


def number(value: int) -> str:
    return f"{value:,}"


def size(value: int) -> str:
    """Spell a number of bytes as people do."""
    for unit in ("字节", "KB", "MB"):
        if value < 1024:  # noqa: PLR2004 -- a kilobyte
            return f"{value:.0f} {unit}" if unit == "字节" else f"{value:.1f} {unit}"
        value = value / 1024  # type: ignore[assignment]
    return f"{value:.1f} GB"
