"""Ways to spoil a good row, each with the problem that cleaning must find in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.issues import IssueCode

Values = Mapping[str, str]
# Cells under no header: the last ones of a row that is too long.
SURPLUS: Final = "\0surplus"


@dataclass(frozen=True, slots=True)
class Spoiler:
    """One way: `spoil` gets the row and the last good one, and declines with `None`."""

    code: IssueCode
    spoil: Callable[[Values, Values | None], Values | None]


def put(code: IssueCode, title: str, value: str, *, where: Values | None = None) -> Spoiler:
    """Overwrite one cell, in rows whose other cells are as `where` says."""

    def spoil(values: Values, _earlier: Values | None) -> Values | None:
        if any(values.get(key) != wanted for key, wanted in (where or {}).items()):
            return None
        return {**values, title: value}

    return Spoiler(code, spoil)


def alter(
    code: IssueCode, title: str, change: Callable[[str], str], *, where: Values | None = None
) -> Spoiler:
    """Change one cell that has a value, in rows whose other cells are as `where` says."""

    def spoil(values: Values, _earlier: Values | None) -> Values | None:
        if any(values.get(key) != wanted for key, wanted in (where or {}).items()):
            return None
        value = values.get(title)
        return {**values, title: change(value)} if value else None

    return Spoiler(code, spoil)


def surplus() -> Spoiler:
    """Add a cell beyond the last header, as an unquoted comma does."""
    return Spoiler(
        IssueCode.EXTRA_CELLS, lambda values, _earlier: {**values, SURPLUS: "多出的内容"}
    )


def conflict(revise: Callable[[Values], Values]) -> Spoiler:
    """Report the last good row once more with other values."""
    return Spoiler(
        IssueCode.CONFLICTING_ROWS,
        lambda _values, earlier: revise(earlier) if earlier is not None else None,
    )


def with_wrong_last(text: str) -> str:
    """Return the number with another check character, so that it is wrong for sure."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def masked(text: str) -> str:
    """Return the number as a web page would show it."""
    return text[:6] + "*" * (len(text) - 10) + text[-4:]


def damaged(text: str) -> str:
    """Return the number as a spreadsheet leaves it after taking it for a quantity."""
    digits = "".join(c for c in text if c.isdigit()).ljust(6, "0")
    return f"{digits[0]}.{digits[1:6]}E+{len(text) - 1}"
