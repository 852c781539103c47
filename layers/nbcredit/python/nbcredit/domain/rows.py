"""Rows on their way from the provider's file to the store (A5.3, A8.2)."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Self

from nbcredit.domain.cell_changes import CellChange
from nbcredit.domain.issues import Issue


class Outcome(StrEnum):
    """How a row read ends: each ends as exactly one of these."""

    NEW = "new"
    UPDATED = "updated"
    IDENTICAL = "identical"
    OLDER = "older"
    HELD = "held"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    BLANK = "blank"


class Row(NamedTuple):
    """A clean row: the number a spreadsheet shows, and the value of each field that has one.

    `spelled` is the values as one line of JSON, which the engine knows cheaper than anyone else.
    """

    number: int
    values: Mapping[str, str]
    spelled: str

    @classmethod
    def of(cls, number: int, values: Mapping[str, str]) -> Self:
        return cls(number, values, spelled(values))


def spelled(values: Mapping[str, str]) -> str:
    """Return values as one line of JSON."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


class CleanedRow(NamedTuple):
    """What cleaning made of one row read.

    `outcome` is `None` for an accepted row, whose end the comparison with the store decides;
    otherwise the row ended here as DUPLICATE, REJECTED or BLANK and `row` is `None`.
    """

    number: int
    row: Row | None
    outcome: Outcome | None
    issues: tuple[Issue, ...] = ()
    changes: tuple[CellChange, ...] = ()
