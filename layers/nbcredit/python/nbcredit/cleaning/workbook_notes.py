"""What is told about a sheet that was read: hidden content, formulas, merged cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from nbcredit.cleaning.headers import column_letter
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.workbook_refusals import broken
from nbcredit.domain.issues import Issue, IssueCode

_SHOWN: Final = 3
_RANGE: Final = re.compile(r"\$?[A-Z]{1,3}\$?([0-9]{1,7})(?::\$?[A-Z]{1,3}\$?([0-9]{1,7}))?")


@dataclass(slots=True)
class Places:
    """How many there are, and the first of them."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        self.count += 1
        if self.count <= _SHOWN:
            self.first.append(place)

    def __str__(self) -> str:
        return "、".join(self.first) + (" 等" if self.count > _SHOWN else "")


@dataclass(slots=True)
class SheetNotes:
    """Counts while a sheet is read; complete when it is."""

    sheet: str
    hidden: bool
    filtered: bool = False
    rows: Places = field(default_factory=Places)
    columns: set[int] = field(default_factory=set)
    formulas: Places = field(default_factory=Places)
    merged: Places = field(default_factory=Places)

    def merge(self, cells: str) -> None:
        """Count merged cells that reach below the header's row."""
        match = _RANGE.fullmatch(cells)
        if match is None:
            raise broken()
        first, _, last = cells.partition(":")
        if last not in {"", first} and int(match[2]) > 1:
            self.merged.add(cells)

    def issues(self) -> Iterator[Issue]:
        sheet = f"工作表“{quoted(self.sheet)}”"
        advice = "也已读取：如果不需要报送，请删去后重新上传。"
        if self.hidden:
            yield _note(IssueCode.HIDDEN_CONTENT, f"{sheet}是隐藏的，{advice}")
        if self.rows.count:
            how = "被筛选隐藏" if self.filtered else "隐藏"
            told = f"{sheet}有 {self.rows.count} 行{how}的内容（第 {self.rows} 行），{advice}"
            yield _note(IssueCode.HIDDEN_CONTENT, told)
        if self.columns:
            columns = Places()
            for index in sorted(self.columns):
                columns.add(column_letter(index))
            told = f"{sheet}有 {columns.count} 列隐藏的内容（{columns} 列），{advice}"
            yield _note(IssueCode.HIDDEN_CONTENT, told)
        if self.merged.count:
            yield _note(
                IssueCode.MERGED_CELLS,
                f"{sheet}有 {self.merged.count} 处合并单元格（{self.merged}），"
                "只有左上角的单元格有内容：请取消合并，逐行填写。",
            )
        if self.formulas.count:
            yield _note(
                IssueCode.FORMULAS,
                f"{sheet}有 {self.formulas.count} 个单元格是公式（{self.formulas}），"
                "读取的是 Excel 最近一次的计算结果：请核对。",
            )


def _note(code: IssueCode, message: str) -> Issue:
    return Issue(code=code, row=0, message=message)
