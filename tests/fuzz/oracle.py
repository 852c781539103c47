"""What must be true of every file that was read, whatever it was."""

from collections.abc import Iterator
from itertools import pairwise

from nbcredit.cleaning.headers import Header, column_letter
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import IssueCode, Severity
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import FileFormat
from tests.fuzz.accepting import faults_of_accepted
from tests.fuzz.cases import Case
from tests.fuzz.meaning import is_blank
from tests.fuzz.privacy import faults_of_privacy
from tests.fuzz.readings import Reading, ReadRow
from tests.fuzz.telling import faults_of_changes, faults_of_issues, faults_of_list

_ENDS = {None, Outcome.BLANK, Outcome.DUPLICATE, Outcome.REJECTED}


def faults_of_reading(case: Case, reading: Reading) -> Iterator[str]:
    yield from faults_of_issues(reading.issues)
    yield from faults_of_list(reading.issues)
    yield from faults_of_changes(change for row in reading.done for change in row.changes)
    if reading.header is not None:
        yield from _faults_of_books(reading)
        yield from _faults_of_records(case.item, reading)
        yield from _columns_in_silence(reading)
        for row in reading.rows:
            for fault in _faults_of_row(case, reading, reading.header, row):
                yield f"row {row.done.number}: {fault}"
    elif not reading.refusal:
        yield "refused without an issue"
    if case.spoiled is not None:
        yield from _faults_of_right_file(case, reading)


def _faults_of_books(reading: Reading) -> Iterator[str]:
    """The law: every record below the header is a row, in order."""
    numbers = [row.number for row in reading.done]
    if numbers != [number for number, _ in reading.records]:
        yield f"rows {numbers[:20]} were read of {[n for n, _ in reading.records][:20]}"
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        yield "the numbers do not rise"


def _faults_of_records(item: Item, reading: Reading) -> Iterator[str]:
    """Of the rows about one record only one is accepted."""
    seen = set[tuple[object, ...]]()
    for done in reading.done:
        if done.row is None:
            continue
        subject = item.subject_of(done.row.values)
        if subject is None:
            continue
        who = (subject.kind, subject.document_type, subject.number)
        key = (*who, item.natural_key_of(done.row.values))
        if key in seen:
            yield f"row {done.number} is the same record as one before"
        seen.add(key)


def _columns_in_silence(reading: Reading) -> Iterator[str]:
    assert reading.opened is not None
    header = reading.opened.header
    told = {issue.column for issue in reading.opened.issues}
    known = {column.index for column in header.columns}
    for at in range(header.width if header.lettered else 0):
        if at not in known and column_letter(at) not in told:
            yield f"column {column_letter(at)} was passed over in silence"


def _faults_of_row(case: Case, reading: Reading, header: Header, row: ReadRow) -> Iterator[str]:
    yield from _faults_of_end(row)
    yield from _faults_of_places(header, row)
    done, cells = row.done, row.cells
    if cells is None:
        if done.outcome is not Outcome.REJECTED:
            yield "it is no record and was not rejected"
        return
    if (done.outcome is Outcome.BLANK) != all(map(is_blank, cells)):
        yield f"it ended as {done.outcome}, but its cells are {str(cells)[:200]}"
    if not all(map(is_blank, cells[header.width :])) and done.outcome is not Outcome.REJECTED:
        yield "cells beyond the header were lost"
    yield from faults_of_privacy(case.item, header, row)
    if done.row is not None:
        yield from faults_of_accepted(case.item, header, row, zero=reading.zero)


def _faults_of_end(row: ReadRow) -> Iterator[str]:
    """Every row has one end, and the issues that go with it."""
    done = row.done
    if done.outcome not in _ENDS or (done.outcome is None) != (done.row is not None):
        yield f"it ended as {done.outcome}"
    if done.row is not None and done.row.number != done.number:
        yield f"it is row {done.row.number} as well"
    errors = [issue for issue in done.issues if issue.severity is Severity.ERROR]
    if (done.outcome is Outcome.REJECTED) != bool(errors):
        yield f"it ended as {done.outcome} with {len(errors)} errors"
    codes = {issue.code for issue in done.issues}
    if (done.outcome is Outcome.DUPLICATE) != (IssueCode.REPEATED_ROW in codes):
        yield f"it ended as {done.outcome} with {sorted(codes)}"


def _faults_of_places(header: Header, row: ReadRow) -> Iterator[str]:
    width = max(header.width, len(row.cells or ()))
    letters = {column_letter(at) for at in range(width)}
    by_field = {column.field: column for column in header.columns}
    for issue in row.done.issues:
        column = by_field.get(issue.field)
        if issue.row != row.done.number or (issue.column and issue.column not in letters):
            yield f"{issue.code} is at {issue.column}{issue.row}"
        if column is not None and (issue.column, issue.header) != (column.letter, column.header):
            yield f"{issue.code} is told of {issue.column} {issue.header!r}"


def _faults_of_right_file(case: Case, reading: Reading) -> Iterator[str]:
    """Every row of a file as samples are made ends as its author meant."""
    assert case.spoiled is not None
    blank = [each for each in case.spoiled.values() if each.outcome is Outcome.BLANK]
    if reading.refusal:
        if len(blank) < case.rows:
            yield f"a right file was refused: {reading.refusal[0].message}"
        return
    # An object of JSON Lines is told by its line, and the first is no header.
    shift = reading.facts.format is FileFormat.JSON_LINES
    for row in reading.done:
        spoiled = case.spoiled.get(row.number + shift)
        outcome, code = (spoiled.outcome, spoiled.code) if spoiled else (None, None)
        if code is IssueCode.EXTRA_CELLS and not case.holds_surplus:
            continue
        codes = {issue.code for issue in row.issues}
        if row.outcome is not outcome or (code is not None and code not in codes):
            yield f"row {row.number} should end as {outcome} {code}: {row.outcome} {sorted(codes)}"
