"""Tables written as workbooks: by hand, and into the templates that the platform gives out."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from random import Random
from typing import Final

from nbcredit.cleaning.normalising import DAY_ZERO_1900, DAY_ZERO_1904
from nbcredit.documents.templates import template
from nbcredit.domain.catalogue import Item
from tests.cleaning_builders import TODAY, an_item
from tests.fuzz.cells import STYLES, Shared, Speller, Typed, a_row, inline
from tests.fuzz.damage import damaged
from tests.fuzz.grids import Grid
from tests.workbook_builders import parts, sheet_xml, strings_xml, styles_xml, zipped

Members = dict[str, bytes]

_OFTEN: Final = 0.6
_SELDOM: Final = 0.2
_HARDLY: Final = 0.02
_RECORDS: Final = "xl/worksheets/sheet1.xml"
_SHEET_NAMES: Final = ("处罚", "一月", "二月", "选项", "填写说明", "=1+1", "x" * 31)
_PARTS_TO_ADD: Final = (
    "xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/media/image1.png",
    "../../a.xml", "xl/embeddings/o.bin", "customXml/item1.xml",
)  # fmt: skip
_VALUES: Final = ("0", "-1", "99999999999", "x", "", "A0", "ZZZ9", "1e9", "true", "&#0;")
_PIECES: Final = (
    "&a;", "<!-- x -->", "<![CDATA[x]]>", "<?a b?>", "<v>1</v>", "<c><v>9</v></c>", "\0", "]]>",
    '<c r="A1"><v>2</v></c>', "<row/>", "<f>1</f>", "<t>x</t>", "_x0000_", "_xD800_",
    "<rPh><t>x</t></rPh>",
)  # fmt: skip


def plain_book(grid: Grid) -> bytes:
    """Write one sheet of inline texts."""
    return zipped(parts(sheet_xml(_rows(grid))).items())


def odd_book(dice: Random, grid: Grid) -> bytes:
    """Write a workbook as other programs and people make them."""
    starts_1904 = dice.random() < _SELDOM
    zero: date = DAY_ZERO_1904 if starts_1904 else DAY_ZERO_1900
    shared = Shared()
    ways: tuple[Speller, ...] = (inline, shared, Typed(dice, day_zero=zero))
    ways = ways if dice.random() < _OFTEN else (dice.choice(ways),)
    rows = "".join(
        a_row(number, row, dice.choice(ways), hidden=dice.random() < _HARDLY)
        for number, row in enumerate(grid, 1)
    )
    sheets = [sheet_xml(rows, before=_columns(dice), after=_merged(dice, len(grid)))]
    if dice.random() < _SELDOM:
        sheets.append(sheet_xml(_rows(dice.choice((grid[:1], grid, [["备查"], ["x"]], [])))))
    if dice.random() < _OFTEN:
        sheets.reverse()
    made = parts(
        *sheets,
        names=dice.sample(_SHEET_NAMES, len(sheets)),
        states={1: dice.choice(("visible", "visible", "hidden", "veryHidden"))},
        starts_1904=starts_1904,
        strings=strings_xml(shared.items),
        styles=styles_xml(*STYLES),
    )
    return zipped(made.items())


def filled_template(dice: Random, item: Item, grid: Grid) -> bytes:
    """Write the rows into the item's template, under the headers that they have in common."""
    members = dict(_template(item.code))
    names = [{each.title, each.name, *each.aliases} for each in item.fields.values()]
    places = [
        next((at for at, title in enumerate(grid[0]) if title in each), None) for each in names
    ]
    filled = [
        [row[at] if at is not None and at < len(row) else "" for at in places] for row in grid[1:]
    ]
    sheet = members[_RECORDS].decode()
    rows = _rows(filled, first=2)
    members[_RECORDS] = sheet.replace("</sheetData>", f"{rows}</sheetData>").encode()
    if dice.random() < _SELDOM:
        told = members["docProps/custom.xml"]
        members["docProps/custom.xml"] = told.replace(b"2026-1", b"2025-3")
    return zipped(members.items())


def damaged_book(dice: Random, data: bytes, other: bytes) -> bytes:
    """Damage the parts of a workbook, or the zip around them."""
    if dice.random() < _SELDOM:
        return damaged(dice, data, other)
    members = _members(data)
    for _ in range(dice.choice((1, 1, 2, 3))):
        name = dice.choice(sorted(members))
        match dice.randrange(6):
            case 0 | 1 | 2:
                members[name] = _mangled(dice, members[name])
            case 3:
                members[name] = damaged(dice, members[name], other)
            case 4:
                del members[name]
            case 5:
                members[dice.choice((*_PARTS_TO_ADD, *members))] = members[name]
    return zipped(members.items())


def _members(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def _template(code: str) -> Mapping[str, bytes]:
    return _members(template(an_item(code), created=TODAY))


def _rows(grid: Grid, *, first: int = 1) -> str:
    return "".join(a_row(number, row, inline) for number, row in enumerate(grid, first))


def _columns(dice: Random) -> str:
    if dice.random() > _SELDOM:
        return ""
    at = dice.randint(1, 9)
    return f'<cols><col min="{at}" max="{at + dice.randrange(3)}" hidden="1"/></cols>'


def _merged(dice: Random, rows: int) -> str:
    if dice.random() > _SELDOM:
        return ""
    return f'<mergeCells count="1"><mergeCell ref="A1:B{dice.randint(1, rows + 1)}"/></mergeCells>'


def _mangled(dice: Random, part: bytes) -> bytes:
    """Change a part as XML: as a whole, or one of its tags."""
    text = part.decode("utf-8", "replace")
    tags = list(re.finditer(r"<[^<>]*>", text))
    if not tags:
        return part
    if dice.random() < _SELDOM:
        whole = (
            '<!DOCTYPE a [<!ENTITY a "b">]>' + text,
            text.encode().decode("latin-1"),
            re.sub(r"<(/?)(c|v|row|t|is)\b", r"<\1x:\2", text),
        )
        return dice.choice(whole).encode()
    tag = dice.choice(tags)
    start, end = tag.span()
    value = dice.choice(_VALUES)
    another = (
        "",
        tag[0] * 2,
        tag[0].replace("=", "x=", 1),
        re.sub('"[^"]*"', f'"{value}"', tag[0], count=1),
        tag[0] + dice.choice(_PIECES),
        dice.choice(tags)[0],
    )
    return (text[:start] + dice.choice(another) + text[end:]).encode()
