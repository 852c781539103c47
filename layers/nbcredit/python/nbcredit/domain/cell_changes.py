"""What cleaning changed in a file, so that it can be seen (A8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ChangeKind(StrEnum):
    """How a cell was spelled anew: the first kinds change its form, the others may change more."""

    WHITE_SPACE = "white-space"
    WIDTH = "width"
    CODE = "code"
    DATE = "date"
    AMOUNT = "amount"
    WORDING = "wording"
    NULL_WORD = "null-word"
    REMOVED = "removed"
    DIGITS = "digits"
    OLD_NUMBER = "old-number"
    SERIAL_DATE = "serial-date"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_listed(self) -> bool:
        """Whether each such change is listed with its row, what it was and what it became."""
        return self in _LISTED


_LABELS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.WHITE_SPACE: "空格和换行",
    ChangeKind.WIDTH: "全角半角和兼容字符",
    ChangeKind.CODE: "代码的大小写和分隔符",
    ChangeKind.DATE: "日期的写法",
    ChangeKind.AMOUNT: "金额的写法",
    ChangeKind.WORDING: "选项的写法",
    ChangeKind.NULL_WORD: "表示“无”的词改为空",
    ChangeKind.REMOVED: "删去看不见的字符",
    ChangeKind.DIGITS: "字母更正为数字",
    ChangeKind.OLD_NUMBER: "15 位号码换算为 18 位",
    ChangeKind.SERIAL_DATE: "Excel 日期序号换算为日期",
}
_LISTED: Final = frozenset(
    {
        ChangeKind.NULL_WORD,
        ChangeKind.REMOVED,
        ChangeKind.DIGITS,
        ChangeKind.OLD_NUMBER,
        ChangeKind.SERIAL_DATE,
    }
)

# How many cells of a field were changed in one way: {field: {kind: cells}}.
ChangeCounts = Mapping[str, Mapping[ChangeKind, int]]


def added(counts: ChangeCounts, more: ChangeCounts) -> ChangeCounts:
    """Return the counts of two parts of a file together."""
    total = {field: dict(kinds) for field, kinds in counts.items()}
    for field, kinds in more.items():
        of_field = total.setdefault(field, {})
        for kind, cells in kinds.items():
            of_field[kind] = of_field.get(kind, 0) + cells
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One change that may have changed the meaning; personal values are masked."""

    kind: ChangeKind
    row: int
    column: str
    header: str
    field: str
    was: str
    became: str
