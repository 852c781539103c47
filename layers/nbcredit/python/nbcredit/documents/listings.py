"""A list as CSV or workbook: what a cell says is text, whatever it looks like (F40)."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Final

from nbcredit.domain.exports import as_it_was

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST: Final = 60


def csv_of(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the list as CSV that Excel opens as UTF-8."""
    written = StringIO(newline="")
    writer = csv.writer(written)
    for row in (heads, *rows):
        writer.writerow([as_it_was(text) for text in row])
    return written.getvalue().encode("utf-8-sig")


def workbook_of(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the list as a workbook of one sheet, with a filter on its header."""
    # Only who exports needs it, and it is in a layer of its own.
    import xlsxwriter  # noqa: PLC0415

    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        bold = book.add_format({"bold": True, "bg_color": "#EEF3F9"})
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
            width = max((len(head), *(len(row[column]) for row in rows)))
            sheet.set_column(column, column, min(_WIDEST, 2 * width + 2))
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
        sheet.freeze_panes(1, 0)
        if heads:
            sheet.autofilter(0, 0, max(1, len(rows)), len(heads) - 1)
    return written.getvalue()


def _sheet_name(title: str) -> str:
    kept = "".join(each for each in title if each.isprintable() and each not in "[]:*?/\\'")
    return kept[:31] or "列表"
