"""The sheet that says what went back, why, and how it is answered (A8.5)."""

from collections.abc import Iterator
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nbcredit.documents.columns import TEXT
from nbcredit.documents.looks import FONT, LINE, MARGIN, OPTIONAL_FILL, set_up_page
from nbcredit.documents.returned_cells import ROWS_SHEET, lines_of, shown
from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.reserved import ADVICE_HEADER, FEEDBACK_HEADER, ROW_HEADER
from nbcredit.usecases.returned_rows import ReturnedSheet

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


class GuideSheet:
    """The sheet, written from top to bottom."""

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
        self._sheet.set_row(self._row, lines_of(value, _GUIDE_WIDTH - _GUIDE[0][1]) * LINE + 2)
        self._merge(1, value)
        self._sheet.write_string(self._row, 0, key, self._bold)
        self._row += 1

    def _wide(self, text: str) -> None:
        self._sheet.set_row(self._row, lines_of(text, _GUIDE_WIDTH) * LINE + 2)
        self._merge(0, text)
        self._row += 1

    def _merge(self, first: int, text: str) -> None:
        self._sheet.merge_range(self._row, first, self._row, _GUIDE_LAST, "", self._text)
        self._sheet.write_string(self._row, first, shown(text), self._text)

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
                max(lines_of(text, width) for text, (_, width) in zip(cells, _GUIDE, strict=True))
                * LINE
                + MARGIN,
            )
            for column, text in enumerate(cells):
                sheet.write_string(self._row, column, shown(text), self._cell)
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
