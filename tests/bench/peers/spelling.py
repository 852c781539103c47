"""Cells made uniform one by one, as one would with the standard library and python-stdnum.

Each raises `ValueError` for what cannot be right.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from stdnum.cn import uscc

from tests.bench.peers.rules import (
    AMOUNT,
    BAD_CHARACTER,
    DATE_FORMATS,
    FOR_EVER,
    OPEN_ENDED,
    PARTY_KINDS,
    PENALTY_KINDS,
    TODAY,
)

_AMOUNT: Final = re.compile(AMOUNT)
_BAD: Final = re.compile(BAD_CHARACTER)


def text(cell: str) -> str:
    if _BAD.search(cell):
        raise ValueError("bad character")
    return cell.strip()


def party_kind(cell: str) -> str:
    kind = cell.strip()
    if kind not in PARTY_KINDS:
        raise ValueError("no kind of party")
    return kind


def code(cell: str) -> str:
    return str(uscc.validate(_narrow(cell).upper()))


def past_day(cell: str) -> date:
    found = _day(cell)
    if found > TODAY:
        raise ValueError("in the future")
    return found


def last_day(cell: str) -> date:
    found = _day(cell)
    return OPEN_ENDED if found == FOR_EVER else found


def _day(cell: str) -> date:
    spelled = _narrow(cell)
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(spelled, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError("no date")


def amount(cell: str) -> str:
    plain = _narrow(cell).removesuffix("万元").replace(",", "")
    digits = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if _AMOUNT.fullmatch(digits) is None:
        raise ValueError("no amount")
    return digits


def penalty_kinds(cell: str) -> str:
    found = {kind.strip() for kind in cell.replace("；", ";").split(";")}
    return ";".join(sorted(found, key=PENALTY_KINDS.index))


def _narrow(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell.strip())
