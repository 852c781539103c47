"""The rows of a submission that go back: as they were written, with what is wrong (A8.5)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field as dataclass_field
from datetime import date
from typing import Final, NamedTuple, Protocol

from nbcredit.domain.catalogue import Item
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.domain.reserved import FEEDBACK, UNREAD_HEADERS
from nbcredit.domain.submissions import FileFormat

# So many rows a person may still work through in a spreadsheet; the rest goes into a CSV.
MOST_IN_BOOK: Final = 50_000


class OriginalRow(NamedTuple):
    """One row of the provider's file; one that cannot be told into cells has none."""

    number: int
    cells: tuple[str, ...] | None


class Original(Protocol):
    """A file that was read before; `fields` tells which column each field stands in."""

    @property
    def titles(self) -> Sequence[str]: ...
    @property
    def fields(self) -> Mapping[str, int]: ...
    @property
    def rows(self) -> Iterator[OriginalRow]: ...


class Rereader(Protocol):
    """Reads the rows of a file again without cleaning them."""

    def open(
        self,
        blocks: Iterable[bytes],
        *,
        form: FileFormat,
        encoding: str,
        item: Item,
        others: Iterable[Item],
    ) -> Original: ...


class ReturnedRow(NamedTuple):
    """A row that goes back: its cells, its errors, and the number by which it is answered."""

    number: int
    cells: tuple[str, ...] | None
    errors: tuple[Issue, ...]
    answers: FeedbackRow

    @property
    def advice(self) -> str:
        """Say in plain words what is to be done with the row."""
        told = list(dict.fromkeys(map(advice_of, sorted(self.errors, key=_column))))
        if len(told) == 1:
            return told[0]
        return "\n".join(f"{place}. {each}" for place, each in enumerate(told, start=1))


@dataclass(slots=True)
class ReturnedCause:
    """Errors of one kind in one column: how many rows have it, and the first of them."""

    code: IssueCode
    header: str
    message: str
    rows: int = 0
    first: list[int] = dataclass_field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Overview:
    """What goes back of a submission, counted before any of it is written."""

    rows: int
    causes: Sequence[ReturnedCause]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedSheet:
    """What a sheet of returned rows is of, and how it is sent back.

    `titles` are the provider's own headers in their order; `fields` tells the column of each field.
    `rest` is how many rows stand in the CSV instead.
    """

    submission: str
    provider: str
    item: str
    item_name: str
    period: str
    file_name: str
    read: int
    made: date
    due: str
    titles: Sequence[str]
    fields: Mapping[str, int]
    overview: Overview
    rest: int = 0

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the provider's columns that go back; those of an earlier feedback are anew."""
        earlier = {self.fields[FEEDBACK]} if FEEDBACK in self.fields else set()
        return tuple(
            index
            for index, title in enumerate(self.titles)
            if index not in earlier and title.strip() not in UNREAD_HEADERS
        )


def overview(issues: Iterable[Issue]) -> Overview:
    """Count the rows with errors, and their causes, those first that spoil most rows."""
    causes: dict[tuple[IssueCode, str], ReturnedCause] = {}
    rows = last = 0
    for issue in issues:
        if not is_error(issue):
            continue
        rows += issue.row != last
        last = issue.row
        key = issue.code, issue.field
        cause = causes.get(key)
        if cause is None:
            cause = causes[key] = ReturnedCause(issue.code, issue.header, advice_of(issue))
        cause.rows += 1
        if len(cause.first) < _SHOWN:
            cause.first.append(issue.row)
    ranked = sorted(causes.values(), key=lambda each: (-each.rows, each.code, each.header))
    return Overview(rows, ranked)


def is_error(issue: Issue) -> bool:
    """Tell whether the issue is why a row was not stored."""
    return issue.severity is Severity.ERROR and issue.row > 0


def with_errors(
    rows: Iterable[OriginalRow], issues: Iterable[Issue]
) -> Iterator[tuple[OriginalRow, tuple[Issue, ...]]]:
    """Yield each row with its errors; both come in the order of the rows."""
    errors = filter(is_error, issues)
    ahead = next(errors, None)
    for row in rows:
        found: list[Issue] = []
        while ahead is not None and ahead.row <= row.number:
            if ahead.row == row.number:
                found.append(ahead)
            ahead = next(errors, None)
        yield row, tuple(found)


def _column(issue: Issue) -> tuple[bool, int, str]:
    """Return what orders columns from left to right, those of no column last."""
    return not issue.column, len(issue.column), issue.column


def advice_of(issue: Issue) -> str:
    """Say what to do about an error in words that hold where the row goes back to."""
    told = _ADVICE.get(issue.code)
    if told is not None:
        return told
    if issue.code is IssueCode.CONFLICTING_ROWS:
        return f"{issue.message}{_WHICH}"
    if issue.header and issue.header not in issue.message:
        return f"【{issue.header}】{issue.message}"
    return issue.message


_SHOWN: Final = 3
_WHICH: Final = "（行号是原文件的。这一行才正确的，保留后上传；那一行正确的，请撤回这一行。）"
# Their own messages speak of places in the provider's file.
_ADVICE: Final[Mapping[IssueCode, str]] = {
    IssueCode.EXTRA_CELLS: (
        "这一行比表头多出内容（在最右边没有列名的单元格中）：请核对各列是否错位，"
        "改好后删去多余的单元格。"
    ),
    IssueCode.MISQUOTED: (
        "这一行的英文双引号没有配对，原文件中的内容读不出来：请按原行号对照原文件，在这里重新填写。"
    ),
    IssueCode.TOO_LARGE: (
        "这一行的内容太长，读不进来：请按原行号对照原文件，检查是否缺少换行，在这里重新填写。"
    ),
    IssueCode.BAD_RECORD: (
        "这一行不是完整的一条记录，原文件中的内容读不出来：请按原行号对照原文件，在这里重新填写。"
    ),
}
