"""One sheet of a workbook as rows of text."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nbcredit.cleaning.headers import column_letter
from nbcredit.cleaning.reading import MAX_COLUMNS
from nbcredit.cleaning.workbook_cells import Format, day, iso_day, number, percent, unescaped
from nbcredit.cleaning.workbook_notes import SheetNotes
from nbcredit.cleaning.workbook_refusals import broken, too_deep, too_long, too_wide, unsafe
from nbcredit.cleaning.workbook_strings import SharedStrings
from nbcredit.cleaning.workbook_xml import (
    MAX_DEPTH,
    MAX_TEXT,
    Attributes,
    Part,
    is_true,
    local,
    parse,
)

MAX_ROWS: Final = 1_048_576
# Empty rows before one with content.
MAX_GAP: Final = 100_000

_COLUMNS: Final[Mapping[str, int]] = {column_letter(index): index for index in range(MAX_COLUMNS)}
_TEXTS: Final = frozenset({"v", "t"})
_PLACE: Final = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_LETTERS: Final = 26
# Characters of long texts in the rows of one block: a short reference may stand for each of them.
_LONG: Final = 1_000
_MOST_LONG: Final = 32_000_000
# Excel has no more columns to describe.
_MAX_RANGES: Final = 16_384


@dataclass(frozen=True, slots=True)
class Context:
    """What the cells of every sheet need of their workbook."""

    strings: SharedStrings
    formats: Mapping[str, Format]
    starts_1904: bool


class SheetPart(Part):
    """Gathers the rows that have content; `c` and `v`, most of all events, are told first."""

    def __init__(self, context: Context, notes: SheetNotes) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[str]]] = []
        self._notes = notes
        self._context = context
        self._openers: Mapping[str, Callable[[Attributes], None]] = {
            "row": self._open_row,
            "f": self._open_formula,
            "is": self._open_inline,
            "rPh": self._open_phonetic,
            "col": self._open_column,
            "filterColumn": self._open_filter,
            "mergeCell": self._open_merged,
        }
        self._closers: Mapping[str, Callable[[], None]] = {
            "row": self._close_row,
            "is": self._close_inline,
            "rPh": self._close_phonetic,
        }
        self._readers: Mapping[str | None, Callable[[str], str]] = {
            None: self._number,
            "n": self._number,
            "s": context.strings.reader(),
            "str": unescaped,
            "inlineStr": str,
            "b": _truth,
            "e": str,
            "d": iso_day,
        }
        self._hidden_columns: set[int] = set()
        self._column_ranges = 0
        self._row = 0
        # Empty between rows, so that a cell without a row is found out.
        self._row_name = ""
        self._row_hidden = False
        self._cells: list[str] = []
        self._column = -1
        self._cell: Attributes = {}
        self._value: str | None = None
        self._formula = False
        self._runs: list[str] = []
        self._size = 0
        self._long = 0
        self._phonetic = False

    def taken(self) -> list[tuple[int, list[str]]]:
        """Return the rows that were gathered since, and begin anew."""
        rows, self.rows, self._long = self.rows, [], 0
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep()
        if name == "c":
            self._cell = attributes
            return
        self.texts.clear()
        if name not in _TEXTS:
            self.opened(local(name), attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == "v":
            self._value = "".join(self.texts)
        elif name == "c":
            self._close_cell()
        elif name == "t":
            self._close_run()
        elif name in self._closers:
            self._closers[name]()
        elif ":" in name:
            self.depth += 1
            self.end(local(name))

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell = attributes
        elif name in self._openers:
            self._openers[name](attributes)

    def _open_row(self, attributes: Attributes) -> None:
        number = int(attributes.get("r") or self._row + 1)
        if not self._row < number <= MAX_ROWS:
            raise broken()
        self._row = number
        self._row_name = str(number)
        self._row_hidden = is_true(attributes.get("hidden")) or attributes.get("ht") == "0"
        self._cells = []
        self._column = -1

    def _close_row(self) -> None:
        self._row_name = ""
        if not self._cells:
            return
        self.rows.append((self._row, self._cells))
        if self._row_hidden:
            self._notes.rows.add(str(self._row))
        if self._hidden_columns:
            self._notes.columns.update(
                index for index in self._hidden_columns if any(self._cells[index : index + 1])
            )

    def _close_cell(self) -> None:
        cell = self._cell
        place = cell.get("r")
        if place is None:
            column = self._column + 1
        else:
            near = _COLUMNS.get(place.removesuffix(self._row_name))
            column = self._far_column(place) if near is None else near
        if column <= self._column or not self._row_name:
            raise broken()
        self._column = column
        text = self._value
        if text:
            text = self._readers[cell.get("t")](text)
        if self._formula:
            text = self._calculated(text)
        self._value = None
        if text:
            if column >= MAX_COLUMNS:
                raise too_wide(self._notes.sheet, self._row, self._place(), MAX_COLUMNS)
            cells = self._cells
            missing = column - len(cells)
            if missing:
                cells += [""] * missing
            cells.append(text)
            if len(text) > _LONG:
                self._long += len(text)
                if self._long > _MOST_LONG:
                    raise too_long()

    def _calculated(self, text: str | None) -> str:
        self._formula = False
        self._notes.formulas.add(self._place())
        # A text may be empty as a result; nothing else is, once it has been calculated.
        return text or ("" if text == "" and self._cell.get("t") == "str" else "#VALUE!")

    def _far_column(self, place: str) -> int:
        match = _PLACE.fullmatch(place)
        if match is None or match[2] != self._row_name:
            raise broken()
        column = 0
        for letter in match[1]:
            column = column * _LETTERS + ord(letter) - ord("A") + 1
        return column - 1

    def _number(self, text: str) -> str:
        shown = self._context.formats.get(self._cell.get("s", "0"))
        if shown is None:
            return number(text)
        if shown is Format.DAY:
            return day(text, starts_1904=self._context.starts_1904)
        return percent(text)

    def _open_formula(self, _: Attributes) -> None:
        self._formula = bool(self._row_name)

    def _open_inline(self, _: Attributes) -> None:
        self._runs.clear()
        self._size = 0

    def _open_phonetic(self, _: Attributes) -> None:
        self._phonetic = True

    def _close_inline(self) -> None:
        self._value = "".join(self._runs)

    def _close_phonetic(self) -> None:
        self._phonetic = False

    def _close_run(self) -> None:
        if self.texts and not self._phonetic:
            text = unescaped("".join(self.texts))
            self._runs.append(text)
            self._size += len(text)
            if self._size > MAX_TEXT:
                raise too_long()

    def _open_column(self, attributes: Attributes) -> None:
        self._column_ranges += 1
        if self._column_ranges > _MAX_RANGES:
            raise broken()
        if is_true(attributes.get("hidden")) or attributes.get("width") == "0":
            first, last = int(attributes["min"]), int(attributes["max"])
            self._hidden_columns.update(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def _open_filter(self, _: Attributes) -> None:
        self._notes.filtered = True

    def _open_merged(self, attributes: Attributes) -> None:
        self._notes.merge(attributes["ref"])

    def _place(self) -> str:
        return f"{column_letter(self._column)}{self._row}"


def rows_of(blocks: Iterable[bytes], part: SheetPart) -> Iterator[tuple[int, list[str]]]:
    """Yield every row by its number up to the last with content, those that are not there too."""
    last = 0
    for _ in parse(blocks, part):
        for row, cells in part.taken():
            if row - last - 1 > MAX_GAP:
                raise unsafe(f"第 {row} 行之前有 {MAX_GAP} 个以上的空行", row=row)
            for empty in range(last + 1, row):
                yield empty, []
            yield row, cells
            last = row


def _truth(text: str) -> str:
    return "TRUE" if is_true(text) else "FALSE"
