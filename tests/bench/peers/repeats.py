"""What the peers tell of a file, and which of its rows repeat or contradict earlier ones."""

from collections.abc import Hashable
from enum import Enum, auto
from typing import NamedTuple


class Issue(NamedTuple):
    """What is to be told of a cell or, without a field, of a row."""

    row: int
    field: str
    message: str


class Counts(NamedTuple):
    """How many rows were taken, refused, and passed over as repeated."""

    accepted: int
    rejected: int = 0
    repeated: int = 0


class End(Enum):
    """Whether a row is the first of its record, or tells the same or something else again."""

    FIRST = auto()
    REPEATED = auto()
    CONFLICTING = auto()


class Seen:
    """The records so far: for each key what its first row says."""

    def __init__(self) -> None:
        self._first: dict[Hashable, int] = {}

    def end(self, key: Hashable, values: Hashable) -> End:
        told = hash(values)
        if key not in self._first:
            self._first[key] = told
            return End.FIRST
        return End.REPEATED if self._first[key] == told else End.CONFLICTING
