"""The real time, real ids and the real deadline."""

from datetime import UTC, datetime
from typing import Any

from ulid import ULID


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the door that time comes in through


class RandomIds:
    """ULIDs: their order is the order of their making."""

    def new(self) -> str:
        return str(ULID())


class LambdaDeadline:
    """How long Lambda still lets the function run."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def remaining(self) -> float:
        return float(self._context.get_remaining_time_in_millis()) / 1000
