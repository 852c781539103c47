"""What a message may repeat of a file's own words: a header, the name of a sheet, a value.

The number of a resident may stand in any of them, so long numbers are hidden before a text is cut.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from nbcredit.domain.identifiers import (
    birth_date,
    is_credit_code,
    is_resident_id,
    resident_id_of_15,
)

SHOWN: Final = 40

# How far beyond the cut a number is followed.
_AHEAD: Final = 256
_RUN: Final = re.compile("[0-9](?:[ -]*[0-9])*(?:[ -]*X)?")
_WORD: Final = re.compile("[0-9A-Z]+")
_DAYS: Final = re.compile("(?:(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}[ -]*)+")
_PROVINCES: Final = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
              *range(61, 66), 71, 81, 82, 83))
)  # fmt: skip
_CENTURIES: Final = ("19", "20")
_MOBILE: Final = re.compile("1[3-9][0-9]{9}")
_OLD_LENGTH: Final = 15
_LENGTH: Final = 18
_MOBILE_LENGTH: Final = 11
_KEPT: Final = 4
_KEPT_OF_MOBILE: Final = 3


def quoted(text: str, *, most: int = SHOWN, of_code: bool = False) -> str:
    """Return the beginning of a text, with nothing in it that cannot be shown or stored.

    Of the long numbers in a text `of_code` only those are hidden that look like a person's.
    """
    start = _hidden(text[: most + _AHEAD], of_code=of_code)[:most]
    if start.isprintable():
        return start
    return "".join(each if each.isprintable() else " " for each in start)


def _hidden(text: str, *, of_code: bool) -> str:
    """Put asterisks into the numbers of residents and of their telephones, however written."""
    if sum(map(str.isdigit, text)) < _MOBILE_LENGTH:
        return text
    plain = "".join(map(_plain, text))
    characters = list(text)
    for run in _RUN.finditer(plain):
        places = [place for place in range(*run.span()) if plain[place] not in " -"]
        for first, last in _secrets(plain, run, of_code=of_code):
            for place in places[first:last]:
                characters[place] = "*"
    return "".join(characters)


@lru_cache(4096)
def _plain(character: str) -> str:
    """Return what a character counts as in a number: one character, a space if it is unseen."""
    plain = unicodedata.normalize("NFKC", character)
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Pd" or plain == "−":
        return "-"
    if category[0] in "ZMC":
        return " "
    return plain.upper() if len(plain) == 1 and plain.isascii() else character


def _secrets(plain: str, run: re.Match[str], *, of_code: bool) -> Iterator[tuple[int, int]]:
    """Yield from which to which digit of a run is hidden."""
    parts = re.split("[ -]+", run[0])
    number = "".join(parts)
    if _is_secret(number, parts, plain, run, of_code=of_code):
        yield _KEPT, len(number) - _KEPT
    elif _DAYS.fullmatch(run[0]) is None and (not of_code or _is_alone(plain, run)):
        for start in _mobiles(number, parts):
            yield start + _KEPT_OF_MOBILE, start + _MOBILE_LENGTH - _KEPT


def _is_secret(
    number: str, parts: Sequence[str], plain: str, run: re.Match[str], *, of_code: bool
) -> bool:
    if len(number) < _OLD_LENGTH:
        return False
    if _is_personal(number, parts):
        return True
    return not (of_code or _DAYS.fullmatch(run[0]) or _is_credit_code(plain, run))


def _is_personal(number: str, parts: Sequence[str]) -> bool:
    """Tell whether a resident's number may be within: by the date of birth, or a right check."""
    windows = (number[start : start + _LENGTH] for start in range(len(number) - _OLD_LENGTH + 1))
    if any(is_resident_id(window) or _has_birth(window) for window in windows):
        return True
    return any(
        number[start : start + 2] in _PROVINCES
        and resident_id_of_15(number[start : start + _OLD_LENGTH]) is not None
        for start in _starts(parts, _OLD_LENGTH)
    )


def _has_birth(number: str) -> bool:
    return (
        number[:2] in _PROVINCES
        and number[6:8] in _CENTURIES
        and "X" not in number[:14]
        and birth_date(number) is not None
    )


def _mobiles(number: str, parts: Sequence[str]) -> Iterator[int]:
    """Yield where numbers of mobile telephones begin, also behind 86 or 0."""
    for prefix in ("", "0", "86"):
        for start in _starts(parts, len(prefix) + _MOBILE_LENGTH):
            within = start + len(prefix)
            if number.startswith(prefix, start) and _MOBILE.match(number, within):
                yield within


def _starts(parts: Sequence[str], length: int) -> Iterator[int]:
    """Yield where digits of a length begin that no part of a run goes beyond."""
    ends = [0, *accumulate(map(len, parts))]
    return (start for start in ends if start + length in ends)


def _is_alone(plain: str, run: re.Match[str]) -> bool:
    return not (plain[: run.start()] + plain[run.end() :]).strip(" '+-")


def _is_credit_code(plain: str, run: re.Match[str]) -> bool:
    """Tell whether a run is within a right credit code, which is no secret."""
    return any(
        word.start() <= run.start() and run.end() <= word.end() and is_credit_code(word[0])
        for word in _WORD.finditer(plain)
    )
