"""Feedback as it is kept: tasks, the rows they are about, and one answer a row (A8.6)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Final, NamedTuple, Protocol

from nbcredit.domain.audit import Act
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import Event
from nbcredit.domain.feedback import Answer, Feedback, Step
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.usecases.obligations import TOGETHER as TOGETHER_OWED, Change

# Answers that are written together, with their audit entry, their event and what is owed.
TOGETHER: Final = 80


class StaleAnswer(Conflict):
    """Somebody else has answered or judged one of the rows meanwhile."""

    code = "stale-answer"

    def __init__(self, feedback: str) -> None:
        super().__init__(f"反馈 {feedback} 刚刚被另一操作更改：请查看后重试。")


@dataclass(frozen=True, slots=True)
class RowsOf:
    """What was found on the way through a submission's file; it is found once, and then kept.

    `rejected` and `held` are the rows that its own feedback is about; those `carried` keep the
    number of an earlier one, and some of them are `held_again`. `corrected` tells by feedback which
    of its rows was answered by which row of the file; `strays` have a number that answers nothing.
    """

    rejected: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    carried: Mapping[int, FeedbackRow] = field(default_factory=dict)
    held_again: frozenset[int] = frozenset()
    corrected: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    strays: tuple[int, ...] = ()

    @property
    def own(self) -> frozenset[int]:
        return self.rejected | self.held


class HeldAgain(NamedTuple):
    """A row of a feedback that came back and was held: in which submission, as which row."""

    row: int
    reported_at: datetime
    by: FeedbackRow


class FeedbackStore(Protocol):
    """Keeps feedback and answers; every change is written with its audit entry and its event."""

    def open(self, feedback: Feedback, *, owed: Sequence[Change], act: Act, event: Event) -> bool:
        """Store a new feedback with what is owed; return `False`, changing nothing, if known."""
        ...

    def close(self, feedback: Feedback, *, act: Act, event: Event) -> bool:
        """Close a feedback; return `False`, changing nothing, where it is closed."""
        ...

    def find(self, feedback_id: str) -> Feedback | None: ...

    def of_provider(self, provider: str, *, limit: int) -> Sequence[Feedback]:
        """Return the provider's feedback, the newest first."""
        ...

    def pending(self, *, limit: int) -> Sequence[Feedback]:
        """Return open feedback of every provider, the earliest due date first."""
        ...

    def asked(self, provider: str) -> Mapping[str, Sequence[str]]:
        """Return by record which open feedback asks about records of a provider."""
        ...

    def each_answer(self, feedback_id: str) -> Iterator[Answer]:
        """Yield every answer in the order of the rows."""
        ...

    def answers(self, feedback_id: str, rows: Collection[int]) -> Mapping[int, Answer]:
        """Return the answers to some rows; those between the first and the last are read."""
        ...

    def write(
        self,
        feedback: Feedback,
        steps: Sequence[Step],
        *,
        owed: Sequence[Change] = (),
        act: Act,
        event: Event | None,
    ) -> Feedback:
        """Write at most `TOGETHER` answers and their counts, or raise `StaleAnswer` and write none.

        Feedback, answers and what is owed are still as they were read. Return the feedback as it
        is then.
        """
        ...

    def hold_again(self, feedback_id: str, found: HeldAgain) -> None:
        """Remember that a row came back and was held; a second time remembers the same."""
        ...

    def held_again(self, feedback_id: str, rows: Collection[int]) -> Sequence[HeldAgain]:
        """Return where some rows were held again, by row, those reported first before others."""
        ...


class FeedbackFiles(Protocol):
    """The papers of a submission that its provider gets; writing one again leaves the same."""

    def book(self, submission_id: str) -> AbstractContextManager[IO[bytes]]:
        """Open the workbook of the rows to be written; it is kept once that has ended well."""
        ...

    def rest(self, submission_id: str) -> AbstractContextManager[IO[str]]:
        """Open the CSV of the rows beyond the workbook."""
        ...

    def write_rows(self, submission_id: str, rows: RowsOf) -> None: ...

    def read_rows(self, submission_id: str) -> RowsOf | None: ...

    def write_marks(self, submission_id: str, marks: Mapping[str, Sequence[int]]) -> None:
        """Keep, as long as the workbook, by what the rows that went back are known again."""
        ...

    def read_marks(self, submission_id: str) -> Mapping[str, Sequence[int]]: ...

    def write_paper(self, submission_id: str, paper: str) -> None:
        """Keep the receipt that people read; it is the last of the papers."""
        ...

    def has_paper(self, submission_id: str) -> bool: ...

    def book_address(self, submission_id: str, *, name: str) -> str | None:
        """Return where the workbook can be fetched for a while, `None` where there is none."""
        ...

    def rest_address(self, submission_id: str, *, name: str) -> str | None: ...

    def paper_address(self, submission_id: str, *, name: str) -> str | None: ...


def in_turns(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Yield answers as many at a time as are written together: with what is owed, each is three."""
    owed = any(step.changes_what_is_owed for step in steps)
    together = TOGETHER_OWED if owed else TOGETHER
    for start in range(0, len(steps), together):
        yield steps[start : start + together]
