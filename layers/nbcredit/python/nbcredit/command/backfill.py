"""Files of history: which they are in a folder, and which month each is for, by its name."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from nbcredit.domain.errors import BadRequest, NotFound
from nbcredit.domain.periods import Period

_TABLES: Final = frozenset({".xlsx", ".csv", ".tsv", ".txt", ".jsonl", ".json", ".ndjson"})
# 2024-11, 2024_11, 2024.11, 202411, 2024年11月, 2024年1月; a day after it would be something else.
_MONTH: Final = re.compile(
    r"(?<!\d)(20\d\d)(?:[-_.]?(0[1-9]|1[0-2])|\s*年\s*(0?[1-9]|1[0-2])\s*月)(?![-_.]?\d)"
)


class NoPeriodInName(BadRequest):
    """The name of a file says no month, or several."""

    code = "no-period-in-name"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"从文件名“{name}”看不出唯一的报送期：请改名为“2024-11 行政处罚.xlsx”这样，"
            "或者单独上传并用 --period 指明。"
        )


class NoFilesInFolder(NotFound):
    """A folder holds nothing that could be reported."""

    code = "no-files-in-folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹 {folder} 中没有可以报送的文件（xlsx、csv 或 JSON Lines）。")


def period_in(name: str) -> Period:
    """Return the one month that a file's name says, or raise `NoPeriodInName`."""
    months = {Period(int(year), int(short or long)) for year, short, long in _MONTH.findall(name)}
    if len(months) != 1:
        raise NoPeriodInName(name)
    return months.pop()


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, those of a folder in the order of their names; hidden ones are no reports.

    Excel keeps a hidden copy beside a workbook that is open.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(
            each
            for each in path.iterdir()
            if each.is_file()
            and each.suffix.lower() in _TABLES
            and not each.name.startswith((".", "~$"))
        )
        if not found:
            raise NoFilesInFolder(path)
        yield from found
