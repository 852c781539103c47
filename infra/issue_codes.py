"""`python -m infra.issue_codes`: the Chinese page of issue codes, made from the English one."""

import re
from pathlib import Path
from typing import Final

from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.issues import IssueCode

DOCS: Final = Path(__file__).parents[1] / "docs"
ENGLISH: Final = DOCS / "issue-codes.md"
CHINESE: Final = DOCS / "issue-codes.zh-CN.md"

_ROW: Final = re.compile(r"\| ([EW]\d{3}) \| .*? \| (.*?) \| .*? \|")
_GROUPS: Final = {
    "E1": "整个文件",
    "E2": "表头",
    "E3": "单元格的写法",
    "E4": "校验位",
    "E5": "各列之间的关系",
    "E6": "与库中数据比对",
    "E7": "报送权限、位置和方式",
    "W9": "已接收，请核对",
}
_OPENING: Final = """\
# 问题代码

平台和 `nbcredit clean` 对每处问题给出代码、所在的行和列，以及怎样改。
E 开头的不改就不能入库：E1、E2、E7 退回整个文件（E707、E709、E710 只退回所在的行），
其余只退回所在的行，改好后重新上传即可；
E602 至 E606 的行先保留，等有人判定是哪个主体（`nbcredit cases`）。
W 开头的只是提示，不影响入库，请核对。
下表是各代码的名称和提示语的样例；提示语写明怎么办。

行号与表格软件中显示的相同：表头是第 1 行，空行也算一行；第 0 行指整个文件。个人信息的内容会遮盖。

本页由 `python -m infra.issue_codes` 根据 [issue-codes.md](issue-codes.md)（英文）生成，请勿手改。
"""


def page(english: str) -> str:
    """Return the Chinese page: what a code is called, and what its message says to do."""
    lines = [_OPENING]
    group = ""
    for line in english.splitlines():
        if (row := _ROW.fullmatch(line)) is None:
            continue
        code, message = row.groups()
        if code[:2] != group:
            group = code[:2]
            lines += ["", f"## {_GROUPS[group]}（{group}）", "", "| 代码 | 名称 | 提示语（样例） |"]
            lines.append("|---|---|---|")
        lines.append(f"| {code} | {title_of(IssueCode(code))} | {message} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


if __name__ == "__main__":
    CHINESE.write_text(page(ENGLISH.read_text(encoding="utf-8")), encoding="utf-8")
