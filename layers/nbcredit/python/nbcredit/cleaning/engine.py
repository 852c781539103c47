"""From a provider's file to clean rows: a stream, one record at a time (A8.2, A8.3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from re import compile as pattern
from typing import Final

from nbcredit.cleaning import wording
from nbcredit.cleaning.checking import CellCheck, Fault, compile_cell, compile_row
from nbcredit.cleaning.duplicates import Duplicates
from nbcredit.cleaning.errors import FileRefused
from nbcredit.cleaning.headers import Column, Header, column_letter, map_header
from nbcredit.cleaning.normalising import Normaliser, is_null, normaliser_of, tidy
from nbcredit.cleaning.reading import Record, read_csv
from nbcredit.cleaning.rules import compile_conversions, compile_rules
from nbcredit.domain.catalogue import Field, Item
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.domain.rows import CleanedRow, Outcome, Row

# C0 without tab and line end, C1, the replacement character, non-characters, lone surrogates.
_BAD: Final = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]")
_CACHED_CELLS: Final = 20_000
_LONGEST_CACHED: Final = 64

# A cell's clean value and its fault.
Cell = tuple[str, Fault | None]


class _CellCleaner:
    """Cleans the cells of one field and remembers the short ones, which come again and again."""

    __slots__ = ("_check", "_field", "_normalise", "_soft", "cache")

    def __init__(self, field: Field, *, required: bool) -> None:
        self._field = field
        self._normalise: Normaliser = normaliser_of(field.schema)
        self._check: CellCheck = compile_cell(field)
        self._soft = field.form != "text" or not required
        self.cache: dict[str, Cell] = {}

    def clean(self, cell: str) -> Cell:
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
        value = self._normalise(text)
        return value, self._check(value) if value else None


class RowCleaner:
    """Cleans and judges the rows of one item; compiled once, and pure but for its caches."""

    def __init__(self, item: Item, *, today: date) -> None:
        required = frozenset(item.schema.get("required", ()))
        self._item = item
        self._cells = {
            name: _CellCleaner(field, required=name in required)
            for name, field in item.fields.items()
        }
        self._conversions = compile_conversions(item)
        self._check_row = compile_row(item)
        self._rules = compile_rules(item, today=today)

    def bind(self, header: Header) -> "Callable[[int, list[str]], CleanedRow]":
        """Return the cleaner of the records below a header."""
        order = {name: place for place, name in enumerate(self._item.fields)}
        columns = sorted(header.columns, key=lambda column: order[column.field])
        plan = tuple(
            (column.index, column.field, cells.cache.get, cells.clean)
            for column in columns
            for cells in (self._cells[column.field],)
        )
        places = {column.field: column for column in columns}
        width = header.width
        conversions, check_row, rules = self._conversions, self._check_row, self._rules

        def clean(number: int, cells: list[str]) -> CleanedRow:
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            values: dict[str, str] = {}
            faults: list[Fault] = []
            bad: set[str] = set()
            for index, name, known, look in plan:
                cell = cells[index]
                if cell:
                    value, fault = known(cell) or look(cell)
                    if value:
                        values[name] = value
                    if fault is not None:
                        faults.append(fault)
                        bad.add(name)
            if not values and not any(map(tidy, cells)):
                return CleanedRow(number=number, row=None, outcome=Outcome.BLANK)

            for convert in conversions:
                note = convert(values)
                if note is not None:
                    faults.append(note)
            faults.extend(fault for fault in check_row(values) if fault.field not in bad)
            for rule in rules:
                found = rule(values)
                if found is not None and found.field not in bad:
                    faults.append(found)
            extra = len(cells) > width and any(map(tidy, cells[width:]))
            if not faults and not extra:
                return CleanedRow(number=number, row=Row(number, values), outcome=None)
            issues = self._issues(number, cells, values, faults, places)
            if extra:
                issues = (*issues, _extra_cells(number, cells, width))
            if any(issue.severity is Severity.ERROR for issue in issues):
                return CleanedRow(number=number, row=None, outcome=Outcome.REJECTED, issues=issues)
            return CleanedRow(number=number, row=Row(number, values), outcome=None, issues=issues)

        return clean

    def _issues(
        self,
        number: int,
        cells: Sequence[str],
        values: Mapping[str, str],
        faults: Iterable[Fault],
        places: Mapping[str, Column],
    ) -> tuple[Issue, ...]:
        told: dict[tuple[str, IssueCode], Issue] = {}
        for fault in faults:
            field = self._item.fields[fault.field]
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


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose header is mapped; iterating it once cleans its rows in order."""

    header: Header
    _cleaned: Iterator[CleanedRow]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the warnings about the header."""
        return self.header.issues

    def __iter__(self) -> Iterator[CleanedRow]:
        return self._cleaned


def open_file(
    blocks: Iterable[bytes],
    *,
    encoding: str,
    item: Item,
    today: date,
    seen: Duplicates | None = None,
    skip_rows: int = 0,
    others: Iterable[Item] = (),
) -> OpenFile:
    """Read and map the header, or raise `FileRefused`; the rows come by iterating.

    `skip_rows` records after the header are read but neither cleaned nor yielded; `others` are
    the items a wrong file is recognised by. Iterating raises `FileRefused` where the rest of the
    file cannot be told into rows, and at the end where every row was blank.
    """
    return open_records(
        read_csv(blocks, encoding=encoding),
        item=item,
        today=today,
        seen=seen,
        skip_rows=skip_rows,
        others=others,
    )


def open_records(
    records: Iterator[Record],
    *,
    item: Item,
    today: date,
    seen: Duplicates | None = None,
    skip_rows: int = 0,
    others: Iterable[Item] = (),
) -> OpenFile:
    """Do what `open_file` does, for records of any reader."""
    first = next(records, None)
    if first is None:
        raise FileRefused(_of_file(IssueCode.EMPTY_FILE, "文件是空的：请选择有内容的文件。"))
    if first[1] is None:
        raise FileRefused(_misquoted(1, IssueCode.UNCLOSED_QUOTE))
    header = map_header(first[1], item, others=others)
    second = next(records, None)
    if second is None:
        raise FileRefused(_header_only())
    clean = RowCleaner(item, today=today).bind(header)
    table = Duplicates() if seen is None else seen
    rows = _clean(chain((second,), records), clean, skip_rows)
    return OpenFile(header, _without_repeats(rows, item, table))


def remember(seen: Duplicates, item: Item, row: Row) -> None:
    """Enter an accepted row again, when a file is taken up after a checkpoint."""
    values = {name: row.values[name] for name in item.fields if name in row.values}
    seen.see(_key(item, values), _content(values), row.number)


def _clean(
    records: Iterable[Record],
    clean: Callable[[int, list[str]], CleanedRow],
    skip_rows: int,
) -> Iterator[CleanedRow]:
    blank = True
    for number, cells in records:
        if number <= skip_rows + 1:
            blank = blank and cells is not None and not any(map(tidy, cells))
            continue
        if cells is None:
            blank = False
            yield CleanedRow(
                number=number,
                row=None,
                outcome=Outcome.REJECTED,
                issues=(_misquoted(number, IssueCode.MISQUOTED),),
            )
            continue
        done = clean(number, cells)
        blank = blank and done.outcome is Outcome.BLANK
        yield done
    if blank:
        raise FileRefused(_header_only())


def _without_repeats(
    rows: Iterable[CleanedRow], item: Item, seen: Duplicates
) -> Iterator[CleanedRow]:
    for done in rows:
        row = done.row
        if row is None:
            yield done
            continue
        earlier = seen.see(_key(item, row.values), _content(row.values), row.number)
        if earlier is None:
            yield done
            continue
        if earlier.same:
            code, outcome = IssueCode.REPEATED_ROW, Outcome.DUPLICATE
            message = f"与第 {earlier.row} 行完全相同，只入库一次：不用处理。"
        else:
            code, outcome = IssueCode.CONFLICTING_ROWS, Outcome.REJECTED
            message = (
                f"与第 {earlier.row} 行是同一条记录（主体和编号相同）但内容不同，以第 {earlier.row}"
                " 行为准：请核对后只保留正确的一行。"
            )
        issue = Issue(code=code, row=row.number, message=message)
        yield CleanedRow(number=row.number, row=None, outcome=outcome, issues=(*done.issues, issue))


def _key(item: Item, values: Mapping[str, str]) -> str:
    subject = item.subject_of(values)
    who = f"{subject.kind}\n{subject.document_type}\n{subject.number}" if subject else ""
    return f"{who}\n{item.natural_key_of(values)}"


def _content(values: Mapping[str, str]) -> str:
    return "\x1f".join(chain(values, values.values()))


def _extra_cells(number: int, cells: Sequence[str], width: int) -> Issue:
    index = next(i for i in range(width, len(cells)) if tidy(cells[i]))
    letter = column_letter(index)
    return Issue(
        code=IssueCode.EXTRA_CELLS,
        row=number,
        column=letter,
        message=(
            f"第 {number} 行比表头多出内容（从 {letter} 列起）：内容中有英文逗号时请用英文双引号"
            "把整个单元格括起来，或删去多余的单元格。"
        ),
    )


def _misquoted(row: int, code: IssueCode) -> Issue:
    return Issue(
        code=code,
        row=row,
        message=(
            f"第 {row} 行的双引号用法不对：内容中的双引号请写成两个，并用双引号把整个单元格括起来。"
        ),
    )


def _header_only() -> Issue:
    return _of_file(
        IssueCode.HEADER_ONLY,
        "文件只有表头，没有数据：如果本期没有产生信息，请改报“无信用信息产生”；否则请补上数据。",
    )


def _of_file(code: IssueCode, message: str) -> Issue:
    return Issue(code=code, row=0, message=message)
