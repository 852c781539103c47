"""One spelling for one meaning: what a cell's text becomes before it is checked (A8.2).

A normaliser never fails: what it does not understand it hands on, and the check tells. Applying it
twice changes nothing more. Names and free text keep their own characters.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import partial
from itertools import chain, pairwise
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

from nbcredit.domain.identifiers import is_credit_code, is_resident_id
from nbcredit.domain.names import COMPATIBILITY

Normaliser = Callable[[str], str]

# Day 0 of the serial numbers by which Excel keeps dates, in its two systems.
DAY_ZERO_1900: Final = date(1899, 12, 30)
DAY_ZERO_1904: Final = date(1904, 1, 1)

OPEN_ENDED: Final = "9999-12-31"

# Outer white space, without the C0 and C1 characters that str.strip() would hide.
_OUTER: Final = " \t\r\n\xa0\u3000\u1680\u202f\u205f\u2028\u2029" + "".join(
    map(chr, range(0x2000, 0x200B))
)
INVISIBLE: Final = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_ENDS: Final = re.compile("\r\n|\r|\u2028|\u2029")
# CPython's codec is the edition of 2000; GB 18030-2022 gives these their own places.
LATER: Final[Mapping[int, int]] = {
    **dict(zip(range(0xE78D, 0xE794), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE17)),
               strict=True)),
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F,
    **dict(zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864),
               range(0x9FB4, 0x9FBC), strict=True)),
}  # fmt: skip
_PLAIN: Final[Mapping[int, int]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **{ord(space): ord(" ") for space in _OUTER if space not in "\t\r\n"},
    **{ord(dash): ord("-") for dash in "‐‑‒–—―−﹣"},
    ord("〔"): ord("("), ord("〕"): ord(")"), ord("￥"): ord("¥"), ord("。"): ord("."),
}  # fmt: skip
_NARROW: Final[Mapping[int, int | str]] = {
    **{code: plain.translate(_PLAIN) for code, plain in COMPATIBILITY.items()},
    **_PLAIN,
}
_UPPER: Final = str.maketrans(ascii_lowercase, ascii_uppercase)
_SEPARATORS: Final = re.compile(r"[\s\-]+")
_SPACE: Final = re.compile(r"\s+")

# What exporting systems write for nothing; the softer words may be the content of a text.
_HARD_NULLS: Final = frozenset({"\\N", "\\n", "NULL", "null", "Null", "N/A", "#N/A", "nan", "NaN"})
_SOFT_NULLS: Final = frozenset({"暂无", "无", "/", "-", "－", "—", "——", "--", "／", "空值"})
NULL_WORDS: Final = _HARD_NULLS | _SOFT_NULLS
LONGEST_NULL: Final = 4

_LONGEST_AMOUNT: Final = 64
# Wide enough that no digit of an amount is rounded away.
_EXACT: Final = Context(prec=_LONGEST_AMOUNT + 1)

# Excel's numbers of the days from 1950 to 2099: others are no dates that are reported.
_SERIAL: Final = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_SERIALS: Final = range(
    (date(1950, 1, 1) - DAY_ZERO_1900).days, (date(2100, 1, 1) - DAY_ZERO_1900).days
)

# Letters that are taken for digits; a credit code has none of the first four.
_LETTERS_IN_CODE: Final = str.maketrans("OIZS", "0125")
_LETTERS_IN_ID: Final = str.maketrans("OIZSLB", "012518")
_LENGTH: Final = 18

_LONG_TERM: Final = frozenset(
    {"长期", "长期有效", "永久", "永久有效", "无限期", "无固定期限", "无期限", "2099-12-31"}
)
_NO_TERM: Final = frozenset({"无处罚期限", "不适用"})
_TIME: Final = (
    r"(?:(?:[T ]|(?<=日))\s*[0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:\.[0-9]+)?)?(?:\+08:?00)?)?"
)
_DATE: Final = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?"
    r"|([0-9]{2})([0-9]{2}))" + _TIME
)
_MONTH: Final = re.compile(r"([0-9]{4})(?:[-/.]?([0-9]{2})|[-/.]([0-9])|年([0-9]{1,2})月份?)")
_AMOUNT: Final = re.compile(r"[¥$]?(-?)(?:([0-9]{1,3}(?:,[0-9]{3})+)|([0-9]*))(?:\.([0-9]*))?")


def tidy(cell: str) -> str:
    """Drop outer white space and what cannot be seen; one kind of line end."""
    text = cell.strip(_OUTER)
    if text.isprintable():
        return text
    text = INVISIBLE.sub("", text).translate(LATER)
    return _LINE_ENDS.sub("\n", text).strip(_OUTER)


def narrow(text: str) -> str:
    """Fold full-width and compatibility forms, dashes and spaces to the plain ones."""
    return text if text.isascii() else text.translate(_NARROW)


def is_null(text: str, *, soft: bool) -> bool:
    """Tell whether a tidy text stands for nothing."""
    return len(text) <= LONGEST_NULL and (text in _HARD_NULLS or (soft and text in _SOFT_NULLS))


def code(text: str) -> str:
    """Fold a code: half-width, upper case, without spaces, dashes and Excel's apostrophe."""
    plain = _SEPARATORS.sub("", narrow(text)).lstrip("'")
    # Of the letters beyond ASCII some have a plain one in upper case, which they don't stand for.
    return plain.upper() if plain.isascii() else plain.translate(_UPPER)


def credit_code(text: str) -> str:
    """Fold a credit code; letters become digits where only that makes it right."""
    folded = code(text)
    if len(folded) != _LENGTH or is_credit_code(folded):
        return folded
    digits = folded.translate(_LETTERS_IN_CODE)
    return digits if is_credit_code(digits) else folded


def resident_id(text: str) -> str:
    """Return a folded identity number with digits for letters, where only that makes it right."""
    if len(text) != _LENGTH or is_resident_id(text):
        return text
    digits = text.translate(_LETTERS_IN_ID)
    return digits if is_resident_id(digits) else text


def is_serial(text: str) -> bool:
    """Tell whether a text is Excel's number of a day."""
    match = _SERIAL.fullmatch(narrow(text).strip(" '"))
    return match is not None and int(match[1]) in _SERIALS


def _day(text: str, day_zero: date) -> str | None:
    plain = narrow(text).strip(" '")
    match = _DATE.fullmatch(plain)
    if match is None:
        serial = _SERIAL.fullmatch(plain)
        if serial is None or int(serial[1]) not in _SERIALS:
            return None
        return (day_zero + timedelta(days=int(serial[1]))).isoformat()
    year, _, *parts = match.groups()
    try:
        return date(int(year), *(int(part) for part in parts if part is not None)).isoformat()
    except ValueError:
        return None


def day(text: str, *, day_zero: date = DAY_ZERO_1900) -> str:
    """Spell a date as YYYY-MM-DD; a time of day is dropped."""
    return _day(text, day_zero) or text


def open_day(text: str, *, day_zero: date = DAY_ZERO_1900) -> str:
    """Spell a date that may be open-ended: 9999-12-31 is without end."""
    spelled = day(text, day_zero=day_zero)
    if spelled in _LONG_TERM or spelled.startswith("9999-"):
        return OPEN_ENDED
    return "" if spelled in _NO_TERM else spelled


def month(text: str, *, day_zero: date = DAY_ZERO_1900) -> str:
    """Spell a month, or the month of a date, as YYYY-MM."""
    spelled = _day(text, day_zero)
    if spelled is not None:
        return spelled[:7]
    match = _MONTH.fullmatch(narrow(text).strip(" '"))
    if match is None:
        return text
    number = int(match[2] or match[3] or match[4])
    return f"{match[1]}-{number:02d}" if 1 <= number <= 12 else text  # noqa: PLR2004 - months


def amount(unit: str, *, given_in: str = "") -> Normaliser:
    """Return what spells an amount as a plain decimal; its own unit may follow it.

    `given_in` is the unit that the provider's header names, where it is the other one.
    """
    exponent = {("万元", "元"): -4, ("元", "万元"): 4}.get((unit, given_in), 0)

    def spell(text: str) -> str:
        if len(text) > _LONGEST_AMOUNT:
            return text
        plain = _SPACE.sub("", narrow(text)).removesuffix(given_in or unit)
        match = _AMOUNT.fullmatch(plain.lstrip("'"))
        if match is None or not (match[2] or match[3] or match[4]):
            return text
        whole = (match[2] or match[3] or "0").replace(",", "")
        value = Decimal(f"{whole}.{match[4] or '0'}")
        if exponent:
            value = value.scaleb(exponent, _EXACT)
        digits = f"{value:f}".lstrip("0")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        digits = f"0{digits}" if not digits or digits.startswith(".") else digits
        return f"-{digits}" if match[1] and digits != "0" else digits

    return spell


def choice(options: Iterable[str], synonyms: Mapping[str, str]) -> Normaliser:
    """Return what finds the listed value, whatever the width, the brackets and the spaces."""
    known = {_key(option): option for option in options}
    known |= {_key(word): option for word, option in synonyms.items()}

    def spell(text: str) -> str:
        return known.get(_key(text), text)

    return spell


def choices(options: Iterable[str], synonyms: Mapping[str, str]) -> Normaliser:
    """Return what spells a list of values, each once, in the catalogue's order."""
    ordered = tuple(options)
    order = {option: place for place, option in enumerate(ordered)}
    one = choice(ordered, synonyms)

    def spell(text: str) -> str:
        parts = (tidy(part) for part in text.replace("；", ";").split(";"))
        found = dict.fromkeys(one(part) for part in parts if part)
        return ";".join(sorted(found, key=lambda value: order.get(value, len(order))))

    return spell


def _key(text: str) -> str:
    return _SPACE.sub("", narrow(text)).casefold()


def _as_is(text: str) -> str:
    return text


def one_line(text: str) -> str:
    """Join a name or number that was wrapped over lines; Chinese needs no space between."""
    if "\n" not in text and "\t" not in text:
        return text
    parts = [part.strip(" ") for part in text.replace("\t", "\n").split("\n")]
    parts = [part for part in parts if part]
    gaps = (
        " " if before[-1].isascii() and after[0].isascii() else ""
        for before, after in pairwise(parts)
    )
    return "".join(chain(*zip(parts, chain(gaps, ("",)), strict=True)))


def normaliser_of(
    schema: Mapping[str, Any], *, day_zero: date = DAY_ZERO_1900, given_in: str = ""
) -> Normaliser:
    """Return the normaliser of a property, by its form.

    `day_zero` is the file's date system; `given_in` the unit of an amount if the header names it.
    """
    form = schema["x-form"]
    options = schema.get("enum") or schema.get("items", {}).get("enum") or schema.get("x-known", ())
    synonyms = schema.get("x-synonyms", {})
    makers: Mapping[str, Callable[[], Normaliser]] = {
        "text": lambda: _as_is,
        "name": lambda: one_line,
        "reference": lambda: one_line,
        "code": lambda: code,
        "credit-code": lambda: credit_code,
        "identity": lambda: code,
        "date": lambda: partial(day, day_zero=day_zero),
        "open-date": lambda: partial(open_day, day_zero=day_zero),
        "month": lambda: partial(month, day_zero=day_zero),
        "amount": lambda: amount(schema.get("x-unit", ""), given_in=given_in),
        "choice": lambda: choice(options, synonyms),
        "region": lambda: choice(options, synonyms),
        "choices": lambda: choices(options, synonyms),
    }
    return makers[form]()
