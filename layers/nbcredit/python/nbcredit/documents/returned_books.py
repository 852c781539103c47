"""The workbook of rows that go back: the provider's own, with what is wrong and what to do (A8.5).

The first sheet says what it is about and how it is sent back, the second has the rows. Cells are
text, whatever they look like, and no formula, address or number is made of them (F40).
"""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import IO

from xlsxwriter import Workbook

from nbcredit.documents.returned_cells import OURS, ROWS_SHEET, own_cells
from nbcredit.documents.returned_guide import GuideSheet
from nbcredit.documents.returned_rows_sheet import RowsSheet
from nbcredit.domain.exports import as_it_was, neutral
from nbcredit.domain.template_marks import FEEDBACK_GUIDE_SHEET, FEEDBACK_PROPERTY, ITEM_PROPERTY
from nbcredit.usecases.returned_rows import ReturnedRow, ReturnedSheet


def write_book(sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[bytes]) -> None:
    """Write the workbook, a row at a time: its memory does not grow with the rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": f"{sheet.item_name}待处理的行（批次 {sheet.submission}）",
                "created": datetime.combine(sheet.made, time(), UTC),
            }
        )
        book.set_custom_property(ITEM_PROPERTY, sheet.item, "text")
        book.set_custom_property(FEEDBACK_PROPERTY, sheet.submission, "text")
        guide = book.add_worksheet(FEEDBACK_GUIDE_SHEET)
        GuideSheet(book, guide, sheet).write()
        RowsSheet(book, book.add_worksheet(ROWS_SHEET), sheet).write(rows)


def write_rest(sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[str]) -> None:
    """Write rows as CSV in the same form; what a spreadsheet would recast has an apostrophe."""
    lines = csv.writer(stream)
    shown = [neutral(sheet.titles[index]) for index in sheet.columns]
    lines.writerow([*(header for header, _ in OURS), *shown])
    for row in rows:
        own = [as_it_was(cell) for cell in own_cells(sheet, row)]
        lines.writerow([str(row.number), neutral(row.advice), str(row.answers), *own])


class XlsxBooks:
    """Rows that go back, as a workbook and as the CSV of what it does not hold."""

    def write_book(
        self, sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[bytes]
    ) -> None:
        write_book(sheet, rows, stream)

    def write_rest(
        self, sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[str]
    ) -> None:
        write_rest(sheet, rows, stream)
