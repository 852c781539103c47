"""The workbook of rows that go back: the provider's own, with what is wrong and what to do (A8.5).

The first sheet says what it is about and how it is sent back, the second has the rows. Cells are
text, whatever they look like, and no formula, address or number is made of them (F40).
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from math import ceil
from types import MappingProxyType
from typing import IO, Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nbcredit.documents.columns import TEXT, cut, kept, shown_width
from nbcredit.documents.looks import FONT, LINE, MARGIN, OPTIONAL_FILL, set_up_page
from nbcredit.domain.exports import as_it_was, is_neutral, neutral
from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.issues import Issue
from nbcredit.domain.reserved import (
    ADVICE_HEADER,
    FEEDBACK_HEADER,
    ROW_HEADER,
)
from nbcredit.domain.template_marks import FEEDBACK_GUIDE_SHEET, FEEDBACK_PROPERTY, ITEM_PROPERTY
from nbcredit.usecases.returned_rows import ReturnedRow, ReturnedSheet, advice_of

BAD_FILL: Final = "#F8CBAD"
ADVICE_FILL: Final = "#FFF2CC"
OURS_FILL: Final = "#D9D9D9"
ROWS_SHEET: Final = "待处理的行"

# What a cell of a workbook can hold.
_LONGEST_CELL: Final = 32_767
_LONGEST_COMMENT: Final = 400
# XlsxWriter keeps comments in memory, and spreadsheets show many of them slowly.
_MOST_COMMENTS: Final = 5_000
# Of comments, unlike of cells, these are not spelled in another way.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f]")
_NARROWEST: Final = 10
_WIDEST: Final = 32
_ROW_WIDTH: Final = 8
_ADVICE_WIDTH: Final = 52
_NUMBER_WIDTH: Final = 32
_TALLEST: Final = 400
_OURS: Final = ((ROW_HEADER, _ROW_WIDTH), (ADVICE_HEADER, _ADVICE_WIDTH),
                (FEEDBACK_HEADER, _NUMBER_WIDTH))  # fmt: skip
_COMMENT: Final = MappingProxyType({"font_name": "微软雅黑", "font_size": 9, "x_scale": 2})
_GUIDE: Final = (
    ("序号", 8),
    ("问题", 26),
    ("列名", 26),
    ("行数", 10),
    ("怎样处理", 62),
    ("例如原文件的行", 20),
)
_GUIDE_LAST: Final = len(_GUIDE) - 1
_GUIDE_WIDTH: Final = sum(width for _, width in _GUIDE)


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
        _Guide(book, guide, sheet).write()
        _Rows(book, book.add_worksheet(ROWS_SHEET), sheet).write(rows)


def write_rest(sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[str]) -> None:
    """Write rows as CSV in the same form; what a spreadsheet would recast has an apostrophe."""
    lines = csv.writer(stream)
    shown = [neutral(sheet.titles[index]) for index in sheet.columns]
    lines.writerow([*(header for header, _ in _OURS), *shown])
    for row in rows:
        own = [as_it_was(cell) for cell in _own_cells(sheet, row)]
        lines.writerow([str(row.number), neutral(row.advice), str(row.answers), *own])


def _own_cells(sheet: ReturnedSheet, row: ReturnedRow) -> Iterator[str]:
    """Yield the provider's cells, and what stands beyond the header."""
    cells = row.cells or ()
    for index in sheet.columns:
        yield cells[index] if index < len(cells) else ""
    yield from cells[len(sheet.titles) :]


class _Rows:
    """The sheet of the rows."""

    def __init__(self, book: Workbook, sheet: Worksheet, told: ReturnedSheet) -> None:
        self._sheet = sheet
        self._told = told
        self._places = {index: place for place, index in enumerate(told.columns, start=len(_OURS))}
        self._width = len(_OURS) + len(self._places)
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
        for column, (header, width) in enumerate(_OURS):
            sheet.set_column(column, column, width, self._plain)
            sheet.write_string(0, column, header, self._ours)
        for index, place in self._places.items():
            title = told.titles[index]
            sheet.set_column(place, place, _width(title), self._plain)
            sheet.write_string(0, place, _shown(title), self._header)

    def _write_row(self, place: int, row: ReturnedRow) -> None:
        sheet, advice = self._sheet, row.advice
        bad = self._bad_columns(row.errors)
        sheet.set_row(place, _height(advice))
        sheet.write_number(place, 0, row.number, self._number)
        sheet.write_string(place, 1, _shown(advice), self._advice)
        sheet.write_string(place, 2, str(row.answers), self._number)
        for column, text in enumerate(_own_cells(self._told, row), start=len(_OURS)):
            beyond: list[Issue] | None = [] if text and column >= self._width else None
            self._write_cell(place, column, text, bad.get(column, beyond))

    def _write_cell(self, place: int, column: int, text: str, errors: list[Issue] | None) -> None:
        guarded = not is_neutral(text)
        if errors is None:
            look = self._guarded if guarded else self._plain
        else:
            look = self._bad_guarded if guarded else self._bad
        if text:
            self._sheet.write_string(place, column, _shown(text), look)
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
        shown = [width for _, width in _OURS] + [
            _width(self._told.titles[index]) for index in self._places
        ]
        set_up_page(sheet, width=sum(shown))


class _Guide:
    """The sheet that says what went back and how it is answered."""

    def __init__(self, book: Workbook, sheet: Worksheet, told: ReturnedSheet) -> None:
        self._sheet = sheet
        self._told = told
        self._row = 0
        self._text = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
        self._bold = book.add_format({**FONT, "bold": True, "valign": "top"})
        self._title = book.add_format({**FONT, "bold": True, "font_size": 16, "valign": "vcenter"})
        self._heading = book.add_format(
            {**FONT, "bold": True, "font_size": 12, "valign": "vcenter"}
        )
        cell = {**FONT, "border": 1, "text_wrap": True, "valign": "top", "num_format": TEXT}
        self._cell = book.add_format(cell)
        self._header = book.add_format({**cell, "bold": True, "bg_color": OPTIONAL_FILL})

    def write(self) -> None:
        told, sheet = self._told, self._sheet
        for column, (_, width) in enumerate(_GUIDE):
            sheet.set_column(column, column, width)
        self._line(f"{told.item_name}：退回待处理的行", self._title, height=30)
        for key, value in _facts(told):
            self._fact(key, value)
        self._line("怎样处理", self._heading, height=30)
        for number, step in enumerate(_steps(told), start=1):
            self._wide(f"{number}. {step}")
        self._line("哪些问题，从最多的起", self._heading, height=30)
        self._table()
        sheet.protect("", {"format_columns": True, "format_rows": True})
        set_up_page(sheet, width=_GUIDE_WIDTH)

    def _line(self, text: str, look: Format, *, height: float) -> None:
        self._sheet.set_row(self._row, height)
        self._sheet.write_string(self._row, 0, text, look)
        self._row += 1

    def _fact(self, key: str, value: str) -> None:
        self._sheet.set_row(self._row, _lines(value, _GUIDE_WIDTH - _GUIDE[0][1]) * LINE + 2)
        self._merge(1, value)
        self._sheet.write_string(self._row, 0, key, self._bold)
        self._row += 1

    def _wide(self, text: str) -> None:
        self._sheet.set_row(self._row, _lines(text, _GUIDE_WIDTH) * LINE + 2)
        self._merge(0, text)
        self._row += 1

    def _merge(self, first: int, text: str) -> None:
        self._sheet.merge_range(self._row, first, self._row, _GUIDE_LAST, "", self._text)
        self._sheet.write_string(self._row, first, _shown(text), self._text)

    def _table(self) -> None:
        sheet, causes = self._sheet, self._told.overview.causes
        for column, (name, _) in enumerate(_GUIDE):
            sheet.write_string(self._row, column, name, self._header)
        for number, cause in enumerate(causes, start=1):
            self._row += 1
            places = "、".join(map(str, cause.first)) + (
                " 等" if cause.rows > len(cause.first) else ""
            )
            cells = (
                str(number),
                f"{title_of(cause.code)}（{cause.code.value}）",
                cause.header,
                str(cause.rows),
                cause.message,
                places,
            )
            sheet.set_row(
                self._row,
                max(_lines(text, width) for text, (_, width) in zip(cells, _GUIDE, strict=True))
                * LINE
                + MARGIN,
            )
            for column, text in enumerate(cells):
                sheet.write_string(self._row, column, _shown(text), self._cell)
        sheet.ignore_errors({"number_stored_as_text": f"A1:F{self._row + 1}"})


def _facts(told: ReturnedSheet) -> Iterator[tuple[str, str]]:
    yield "批次", told.submission
    yield "目录项", f"{told.item_name}（代码 {told.item}），报送期 {told.period}"
    yield "原文件", told.file_name
    rows = told.overview.rows
    yield "结果", f"读取 {told.read:,} 行，其中 {rows:,} 行有问题，没有入库；其余的行不用再报。"
    if told.due:
        yield "期限", f"请在 {told.due} 前处理完（收到反馈后 5 个工作日）。"


def _steps(told: ReturnedSheet) -> Iterator[str]:
    answer = f"nbcredit feedback answer {told.submission} --provider {told.provider} --rows 行号"
    yield (
        f"在工作表“{ROWS_SHEET}”中改：红色的单元格有问题，鼠标停在上面可以看到原因；"
        f"“{ADVICE_HEADER}”一列写着每一行怎样处理。内容都是原文件中的写法，列的顺序也没有变。"
    )
    yield (
        f"“{FEEDBACK_HEADER}”一列不要改动或删除：平台凭它知道改的是哪一行。"
        f"“{ROW_HEADER}”和“{ADVICE_HEADER}”只供查看，不会入库，不用删去。"
    )
    yield (
        "改好的行保存后上传，上传到同一目录项和报送期。可以只留改好的行，没改的行以后再报；"
        "文件名不限。"
    )
    yield (
        "核对后确认没有错的行，不用上传，请写明理由，由市信用中心决定："
        f"{answer} --confirm --reason 理由。"
    )
    yield (
        "不再报送的行（例如不该报、重复报），请写明原因撤回："
        f"{answer} --withdraw --reason 原因。"
        f"行号是“{ROW_HEADER}”一列中的数字。"
    )
    yield (
        f"还剩哪些行没有处理，用 nbcredit feedback show {told.submission} "
        f"--provider {told.provider} 查看。这些命令也可以请本单位的系统管理员代办。"
    )
    if told.rest:
        yield (
            f"本工作簿只放前 {told.overview.rows - told.rest:,} 行，其余 {told.rest:,} 行"
            "在同样格式的 CSV 文件中。问题这么多，多半是导出程序的同一个毛病："
            "改好程序后，用改好的文件重报更快。"
        )


def _shown(text: str) -> str:
    return cut(kept(text), _LONGEST_CELL)


def _width(title: str) -> int:
    return min(max(_NARROWEST, shown_width(title) + 4), _WIDEST)


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(shown_width(line) / width)) for line in text.split("\n"))


def _height(advice: str) -> float:
    return min(_TALLEST, _lines(advice, _ADVICE_WIDTH - 2) * LINE + MARGIN)


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
