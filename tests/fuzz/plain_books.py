"""A reader of workbooks that is slow and simple, and shares nothing with the engine's."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

from tests.fuzz.plain_texts import Rows

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_TRUE: Final = {"1", "true", "on"}
_DAY: Final = 86_400
_MOST_ROWS: Final = 1_048_576
_BUILT_IN: Final = {"14": "yyyy", "9": "%", "10": "%"}


@dataclass(frozen=True, slots=True)
class PlainBook:
    """What a workbook holds; blank rows between others are rows without a cell."""

    sheets: list[Rows]
    starts_1904: bool


def book_of(data: bytes) -> PlainBook:
    """Read a workbook that the engine has read."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        reader = _Reader(archive)
        return PlainBook(list(map(reader.rows, reader.sheets)), reader.starts_1904)


class _Reader:
    """Follows the relationships of a workbook from its root."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        book_name = self._first("_rels/.rels", "officeDocument")
        folder, _, name = book_name.rpartition("/")
        self._rels = f"{folder}/_rels/{name}.rels"
        book = self._part(book_name)
        settings = [each for each in book.iter() if _name(each) == "workbookPr"]
        self.starts_1904 = bool(settings) and settings[-1].get("date1904") in _TRUE
        self._zero = date(1904, 1, 1) if self.starts_1904 else date(1899, 12, 30)
        strings = self._named(self._first(self._rels, "sharedStrings"), "si")
        self._strings = [_text_of(each) for each in strings]
        self._days, self._percents = set[int](), set[int]()
        self._read_styles(self._first(self._rels, "styles"))
        self.sheets = list(self._sheets(book))

    def _sheets(self, book: Element) -> Iterator[str]:
        targets = self._targets(self._rels)
        for each in book.iter():
            if _name(each) == "sheet":
                keys = [value for name, value in each.items() if _local(name) == "id"]
                kind, target = targets[keys[0]]
                if kind == "worksheet":
                    yield target

    def _part(self, name: str) -> Element:
        return _parsed(self._archive.read(name))

    def _named(self, part: str, name: str) -> Iterator[Element]:
        if part in self._archive.namelist():
            yield from (each for each in self._part(part).iter() if _name(each) == name)

    def _targets(self, rels: str) -> dict[str, tuple[str, str]]:
        folder = rels.partition("_rels/")[0]
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                _joined(folder, each.get("Target", "")),
            )
            for each in self._named(rels, "Relationship")
            if each.get("TargetMode") != "External"
        }

    def _first(self, rels: str, wanted: str) -> str:
        targets = self._targets(rels).values()
        return next((target for kind, target in targets if kind == wanted), "")

    def _read_styles(self, part: str) -> None:
        formats = self._named(part, "numFmt")
        custom = {each.get("numFmtId", ""): each.get("formatCode", "") for each in formats}
        for cells in self._named(part, "cellXfs"):
            styles = (each for each in cells.iter() if _name(each) == "xf")
            for at, style in enumerate(styles):
                number = style.get("numFmtId", "0")
                code = custom.get(number, _BUILT_IN.get(number, ""))
                code = re.sub(r'"[^"]*"|\[[^\]]*\]|General', "", code)
                if "%" in code:
                    self._percents.add(at)
                elif re.search("[ymd]", code) and not re.search("[0#]", code):
                    self._days.add(at)

    def rows(self, sheet: str) -> Rows:
        """Return the rows of a sheet; one that is damaged has none, and is not to be read."""
        try:
            return self._rows(sheet)
        except (ExpatError, zipfile.BadZipFile, ValueError, LookupError):
            return []

    def _rows(self, sheet: str) -> Rows:
        found: dict[int, list[str]] = {}
        number = 0
        for row in self._named(sheet, "row"):
            number = int(row.get("r") or number + 1)
            if number > _MOST_ROWS:
                raise ValueError(number)
            cells: dict[int, str] = {}
            at = 0
            for cell in (each for each in row.iter() if _name(each) == "c"):
                at = _column(cell.get("r", "")) or at + 1
                if text := self._cell(cell):
                    cells[at] = text
            if cells:
                found[number] = [cells.get(place, "") for place in range(1, max(cells) + 1)]
        return [(each, found.get(each, [])) for each in range(1, max(found, default=0) + 1)]

    def _cell(self, cell: Element) -> str:
        parts = [each for each in _as_closed(cell) if _name(each) in {"v", "is"}]
        kind = cell.get("t", "n")
        text = self._value(parts[-1], kind, cell.get("s", "0")) if parts else ""
        if text or not any(_name(each) == "f" for each in cell.iter()):
            return text
        # Only a text may be empty once it has been calculated.
        return "" if parts and kind == "str" else "#VALUE!"

    def _value(self, part: Element, kind: str, style: str) -> str:
        text = _text_of(part) if _name(part) == "is" else _said(part)
        match kind if text else "":
            case "s":
                return self._strings[int(text)]
            case "str":
                return _unescaped(text)
            case "b":
                return "TRUE" if text in _TRUE else "FALSE"
            case "n":
                return self._number(text, int(style))
        return text

    def _number(self, text: str, style: int) -> str:
        value = float(text)
        digits = Decimal(f"{value:.15g}")
        if style in self._days and 61 <= value < 2_000_000:
            days, seconds = divmod(round(value * _DAY), _DAY)
            day = self._zero + timedelta(days=days)
            clock = f" {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            return day.isoformat() + (clock if seconds else "")
        if style in self._percents:
            return f"{_plain(digits * 100)}%"
        if abs(value) >= 1e15:
            mantissa, _, exponent = f"{value:.14E}".partition("E")
            return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
        return _plain(digits)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _parsed(data: bytes) -> Element:
    """Parse without namespaces, whose prefixes the engine leaves alone as well."""
    tree = TreeBuilder()
    parser = ParserCreate()
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.data
    parser.Parse(data, True)  # noqa: FBT003 -- expat takes no keywords
    return tree.close()


def _as_closed(element: Element) -> Iterator[Element]:
    """Yield what is within an element in the order of its end tags."""
    for each in element:
        yield from _as_closed(each)
        yield each


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _name(element: Element) -> str:
    return _local(element.tag)


def _joined(folder: str, target: str) -> str:
    path: list[str] = []
    for part in (target if target.startswith("/") else folder + target).split("/"):
        if part == "..":
            path[-1:] = []
        elif part not in {"", "."}:
            path.append(part)
    return "/".join(path)


def _column(place: str) -> int:
    column = 0
    for letter in place.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column


def _text_of(element: Element) -> str:
    """Return the texts of an element, without the readings beside them."""
    if _name(element) == "rPh":
        return ""
    within = "".join(map(_text_of, element))
    return within + (_unescaped(_said(element)) if _name(element) == "t" else "")


def _said(element: Element) -> str:
    """Return the text since the last start tag: only damaged files have one within a text."""
    if not len(element):
        return element.text or ""
    return _said(element[-1]) + (element[-1].tail or "")


def _unescaped(text: str) -> str:
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
