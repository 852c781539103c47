"""How a spreadsheet treats the cells of a column: their number format, width and validation."""

import unicodedata
from datetime import date
from typing import Any, Final

from nbcredit.documents.guides import Guide

# Text keeps what Excel would recast: 18 digits, leading zeros, "1-2" as a date.
TEXT: Final = "@"
_NUMBER_FORMATS: Final = {
    "date": "yyyy-mm-dd",
    "open-date": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "amount": "General",
}
_CREDIT_CODE_LENGTH: Final = 18

# Excel's dialogs take no more, and XlsxWriter leaves out a validation with more.
_LONGEST_TITLE: Final = 32
_LONGEST_MESSAGE: Final = 255
# The days that Excel knows: an eight-digit number typed without hyphens is beyond them.
_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(2199, 12, 31)

_WIDTHS: Final = {
    "credit-code": 22,
    "identity": 22,
    "code": 20,
    "reference": 26,
    "date": 13,
    "open-date": 13,
    "month": 13,
    "amount": 14,
    "region": 12,
}
_NARROWEST: Final = 12
_WIDEST: Final = 40
_WIDEST_HEADER: Final = 24
_NO_CHARACTERS: Final = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
# What the button of the filter covers.
_BUTTON: Final = 3


def shown_width(text: str) -> int:
    """Return how many columns of a fixed font the text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)


def cut(text: str, most: int) -> str:
    """Return what fits, counted as Excel counts: a rare character is two."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


def kept(text: str) -> str:
    """Return what a workbook can hold: XML has neither half characters nor non-characters."""
    whole = text.encode("utf-8", "replace").decode()
    return whole.translate(_NO_CHARACTERS)


def number_format(guide: Guide) -> str:
    return _NUMBER_FORMATS.get(guide.field.form, TEXT)


def width(guide: Guide) -> int:
    """Return a width that shows a usual value, and the header in two lines at most."""
    header = min(shown_width(guide.header), _WIDEST_HEADER) + _BUTTON
    usual = _WIDTHS.get(guide.field.form) or guide.field.schema.get("maxLength", 0) // 10
    longest = max(map(shown_width, guide.options), default=0) + _BUTTON
    return min(max(_NARROWEST, header, usual, longest), _WIDEST)


def validation(guide: Guide, *, first: str, listed: str) -> dict[str, Any]:
    """Return what Excel checks and says while a cell is typed.

    `first` is the first data cell, `listed` where the options stand. Only what the platform would
    refuse for certain is stopped; whatever it may accept is asked about.
    """
    return {
        **_check(guide, first, listed),
        "input_title": cut(guide.header, _LONGEST_TITLE),
        "input_message": cut(f"{guide.need}。{guide.how}。", _LONGEST_MESSAGE),
        "error_title": cut(guide.field.title, _LONGEST_TITLE),
        "error_message": cut(f"请检查：{guide.how}。", _LONGEST_MESSAGE),
    }


def _check(guide: Guide, first: str, listed: str) -> dict[str, Any]:
    form, schema = guide.field.form, guide.field.schema
    if guide.options:
        check = {"validate": "list", "source": listed}
        # Excel can offer a list and still take anything: several values, or one beyond the list.
        return check if guide.closed else {**check, "show_error": False}
    if form in {"date", "month"}:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST_DAY,
            "maximum": _LAST_DAY,
        }
    if form == "open-date":
        dated = f'=OR(AND(ISNUMBER({first}),{first}>=1,{first}<2958466),{first}="长期")'
        return {"validate": "custom", "value": dated, "error_type": "warning"}
    if form == "amount":
        return {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"}
    if form == "credit-code":
        return _length("==", _CREDIT_CODE_LENGTH)
    return _length("<=", schema["maxLength"]) if "maxLength" in schema else {"validate": "any"}


def _length(criteria: str, value: int) -> dict[str, Any]:
    return {
        "validate": "length",
        "criteria": criteria,
        "value": value,
        "error_type": "warning",
    }
