"""Cleans and judges cells and rows of one item."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from nbcredit.cleaning import wording
from nbcredit.cleaning.checking import Fault, compile_cell, compile_row
from nbcredit.cleaning.headers import Header, column_letter
from nbcredit.cleaning.normalising import is_null, normaliser_of, tidy
from nbcredit.cleaning.rules import compile_conversions, compile_rules
from nbcredit.domain.catalogue import Field, Item
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.domain.rows import CleanedRow, Outcome, Row

# C0 without tab and line end, C1, the replacement character, non-characters, lone surrogates.
_BAD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]")
_CACHED_CELLS: Final = 20_000
_LONGEST_CACHED: Final = 64
_LONGEST_SPELLED: Final = 8_000

# A cell's clean value and its fault.
Cell = tuple[str, Fault | None]
CleanRecord = Callable[[int, list[str]], CleanedRow]


class CellCleaner:
    """Cleans the cells of one field and remembers the short ones, which come again and again."""

    __slots__ = ("_check", "_field", "_normalise", "_soft", "cache")

    def __init__(self, field: Field, *, required: bool) -> None:
        self._field = field
        self._normalise = normaliser_of(field.schema)
        self._check = compile_cell(field)
        self._soft = field.form != "text" or not required
        self.cache: dict[str, Cell] = {}

    def clean(self, cell: str) -> Cell:
        """Clean a cell that the cache does not have."""
        result = self._clean(cell)
        if len(cell) <= _LONGEST_CACHED:
            if len(self.cache) >= _CACHED_CELLS:
                self.cache.clear()
            self.cache[cell] = result
        return result

    def _clean(self, cell: str) -> Cell:
        text = tidy(cell)
        if not text or is_null(text, soft=self._soft):
            return "", None
        if (not text.isprintable() or "\ufffd" in text) and (bad := _BAD.search(text)):
            message = wording.bad_character(self._field.title, text, bad.start())
            return text, Fault(IssueCode.BAD_CHARACTER, self._field.name, message)
        # Beyond twice the longest text nothing is right, and spelling it anew could take long.
        value = self._normalise(text) if len(text) <= _LONGEST_SPELLED else text
        return value, self._check(value) if value else None


class RowCleaner:
    """Cleans and judges the rows of one item; compiled once, and pure but for its caches."""

    def __init__(self, item: Item, *, today: date) -> None:
        required = frozenset(item.schema.get("required", ()))
        self._fields = item.fields
        self._cells = {
            name: CellCleaner(field, required=name in required)
            for name, field in item.fields.items()
        }
        self._conversions = compile_conversions(item)
        self._check_row = compile_row(item)
        self._rules = compile_rules(item, today=today)

    def bind(self, header: Header) -> CleanRecord:
        """Return the cleaner of the records below a header."""
        order = {name: place for place, name in enumerate(self._fields)}
        plan = tuple(
            (column.index, column.field, cleaner.cache.get, cleaner.clean)
            for column in sorted(header.columns, key=lambda column: order[column.field])
            for cleaner in (self._cells[column.field],)
        )
        width = header.width
        faults_of = self._faults

        # The innermost loop of the platform: no call for a cell that is empty or known.
        def clean(number: int, cells: list[str]) -> CleanedRow:
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            values: dict[str, str] = {}
            bad: list[Fault] = []
            for index, name, known, look in plan:
                if cell := cells[index]:
                    value, fault = known(cell) or look(cell)
                    if value:
                        values[name] = value
                        if fault is not None:
                            bad.append(fault)
            if not values and not any(map(tidy, cells)):
                return CleanedRow(number=number, row=None, outcome=Outcome.BLANK)
            faults = faults_of(values, bad)
            if not faults and len(cells) == width:
                return CleanedRow(number=number, row=Row(number, values), outcome=None)
            issues = (
                *self._issues(number, cells, values, faults, header),
                *_surplus(number, cells, width),
            )
            if any(issue.severity is Severity.ERROR for issue in issues):
                return CleanedRow(number=number, row=None, outcome=Outcome.REJECTED, issues=issues)
            return CleanedRow(number=number, row=Row(number, values), outcome=None, issues=issues)

        return clean

    def _faults(self, values: dict[str, str], bad: list[Fault]) -> list[Fault]:
        """Convert in place, then judge; what is wrong in itself is not judged against others."""
        faults = [note for convert in self._conversions if (note := convert(values)) is not None]
        if not bad:
            faults += self._check_row(values)
            sound: Mapping[str, str] = values
        else:
            names = {fault.field for fault in bad}
            faults += bad
            faults += [fault for fault in self._check_row(values) if fault.field not in names]
            sound = {name: value for name, value in values.items() if name not in names}
        faults += [fault for rule in self._rules if (fault := rule(sound)) is not None]
        return faults

    def _issues(
        self,
        number: int,
        cells: Sequence[str],
        values: Mapping[str, str],
        faults: Iterable[Fault],
        header: Header,
    ) -> tuple[Issue, ...]:
        places = {column.field: column for column in header.columns}
        told: dict[tuple[str, IssueCode], Issue] = {}
        for fault in faults:
            field = self._fields[fault.field]
            column = places.get(fault.field)
            raw = tidy(cells[column.index]) if column else values.get(fault.field, "")
            told.setdefault(
                (fault.field, fault.code),
                Issue(
                    code=fault.code,
                    row=number,
                    column=column.letter if column else "",
                    header=column.header if column else field.title,
                    field=fault.field,
                    value=wording.shown(raw, field),
                    message=fault.message,
                ),
            )
        return tuple(told.values())


def _surplus(number: int, cells: Sequence[str], width: int) -> Iterator[Issue]:
    for index in range(width, len(cells)):
        if tidy(cells[index]):
            letter = column_letter(index)
            yield Issue(
                code=IssueCode.EXTRA_CELLS,
                row=number,
                column=letter,
                message=(
                    f"第 {number} 行比表头多出内容（从 {letter} 列起）：内容中有英文逗号时请用英文"
                    "双引号把整个单元格括起来，或删去多余的单元格。"
                ),
            )
            return
