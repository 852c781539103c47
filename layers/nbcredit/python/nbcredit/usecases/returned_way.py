"""The one way through a file whose rows go back: which do, and which answer something (A8.5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from nbcredit.domain.comparison import CaseKind
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.issues import Issue
from nbcredit.domain.reserved import FEEDBACK, answers_something
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.earlier_rows import EarlierRows, cell, mark_of
from nbcredit.usecases.feedback_store import RowsOf
from nbcredit.usecases.returned_rows import Original, OriginalRow, ReturnedRow

# Rows that comparison holds; any other error is why a row was refused.
HELD: Final = frozenset(kind.code for kind in CaseKind)
# Rows that are known again where they come without their number; there are rarely more.
MOST_MARKED: Final = 20_000


@dataclass(slots=True)
class Way:
    """What is found on the way through a file; `left` rows are still to go back."""

    submission: Submission
    earlier: EarlierRows
    left: int
    marks: dict[str, list[int]] = field(default_factory=dict)
    _rejected: set[int] = field(default_factory=set)
    _held: set[int] = field(default_factory=set)
    _carried: dict[int, FeedbackRow] = field(default_factory=dict)
    _held_again: set[int] = field(default_factory=set)
    _corrected: dict[str, dict[int, int]] = field(default_factory=dict)
    _strays: list[int] = field(default_factory=list)

    @property
    def marked(self) -> bool:
        """Whether rows may say that they answer something."""
        return answers_something(self.submission.columns)

    @property
    def rows(self) -> RowsOf:
        return RowsOf(
            rejected=frozenset(self._rejected),
            held=frozenset(self._held),
            carried=dict(self._carried),
            held_again=frozenset(self._held_again),
            corrected=self._corrected,
            strays=tuple(self._strays),
        )

    def through(
        self, original: Original, rows: Iterable[tuple[OriginalRow, tuple[Issue, ...]]]
    ) -> Iterator[ReturnedRow]:
        """Yield the rows that go back; the end is where no further row matters."""
        for row, errors in rows:
            earlier = self._earlier(original, row, wrong=bool(errors))
            if errors:
                self.left -= 1
                yield self._back(original, row, errors, earlier)
            elif earlier is not None:
                self._corrected.setdefault(earlier.feedback, {})[earlier.row] = row.number
            if not (self.left or self.marked):
                return

    def _earlier(self, original: Original, row: OriginalRow, *, wrong: bool) -> FeedbackRow | None:
        if not (wrong or self.marked):
            return None
        earlier = self.earlier.take(original, row, wrong=wrong)
        if earlier is None and cell(original, row, FEEDBACK):
            self._strays.append(row.number)
        return earlier

    def _back(
        self,
        original: Original,
        row: OriginalRow,
        errors: tuple[Issue, ...],
        earlier: FeedbackRow | None,
    ) -> ReturnedRow:
        held = any(error.code in HELD for error in errors)
        if earlier is not None:
            self._carried[row.number] = earlier
            if held:
                self._held_again.add(row.number)
        else:
            (self._held if held else self._rejected).add(row.number)
            self._mark(mark_of(self.earlier.item, original, row), row.number)
        own = FeedbackRow(self.submission.id, row.number)
        return ReturnedRow(row.number, row.cells, errors, earlier or own)

    def _mark(self, mark: str, number: int) -> None:
        if mark and len(self.marks) < MOST_MARKED:
            self.marks.setdefault(mark, []).append(number)


def as_before(
    submission: Submission,
    found: RowsOf,
    rows: Iterable[tuple[OriginalRow, tuple[Issue, ...]]],
) -> Iterator[ReturnedRow]:
    """Yield the rows that went back with the numbers that they had then."""
    for row, errors in rows:
        if errors:
            own = FeedbackRow(submission.id, row.number)
            yield ReturnedRow(row.number, row.cells, errors, found.carried.get(row.number, own))
