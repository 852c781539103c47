"""Rows that go back to their provider, and the number by which each is answered (A8.5, A8.6)."""

import re
from typing import Final, NamedTuple, Self

_NUMBER: Final = re.compile(r"(?P<feedback>[0-9A-Z]{20,26})-(?P<row>[1-9][0-9]{0,8})")


class FeedbackRow(NamedTuple):
    """One row of one feedback; its text is the 反馈编号 that stands beside the row."""

    feedback: str
    row: int

    def __str__(self) -> str:
        return f"{self.feedback}-{self.row}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the row that a cell names, or `None` where it names none."""
        match = _NUMBER.fullmatch(text.strip().upper())
        return None if match is None else cls(match["feedback"], int(match["row"]))
