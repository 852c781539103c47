"""Choices that follow from a seed alone, the same on every machine and version of Python."""

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

_MASK: Final = (1 << 64) - 1
_STEP: Final = 0x9E3779B97F4A7C15


class Dice:
    """A splitmix64 stream; one for each thing that is invented, so that none depends on another."""

    __slots__ = ("_state",)

    def __init__(self, base: int, number: int = 0) -> None:
        self._state = (base ^ (number * 0xD1342543DE82EF95)) & _MASK

    def _next(self) -> int:
        self._state = (self._state + _STEP) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1."""
        return self._next() % limit

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self._next() % len(choices)]

    def chance(self, share: float) -> bool:
        """Return whether an event with this probability happens."""
        return self._next() < share * (_MASK + 1)


def base_of(seed: int, purpose: str) -> int:
    """Return the start of a family of dice: one seed, one purpose."""
    digest = hashlib.blake2b(f"{seed}\n{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
