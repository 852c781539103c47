"""Rows on their way from the provider's file to the store (A5.3, A8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Row:
    """A clean row: the number a spreadsheet shows, and the value of each field that has one."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedRow:
    """What cleaning made of one row read.

    `outcome` is `None` for an accepted row, whose end the comparison with the store decides;
    otherwise the row ended here as DUPLICATE, REJECTED or BLANK and `row` is `None`.
    """

    number: int
    row: Row | None
    outcome: Outcome | None
    issues: tuple[Issue, ...] = ()
