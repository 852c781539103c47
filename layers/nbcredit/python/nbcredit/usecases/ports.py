"""What use cases of every subject ask of the world: the time and new ids."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, read once a use case."""

    def now(self) -> datetime:
        """Return the current moment, aware and in UTC."""
        ...


class IdFactory(Protocol):
    """New ids whose text order is the order of their making."""

    def new(self) -> str: ...


class Deadline(Protocol):
    """How long the running function may still work."""

    def remaining(self) -> float:
        """Return seconds."""
        ...
