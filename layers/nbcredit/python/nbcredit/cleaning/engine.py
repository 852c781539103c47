"""From a provider's file to clean rows: a stream, one record at a time (A8.2, A8.3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Final

from nbcredit.cleaning.duplicates import Duplicates
from nbcredit.cleaning.headers import Header, Leading, find_header
from nbcredit.cleaning.reading import Record, first_rows, has_content
from nbcredit.cleaning.row_cleaning import RowCleaner
from nbcredit.cleaning.sniffing import FileFacts, inspect
from nbcredit.cleaning.tables import Table, open_table
from nbcredit.domain.catalogue import Item
from nbcredit.domain.cell_changes import ChangeCounts
from nbcredit.domain.exports import unguarded
from nbcredit.domain.issues import Issue, IssueCode, Place
from nbcredit.domain.rows import CleanedRow, Outcome, Row
from nbcredit.domain.submissions import FileFormat, FileRefused

# In a workbook a cell says itself that it is text.
_GUARDED: Final = frozenset({FileFormat.CSV, FileFormat.TSV})


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose header is mapped; iterating it once cleans its rows in order."""

    header: Header
    _table: Table
    _cleaner: RowCleaner
    _cleaned: Iterator[CleanedRow]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the warnings about the file and its header."""
        return (*self._table.notes, *self.header.issues)

    @property
    def closing_issues(self) -> tuple[Issue, ...]:
        """Return the warnings that are known once all rows have been read."""
        return self._table.closing()

    @property
    def columns(self) -> Mapping[str, Place]:
        """Return where each field stands."""
        return self.header.places

    @property
    def changes(self) -> ChangeCounts:
        """Return how many cells were changed so far in the rows that were not passed over."""
        return self._cleaner.changes

    def __iter__(self) -> Iterator[CleanedRow]:
        return self._cleaned


@dataclass(frozen=True, slots=True)
class CleaningEngine:
    """The engine as the receiving of files asks for it."""

    def inspect(self, blocks: Iterable[bytes]) -> FileFacts:
        return inspect(blocks)

    def read(
        self,
        blocks: Iterable[bytes],
        *,
        form: FileFormat,
        encoding: str,
        item: Item,
        others: Iterable[Item],
        today: date,
        skip_rows: int,
        known: Iterable[Row],
    ) -> OpenFile:
        """Read the header, or raise `FileRefused`; `known` are accepted rows passed over."""
        return open_file(
            blocks,
            form=form,
            encoding=encoding,
            item=item,
            today=today,
            skip_rows=skip_rows,
            known=known,
            others=others,
        )


def open_file(
    blocks: Iterable[bytes],
    *,
    item: Item,
    today: date,
    form: FileFormat = FileFormat.CSV,
    encoding: str = "utf-8",
    skip_rows: int = 0,
    known: Iterable[Row] = (),
    others: Iterable[Item] = (),
) -> OpenFile:
    """Read and map the header, or raise `FileRefused`; the rows come by iterating.

    The first `skip_rows` rows are read but neither cleaned nor yielded; `known` are those of them
    that were accepted; `others` are the items a wrong file is recognised by. Iterating raises
    `FileRefused` where the rest of the file cannot be told into rows, and at the end where every
    row was blank.
    """
    table = open_table(blocks, form=form, encoding=encoding, item=item)
    header, rows = headed(table, item, others, form=form)
    cleaner = RowCleaner(item, header, today=today, day_zero=table.day_zero)
    seen = Duplicates()
    for row in known:
        cleaner.remember(row, seen)
    passed = False
    for _, cells in islice(rows, skip_rows):
        passed = passed or has_content(cells)
    return OpenFile(header, table, cleaner, _with_content(cleaner.clean(rows, seen), passed=passed))


def headed(
    table: Table, item: Item, others: Iterable[Item], *, form: FileFormat
) -> tuple[Header, Iterator[Record]]:
    """Return the header and the rows below it, or raise `FileRefused`."""
    # Of JSON Lines the names are the first record, and no other is a header.
    first = first_rows(table.records) if table.lettered else list(islice(table.records, 1))
    leading: list[Leading] = []
    for number, cells in first:
        if isinstance(cells, Issue):
            break
        leading.append(Leading(number, cells))
    if not leading:
        raise FileRefused([_unheaded(first)])
    header = find_header(leading, item, others=others, lettered=table.lettered)
    below = [record for record in first if record[0] > header.row]
    rows = chain(below, table.records)
    if (second := next(rows, None)) is None:
        raise _without_data()
    records = chain((second,), rows)
    if form in _GUARDED and header.is_returned:
        return header, map(_as_written, records)
    return header, records


def _as_written(record: Record) -> Record:
    """Take off what the platform put before cells so that no spreadsheet recasts them."""
    number, cells = record
    return number, cells if isinstance(cells, Issue) else [unguarded(cell) for cell in cells]


def _with_content(rows: Iterable[CleanedRow], *, passed: bool) -> Iterator[CleanedRow]:
    """Pass the rows on, and refuse the file at its end where all of them were blank."""
    blank = not passed
    for done in rows:
        blank = blank and done.outcome is Outcome.BLANK
        yield done
    if blank:
        raise _without_data()


def _unheaded(first: list[Record]) -> Issue:
    for number, cells in first:
        if isinstance(cells, Issue):
            return Issue(
                code=IssueCode.UNCLOSED_QUOTE if cells.code is IssueCode.MISQUOTED else cells.code,
                row=number,
                message=cells.message,
            )
    return Issue(code=IssueCode.EMPTY_FILE, row=0, message="文件是空的：请选择有内容的文件。")


def _without_data() -> FileRefused:
    message = (
        "文件只有表头，没有数据：如果本期没有产生信息，请改报“无信用信息产生”"
        "（nbcredit zero 单位 目录项 年-月）；否则请补上数据。"
    )
    return FileRefused([Issue(code=IssueCode.HEADER_ONLY, row=0, message=message)])
