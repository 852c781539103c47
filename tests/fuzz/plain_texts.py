"""Readers of CSV and JSON Lines that are slow and simple, and share nothing with the engine's."""

import json
import re
from typing import Any, Final

from nbcredit.domain.submissions import FileFormat

# A row's number, and its cells, or None where the line is no row of cells.
Rows = list[tuple[int, list[str] | None]]

_ENDS: Final = {"\r\n", "\n", "\r"}
_NAMES_FROM: Final = 1_000


def rows_of_text(data: bytes, *, form: FileFormat, encoding: str) -> Rows:
    text = data.decode(encoding)
    if form is FileFormat.JSON_LINES:
        return _json_rows(text)
    split = _Split("\t" if form is FileFormat.TSV else ",")
    split.take(text)
    return list(enumerate(split.rows, 1))


class _Split:
    """Splits a text into rows of cells, character by character."""

    def __init__(self, mark: str) -> None:
        self.rows: list[list[str] | None] = []
        self._mark = mark
        self._row: list[str] = []
        self._cell: list[str] = []
        self._take = self._start
        self._misquoted = False

    def take(self, text: str) -> None:
        for each in re.findall(r"\r\n|(?s:.)", text):
            self._take(each)
        if self._take != self._start or self._row:
            self._end_row()

    def _start(self, each: str) -> None:
        if each == '"':
            self._take = self._quoted
        else:
            self._take = self._bare
            self._bare(each)

    def _bare(self, each: str) -> None:
        if each == self._mark:
            self._end_cell()
        elif each in _ENDS:
            self._end_row()
        else:
            self._cell.append(each)

    def _quoted(self, each: str) -> None:
        if each == '"':
            self._take = self._closed
        else:
            self._cell.append(each)

    def _closed(self, each: str) -> None:
        if each == '"':
            self._cell.append(each)
            self._take = self._quoted
        elif each == self._mark or each in _ENDS:
            # Not empty, even where nothing stood between the quotes.
            self._take = self._bare
            self._end_cell()
            if each in _ENDS:
                self._finish()
        else:
            self._misquoted = True
            self._take = self._spoiled

    def _spoiled(self, each: str) -> None:
        """Pass over the rest of a line that cannot be told into cells."""
        if each in _ENDS:
            self._finish()

    def _end_cell(self) -> None:
        self._row.append("".join(self._cell))
        self._cell = []
        self._take = self._start

    def _end_row(self) -> None:
        # A line without a character is a row without a cell.
        if self._row or self._cell or self._take != self._bare:
            self._end_cell()
        self._finish()

    def _finish(self) -> None:
        self.rows.append(None if self._misquoted else self._row)
        self._row, self._cell, self._misquoted, self._take = [], [], False, self._start


def _json_rows(text: str) -> Rows:
    lines = re.split("\r\n|\r|\n", text)
    if not lines[-1]:
        lines.pop()
    told = [_json_line(line.lstrip("\ufeff")) for line in lines]
    names = list(dict.fromkeys(name for cells in told[:_NAMES_FROM] for name in cells or ()))
    rows: Rows = []
    for number, cells in enumerate(told, 1):
        if cells is None:
            rows.append((number, None))
        else:
            late = [text for name, text in cells.items() if name not in names]
            rows.append((number, [*(cells.get(name, "") for name in names), *late]))
    return rows


class _TwiceError(ValueError):
    """A name stands twice in one object."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _TwiceError
    return dict(pairs)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_Number, parse_float=_Number, parse_constant=_Number
)


def _json_line(line: str) -> dict[str, str] | None:
    if not line.strip():
        return {}
    try:
        told = _DECODER.decode(line.strip(" \t\r\n"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not all(map(_is_cell, told.values())):
        return None
    return {name: _json_cell(value) for name, value in told.items()}


def _is_cell(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return value is None or isinstance(value, str | bool)


def _json_cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else str(value)
