"""No value of a person may be read where an issue or a change is told."""

from collections.abc import Iterator
from itertools import chain

from nbcredit.cleaning.headers import Column, Header
from nbcredit.domain.catalogue import Item
from nbcredit.domain.identifiers import is_resident_id
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.rows import CleanedRow
from tests.fuzz.readings import ReadRow
from tests.fuzz.telling import identity_numbers

# Shorter values may be part of any message.
_LONG = 6


def faults_of_privacy(item: Item, header: Header, row: ReadRow) -> Iterator[str]:
    cells = row.cells or []
    for column in header.columns:
        if column.field in item.personal_fields and column.index < len(cells):
            title = item.fields[column.field].title
            yield from _faults_of_cell(row.done, column, cells[column.index].strip(), title)
    texts = chain(
        (text for each in row.done.changes for text in (each.was, each.became)),
        (text for each in row.done.issues for text in (each.value, each.message)),
    )
    if any(map(is_resident_id, chain.from_iterable(map(identity_numbers, texts)))):
        yield "the number of a resident is told in clear"


def _faults_of_cell(row: CleanedRow, column: Column, cell: str, title: str) -> Iterator[str]:
    changes = [each for each in row.changes if each.field == column.field]
    issues = [each for each in row.issues if each.field == column.field]
    shown = {text for each in changes for text in (each.was, each.became)}
    shown |= {each.value for each in issues}
    if len(cell) > 1 and "*" not in cell and cell in shown:
        yield f"{column.field} is shown in clear"
    told = [each.message for each in issues if each.code is not IssueCode.EXCEL_ERROR]
    if len(cell) >= _LONG and cell not in title and any(cell in message for message in told):
        yield f"{column.field} is told in clear"
