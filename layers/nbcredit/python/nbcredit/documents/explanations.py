"""The sheet of a template that says how to fill it in, with a sample of every column."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nbcredit.documents.columns import TEXT, shown_width
from nbcredit.documents.guides import Guide
from nbcredit.documents.looks import FONT, LINE, MARGIN, OPTIONAL_FILL, REQUIRED_FILL, set_up_page
from nbcredit.domain.catalogue import Item

# The samples stand here and not among the records, so that nobody reports them.
_TABLE: Final = (
    ("列", 9),
    ("列名", 21),
    ("是否必填", 19),
    ("填写方法", 23),
    ("可选值", 27),
    ("样例", 22),
    ("说明", 32),
)
_LAST: Final = len(_TABLE) - 1
_WIDTH: Final = sum(width for _, width in _TABLE[1:])
_FREQUENCIES: Final = {
    "realtime": "实时",
    "monthly": "每月",
    "quarterly": "每季度",
    "half-yearly": "每半年",
    "yearly": "每年",
}


def explain(
    book: Workbook, sheet: Worksheet, item: Item, told: Sequence[Guide], *, records: str
) -> None:
    """Write the explanations; `records` is the name of the sheet to fill in."""
    text = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    bold = book.add_format({**FONT, "bold": True, "valign": "top"})
    heading = book.add_format({**FONT, "bold": True, "font_size": 12, "valign": "vcenter"})
    title = book.add_format({**FONT, "bold": True, "font_size": 16, "valign": "vcenter"})

    for column, (_, width) in enumerate(_TABLE):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{item.name}：报送模板填写说明", title)
    row = 1
    for key, value in _facts(item):
        sheet.write_string(row, 0, key, bold)
        _write_line(sheet, row, 1, value, text)
        row += 1
    row = _write_heading(sheet, row, "怎样填写", heading)
    for number, step in enumerate(_steps(records), start=1):
        _write_line(sheet, row, 0, f"{number}. {step}", text)
        row += 1
    row = _write_heading(sheet, row, "各列说明和样例", heading)
    _write_table(book, sheet, row, told)
    sheet.repeat_rows(row)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    set_up_page(sheet, width=_WIDTH)


def _facts(item: Item) -> Iterator[tuple[str, str]]:
    own = item.schema["x-item"]
    yield "目录项", f"{item.name}（代码 {item.code}）"
    yield "目录版本", f"{item.version} 版。目录换版以后，请改用新版的模板。"
    if about := item.schema.get("description"):
        yield "内容", about
    yield "报送单位", "、".join(own["providers"]) + "（单位代码）"
    yield "报送频率", _FREQUENCIES[own["updateFrequency"]]


def _steps(records: str) -> tuple[str, ...]:
    return (
        f"在第一张工作表“{records}”中从第 2 行起填写，每行一条；第 1 行的列名已锁定。",
        "列名带 * 的（橙色）是必填列；其余的列按下表填写，没有内容的单元格留空。",
        "从别处粘贴时用“选择性粘贴”中的“数值”，以免盖掉单元格的格式和下拉列表。",
        "代码、号码、文号的列是文本格式，请不要改成“常规”或“数值”：长号码的末几位会变成 0。",
        "鼠标停在列名上可看该列的说明；有下拉列表的列，可选的值都在工作表“选项”中。",
        "填好后保存为 .xlsx 文件上传；平台会逐行校验，并说明哪一行、哪一列有什么问题。",
    )


def _write_heading(sheet: Worksheet, row: int, text: str, look: Format) -> int:
    sheet.set_row(row, 30)
    sheet.write_string(row, 0, text, look)
    return row + 1


def _write_line(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    # Spreadsheets don't fit the height of a row to merged cells.
    sheet.set_row(row, ceil(shown_width(text) / _WIDTH) * LINE + 2)
    sheet.merge_range(row, column, row, _LAST, "", look)
    sheet.write_string(row, column, text, look)


def _write_table(book: Workbook, sheet: Worksheet, row: int, told: Sequence[Guide]) -> None:
    cell = {**FONT, "border": 1, "text_wrap": True, "valign": "top", "num_format": TEXT}
    header = book.add_format({**cell, "bold": True, "bg_color": OPTIONAL_FILL})
    plain = book.add_format(cell)
    required = book.add_format({**cell, "bg_color": REQUIRED_FILL})
    for column, (name, _) in enumerate(_TABLE):
        sheet.write_string(row, column, name, header)
    for place, guide in enumerate(told):
        row += 1
        cells = (
            xl_col_to_name(place),
            guide.header,
            guide.need,
            guide.how,
            "；".join(guide.options),
            guide.example,
            guide.note,
        )
        for column, text in enumerate(cells):
            marked = guide.required and column in (1, 2)
            sheet.write_string(row, column, text, required if marked else plain)
        sheet.set_row(row, _height(cells))
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(_LAST)}{row + 1}"})


def _height(cells: Sequence[str]) -> int:
    """Return the height that shows all of the text: not every program fits rows to it."""
    lines = max(
        sum(max(1, ceil(shown_width(line) / width)) for line in text.split("\n"))
        for text, (_, width) in zip(cells, _TABLE, strict=True)
    )
    return lines * LINE + MARGIN
