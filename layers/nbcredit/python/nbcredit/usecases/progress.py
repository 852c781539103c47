"""Progress of a reading: the chunk being filled, and what the submission adds up to so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nbcredit.domain.cell_changes import CellChange, ChangeCounts
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.reserved import CORRECTS
from nbcredit.domain.rows import CleanedRow, Outcome, Row
from nbcredit.domain.submissions import Books, FileRefused, Submission, merged_counts

# A chunk is read, planned and committed as one: two more requests than its rows need.
CHUNK_ROWS: Final = 1000
# Rows of long texts fill a chunk sooner: its plan has to fit into a function's memory, twice.
CHUNK_CHARACTERS: Final = 2_000_000
# What a file of the largest size holds; a reading that is taken up reads its chunks again.
MOST_ROWS: Final = 2_000_000
# Rows that name a record are loaded together, after all others.
MOST_CORRECTIONS: Final = 1_000


@dataclass(slots=True)
class Progress:
    """One reading under way."""

    submission: Submission
    number: int
    rows: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)
    _outcomes: dict[Outcome, int] = field(default_factory=dict)
    _read: int = 0
    _characters: int = 0
    _corrections: int = 0

    def full(self, chunk_rows: int) -> bool:
        return self._read >= chunk_rows or self._characters >= CHUNK_CHARACTERS

    @property
    def pending(self) -> bool:
        """Whether rows wait to be written, or nothing has been written at all."""
        return bool(self._read or self.issues) or not self.number

    def note(self, issues: Sequence[Issue]) -> None:
        """Add what is to be told of the file and not of a row."""
        self.issues.extend(issues)

    def add(self, cleaned: CleanedRow) -> None:
        self._read += 1
        if cleaned.row is not None:
            self.rows.append(cleaned.row)
            self._characters += len(cleaned.row.spelled)
            self._corrections += CORRECTS in cleaned.row.values
        if cleaned.outcome is not None:
            self._outcomes[cleaned.outcome] = self._outcomes.get(cleaned.outcome, 0) + 1
        self.issues.extend(cleaned.issues)
        self.changes.extend(cleaned.changes)

    def turn(self, changes: ChangeCounts) -> None:
        """Begin the next chunk, or raise `FileRefused` where there are too many rows.

        `changes` are those of all rows that were read so far.
        """
        books = self.submission.books
        rows = books.rows + self._read
        if rows > MOST_ROWS:
            raise FileRefused([_too_many_rows()])
        corrections = dict(self.submission.corrections)
        if self._corrections:
            corrections[self.number] = self._corrections
        if sum(corrections.values()) > MOST_CORRECTIONS:
            raise FileRefused([_too_many_corrections()])
        self.submission = replace(
            self.submission,
            chunks=self.number + 1,
            books=Books(rows=rows, by_outcome=books.by_outcome).plus([self._outcomes]),
            issue_counts=merged_counts(self.submission.issue_counts, counted(self.issues)),
            changes=changes,
            corrections=corrections,
        )
        self.number += 1
        self.rows, self.issues, self.changes, self._outcomes = [], [], [], {}
        self._read = self._characters = self._corrections = 0


def counted(issues: Sequence[Issue]) -> dict[str, int]:
    """Count issues by their code."""
    counts: dict[str, int] = {}
    for issue in issues:
        counts[issue.code.value] = counts.get(issue.code.value, 0) + 1
    return counts


def _too_many_rows() -> Issue:
    return Issue(
        code=IssueCode.TOO_LARGE,
        row=0,
        message=f"文件超过 {MOST_ROWS:,} 行：请分成几个文件上传。",
    )


def _too_many_corrections() -> Issue:
    return Issue(
        code=IssueCode.TOO_MANY_CORRECTIONS,
        row=0,
        message=f"文件中写了更正记录编号的行超过 {MOST_CORRECTIONS:,} 行：请分成几个文件上传。",
    )
