"""Workbooks written by hand, part by part: odd ones, and ones that lie."""

import io
import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from nbcredit.cleaning.workbooks import Workbook, open_workbook
from nbcredit.domain.issues import Issue
from nbcredit.domain.submissions import FileRefused

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
PROPERTIES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"

Parts = dict[str, "bytes | Packed"]
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Packed:
    """A part as the zip holds it, and what its directory says of it."""

    data: bytes
    size: int
    crc: int


def packed(data: bytes) -> Packed:
    squeezed = zlib.compressobj(1, zlib.DEFLATED, -15)
    return Packed(squeezed.compress(data) + squeezed.flush(), len(data), zlib.crc32(data))


def repeated(unit: bytes, times: int, *, head: bytes = b"", tail: bytes = b"") -> Packed:
    """Pack a part of any size at the cost of one unit: each is its own run of blocks."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    first = deflate.compress(head) + deflate.flush(zlib.Z_FULL_FLUSH)
    middle = deflate.compress(unit) + deflate.flush(zlib.Z_FULL_FLUSH)
    last = deflate.compress(tail) + deflate.flush()
    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(unit, crc)
    size = len(head) + len(unit) * times + len(tail)
    return Packed(first + middle * times + last, size, zlib.crc32(tail, crc))


def zipped(members: Iterable[tuple[str, bytes | Packed]], *, flags: int = 0) -> bytes:
    """Write a zip: names may repeat or lead anywhere, and sizes are what they are said to be."""
    body, directory, count = bytearray(), bytearray(), 0
    for name, content in members:
        part = content if isinstance(content, Packed) else packed(content)
        told = name.encode()
        common = struct.pack(
            "<HHHHHIIIHH", 20, flags, 8, 0, 33, part.crc, len(part.data), part.size, len(told), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + told
        body += b"PK\x03\x04" + common + told + part.data
        count += 1
    end = struct.pack(
        "<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(body), 0
    )
    return bytes(body + directory + b"PK\x05\x06" + end)


def relationships(*targets: tuple[str, str]) -> bytes:
    """Spell the relationships rId1, rId2, …: the last word of the type, and the target."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'.encode()


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    ).encode()


def strings_xml(items: str) -> bytes:
    return f'<sst xmlns="{MAIN}">{items}</sst>'.encode()


def styles_xml(*formats: str) -> bytes:
    """Spell one cell style for each number format, from style 1 on; a built-in one by its id."""
    custom, styles = "", '<xf numFmtId="0"/>'
    for number, code in enumerate(formats, 200):
        name = code if code.isdigit() else str(number)
        if name != code:
            custom += (
                f'<numFmt numFmtId="{name}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
            )
        styles += f'<xf numFmtId="{name}"/>'
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{custom}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>'
    ).encode()


def parts(
    *sheets: bytes | Packed,
    names: Iterable[str] = (),
    states: Mapping[int, str] | None = None,
    starts_1904: bool = False,
    strings: bytes | Packed | None = None,
    styles: bytes | None = None,
) -> Parts:
    """Return the parts of a workbook that is right but for what the sheets are."""
    named = dict(enumerate(names, 1))
    told = "".join(
        f'<sheet name="{named.get(number, f"表{number}")}" sheetId="{number}" '
        f'state="{(states or {}).get(number, "visible")}" r:id="rId{number}"/>'
        for number in range(1, len(sheets) + 1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    made: Parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
            f'<workbookPr date1904="{int(starts_1904)}"/><sheets>{told}</sheets></workbook>'
        ).encode(),
    }
    for number, sheet in enumerate(sheets, 1):
        made[f"xl/worksheets/sheet{number}.xml"] = sheet
    if strings is not None:
        made["xl/sharedStrings.xml"] = strings
        targets.append(("sharedStrings", "sharedStrings.xml"))
    if styles is not None:
        made["xl/styles.xml"] = styles
        targets.append(("styles", "styles.xml"))
    made["xl/_rels/workbook.xml.rels"] = relationships(*targets)
    return made


def a_row(*texts: str, number: int | None = None) -> str:
    """Spell a row of inline texts, with neither numbers nor places unless they are given."""
    place = "" if number is None else f' r="{number}"'
    cells = "".join(f'<c t="inlineStr"><is><t>{spelled(text)}</t></is></c>' for text in texts)
    return f"<row{place}>{cells}</row>"


def spelled(text: str) -> str:
    """Spell a text as Excel does: what XML cannot hold is escaped, and so is an escape itself."""
    text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    text = re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda m: f"_x{ord(m[0]):04X}_", text)
    return escape(text)


def opened(made: Parts) -> Workbook:
    return open_workbook(io.BytesIO(zipped(made.items())))


def read(made: Parts, sheet: int = 0) -> Rows:
    workbook = opened(made)
    return list(workbook.records(workbook.sheets[sheet]))


def read_sheet(rows: str, **options: Any) -> Rows:
    return read(parts(sheet_xml(rows), **options))


def notes(made: Parts, sheet: int = 0) -> list[str]:
    workbook = opened(made)
    for _ in workbook.records(workbook.sheets[sheet]):
        pass
    return [f"{note.code} {note.message}" for note in workbook.notes(workbook.sheets[sheet])]


def refusal(data: bytes) -> Issue | None:
    """Return why a file is refused, at its opening or while its sheets are read."""
    try:
        workbook = open_workbook(io.BytesIO(data))
        for sheet in workbook.sheets:
            for _ in workbook.records(sheet):
                pass
    except FileRefused as error:
        (issue,) = error.issues
        return issue
    return None


def refused(made: Parts) -> str:
    """Return the code that the parts are refused with, or an empty text."""
    issue = refusal(zipped(made.items()))
    return issue.code.value if issue else ""
