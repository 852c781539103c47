"""What a file is, by its header, and whose duty it therefore fulfils."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbcredit.domain.errors import BadRequest
from nbcredit.domain.names import matching_form
from nbcredit.wire.calls import ItemView


class UnknownFile(BadRequest):
    """The header fits no item of the catalogue, or several equally well."""

    code = "unknown-file"

    def __init__(self, path: Path, items: Sequence[ItemView]) -> None:
        choices = "；".join(f"{item.code}（{item.name}）" for item in items)
        super().__init__(
            f"从表头看不出“{path.name}”是哪个目录项：请用 --item 指定。可选：{choices}"
        )


class NoHeader(BadRequest):
    """The file does not begin with a line of text."""

    code = "no-header"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}”开头没有表头：文件是空的，或者不是 CSV。请选择 CSV 文件，或另存为 CSV。"
        )


class UnclearProvider(BadRequest):
    """Several organisations report this item."""

    code = "unclear-provider"

    def __init__(self, item: ItemView) -> None:
        super().__init__(
            f"“{item.name}”由多个单位报送：请用 --provider 指定。可选：{'、'.join(item.providers)}"
        )


def header_of(start: bytes) -> tuple[str, ...]:
    """Return the cells of the first record, or none where the bytes are not text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)("strict").decode(start)
        except UnicodeDecodeError:
            continue
        try:
            return tuple(next(csv.reader(io.StringIO(text, newline="")), ()))
        except csv.Error:
            return ()
    return ()


def item_of(path: Path, header: Sequence[str], items: Sequence[ItemView]) -> ItemView:
    """Return the item whose headers fit best, or raise `UnknownFile`."""
    cells = {matching_form(cell) for cell in header if cell.strip()}
    if not cells:
        raise NoHeader(path)
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


def _fit(cells: set[str], item: ItemView) -> tuple[int, int]:
    """Return how well headers fit: most columns known, then fewest required ones missing."""
    known = {
        field: {matching_form(name) for name in names} for field, names in item.headers.items()
    }
    missing = sum(1 for field in item.required if not known[field] & cells)
    return (len(cells & set().union(*known.values())), -missing)
