"""What must be true of whatever is told of a file: for its provider to read, and for the books."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Final

from nbcredit.domain.cell_changes import CellChange
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.usecases.issue_lists import CHANGE_COLUMNS, ISSUE_COLUMNS, IssueList, change_cells

_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_ADVICE: Final = re.compile("请|不用处理|至少填写|可填|每行应为")
# They only say what was done.
_PLAIN_NOTES: Final = {IssueCode.ROWS_ABOVE_HEADER}
_FORMULA: Final = re.compile("[=+@\t\r\n\0＝＋－＠-]")
_RESIDENT: Final = re.compile("(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_LONGEST_MESSAGE: Final = 600


def faults_of_issues(issues: Iterable[Issue]) -> Iterator[str]:
    for issue in issues:
        told = f"{issue.code} at {issue.row}"
        if not _CHINESE.search(issue.message):
            yield f"{told}: the message is not Chinese: {issue.message!r}"
        if not _ADVICE.search(issue.message) and issue.code not in _PLAIN_NOTES:
            yield f"{told}: the message does not say what to do: {issue.message!r}"
        if len(issue.message) > _LONGEST_MESSAGE:
            yield f"{told}: the message has {len(issue.message)} characters"
        if issue.row < 0:
            yield f"{told}: there is no such row"
        for text in (issue.message, issue.header, issue.value):
            yield from (f"{told}: {fault}" for fault in _faults_of_text(text))
        if issue.severity is Severity.ERROR and issue.code.value.startswith(("E3", "E4", "E5")):
            yield from _faults_of_place(issue)


def _faults_of_place(issue: Issue) -> Iterator[str]:
    if issue.row < 1:
        yield f"{issue.code}: the error of a row has none"


def _faults_of_text(text: str) -> Iterator[str]:
    try:
        text.encode()
    except UnicodeEncodeError:
        yield f"it cannot be stored: {text!r}"
    bad = [each for each in text if not each.isprintable() and each not in "\n\u3000\xa0"]
    if bad:
        yield f"it shows {bad[:3]!r}"


def faults_of_list(issues: Sequence[Issue]) -> Iterator[str]:
    """Write the list and read it again."""
    written = io.StringIO(newline="")
    with TemporaryFile() as scratch:
        issue_list = IssueList(scratch)
        issue_list.add(issues)
        issue_list.write(written)
    header, *lines = csv.reader(io.StringIO(written.getvalue(), newline=""), strict=True)
    if tuple(header) != ISSUE_COLUMNS or len(lines) != len(issues):
        yield f"the list has {len(lines)} lines of {len(issues)} issues"
    for line in lines:
        if len(line) != len(ISSUE_COLUMNS):
            yield f"a line of the list has {len(line)} cells"
        if bad := [cell for cell in line if _FORMULA.match(cell)]:
            yield f"the list has a formula: {bad[0][:40]!r}"
    told = sorted(
        (str(issue.row) if issue.row else "", issue.code.value, issue.field) for issue in issues
    )
    if told != sorted((line[1], line[5], line[4]) for line in lines):
        yield "the list tells other issues"


def faults_of_changes(changes: Iterable[CellChange]) -> Iterator[str]:
    for change in changes:
        cells = change_cells(change)
        if len(cells) != len(CHANGE_COLUMNS) or any(map(_FORMULA.match, cells)):
            yield f"the list of changes has a formula: {cells}"
        for cell in cells:
            yield from (f"change at {change.row}: {fault}" for fault in _faults_of_text(cell))


def identity_numbers(text: str) -> list[str]:
    """Return what looks like the number of a resident."""
    return _RESIDENT.findall(text)
