"""Invented identifiers: valid check characters, but numbers that belong to nobody.

Credit codes carry an organisation code that begins with X: the national register has issued
digits and MA… only. Resident numbers use the city's own code 330201, under which no district
registers residents any more, and birth dates from 1900 to 1919: a holder would be older than
anybody alive. Sequences stop at 995, because 996 to 999 meant centenarians in 15-digit numbers.
"""

from datetime import date, timedelta
from typing import Final

from nbcredit.domain.identifiers import (
    credit_code_check_character,
    organisation_code_check_character,
    resident_id_check_character,
)

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_SPACE: Final = 31**7

_ADDRESS: Final = "330201"
_FIRST_BIRTH: Final = date(1900, 1, 1)
_BIRTH_DAYS: Final = (date(1920, 1, 1) - _FIRST_BIRTH).days
_SEQUENCES: Final = 995
MOST_PERSONS: Final = _BIRTH_DAYS * _SEQUENCES
# Without a common factor with their spaces: stepping visits every number before any returns.
_BODY_STEP: Final = 7_368_787_201
_PERSON_STEP: Final = 3_000_017


def organisation_code(number: int, offset: int = 0) -> str:
    """Return an organisation code (GB 11714) that begins with X."""
    rest = (number * _BODY_STEP + offset) % _BODY_SPACE
    digits = []
    for _ in range(7):
        rest, digit = divmod(rest, 31)
        digits.append(_ALPHABET[digit])
    body = "X" + "".join(reversed(digits))
    return body + organisation_code_check_character(body)


def credit_code(category: str, region: str, number: int, offset: int = 0) -> str:
    """Return a unified social credit code of the category (91 company, 92 sole trader …)."""
    first17 = category + region + organisation_code(number, offset)
    return first17 + credit_code_check_character(first17)


def resident_id(number: int, offset: int = 0) -> str:
    """Return an 18-digit resident number; equal numbers, equal persons."""
    days, sequence = divmod((number * _PERSON_STEP + offset) % MOST_PERSONS, _SEQUENCES)
    born = _FIRST_BIRTH + timedelta(days=days)
    found = _resident_id(born, sequence + 1)
    # Three zeros look like damage by a spreadsheet; at most one number of a day ends so, and the
    # sequence 0, which is given to nobody, ends in another check digit.
    return _resident_id(born, 0) if found.endswith("000") else found


def _resident_id(born: date, sequence: int) -> str:
    first17 = f"{_ADDRESS}{born:%Y%m%d}{sequence:03d}"
    return first17 + resident_id_check_character(first17)


def in_old_form(number18: str) -> str:
    """Return the 15-digit form in which the same number was issued before 1999."""
    return number18[:6] + number18[8:17]
