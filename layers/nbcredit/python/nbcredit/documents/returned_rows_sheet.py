"""The sheet of rows that go back: the provider's columns, bad cells red and explained (A8.5)."""

import re
from collections.abc import Iterable
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nbcredit.documents.columns import TEXT, cut, kept, shown_width
from nbcredit.documents.looks import FONT, LINE, MARGIN, OPTIONAL_FILL, set_up_page
from nbcredit.documents.returned_cells import ADVICE_WIDTH, OURS, lines_of, own_cells, shown
from nbcredit.domain.exports import is_neutral
from nbcredit.domain.issues import Issue
from nbcredit.usecases.returned_rows import ReturnedRow, ReturnedSheet, advice_of

BAD_FILL: Final = "#F8CBAD"
ADVICE_FILL: Final = "#FFF2CC"
OURS_FILL: Final = "#D9D9D9"

_LONGEST_COMMENT: Final = 400
# XlsxWriter keeps comments in memory, and spreadsheets show many of them slowly.
_MOST_COMMENTS: Final = 5_000
# Of comments, unlike of cells, these are not spelled in another way.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f]")
_NARROWEST: Final = 10
_WIDEST: Final = 32
_TALLEST: Final = 400
_COMMENT: Final = MappingProxyType({"font_name": "微软雅黑", "font_size": 9, "x_scale": 2})


class RowsSheet:
    """The sheet of the rows."""

    def __init__(self, book: Workbook, sheet: Worksheet, told: ReturnedSheet) -> None:
        self._sheet = sheet
        self._told = told
        self._places = {index: place for place, index in enumerate(told.columns, start=len(OURS))}
        self._width = len(OURS) + len(self._places)
        self._comments = 0
        cell = {**FONT, "num_format": TEXT, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
        self._plain = book.add_format(cell)
        self._guarded = book.add_format({**cell, "quote_prefix": True})
        self._bad = book.add_format({**cell, "bg_color": BAD_FILL})
        self._bad_guarded = book.add_format({**cell, "bg_color": BAD_FILL, "quote_prefix": True})
        wrapped = {**cell, "text_wrap": True}
        self._advice = book.add_format({**wrapped, "bg_color": ADVICE_FILL})
        self._number = book.add_format({**cell, "font_color": "#7F7F7F"})
        look = {**FONT, "bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
        self._header = book.add_format({**look, "num_format": TEXT, "bg_color": OPTIONAL_FILL})
        self._ours = book.add_format({**look, "num_format": TEXT, "bg_color": OURS_FILL})

    def write(self, rows: Iterable[ReturnedRow]) -> None:
        self._write_header()
        last = 0
        for last, row in enumerate(rows, start=1):
            self._write_row(last, row)
        self._finish(last)

    def _write_header(self) -> None:
        told, sheet = self._told, self._sheet
        sheet.set_row(0, 2 * LINE + MARGIN)
        for column, (header, width) in enumerate(OURS):
            sheet.set_column(column, column, width, self._plain)
            sheet.write_string(0, column, header, self._ours)
        for index, place in self._places.items():
            title = told.titles[index]
            sheet.set_column(place, place, _width(title), self._plain)
            sheet.write_string(0, place, shown(title), self._header)

    def _write_row(self, place: int, row: ReturnedRow) -> None:
        sheet, advice = self._sheet, row.advice
        bad = self._bad_columns(row.errors)
        sheet.set_row(place, _height(advice))
        sheet.write_number(place, 0, row.number, self._number)
        sheet.write_string(place, 1, shown(advice), self._advice)
        sheet.write_string(place, 2, str(row.answers), self._number)
        for column, text in enumerate(own_cells(self._told, row), start=len(OURS)):
            beyond: list[Issue] | None = [] if text and column >= self._width else None
            self._write_cell(place, column, text, bad.get(column, beyond))

    def _write_cell(self, place: int, column: int, text: str, errors: list[Issue] | None) -> None:
        guarded = not is_neutral(text)
        if errors is None:
            look = self._guarded if guarded else self._plain
        else:
            look = self._bad_guarded if guarded else self._bad
        if text:
            self._sheet.write_string(place, column, shown(text), look)
        else:
            self._sheet.write_blank(place, column, None, look)
        if errors and self._comments < _MOST_COMMENTS:
            self._comments += 1
            self._write_comment(place, column, errors)

    def _write_comment(self, place: int, column: int, errors: list[Issue]) -> None:
        told = kept("\n".join(dict.fromkeys(map(advice_of, errors))))
        text = cut(_UNSEEN.sub(" ", told), _LONGEST_COMMENT)
        lines = sum(max(1, ceil(shown_width(line) / 38)) for line in text.split("\n"))
        size: dict[str, Any] = {"height": lines * LINE + 2 * MARGIN}
        self._sheet.write_comment(place, column, text, {**_COMMENT, **size})

    def _bad_columns(self, errors: Iterable[Issue]) -> dict[int, list[Issue]]:
        """Return the sheet's columns that are wrong, with what is wrong with them."""
        bad: dict[int, list[Issue]] = {}
        for error in errors:
            place = self._places.get(self._told.fields.get(error.field, -1))
            if place is not None:
                bad.setdefault(place, []).append(error)
        return bad

    def _finish(self, last: int) -> None:
        sheet = self._sheet
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, last), self._width - 1)
        letter = xl_col_to_name(self._width - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{letter}{last + 1}"})
        sheet.repeat_rows(0)
        widths = [width for _, width in OURS] + [
            _width(self._told.titles[index]) for index in self._places
        ]
        set_up_page(sheet, width=sum(widths))


def _width(title: str) -> int:
    return min(max(_NARROWEST, shown_width(title) + 4), _WIDEST)


def _height(advice: str) -> float:
    return min(_TALLEST, lines_of(advice, ADVICE_WIDTH - 2) * LINE + MARGIN)
