"""From a provider's file to clean rows: a stream, one record at a time (A8.2, A8.3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from nbcredit.cleaning.cleaners import RowCleaner
from nbcredit.cleaning.duplicates import Duplicates
from nbcredit.cleaning.headers import Header, map_header
from nbcredit.cleaning.normalising import tidy
from nbcredit.cleaning.reading import Record, read_csv
from nbcredit.cleaning.sniffing import FileFacts, inspect
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue, IssueCode, Place
from nbcredit.domain.rows import CleanedRow, Outcome, Row
from nbcredit.domain.submissions import FileRefused


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose header is mapped; iterating it once cleans its rows in order."""

    header: Header
    _cleaned: Iterator[CleanedRow]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the warnings about the header."""
        return self.header.issues

    @property
    def columns(self) -> Mapping[str, Place]:
        """Return where each field stands."""
        return self.header.places

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
        encoding: str,
        item: Item,
        others: Iterable[Item],
        today: date,
        skip_rows: int,
        known: Iterable[Row],
    ) -> OpenFile:
        """Read the header, or raise `FileRefused`; `known` are accepted rows passed over."""
        seen = Duplicates()
        for row in known:
            remember(seen, item, row)
        return open_file(
            blocks,
            encoding=encoding,
            item=item,
            today=today,
            seen=seen,
            skip_rows=skip_rows,
            others=others,
        )


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
    records = read_csv(blocks, encoding=encoding)
    return open_records(
        records, item=item, today=today, seen=seen, skip_rows=skip_rows, others=others
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
    """Do what `open_file` does, for the records of any reader."""
    first = next(records, None)
    if first is None:
        raise _refused(IssueCode.EMPTY_FILE, "文件是空的：请选择有内容的文件。")
    if first[1] is None:
        raise FileRefused([_misquoted(1, IssueCode.UNCLOSED_QUOTE)])
    header = map_header(first[1], item, others=others)
    second = next(records, None)
    if second is None:
        raise _without_data()
    clean = RowCleaner(item, today=today).bind(header)
    rows = _clean(chain((second,), records), clean, skip_rows)
    known = Duplicates() if seen is None else seen
    return OpenFile(header, _without_repeats(rows, item, known, header.places))


def remember(seen: Duplicates, item: Item, row: Row) -> None:
    """Enter an accepted row again, when a file is taken up after a checkpoint."""
    values = {name: row.values[name] for name in item.fields if name in row.values}
    seen.see(_key(item, values), _content(item, values), row.number)


def _clean(
    records: Iterable[Record], clean: Callable[[int, list[str]], CleanedRow], skip_rows: int
) -> Iterator[CleanedRow]:
    blank = True
    for number, cells in records:
        if number <= skip_rows + 1:
            blank = blank and cells is not None and not any(map(tidy, cells))
            continue
        if cells is None:
            issue = _misquoted(number, IssueCode.MISQUOTED)
            done = CleanedRow(number=number, row=None, outcome=Outcome.REJECTED, issues=(issue,))
        else:
            done = clean(number, cells)
        blank = blank and done.outcome is Outcome.BLANK
        yield done
    if blank:
        raise _without_data()


def _without_repeats(
    rows: Iterable[CleanedRow], item: Item, seen: Duplicates, places: Mapping[str, Place]
) -> Iterator[CleanedRow]:
    for done in rows:
        row = done.row
        if row is None:
            yield done
            continue
        earlier = seen.see(_key(item, row.values), _content(item, row.values), row.number)
        if earlier is None:
            yield done
            continue
        if earlier.same:
            code, outcome = IssueCode.REPEATED_ROW, Outcome.DUPLICATE
            message = f"与第 {earlier.row} 行重复，只入库一次：不用处理。"
        else:
            code, outcome = IssueCode.CONFLICTING_ROWS, Outcome.REJECTED
            message = (
                f"与第 {earlier.row} 行是同一条记录（主体和编号相同）但内容不同，以第 {earlier.row}"
                " 行为准：请核对后只保留正确的一行。"
            )
        issue = Issue(code=code, row=row.number, message=message).at(item.natural_key[0], places)
        yield CleanedRow(number=row.number, row=None, outcome=outcome, issues=(*done.issues, issue))


def _key(item: Item, values: Mapping[str, str]) -> str:
    subject = item.subject_of(values)
    who = f"{subject.kind}\n{subject.document_type}\n{subject.number}" if subject else ""
    return f"{who}\n{item.natural_key_of(values)}"


def _content(item: Item, values: Mapping[str, str]) -> str:
    """Return what two rows of one record are compared by: not the spelling of its number."""
    told = {name: value for name, value in values.items() if name not in item.natural_key}
    return "\x1f".join(chain(told, told.values()))


def _misquoted(row: int, code: IssueCode) -> Issue:
    return Issue(
        code=code,
        row=row,
        message=(
            f"第 {row} 行的双引号用法不对：内容中的双引号请写成两个，并用双引号把整个单元格括起来。"
        ),
    )


def _without_data() -> FileRefused:
    return _refused(
        IssueCode.HEADER_ONLY,
        "文件只有表头，没有数据：如果本期没有产生信息，请改报“无信用信息产生”；否则请补上数据。",
    )


def _refused(code: IssueCode, message: str) -> FileRefused:
    return FileRefused([Issue(code=code, row=0, message=message)])
