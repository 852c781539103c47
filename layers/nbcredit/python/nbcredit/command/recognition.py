"""What a file is, by its header, and whose duty it therefore fulfils."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from nbcredit.cleaning.headers import folded, not_separated, other_separator
from nbcredit.cleaning.reading import first_rows
from nbcredit.cleaning.sniffing import inspect
from nbcredit.cleaning.workbooks import open_workbook
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileFormat
from nbcredit.wire.catalogue import ItemView

# What a line of nothing is made of, in every encoding.
_NOTHING: Final = codecs.BOM_UTF8 + codecs.BOM_UTF16 + b"\xfe\xff\0 \t,\r\n"
_LINE_BREAK: Final = re.compile(rb"[\r\n]")
_BLANK: Final = "开头各行都是空的"


class UnknownFile(BadRequest):
    """The header fits no item of the catalogue, or several equally well."""

    code = "unknown-file"

    def __init__(self, path: Path, items: Sequence[ItemView]) -> None:
        super().__init__(
            f"从表头看不出“{path.name}”是哪个目录项：请用 --item 指明目录项后再试，"
            f"检查后会说明原因。可选：{_choices(items)}"
        )


class NoHeader(BadRequest):
    """The file does not begin with a line of text."""

    code = "no-header"

    def __init__(self, path: Path, seen: str, items: Sequence[ItemView]) -> None:
        super().__init__(
            f"看不出“{path.name}”是哪个目录项，开头没有表头（{seen}）："
            f"请用 --item 指明目录项后再试，检查后会说明原因。可选：{_choices(items)}"
        )


class NotATable(BadRequest):
    """The file as a whole cannot be read, whatever item it is of: an issue says why."""

    code = "not-a-table"

    def __init__(self, path: Path, issue: Issue) -> None:
        super().__init__(f"“{path.name}”不能读取。{issue.message}（{issue.code.value}）")


class UnclearProvider(BadRequest):
    """Several organisations report this item."""

    code = "unclear-provider"

    def __init__(self, item: ItemView) -> None:
        super().__init__(
            f"“{item.name}”由多个单位报送：请用 --provider 指定。可选：{'、'.join(item.providers)}"
        )


def rows_of(start: bytes) -> list[tuple[str, ...]]:
    """Return the first records of a text; what follows the first one may be anything.

    Blank ones above them are passed over, as the platform does.
    """
    return [tuple(cells) for _, cells in _records_of(start)]


def _records_of(start: bytes) -> list[tuple[int, list[str]]]:
    encoding = _encoding_of(start)
    if encoding is None:
        return []
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start).lstrip("\ufeff")
    if text.lstrip().startswith("{"):
        return [(1, names) for names in _names_of(text)]
    first = text.lstrip("\r\n").partition("\n")[0]
    tabs = first.count("\t") > first.count(",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",")
    return first_rows(enumerate(_readable(reader), start=1))


def _readable(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    with suppress(csv.Error):
        yield from reader


def _encoding_of(start: bytes) -> str | None:
    facts = inspect((_first_record(start),))
    return facts.encoding if not facts.issues and facts.format is not FileFormat.WORKBOOK else None


def _names_of(text: str) -> list[list[str]]:
    with suppress(ValueError):
        told = json.loads(text.lstrip().partition("\n")[0])
        return [[*told]] if isinstance(told, dict) else []
    return []


def rows_of_workbook(file: BinaryIO) -> list[tuple[str, ...]]:
    """Return the first rows of every sheet that are not blank, or raise `FileRefused`."""
    workbook = open_workbook(file)
    return [
        tuple(cells)
        for sheet in workbook.sheets
        for _, cells in first_rows(workbook.records(sheet))
    ]


def oddity_of(start: bytes) -> Issue | None:
    """Return what is wrong where the bytes begin no table."""
    record = _first_record(start)
    if start.strip() and not record.strip(b"\xff\xfe\0 \t"):
        return None
    for issue in inspect((record,)).issues:
        return issue
    for number, cells in _records_of(start):
        if separator := other_separator(cells):
            message = not_separated(separator, row=number)
            return Issue(code=IssueCode.UNKNOWN_HEADER, row=number, message=message)
        if any(map(str.strip, cells)):
            break
    return None


def item_of(
    path: Path,
    rows: Sequence[Sequence[str]],
    items: Sequence[ItemView],
    *,
    oddity: Issue | None = None,
) -> ItemView:
    """Return the item whose headers fit one of the first rows best.

    Raises `NotATable` where there is an `oddity`, `NoHeader` where all of them are blank, and
    `UnknownFile` where no item, or more than one, fits.
    """
    if oddity is not None:
        raise NotATable(path, oddity)
    headers = [cells for row in rows if (cells := {folded(c) for c in row if c.strip()})]
    if not headers:
        raise NoHeader(path, _BLANK, items)
    ranked = sorted(
        ((_fit(cells, item), len(cells), item) for cells in headers for item in items),
        key=lambda each: each[0],
    )
    if not ranked:
        raise UnknownFile(path, items)
    fit, width, best = ranked[-1]
    rivals = {item.code for other, _, item in ranked if other == fit}
    if 2 * fit[0] < width or len(rivals) > 1:
        raise UnknownFile(path, items)
    return best


def provider_of(item: ItemView, *, organisation: str | None, defaults: Mapping[str, str]) -> str:
    """Return who reports the item from here, or raise `UnclearProvider`."""
    if organisation in item.providers:
        return str(organisation)
    if item.code in defaults:
        return defaults[item.code]
    if len(item.providers) == 1:
        return item.providers[0]
    raise UnclearProvider(item)


def _first_record(start: bytes) -> bytes:
    """Return the bytes up to the line break after the first record; what follows may be anything.

    Line breaks within quotes end no record, and blank lines above the first one are none.
    """
    quotes = done = 0
    blank = True
    for match in _LINE_BREAK.finditer(start):
        line = start[done : match.start()]
        quotes += line.count(b'"')
        blank = blank and not line.strip(_NOTHING)
        done = match.start()
        if quotes % 2 == 0 and not blank:
            return start[:done]
    return start


def _choices(items: Sequence[ItemView]) -> str:
    return "；".join(f"{item.code}（{item.name}）" for item in items)


def _fit(cells: set[str], item: ItemView) -> tuple[int, int]:
    """Return how well headers fit: most columns known, then fewest required ones missing."""
    known = {field: {folded(name) for name in names} for field, names in item.headers.items()}
    missing = sum(1 for field in item.required if not known[field] & cells)
    return (len(cells & set().union(*known.values())), -missing)
