"""Rows of a file as they are named in a command: 3,7,10-15."""

import re
from typing import Annotated, Final

import typer

from nbcredit.domain.errors import BadRequest

Rows = Annotated[
    str,
    typer.Option(metavar="行号", help="原文件的行号，用逗号分隔，可写范围，如 3,7,10-15。"),
]

_ROWS: Final = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_MOST_ROWS: Final = 1_000


class BadRows(BadRequest):
    """The text does not name rows."""

    code = "bad-rows"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是行号：请写成 3,7,10-15 这样，一次最多 {_MOST_ROWS} 行。")


def rows_of(text: str) -> list[int]:
    """Return the rows that a text like `3,7,10-15` names, or raise `BadRows`."""
    rows: set[int] = set()
    for part in text.replace("，", ",").split(","):
        match = _ROWS.fullmatch(part.strip())
        if match is None:
            raise BadRows(text)
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 < first <= last or last - first >= _MOST_ROWS:
            raise BadRows(text)
        rows.update(range(first, last + 1))
    if len(rows) > _MOST_ROWS:
        raise BadRows(text)
    return sorted(rows)
