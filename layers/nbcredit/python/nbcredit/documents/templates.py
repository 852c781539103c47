"""The workbook of an item that a provider fills in and reports (A6.1, A8.5).

The first sheet is for the records, the others say how to fill it in, show a row that is, and have
the lists. The reader tells an old template by the two custom properties.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nbcredit.documents.columns import TEXT, cut, number_format, shown_width, validation, width
from nbcredit.documents.explanations import explain
from nbcredit.documents.guides import Guide, guides
from nbcredit.documents.looks import FONT, LINE, MARGIN, OPTIONAL_FILL, REQUIRED_FILL, set_up_page
from nbcredit.documents.sample_rows import sample_rows
from nbcredit.domain.catalogue import Item
from nbcredit.domain.template_marks import (
    GUIDE_SHEET,
    ITEM_PROPERTY,
    LISTS_SHEET,
    OWN_SHEETS,
    SAMPLE_SHEET,
    VERSION_PROPERTY,
)

# What the button of the filter covers, and what is left free beside a list.
_GAP: Final = 3
_NOTE: Final = MappingProxyType({"font_name": "微软雅黑", "font_size": 9, "x_scale": 1})
_NOTE_PIXELS: Final = 300
_NOTE_CHARACTERS: Final = 44

_LAST_ROW: Final = 1_048_575
_LAST_COLUMN: Final = 16_383
# The filter's range: beyond it rows are stored, but not sorted by its buttons.
_FILTERED_ROWS: Final = 100_000

# What a sheet's name can't have, and how long it can be.
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31
_RESERVED_NAMES: Final = OWN_SHEETS | {"", "history"}

# Excel deletes and sorts only rows without a locked cell, so everything below the header is open.
_ALLOWED: Final = MappingProxyType(
    dict.fromkeys(
        (
            "format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort",
            "autofilter",
        ),
        True,
    )
)  # fmt: skip


def template(item: Item, *, created: date) -> bytes:
    """Return the workbook of an item; the same item and day make the same bytes."""
    told = guides(item)
    stream = BytesIO()
    with Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    ) as book:
        _describe(book, item, created)
        name = _sheet_name(item.name)
        records = book.add_worksheet(name)
        explanations = book.add_worksheet(GUIDE_SHEET)
        lists = _write_lists(book, told)
        _write_samples(book, told, sample_rows(item, told))
        _write_records(book, records, told, lists)
        explain(book, explanations, item, told, records=name)
    return stream.getvalue()


def _describe(book: Workbook, item: Item, created: date) -> None:
    book.set_properties(
        {
            "title": f"{item.name}报送模板（目录 {item.version} 版）",
            "created": datetime.combine(created, time(), UTC),
        }
    )
    book.set_custom_property(ITEM_PROPERTY, item.code, "text")
    book.set_custom_property(VERSION_PROPERTY, item.version, "text")


def _sheet_name(name: str) -> str:
    plain = cut(_NOT_IN_NAMES.sub(" ", name), _LONGEST_NAME).strip(" '")
    return "数据" if plain.casefold() in _RESERVED_NAMES else plain


def _write_lists(book: Workbook, told: tuple[Guide, ...]) -> Mapping[str, str]:
    """Write the lists, a column each, and return where the options of each field stand."""
    sheet = book.add_worksheet(LISTS_SHEET)
    cell = book.add_format({**FONT, "num_format": TEXT})
    header = book.add_format({**FONT, "bold": True, "bg_color": OPTIONAL_FILL, "border": 1})
    places: dict[str, str] = {}
    widths: list[int] = []
    for column, guide in enumerate(each for each in told if each.options):
        letter = xl_col_to_name(column)
        sheet.write_string(0, column, guide.field.title, header)
        for row, option in enumerate(guide.options, start=1):
            sheet.write_string(row, column, option, cell)
        widths.append(max(map(shown_width, (guide.field.title, *guide.options))) + _GAP)
        sheet.set_column(column, column, widths[-1], cell)
        places[guide.field.name] = f"='{LISTS_SHEET}'!${letter}$2:${letter}${row + 1}"
    if places:
        sheet.ignore_errors({"number_stored_as_text": f"A1:{letter}{_LAST_ROW + 1}"})
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True})
    set_up_page(sheet, width=max(1, sum(widths)))
    return places


def _write_records(
    book: Workbook, sheet: Worksheet, told: tuple[Guide, ...], lists: Mapping[str, str]
) -> None:
    """Write the header, and how each column below it is to be filled in."""
    locked = book.add_format({"locked": True})
    headers = _header_looks(book)
    opened = {
        form: book.add_format({**FONT, "num_format": form, "locked": False})
        for form in sorted({number_format(guide) for guide in told})
    }
    for column, guide in enumerate(told):
        sheet.set_column(column, column, width(guide), opened[number_format(guide)])
        sheet.write_string(0, column, guide.header, headers[guide.required])
        _write_note(sheet, column, guide)
        first = f"{xl_col_to_name(column)}2"
        sheet.data_validation(
            1,
            column,
            _LAST_ROW,
            column,
            validation(guide, first=first, listed=lists.get(guide.field.name, "")),
        )
    last = len(told) - 1
    sheet.set_column(last + 1, _LAST_COLUMN, None, book.add_format({"locked": False}))
    sheet.set_row(0, _header_height(told), locked)
    # Excel would offer to turn the codes, which are text, into numbers.
    sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(last)}{_LAST_ROW + 1}"})
    sheet.autofilter(0, 0, _FILTERED_ROWS, last)
    sheet.freeze_panes(1, 0)
    sheet.set_selection(1, 0, 1, 0)
    sheet.protect("", dict(_ALLOWED))
    sheet.repeat_rows(0)
    set_up_page(sheet, width=sum(map(width, told)))


def _write_samples(
    book: Workbook, told: tuple[Guide, ...], rows: Sequence[Mapping[str, str]]
) -> None:
    """Write rows that are filled in, on a sheet of its own, so that nobody reports them."""
    sheet = book.add_worksheet(SAMPLE_SHEET)
    headers = _header_looks(book)
    cell = book.add_format({**FONT, "num_format": TEXT, "border": 1, "text_wrap": True})
    for column, guide in enumerate(told):
        sheet.set_column(column, column, width(guide))
        sheet.write_string(0, column, guide.header, headers[guide.required])
        for row, values in enumerate(rows, start=1):
            sheet.write_string(row, column, values[guide.field.name], cell)
    sheet.set_row(0, _header_height(told))
    last = xl_col_to_name(len(told) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{last}{len(rows) + 1}"})
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    set_up_page(sheet, width=sum(map(width, told)))


def _header_looks(book: Workbook) -> Mapping[bool, Format]:
    look = {**FONT, "bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    return {
        True: book.add_format({**look, "bg_color": REQUIRED_FILL}),
        False: book.add_format({**look, "bg_color": OPTIONAL_FILL}),
    }


def _header_height(told: tuple[Guide, ...]) -> int:
    lines = max(ceil(shown_width(guide.header) / (width(guide) - _GAP)) for guide in told)
    return lines * LINE + MARGIN


def _write_note(sheet: Worksheet, column: int, guide: Guide) -> None:
    lines = [f"{guide.need}。", f"{guide.how}。", *guide.note.splitlines()]
    height = sum(max(1, ceil(shown_width(line) / _NOTE_CHARACTERS)) for line in lines)
    size: dict[str, Any] = {"width": _NOTE_PIXELS, "height": height * LINE + 2 * MARGIN}
    sheet.write_comment(0, column, "\n".join(lines), {**_NOTE, **size})
