"""Reading the same once more, in another way: what must not make a difference."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.headers import Column, Header
from nbcredit.cleaning.quoting import SHOWN
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.rows import CleanedRow
from nbcredit.domain.submissions import FileFormat, FileRefused
from tests.cleaning_builders import TODAY
from tests.fuzz.cases import Case
from tests.fuzz.meaning import is_blank
from tests.fuzz.readings import ENGINE, OTHERS, Reading, ReadRow

_SOME: Final = 0.3
_BETWEEN_ROWS: Final = {IssueCode.REPEATED_ROW, IssueCode.CONFLICTING_ROWS}


def faults_when_read_again(case: Case, reading: Reading) -> Iterator[str]:
    """Read once more what was read to its end."""
    if reading.header is None:
        return
    dice = Random(case.number)  # noqa: S311 -- to be repeated, not to be unguessable
    yield from _of_clean_rows(case.item, reading)
    if dice.random() < _SOME:
        if _read(case, skip=0, known=[]) != reading.done:
            yield "the rows depend on the blocks of bytes"
        stop = dice.randint(0, len(reading.done))
        if _read(case, skip=stop, known=reading.done[:stop]) != reading.done[stop:]:
            yield f"taken up after {stop} rows it ends otherwise"
    # The spelling of a workbook's days goes with its calendar.
    if dice.random() < _SOME and reading.facts.format is not FileFormat.WORKBOOK:
        yield from _in_another_order(case.item, reading.header, reading, dice)


def _of_clean_rows(item: Item, reading: Reading) -> Iterator[str]:
    """Clean rows are accepted as they are."""
    rows = [row.row for row in reading.done if row.row is not None]
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    names += (name for name in item.schema["required"] if name not in names)
    grid = [[item.fields[name].title for name in names]]
    grid += ([row.values.get(name, "") for name in names] for row in rows)
    if not rows:
        return
    opened = open_file([_spelled(grid)], item=item, today=TODAY)
    for before, after in zip(rows, opened, strict=True):
        if after.row is None:
            codes = [(issue.code.value, issue.field) for issue in after.issues]
            yield f"row {before.number} is not accepted once it is clean: {after.outcome} {codes}"
        elif after.row.values != before.values:
            yield f"row {before.number} has other values once it is clean"
    if opened.changes:
        yield f"clean rows were changed: {opened.changes}"


def _read(case: Case, *, skip: int, known: Sequence[CleanedRow]) -> list[CleanedRow]:
    """Read the file in one block, passing over the first rows."""
    facts = ENGINE.inspect([case.data])
    rows = ENGINE.read(
        [case.data],
        form=facts.format,
        encoding=facts.encoding,
        item=case.item,
        others=OTHERS,
        today=TODAY,
        skip_rows=skip,
        known=[row.row for row in known if row.row is not None],
    )
    return list(rows)


def _in_another_order(item: Item, header: Header, reading: Reading, dice: Random) -> Iterator[str]:
    """Neither the order of the columns nor that of the rows says anything."""
    columns = list(header.columns)
    rows = [row for row in reading.rows if _stands_alone(row, header)]
    dice.shuffle(columns)
    dice.shuffle(rows)
    grid = [[column.header for column in columns], *(_cells(row, columns) for row in rows)]
    cut = any(len(column.header) >= SHOWN for column in columns)
    if not rows or cut or any(map(_is_halved, (cell for line in grid for cell in line))):
        return
    try:
        again = list(open_file([_spelled(grid)], item=item, today=TODAY))
    except FileRefused as refusal:
        yield f"in another order it is refused: {refusal}"
        return
    if Counter(map(_judgement, again)) != Counter(_judgement(row.done) for row in rows):
        yield "in another order the rows end otherwise"


def _stands_alone(row: ReadRow, header: Header) -> bool:
    """Tell whether a row says something in known columns, and nothing in others or of others."""
    if row.cells is None or any(row.cells[header.width :]):
        return False
    codes = {issue.code for issue in row.done.issues}
    return not codes & _BETWEEN_ROWS and not all(map(is_blank, _cells(row, header.columns)))


def _cells(row: ReadRow, columns: Sequence[Column]) -> list[str]:
    cells = row.cells or []
    return [cells[each.index] if each.index < len(cells) else "" for each in columns]


def _is_halved(cell: str) -> bool:
    """Tell whether a cell holds half a character, which only JSON can spell."""
    return any("\ud800" <= each <= "\udfff" for each in cell)


def _judgement(row: CleanedRow) -> tuple[object, ...]:
    values = frozenset(row.row.values.items()) if row.row is not None else None
    return row.outcome, values, frozenset((i.code, i.field, i.value, i.message) for i in row.issues)


def _spelled(grid: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(grid)
    return text.getvalue().encode()
