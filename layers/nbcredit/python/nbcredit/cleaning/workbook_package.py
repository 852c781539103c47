"""How the parts of a workbook hang together: content types, relationships, sheets, properties."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from nbcredit.cleaning.workbook_guard import CONTENT_TYPES, Archive, folded
from nbcredit.cleaning.workbook_refusals import broken, not_a_table, unsafe, with_macros
from nbcredit.cleaning.workbook_xml import Attributes, Part, attribute, is_true, parse_all

_MAX_ENTRIES: Final = 4_096
MAX_SHEETS: Final = 100
_MACROS: Final = ("macro", "vbaproject")
_HIDDEN: Final = {"hidden", "veryHidden"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet; `part` is where its cells are packed."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True)
class Relationship:
    """Where a part leads to, and as what: the last word of the type's address."""

    kind: str
    target: str


class _ContentTypes(Part):
    """Refuses what declares macros under another name."""

    def opened(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        declared = attributes.get("ContentType", "").casefold()
        if any(word in declared for word in _MACROS):
            raise with_macros()


class _Relationships(Part):
    """The relationships of one part; only hyperlinks, which are never followed, lead outside."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.found: dict[str, Relationship] = {}
        self._folder = folder

    def opened(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode") == "External":
            if kind != "hyperlink":
                raise unsafe("引用了外部的文件或数据连接")
            return
        if "acrosheet" in kind:
            raise with_macros()
        if len(self.found) < _MAX_ENTRIES:
            target = posixpath.join("/", self._folder, unquote(attributes.get("Target", "")))
            place = posixpath.normpath(target).lstrip("/")
            self.found[attributes.get("Id", "")] = Relationship(kind, place)


class _Book(Part):
    """The workbook's own part: its sheets in order, by their relationships, and its calendar."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, bool, str]] = []
        self.starts_1904 = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.starts_1904 = is_true(attributes.get("date1904"))
        elif name == "sheet":
            hidden = attributes.get("state") in _HIDDEN
            self.sheets.append((attributes.get("name", ""), hidden, attribute(attributes, "id")))
            if len(self.sheets) > MAX_SHEETS:
                raise unsafe(f"工作表超过 {MAX_SHEETS} 个")


class _Properties(Part):
    """The custom properties; a value is the text of whatever type."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._name = ""

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "property":
            self._name = attributes.get("name", "")
            if len(self.found) > _MAX_ENTRIES:
                raise unsafe("文档属性过多")

    def closed(self, name: str) -> None:
        if name not in {"property", "Properties"}:
            self.found[self._name] = "".join(self.texts)


@dataclass(frozen=True, slots=True)
class Package:
    """What is known of a workbook before its sheets are read; parts that are missing are empty."""

    sheets: tuple[Sheet, ...]
    starts_1904: bool
    properties: Mapping[str, str]
    strings: str
    styles: str


def read_package(archive: Archive) -> Package:
    """Follow the relationships from the root, or raise `FileRefused`."""
    parse_all(archive.small(CONTENT_TYPES), _ContentTypes())
    for name in archive.names:
        if name.endswith(".rels"):
            _relationships(archive, name)
    root = _related(archive, "")
    book_name = _first(root, "officeDocument")
    if not book_name:
        raise not_a_table("压缩包", "请解压后上传其中的 Excel 工作簿（.xlsx）或 CSV 文件")
    book = _Book()
    parse_all(archive.small(book_name), book)
    related = _related(archive, book_name)
    sheets = tuple(_worksheets(archive, book, related))
    if not sheets:
        raise broken()
    properties = _Properties()
    if name := _present(archive, _first(root, "custom-properties", "customProperties")):
        parse_all(archive.small(name), properties)
    return Package(
        sheets,
        book.starts_1904,
        properties.found,
        *(_present(archive, _first(related, kind)) for kind in ("sharedStrings", "styles")),
    )


def _worksheets(
    archive: Archive, book: _Book, related: Mapping[str, Relationship]
) -> Iterator[Sheet]:
    seen: set[str] = set()
    for name, hidden, key in book.sheets:
        relationship = related.get(key)
        if relationship is None:
            raise broken()
        if relationship.kind == "worksheet":
            if relationship.target not in archive:
                raise broken()
            # A small part that is read under a thousand names takes minutes.
            if folded(relationship.target) in seen:
                raise unsafe("几个工作表指向同一个部件")
            seen.add(folded(relationship.target))
            yield Sheet(name, hidden, relationship.target)


def _related(archive: Archive, part: str) -> Mapping[str, Relationship]:
    folder, _, name = part.rpartition("/")
    return _relationships(archive, posixpath.join(folder, "_rels", f"{name}.rels"))


def _relationships(archive: Archive, name: str) -> Mapping[str, Relationship]:
    if name not in archive:
        return {}
    part = _Relationships(posixpath.dirname(posixpath.dirname(name)))
    parse_all(archive.small(name), part)
    return part.found


def _first(relationships: Mapping[str, Relationship], *kinds: str) -> str:
    return next((each.target for each in relationships.values() if each.kind in kinds), "")


def _present(archive: Archive, name: str) -> str:
    """Return the name of a part that may be missing, or an empty text."""
    return name if name in archive else ""
