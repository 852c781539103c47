"""Records of CSV and TSV from a stream of bytes; each is one row, whatever its lines."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from nbcredit.cleaning.normalising import tidy
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileRefused

MAX_COLUMNS: Final = 200
# Characters of one record: the widest lawful row has 38 cells of 4,000.
MAX_RECORD: Final = 1_000_000
# A header stands among so many first rows, of which the first is not blank.
LEADING_ROWS: Final = 10
# Blank rows above them; beyond it a file is taken to have no header.
MAX_BLANK: Final = 100_000
# What is kept to look ahead, in characters.
LOOK_AHEAD: Final = 8_000_000
# A cell takes some memory however short it is.
_CELL: Final = 16

# A row's number, and its cells or why it has none.
Record = tuple[int, list[str] | Issue]
_Cells = TypeVar("_Cells", bound="list[str] | Issue")


def has_content(cells: list[str] | Issue) -> bool:
    return isinstance(cells, Issue) or any(map(tidy, cells))


def weight(cells: Iterable[str]) -> int:
    """Return how much of a look-ahead the cells take up."""
    return sum(len(cell) + _CELL for cell in cells)


def first_rows(records: Iterator[tuple[int, _Cells]]) -> list[tuple[int, _Cells]]:
    """Take the rows that the header may be among: blank ones above them are passed over.

    Where all are blank the first of them is taken.
    """
    blank: tuple[int, _Cells] | None = None
    for record in islice(records, MAX_BLANK):
        if has_content(record[1]):
            return _up_to_limit(record, records)
        blank = blank or record
    return [blank] if blank else []


def _up_to_limit(
    first: tuple[int, _Cells], records: Iterator[tuple[int, _Cells]]
) -> list[tuple[int, _Cells]]:
    taken, size = [first], _weight_of(first)
    while len(taken) < LEADING_ROWS and size < LOOK_AHEAD:
        if (record := next(records, None)) is None:
            break
        taken.append(record)
        size += _weight_of(record)
    return taken


def _weight_of(record: Record) -> int:
    return 0 if isinstance(record[1], Issue) else weight(record[1])


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file to read from."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class RecordTooLongError(Exception):
    """The record has outgrown its limit."""


class _Lines:
    """Physical lines, and how much of a record they have brought so far.

    Of a record of one line that is beyond the limit a blank line is told instead.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self.size = 0
        self.is_overlong = False

    def begin(self) -> None:
        """Begin a record."""
        self.size = 0
        self.is_overlong = False

    def __iter__(self) -> Iterator[str]:
        readline = self._stream.readline
        while line := readline(MAX_RECORD + 1):
            is_first = not self.size
            self.size += len(line)
            if self.size <= MAX_RECORD:
                yield line
            elif is_first and pass_over(line, self._stream) % 2 == 0:
                self.is_overlong = True
                yield "\n"
            else:
                raise RecordTooLongError


def pass_over(line: str, stream: io.TextIOWrapper) -> int:
    """Read to the end of a line that was too long to be read at once, and count its quotes."""
    quotes = line.count('"')
    while line and not line.endswith(("\n", "\r")):
        line = stream.readline(MAX_RECORD + 1)
        quotes += line.count('"')
    if line.endswith("\r") and len(line) > MAX_RECORD:
        # Whether a line feed follows, which would be no line of its own, can't be told.
        raise RecordTooLongError
    return quotes


def text_of(blocks: Iterable[bytes], encoding: str) -> io.TextIOWrapper:
    """Return blocks of bytes as text, strictly decoded, with its own line ends."""
    return io.TextIOWrapper(
        io.BufferedReader(_Blocks(blocks), 1 << 18), encoding=encoding, errors="strict", newline=""
    )


def read_csv(blocks: Iterable[bytes], *, encoding: str, delimiter: str = ",") -> Iterator[Record]:
    """Yield the records from row 1 on; raise `FileRefused` where the rest cannot be trusted."""
    csv.field_size_limit(MAX_RECORD)
    source = _Lines(text_of(blocks, encoding))
    reader = csv.reader(iter(source), delimiter=delimiter, strict=True)
    number = first_line = 0
    try:
        while True:
            number += 1
            first_line = reader.line_num
            source.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                # The next line starts afresh only where no other line was swallowed.
                if reader.line_num - first_line > 1 or "unexpected end" in str(error):
                    raise
                yield number, _misquoted(number)
            else:
                yield number, overlong(number) if source.is_overlong else cells
    except csv.Error as error:
        raise FileRefused([_unclosed(number)]) from error
    except RecordTooLongError as error:
        swallowed = reader.line_num - first_line > 1
        raise FileRefused([_unclosed(number) if swallowed else overlong(number)]) from error
    except UnicodeDecodeError as error:
        raise FileRefused([undecodable(number)]) from error


def _misquoted(row: int) -> Issue:
    return Issue(
        code=IssueCode.MISQUOTED,
        row=row,
        message=(
            f"第 {row} 行的双引号用法不对：内容中的双引号请写成两个，并用双引号把整个单元格括起来。"
        ),
    )


def _unclosed(row: int) -> Issue:
    return Issue(
        code=IssueCode.UNCLOSED_QUOTE,
        row=row,
        message=(
            f"第 {row} 行有一个双引号没有配对，其后的内容无法分行："
            "请补上或删去这个双引号（内容中的双引号写成两个）后重新上传。"
        ),
    )


def undecodable(row: int) -> Issue:
    return Issue(
        code=IssueCode.BAD_ENCODING,
        row=row,
        message=f"第 {row} 行之后有不能识别的编码：请另存为 CSV UTF-8 后再上传。",
    )


def overlong(row: int) -> Issue:
    return Issue(
        code=IssueCode.TOO_LARGE,
        row=row,
        message=f"第 {row} 行超过 {MAX_RECORD} 个字符：请检查文件的换行后重新上传。",
    )
