"""What a cell stores as what a person would have typed: numbers, dates, percentages, escapes."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache
from math import isinf
from typing import Final

from nbcredit.cleaning.workbook_refusals import broken, unsafe
from nbcredit.cleaning.workbook_xml import Attributes, Part


class Format(Enum):
    """The number formats under which a number is shown as something else."""

    DAY = auto()
    PERCENT = auto()


MAX_STYLES: Final = 65_536

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
# At most 15 digits, spelled as they would be typed: they stand as they are.
_PLAIN: Final = re.compile(r"0|-?[1-9][0-9]{0,14}|(?=.{3,16}\Z)-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER: Final = 400
# Excel keeps 15 digits of a number.
_BEYOND_DIGITS: Final = 1e15
_MIDNIGHT: Final = "00:00:00"
_SECONDS: Final = 86_400
_LAST_SERIAL: Final = date(9999, 12, 31).toordinal() - date(1899, 12, 30).toordinal()
_DAYS_TO_1904: Final = 1_462
# Excel keeps the error of Lotus 1-2-3 that 1900 was a leap year.
_PHANTOM_DAY: Final = 60

# ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates in Chinese installations.
_DAYS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENTS: Final = frozenset({9, 10})
# Quoted words, colours and locales, escaped characters, widths; an elapsed time stays.
_UNSHOWN: Final = re.compile(r'"[^"]*"?|\[(?!(?:h+|m+|s+)\])[^\]]*\]?|[\\_*].?', re.IGNORECASE)
_GENERAL: Final = re.compile("General|G/通用格式", re.IGNORECASE)
_FRACTION: Final = re.compile(r"s\.0+", re.IGNORECASE)
_DAY_LETTERS: Final = re.compile("[ymdhs年月日]", re.IGNORECASE)
_DIGITS: Final = re.compile("[0#?]")


def unescaped(text: str) -> str:
    """Decode what Excel escapes as `_xHHHH_`; half a surrogate pair becomes U+FFFD."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def number(text: str) -> str:
    """Spell a number with the 15 digits that Excel keeps, in full where it has no more."""
    if _PLAIN.fullmatch(text):
        return text
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise broken()
    value = float(text)
    if isinf(value):
        raise broken()
    if abs(value) >= _BEYOND_DIGITS:
        # Its last digits are lost: spelled in full it could pass for somebody's number.
        mantissa, _, exponent = f"{value:.14E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    spelled = f"{value:.15g}"
    if "e" in spelled:
        spelled = f"{Decimal(spelled):f}"
    return "0" if spelled == "-0" else spelled


def percent(text: str) -> str:
    """Spell a number under a percent format."""
    plain = number(text)
    hundredfold = f"{Decimal(plain) * 100:f}"
    if "." in hundredfold:
        hundredfold = hundredfold.rstrip("0").rstrip(".")
    return f"{hundredfold}%"


# The same days come again and again.
@lru_cache(maxsize=4_096)
def day(text: str, *, starts_1904: bool) -> str:
    """Spell a serial number as a date, with its time where it has one; no date stays a number."""
    plain = number(text)
    serial = float(plain)
    if not 0 <= serial <= _LAST_SERIAL:
        return plain
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if days == 0 and (seconds or not starts_1904):
        return time
    if starts_1904:
        days += _DAYS_TO_1904
    if days > _LAST_SERIAL:
        return plain
    spelled = _calendar_day(days)
    return spelled if time == _MIDNIGHT else f"{spelled} {time}"


def _calendar_day(days: int) -> str:
    if days == _PHANTOM_DAY:
        return "1900-02-29"
    epoch = date(1899, 12, 31) if days < _PHANTOM_DAY else date(1899, 12, 30)
    return (epoch + timedelta(days)).isoformat()


def iso_day(text: str) -> str:
    """Spell the dates of the strict format, which are text already."""
    spelled, _, time = text.partition("T")
    time = time.removesuffix("Z").partition(".")[0]
    return spelled if time in {"", _MIDNIGHT} else f"{spelled} {time}"


def format_of(code: str) -> Format | None:
    """Tell a custom number format by what it shows outside quotes, brackets and escapes."""
    shown = _FRACTION.sub("s", _GENERAL.sub("", _UNSHOWN.sub("", code)))
    if "%" in shown:
        return Format.PERCENT
    return Format.DAY if _DAY_LETTERS.search(shown) and not _DIGITS.search(shown) else None


class Styles(Part):
    """The styles of cells: `formats` names those that show a number as something else."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[str, Format] = {}
        self._custom: dict[int, Format | None] = {}
        self._count = -1

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._custom[int(attributes["numFmtId"])] = format_of(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._count = 0
        elif name == "xf" and self._count >= 0:
            found = self._format(int(attributes.get("numFmtId", "0")))
            if found is not None:
                self.formats[str(self._count)] = found
            self._count += 1
        if max(self._count, len(self._custom)) > MAX_STYLES:
            raise unsafe(f"样式超过 {MAX_STYLES} 种")

    def closed(self, name: str) -> None:
        if name == "cellXfs":
            self._count = -1

    def _format(self, number_format: int) -> Format | None:
        if number_format in self._custom:
            return self._custom[number_format]
        if number_format in _PERCENTS:
            return Format.PERCENT
        return Format.DAY if number_format in _DAYS else None


NO_FORMATS: Final[Mapping[str, Format]] = {}
