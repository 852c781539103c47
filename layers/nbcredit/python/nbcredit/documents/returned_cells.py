"""Cells of the workbook of rows that go back: what a cell can hold, and how high it is (A8.5)."""

from collections.abc import Iterator
from math import ceil
from typing import Final

from nbcredit.documents.columns import cut, kept, shown_width
from nbcredit.domain.reserved import ADVICE_HEADER, FEEDBACK_HEADER, ROW_HEADER
from nbcredit.usecases.returned_rows import ReturnedRow, ReturnedSheet

ROWS_SHEET: Final = "待处理的行"
ADVICE_WIDTH: Final = 52
# The columns of the platform's own, before those of the provider.
OURS: Final = ((ROW_HEADER, 8), (ADVICE_HEADER, ADVICE_WIDTH), (FEEDBACK_HEADER, 32))
# What a cell of a workbook can hold.
_LONGEST_CELL: Final = 32_767


def own_cells(sheet: ReturnedSheet, row: ReturnedRow) -> Iterator[str]:
    """Yield the provider's cells, and what stands beyond the header."""
    cells = row.cells or ()
    for index in sheet.columns:
        yield cells[index] if index < len(cells) else ""
    yield from cells[len(sheet.titles) :]


def shown(text: str) -> str:
    """Return a text as a cell can hold it."""
    return cut(kept(text), _LONGEST_CELL)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column."""
    return sum(max(1, ceil(shown_width(line) / width)) for line in text.split("\n"))
