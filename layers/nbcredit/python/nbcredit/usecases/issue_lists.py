"""Lists of issues and changes for people: grouped by cause, the worst first (A8.2, A8.5)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field as dataclass_field
from typing import BinaryIO, Final, TextIO

from nbcredit.domain.cell_changes import CellChange
from nbcredit.domain.exports import as_it_was, neutral
from nbcredit.domain.issues import Issue, IssueCode, Severity

ISSUE_COLUMNS: Final = ("同类问题", "行", "列", "表头", "字段", "代码", "级别", "原值", "说明")
CHANGE_COLUMNS: Final = ("行", "列", "表头", "字段", "改动", "原值", "改为")
SEVERITIES: Final = {Severity.ERROR: "错误", Severity.WARNING: "提示"}
_SHOWN: Final = 3
# Lines of one cause that are kept in memory; beyond them they go to the scratch file.
_BUFFER: Final = 16_384


@dataclass(slots=True)
class Cause:
    """Issues of one code in one field: how many rows have it, and the first of them."""

    code: IssueCode
    field: str
    rows: int = 0
    first: list[Issue] = dataclass_field(default_factory=list)
    _lines: io.StringIO = dataclass_field(default_factory=io.StringIO)
    _parts: list[tuple[int, int]] = dataclass_field(default_factory=list)

    @property
    def severity(self) -> Severity:
        return self.code.severity

    def add(self, issue: Issue, scratch: BinaryIO) -> None:
        self.rows += 1
        if len(self.first) < _SHOWN:
            self.first.append(issue)
        csv.writer(self._lines).writerow(_cells(issue))
        if self._lines.tell() >= _BUFFER:
            self._parts.append((scratch.seek(0, io.SEEK_END), self._spill(scratch)))

    def _spill(self, scratch: BinaryIO) -> int:
        written = scratch.write(self._lines.getvalue().encode("utf-8", "replace"))
        self._lines.seek(0)
        self._lines.truncate()
        return written

    def lines(self, scratch: BinaryIO) -> Iterator[str]:
        """Yield the lines of the cause, some at a time, in the order they were added."""
        for start, size in self._parts:
            scratch.seek(start)
            yield scratch.read(size).decode()
        yield self._lines.getvalue()


class IssueList:
    """Groups any number of issues by cause in a memory that does not grow with them.

    What does not fit goes to `scratch`, a file to write and read that is the list's own.
    """

    def __init__(self, scratch: BinaryIO) -> None:
        self._scratch = scratch
        self._causes: dict[tuple[IssueCode, str], Cause] = {}

    def add(self, issues: Iterable[Issue]) -> None:
        for issue in issues:
            key = issue.code, issue.field
            cause = self._causes.get(key)
            if cause is None:
                cause = self._causes[key] = Cause(*key)
            cause.add(issue, self._scratch)

    @property
    def causes(self) -> Sequence[Cause]:
        """Return the causes: errors before notes, and what spoils most rows first."""
        return sorted(self._causes.values(), key=_rank)

    def write(self, stream: TextIO) -> None:
        """Write the list as CSV, cause after cause."""
        csv.writer(stream).writerow(ISSUE_COLUMNS)
        for cause in self.causes:
            for lines in cause.lines(self._scratch):
                # How many there are is known only now: it is the first cell of each line.
                stream.write(lines.replace(_COUNT, str(cause.rows)))


_COUNT: Final = "\x02"


def _rank(cause: Cause) -> tuple[bool, int, str, str]:
    return cause.severity is Severity.WARNING, -cause.rows, cause.code.value, cause.field


def _cells(issue: Issue) -> tuple[str, ...]:
    return (
        _COUNT,
        str(issue.row) if issue.row else "",
        issue.column,
        _clear(issue.header),
        issue.field,
        issue.code.value,
        SEVERITIES[issue.severity],
        as_it_was(issue.value.replace(_COUNT, " ")),
        _clear(issue.message),
    )


def _clear(text: str) -> str:
    return neutral(text.replace(_COUNT, " "))


def change_cells(change: CellChange) -> tuple[str, ...]:
    """Return a change as a line of the list of changes."""
    return (
        str(change.row),
        change.column,
        neutral(change.header),
        change.field,
        change.kind.label,
        as_it_was(change.was),
        as_it_was(change.became),
    )
