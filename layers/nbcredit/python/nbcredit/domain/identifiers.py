"""Identity numbers of organisations and persons, their check characters and their masks."""

from collections.abc import Mapping
from datetime import date
from operator import getitem, mul
from typing import Final

# GB 32100-2015: no I, O, S, V, Z; the weights are the powers of 3 modulo 31. The check character
# itself weighs 1, so that a whole code is right where its sum is a multiple of 31.
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = bytes((*(pow(3, place, 31) for place in range(17)), 1))
_NO_VALUE: Final = 255
_CREDIT_VALUES: Final = bytes(
    value if (value := _CREDIT_ALPHABET.find(chr(code))) >= 0 else _NO_VALUE for code in range(256)
)

# GB 11714-1997, places 9 to 17 of a credit code: tells where a mistyped character is.
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_VALUES: Final = {
    character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

# GB 11643-1999: ISO 7064 MOD 11-2; the check character weighs 1, and the sum of a right number
# leaves 1.
_RESIDENT_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))
_RESIDENT_TABLES: Final[tuple[Mapping[str, int], ...]] = (
    *({str(value): value * weight for value in range(10)} for weight in _RESIDENT_WEIGHTS),
    {**{str(value): value for value in range(10)}, "X": 10},
)

_LENGTH: Final = 18
_OLD_LENGTH: Final = 15


def credit_code_check_character(first17: str) -> str:
    """Return the 18th character of a unified social credit code."""
    total = sum(map(mul, first17.encode().translate(_CREDIT_VALUES), _CREDIT_WEIGHTS))
    return _CREDIT_ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Tell whether the text is a unified social credit code, upper case and without separators.

    Only the alphabet and the check character are asked for: the first two places may be letters
    (A1, N2, Y1), the district may have been abolished, and places 1 to 8 need not be digits.
    """
    if len(text) != _LENGTH or not text.isascii() or text.startswith("0"):
        return False
    values = text.encode().translate(_CREDIT_VALUES)
    # Compiled, this is three times as fast as a sum over a map; interpreted, it is nearly as fast.
    total = 0
    for place in range(_LENGTH):
        total += values[place] * _CREDIT_WEIGHTS[place]
    return total % 31 == 0 and _NO_VALUE not in values


def organisation_code_check_character(first8: str) -> str:
    """Return the 9th character of an organisation code (places 9 to 17 of a credit code)."""
    total = sum(
        _ORGANISATION_VALUES[character] * weight
        for character, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


def first_bad_place(text: str) -> int | None:
    """Return the first place, from 1, whose character no credit code has."""
    for place, character in enumerate(text, 1):
        if character not in _CREDIT_ALPHABET:
            return place
    return None


def resident_id_check_character(first17: str) -> str:
    """Return the 18th character of a resident identity number."""
    total = sum(map(getitem, _RESIDENT_TABLES, first17))
    return "0123456789X"[(1 - total) % 11]


def birth_date(text: str) -> date | None:
    """Return the date of birth in an 18-digit number, or `None` where it is not a real date."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def is_resident_id(text: str) -> bool:
    """Tell whether the text is an 18-digit resident identity number with X in upper case.

    The district is not looked up: numbers keep the code of a county that was renamed since.
    """
    if len(text) != _LENGTH:
        return False
    try:
        right = sum(map(getitem, _RESIDENT_TABLES, text)) % 11 == 1
    except KeyError:
        return False
    return right and birth_date(text) is not None


def resident_id_of_15(text: str) -> str | None:
    """Return the 18-digit form of a number of the first generation, or `None` if it is not one."""
    if len(text) != _OLD_LENGTH or not (text.isascii() and text.isdigit()):
        return None
    first17 = f"{text[:6]}19{text[6:]}"
    if birth_date(first17) is None:
        return None
    return first17 + resident_id_check_character(first17)


# Places 3 to 8 of a credit code are the district of whoever registered it; this is Ningbo's.
_CITY: Final = "3302"


def district_of(credit_code: str) -> str:
    return credit_code[2:8]


def is_of_city(credit_code: str) -> bool:
    """Whether an authority of this city registered the organisation."""
    return district_of(credit_code).startswith(_CITY)


_KEPT: Final = 4


def masked(value: str) -> str:
    """Return a personal value as it may be shown: numbers keep 4 and 4 places, names the first."""
    if len(value) > 2 * _KEPT and any(character.isdigit() for character in value):
        hidden = "*" * (len(value) - 2 * _KEPT)
        return f"{value[:_KEPT]}{hidden}{value[-_KEPT:]}"
    return value[:1] + "*" * (len(value) - 1) if len(value) > 1 else "*" * len(value)
