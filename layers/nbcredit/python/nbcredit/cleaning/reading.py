"""Records of CSV and TSV from a stream of bytes; each is one row, whatever its lines."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileRefused

MAX_COLUMNS: Final = 200
# Characters of one record: far beyond any row that is right, and small beside the function.
MAX_RECORD: Final = 20_000_000

# A row's number, and its cells or why it has none.
Record = tuple[int, list[str] | Issue]


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


class _RecordTooLongError(Exception):
    """The record has outgrown its limit."""


class _Lines:
    """Physical lines, and how much of a record they have brought so far."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        readline = self._stream.readline
        while line := readline(MAX_RECORD + 1):
            self.size += len(line)
            if self.size > MAX_RECORD:
                raise _RecordTooLongError
            yield line


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
            source.size = 0
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
                yield number, cells
    except csv.Error as error:
        raise FileRefused([_unclosed(number)]) from error
    except _RecordTooLongError as error:
        swallowed = reader.line_num - first_line > 1
        raise FileRefused([_unclosed(number) if swallowed else _overlong(number)]) from error
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


def _overlong(row: int) -> Issue:
    return Issue(
        code=IssueCode.TOO_LARGE,
        row=row,
        message=f"第 {row} 行超过 {MAX_RECORD} 个字符：请检查文件的换行后重新上传。",
    )
