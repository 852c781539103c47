"""What a file is, by its header, and whose duty it therefore fulfils."""

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from nbcredit.cleaning.sniffing import inspect
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.names import matching_form
from nbcredit.wire.calls import ItemView

_LINE_BREAK: Final = re.compile(rb"[\r\n]")
_ADVICE: Final = re.compile("[：。]请")
_BLANK: Final = "第一行是空的"


class UnknownFile(BadRequest):
    """The header fits no item of the catalogue, or several equally well."""

    code = "unknown-file"

    def __init__(self, path: Path, items: Sequence[ItemView]) -> None:
        super().__init__(
            f"从表头看不出“{path.name}”是哪个目录项：请用 --item 指明目录项后上传，"
            f"平台会检查文件并说明原因。可选：{_choices(items)}"
        )


class NoHeader(BadRequest):
    """The file does not begin with a line of text."""

    code = "no-header"

    def __init__(self, path: Path, seen: str, items: Sequence[ItemView]) -> None:
        super().__init__(
            f"看不出“{path.name}”是哪个目录项，开头没有表头（{seen}）："
            f"请用 --item 指明目录项后上传，平台会检查文件并说明原因。可选：{_choices(items)}"
        )


class UnclearProvider(BadRequest):
    """Several organisations report this item."""

    code = "unclear-provider"

    def __init__(self, item: ItemView) -> None:
        super().__init__(
            f"“{item.name}”由多个单位报送：请用 --provider 指定。可选：{'、'.join(item.providers)}"
        )


def header_of(start: bytes) -> tuple[str, ...]:
    """Return the cells of the first record, or none where its bytes are not text."""
    record = _first_record(start)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)("strict").decode(record)
        except UnicodeDecodeError:
            continue
        try:
            return tuple(next(csv.reader(io.StringIO(text, newline="")), ()))
        except csv.Error:
            return ()
    return ()


def oddity_of(start: bytes) -> str:
    """Return what the bytes are where they begin no table, in a few words, else nothing."""
    record = _first_record(start)
    if start.strip() and not record.strip():
        return _BLANK
    for issue in inspect((record,)).issues:
        # What to do about it is for the platform to say, with all it finds.
        return _ADVICE.split(issue.message)[0]
    return ""


def item_of(
    path: Path, header: Sequence[str], items: Sequence[ItemView], *, oddity: str = ""
) -> ItemView:
    """Return the item whose headers fit best, or raise `NoHeader` or `UnknownFile`."""
    cells = {matching_form(cell) for cell in header if cell.strip()}
    if oddity or not cells:
        raise NoHeader(path, oddity or _BLANK, items)
    ranked = sorted(((_fit(cells, item), item) for item in items), key=lambda pair: pair[0])
    if not ranked or 2 * ranked[-1][0][0] < len(cells):
        raise UnknownFile(path, items)
    if len(ranked) > 1 and ranked[-1][0] == ranked[-2][0]:
        raise UnknownFile(path, items)
    return ranked[-1][1]


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
    """Return the bytes up to the first line break outside quotes; what follows may be anything."""
    quotes = done = 0
    for match in _LINE_BREAK.finditer(start):
        quotes += start.count(b'"', done, match.start())
        done = match.start()
        if quotes % 2 == 0:
            return start[:done]
    return start


def _choices(items: Sequence[ItemView]) -> str:
    return "；".join(f"{item.code}（{item.name}）" for item in items)


def _fit(cells: set[str], item: ItemView) -> tuple[int, int]:
    """Return how well headers fit: most columns known, then fewest required ones missing."""
    known = {
        field: {matching_form(name) for name in names} for field, names in item.headers.items()
    }
    missing = sum(1 for field in item.required if not known[field] & cells)
    return (len(cells & set().union(*known.values())), -missing)
