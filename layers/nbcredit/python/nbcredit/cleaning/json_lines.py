"""Records from JSON Lines: an object a line, its names in the place of a header."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final

from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.reading import (
    LOOK_AHEAD,
    MAX_RECORD,
    Record,
    RecordTooLongError,
    overlong,
    pass_over,
    text_of,
    undecodable,
    weight,
)
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileRefused

# Names are collected from so many lines, fewer where they are long; one that first comes later has
# no column.
_HEADER_LINES: Final = 1_000
_FORM: Final = '每行应为一个对象，如 {"统一社会信用代码": "…", "企业名称": "…"}'


class _RepeatedNameError(ValueError):
    """An object has a name twice."""


Line = tuple[int, dict[str, str] | Issue]


def read_json_lines(blocks: Iterable[bytes], *, encoding: str) -> Iterator[Record]:
    """Yield the names as row 0, then a record a line, numbered as an editor shows the lines.

    Blank lines are blank records. Raises `FileRefused` where the rest cannot be read.
    """
    lines = _lines(blocks, encoding)
    first = _first_lines(lines)
    names = list(
        dict.fromkeys(name for _, told in first if isinstance(told, dict) for name in told)
    )
    if first:
        yield 0, names
    known = dict.fromkeys(names)
    for number, told in chain(first, lines):
        if isinstance(told, Issue):
            yield number, told
        else:
            late = [
                f"{name}：{value}" for name, value in told.items() if name not in known and value
            ]
            yield number, [*(told.get(name, "") for name in names), *late]


def _first_lines(lines: Iterator[Line]) -> list[Line]:
    """Take the lines that names are collected from, as far as memory allows."""
    taken: list[Line] = []
    size = 0
    for number, told in islice(lines, _HEADER_LINES):
        taken.append((number, told))
        if isinstance(told, dict):
            size += weight(told) + weight(told.values())
        if size >= LOOK_AHEAD:
            break
    return taken


def _lines(blocks: Iterable[bytes], encoding: str) -> Iterator[Line]:
    stream = text_of(blocks, encoding)
    number = 0
    try:
        while line := stream.readline(MAX_RECORD + 1):
            number += 1
            if len(line) > MAX_RECORD:
                pass_over(line, stream)
                yield number, overlong(number)
            else:
                yield number, _object(line.lstrip("\ufeff"), number)
    except RecordTooLongError as error:
        raise FileRefused([overlong(number)]) from error
    except UnicodeDecodeError as error:
        raise FileRefused([undecodable(number)]) from error


def _object(line: str, number: int) -> dict[str, str] | Issue:
    if not line.strip():
        return {}
    try:
        told = json.loads(
            line, object_pairs_hook=_unrepeated, parse_int=str, parse_float=str, parse_constant=str
        )
        if isinstance(told, dict):
            return {name: _cell(value) for name, value in told.items()}
    except _RepeatedNameError as error:
        return _bad(number, f"的字段“{quoted(str(error))}”重复：请只保留一个。")
    except (ValueError, TypeError, RecursionError):
        pass
    return _bad(number, f"不是一个没有嵌套的 JSON 对象：{_FORM}。")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    counts = Counter(name for name, _ in pairs)
    for name, count in counts.items():
        if count > 1:
            raise _RepeatedNameError(name)
    return dict(pairs)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case list() if all(isinstance(part, str) for part in value):
            return ";".join(value)
    raise TypeError(type(value).__name__)


def _bad(number: int, told: str) -> Issue:
    return Issue(code=IssueCode.BAD_RECORD, row=number, message=f"第 {number} 行{told}")
