"""Feedback as it is kept: tasks, the rows they are about, and one answer a row (A8.6)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Final, Protocol

from nbcredit.domain.audit import Act
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import Event
from nbcredit.domain.feedback import Answer, Feedback, RowState
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
    """Which rows of a submission went back, and which of them keep an earlier number.

    `rejected` and `held` are those that the submission's own feedback is about.
    """

    rejected: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    carried: Mapping[int, FeedbackRow] = field(default_factory=dict)

    @property
    def own(self) -> frozenset[int]:
        return self.rejected | self.held


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

    def pending(self) -> Sequence[Feedback]:
        """Return the open feedback of every provider, the earliest due date first."""
        ...

    def about_record(self, record: str) -> Sequence[Feedback]:
        """Return the feedback, open or closed, that asks about a stored record."""
        ...

    def answers(self, feedback_id: str) -> Mapping[int, Answer]: ...

    def write(
        self,
        feedback: Feedback,
        answers: Sequence[Answer],
        *,
        owed: Sequence[Change] = (),
        act: Act,
        event: Event,
    ) -> None:
        """Write at most `TOGETHER` answers, or raise `StaleAnswer` and write none.

        Each is written where its stored revision still is the one it was read with.
        """
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

    def write_paper(self, submission_id: str, paper: str) -> None:
        """Keep the receipt that people read; it is the last of the papers."""
        ...

    def has_paper(self, submission_id: str) -> bool: ...

    def book_address(self, submission_id: str, *, name: str) -> str | None:
        """Return where the workbook can be fetched for a while, `None` where there is none."""
        ...

    def rest_address(self, submission_id: str, *, name: str) -> str | None: ...

    def paper_address(self, submission_id: str, *, name: str) -> str | None: ...


def in_turns(answers: Sequence[Answer]) -> Iterator[Sequence[Answer]]:
    """Yield answers as many at a time as are written together: with what is owed, each is three."""
    owed = any(answer.state is RowState.RETURNED for answer in answers)
    together = TOGETHER_OWED if owed else TOGETHER
    for start in range(0, len(answers), together):
        yield answers[start : start + together]
