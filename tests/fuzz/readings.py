"""A file as the engine reads it, row by row, and as a slow reader does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from nbcredit.cleaning.engine import CleaningEngine, OpenFile
from nbcredit.cleaning.headers import Header
from nbcredit.cleaning.normalising import DAY_ZERO_1900, DAY_ZERO_1904, tidy
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.sniffing import FileFacts
from nbcredit.domain.cell_changes import ChangeCounts, ChangeKind
from nbcredit.domain.issues import Issue
from nbcredit.domain.rows import CleanedRow
from nbcredit.domain.submissions import FileFormat, FileRefused
from tests.cleaning_builders import SHIPPED, TODAY, an_item
from tests.fuzz.cases import Case
from tests.fuzz.plain_books import PlainBook, book_of
from tests.fuzz.plain_texts import Rows, rows_of_text

ENGINE: Final = CleaningEngine()
OTHERS: Final = tuple(map(an_item, SHIPPED))


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What the engine made of a row, what it counted meanwhile, and the row's cells.

    Without cells the row is no record; `counted` are changes of this row alone.
    """

    done: CleanedRow
    counted: ChangeCounts
    cells: list[str] | None


@dataclass(slots=True, kw_only=True)
class Reading:
    """How a file was read; `records` are those that are there below the header."""

    facts: FileFacts
    opened: OpenFile | None = None
    refusal: tuple[Issue, ...] = ()
    done: list[CleanedRow] = field(default_factory=list)
    counted: list[ChangeCounts] = field(default_factory=list)
    records: Rows = field(default_factory=list)
    zero: date = DAY_ZERO_1900

    @property
    def header(self) -> Header | None:
        """Return the header of a file that was read to its end."""
        return None if self.opened is None or self.refusal else self.opened.header

    @property
    def rows(self) -> Iterator[ReadRow]:
        there = dict(self.records)
        for done, counted in zip(self.done, self.counted, strict=True):
            yield ReadRow(done, counted, there.get(done.number))

    @property
    def issues(self) -> list[Issue]:
        told = list(self.opened.issues) if self.opened is not None else []
        told += (issue for row in self.done for issue in row.issues)
        if self.opened is not None and not self.refusal:
            told += self.opened.closing_issues
        return [*told, *self.refusal]


def blocks_of(case: Case) -> Iterator[bytes]:
    return (case.data[at : at + case.block] for at in range(0, len(case.data), case.block))


def read(case: Case) -> Reading:
    """Read a file as receiving does, and its records once more where it was read to its end."""
    reading = Reading(facts=ENGINE.inspect(blocks_of(case)))
    if reading.facts.issues:
        reading.refusal = reading.facts.issues
        return reading
    try:
        reading.opened = opened(case, reading.facts)
        before = reading.opened.changes
        for row in reading.opened:
            after = reading.opened.changes
            reading.done.append(row)
            reading.counted.append(_difference(before, after))
            before = after
    except FileRefused as refusal:
        reading.refusal = refusal.issues
    if reading.header is not None:
        _read_plainly(case, reading, reading.header)
    return reading


def opened(case: Case, facts: FileFacts) -> OpenFile:
    return ENGINE.read(
        blocks_of(case),
        form=facts.format,
        encoding=facts.encoding,
        item=case.item,
        others=OTHERS,
        today=TODAY,
        skip_rows=0,
        known=(),
    )


def _difference(before: ChangeCounts, after: ChangeCounts) -> ChangeCounts:
    found: dict[str, dict[ChangeKind, int]] = {}
    for name, kinds in after.items():
        more = {kind: n - before.get(name, {}).get(kind, 0) for kind, n in kinds.items()}
        if grown := {kind: n for kind, n in more.items() if n}:
            found[name] = grown
    return found


def _read_plainly(case: Case, reading: Reading, header: Header) -> None:
    facts = reading.facts
    if facts.format is FileFormat.WORKBOOK:
        book = book_of(case.data)
        reading.zero = DAY_ZERO_1904 if book.starts_1904 else DAY_ZERO_1900
        rows = _sheet_read(book, header, [row.number for row in reading.done])
    else:
        rows = rows_of_text(case.data, form=facts.format, encoding=facts.encoding)
    reading.records = [row for row in rows if row[0] > header.row]


def _sheet_read(book: PlainBook, header: Header, numbers: list[int]) -> Rows:
    """Return the sheet that has the header, and these rows below it if there are several."""
    headers = {column.index: column.header for column in header.columns}
    fitting = [rows for rows in book.sheets if _stands_in(rows, header.row, headers)]
    there = [[number for number, _ in rows if number > header.row] for rows in fitting]
    return fitting[there.index(numbers) if numbers in there else 0] if fitting else []


def _stands_in(rows: Rows, row: int, headers: Mapping[int, str]) -> bool:
    """Tell whether the headers stand in that row, or in it and the one above it."""
    lower, upper = (dict(enumerate(dict(rows).get(number) or ())) for number in (row, row - 1))
    return all(
        header in {quoted(tidy(lower.get(at, ""))), quoted(tidy(upper.get(at, "")))}
        for at, header in headers.items()
    )
