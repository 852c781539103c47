"""Cells made uniform one by one, as one would with the standard library and python-stdnum.

Each function returns what is stored, `None` for nothing, and raises `ValueError` for what cannot be
right; what is accepted but to be told goes to `notes`.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from stdnum.cn import uscc

from tests.bench.peers.rules import (
    BAD_CHARACTER,
    CLOSING,
    CODE_LENGTH,
    COMPACT_DATE,
    DASHES,
    DATE_FORMATS,
    DAY_ZERO,
    EXCEL_ERRORS,
    FINE,
    FIRST_SERIAL,
    FOR_EVER,
    HARD_NULLS,
    INVISIBLE,
    LAST_SERIAL,
    LINE_ENDS,
    LONG_TERM,
    MOST_DECIMALS,
    MOST_DIGITS,
    NO_TERM,
    NULLS,
    NUMBER,
    OPEN_ENDED,
    OPENING,
    OUTER,
    PARTY_KINDS,
    PENALTY_KINDS,
    SCIENTIFIC,
    TAKEN_FOR,
    TEN_THOUSAND,
    TIME_FORMATS,
    TODAY,
)

Notes = list[str]

_INVISIBLE: Final = re.compile(INVISIBLE)
_LINE_ENDS: Final = re.compile(LINE_ENDS)
_BAD: Final = re.compile(BAD_CHARACTER)
_WRAPPED_WORDS: Final = re.compile(r"([\x00-\x7f]) *[\n\t][ \n\t]*([\x00-\x7f])")
_WRAPPED: Final = re.compile(r" *[\n\t][ \n\t]*")
_SPACE: Final = re.compile(r"\s+")
_SEPARATORS: Final = re.compile(r"[\s\-]+")
_SCIENTIFIC: Final = re.compile(SCIENTIFIC)
_NUMBER: Final = re.compile(NUMBER)
_FINE: Final = re.compile(FINE)
_DASHES: Final = str.maketrans(dict.fromkeys(DASHES, "-"))
_ALIKE: Final = str.maketrans(
    {**dict.fromkeys(DASHES, "-"), **dict.fromkeys(OPENING, "("), **dict.fromkeys(CLOSING, ")")}
)
_TAKEN_FOR: Final = str.maketrans(dict(TAKEN_FOR))
_DAYS: Final = (*DATE_FORMATS, *(day + time for day in DATE_FORMATS for time in TIME_FORMATS))


def text(cell: str) -> str | None:
    """Spell a text that must be there: the words that may be its content are."""
    return _content(cell, HARD_NULLS)


def name(cell: str) -> str | None:
    """Spell a name or number, which may be wrapped over lines."""
    found = _content(cell)
    return None if found is None else _WRAPPED.sub("", _WRAPPED_WORDS.sub(r"\1 \2", found))


def matching(number: str) -> str:
    """Fold what does not tell two numbers apart."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", number).translate(_ALIKE)).upper()


def party_kind(cell: str) -> str | None:
    found = _content(cell)
    return None if found is None else _listed(found, _PARTY_KINDS)


def penalty_kinds(cell: str) -> str | None:
    found = _content(cell)
    if found is None:
        return None
    parts = [part.strip() for part in found.replace("；", ";").split(";")]
    kinds = {_listed(part, _PENALTY_KINDS) for part in parts if part}
    return ";".join(sorted(kinds, key=PENALTY_KINDS.index))


def code(cell: str, notes: Notes) -> str | None:
    found = _content(cell)
    if found is None:
        return None
    folded = _SEPARATORS.sub("", _narrow(found)).upper().lstrip("'")
    if not uscc.is_valid(folded):
        digits = folded.translate(_TAKEN_FOR)
        if not uscc.is_valid(digits):
            raise ValueError(_of_wrong_code(folded))
        notes.append("letters were taken for digits")
        folded = digits
    if folded.isdigit() and folded.endswith("000"):
        notes.append("ends with 000: Excel may have changed it")
    return folded


def past_day(cell: str, notes: Notes) -> date | None:
    found = _content(cell)
    if found is None:
        return None
    day = _day(_narrow(found).strip(" '"), notes)
    if day > TODAY:
        raise ValueError(f"after {TODAY}")
    return day


def last_day(cell: str, notes: Notes) -> date | None:
    found = _content(cell)
    if found is None or found in NO_TERM:
        return None
    if found in LONG_TERM:
        return OPEN_ENDED
    day = _day(_narrow(found).strip(" '"), notes)
    return OPEN_ENDED if day == FOR_EVER or day.year == OPEN_ENDED.year else day


def amount(cell: str) -> str | None:
    """Spell an amount in 万元."""
    found = _content(cell)
    if found is None:
        return None
    plain = _SPACE.sub("", _narrow(found)).removesuffix("万元").lstrip("'")
    if _NUMBER.match(plain) is None:
        raise ValueError("not a number")
    value = Decimal(plain.lstrip("¥$").replace(",", ""))
    if value < 0:
        raise ValueError("below 0")
    digits = f"{value:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    whole, _, decimals = digits.partition(".")
    if len(decimals) > MOST_DECIMALS:
        raise ValueError(f"more than {MOST_DECIMALS} decimals")
    if len(whole) > MOST_DIGITS:
        raise ValueError(f"more than {MOST_DIGITS} digits")
    return digits


def is_in_yuan(amount: str, content: str) -> bool:
    """Tell whether an amount that is asked in 万元 is the number that the content gives in 元."""
    stated = Decimal(amount)
    told = [
        Decimal(digits.replace(",", "")) * (TEN_THOUSAND if unit else 1)
        for digits, unit in _FINE.findall(content)
    ]
    return stated != 0 and stated in told and stated * TEN_THOUSAND not in told


def _content(cell: str, nulls: frozenset[str] = NULLS) -> str | None:
    """Tidy a cell; `None` stands for nothing."""
    found = _LINE_ENDS.sub("\n", _INVISIBLE.sub("", cell)).strip(OUTER)
    if not found or found in nulls:
        return None
    if found in EXCEL_ERRORS:
        raise ValueError(f"Excel's error {found}")
    if (bad := _BAD.search(found)) is not None:
        raise ValueError(f"bad character U+{ord(bad[0]):04X} at {bad.start() + 1}")
    return found


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def _folded(word: str) -> str:
    return _SPACE.sub("", _narrow(word)).casefold()


_PARTY_KINDS: Final = {_folded(kind): kind for kind in PARTY_KINDS}
_PENALTY_KINDS: Final = {_folded(kind): kind for kind in PENALTY_KINDS}


def _listed(word: str, known: Mapping[str, str]) -> str:
    found = known.get(_folded(word))
    if found is None:
        raise ValueError(f"{word} is not listed: {'; '.join(known.values())}")
    return found


def _of_wrong_code(folded: str) -> str:
    if "*" in folded:
        return "masked"
    if _SCIENTIFIC.match(folded):
        return "made scientific notation by Excel"
    if len(folded) != CODE_LENGTH:
        return f"has {len(folded)} characters, not {CODE_LENGTH}"
    if folded.isdigit() and folded.endswith("000"):
        return "its last digits were lost in Excel"
    return "wrong check character"


def _day(plain: str, notes: Notes) -> date:
    serial = plain.partition(".")[0]
    if len(serial) == len("46000") and serial.isdigit():
        days = int(serial)
        if not FIRST_SERIAL <= days <= LAST_SERIAL:
            raise ValueError("not a date")
        notes.append(f"Excel's number {serial} of a day")
        return DAY_ZERO + timedelta(days=days)
    for form in (COMPACT_DATE,) if plain.isdigit() else _DAYS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError("not a date")
