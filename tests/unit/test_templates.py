import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings, strategies as st

from nbcredit.cleaning.headers import map_header
from nbcredit.cleaning.workbooks import open_workbook
from nbcredit.command.schemas import item_in
from nbcredit.documents.templates import template
from nbcredit.domain.catalogue import Item
from nbcredit.domain.template_marks import SAMPLE_SHEET
from tests.cleaning_builders import cleaned, codes_of
from tests.contract.deployment import ROOT

FOLDER = ROOT / "schemas/catalogue/2026-1"
ITEMS = sorted(path.stem for path in FOLDER.glob("*.json"))
TODAY = date(2026, 11, 23)

RECORDS, GUIDE, LISTS = 1, 2, 3


class Book:
    """A written workbook as a spreadsheet program would see it."""

    def __init__(self, data: bytes) -> None:
        self._parts = zipfile.ZipFile(BytesIO(data))

    @property
    def names(self) -> list[str]:
        return self._parts.namelist()

    def part(self, name: str) -> ET.Element:
        """Return a part without its namespaces."""
        text = self._parts.read(name).decode()
        return ET.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"|(?<=[< /])\w+:(?=\w)', "", text))  # noqa: S314 -- written here

    def sheet(self, number: int) -> ET.Element:
        return self.part(f"xl/worksheets/sheet{number}.xml")

    @property
    def sheets(self) -> list[str]:
        return [each.attrib["name"] for each in self.part("xl/workbook.xml").iter("sheet")]

    @cached_property
    def _strings(self) -> list[str]:
        return [
            "".join(text.text or "" for text in each.iter("t"))
            for each in self.part("xl/sharedStrings.xml").iter("si")
        ]

    def rows(self, number: int) -> list[list[str]]:
        """Return the texts of the rows; a cell that is no text fails."""
        return [
            [
                self._strings[int(cell.findtext("v", ""))]
                for cell in row.iter("c")
                if cell.find("v") is not None and cell.attrib["t"] == "s"
            ]
            for row in self.sheet(number).iter("row")
        ]

    @property
    def properties(self) -> dict[str, str]:
        return {
            each.attrib["name"]: "".join(each.itertext())
            for each in self.part("docProps/custom.xml").iter("property")
        }

    @property
    def notes(self) -> list[str]:
        return ["".join(each.itertext()) for each in self.part("xl/comments1.xml").iter("comment")]

    @cached_property
    def _styles(self) -> list[ET.Element]:
        return self.part("xl/styles.xml").findall("cellXfs/xf")

    def style(self, number: str) -> ET.Element:
        """Return a cell format by its number."""
        return self._styles[int(number)]

    def is_locked(self, number: str) -> bool:
        protection = self.style(number).find("protection")
        return protection is None or protection.attrib.get("locked") != "0"

    def number_format(self, number: str) -> str:
        own = {
            each.attrib["numFmtId"]: each.attrib["formatCode"]
            for each in self.part("xl/styles.xml").iter("numFmt")
        }
        built_in = {"0": "General", "49": "@"}
        return (built_in | own)[self.style(number).attrib["numFmtId"]]


def a_part(**changes: Any) -> dict[str, Any]:
    return {"title": "名称", "type": "string", "x-form": "text", "maxLength": 100, **changes}


def an_item(name: str = "小目录", **parts: Mapping[str, Any]) -> Item:
    properties = {"name": a_part(), **parts}
    return Item.from_schema(
        {
            "description": "用来测试。",
            "x-item": {
                "code": "small",
                "name": name,
                "providers": ["scjg"],
                "updateFrequency": "monthly",
            },
            "properties": properties,
            "required": ["name"],
        },
        version="2027-2",
    )


def book_of(item: Item) -> Book:
    return Book(template(item, created=TODAY))


def shipped(code: str) -> Item:
    return item_in(FOLDER, code)


def validations(book: Book) -> Iterator[tuple[str, ET.Element]]:
    """Yield the column letter of each validation, with the validation."""
    for each in book.sheet(RECORDS).iter("dataValidation"):
        yield each.attrib["sqref"].split(":")[0].rstrip("2"), each


def validation(**part: Any) -> ET.Element:
    """Return the validation of one column, which stands beside the name."""
    return dict(validations(book_of(an_item(other=a_part(title="另一列", **part)))))["B"]


@pytest.fixture(scope="module")
def penalties() -> Book:
    return book_of(shipped("administrative-penalty"))


class TestTemplate:
    @pytest.mark.parametrize("code", ITEMS)
    def test_has_the_columns_of_its_item_in_order(self, code: str) -> None:
        item = shipped(code)

        [header] = book_of(item).rows(RECORDS)

        assert [title.rstrip("*") for title in header] == [
            field.title for field in item.fields.values()
        ]
        assert [name for name, title in zip(item.fields, header, strict=True) if "*" in title] == [
            name for name in item.fields if name in item.schema["required"]
        ]

    @pytest.mark.parametrize("code", ITEMS)
    def test_is_understood_when_it_is_reported(self, code: str) -> None:
        item = shipped(code)
        [header] = book_of(item).rows(RECORDS)

        mapped = map_header(header, item)

        assert [column.field for column in mapped.columns] == list(item.fields)
        assert not mapped.issues

    @pytest.mark.requirement("A6.1")
    def test_tells_item_and_version(self, penalties: Book) -> None:
        assert penalties.properties == {
            "nbcredit-item": "administrative-penalty",
            "nbcredit-version": "2026-1",
        }

    def test_is_the_same_bytes_again(self) -> None:
        item = an_item(kind=a_part(title="类别", **{"x-form": "choice", "enum": ["甲", "乙"]}))

        assert template(item, created=TODAY) == template(item, created=TODAY)

    def test_names_nobody_and_the_day_it_was_told(self, penalties: Book) -> None:
        core = penalties.part("docProps/core.xml")

        assert not core.findtext("creator")
        assert not core.findtext("lastModifiedBy")
        assert core.findtext("created") == "2026-11-23T00:00:00Z"

    def test_hides_nothing_and_brings_nothing_along(self, penalties: Book) -> None:
        assert penalties.sheets == ["行政处罚", "填写说明", "选项", "样例"]
        assert all(
            "state" not in each.attrib for each in penalties.part("xl/workbook.xml").iter("sheet")
        )
        assert not [name for name in penalties.names if re.search(r"vba|external|embed", name)]

    @pytest.mark.parametrize(
        ("name", "sheet"),
        [
            ("许可/备案[试行]", "许可 备案 试行"),
            ("信" * 40, "信" * 31),
            ("'引号'", "引号"),
            ("选项", "数据"),
            ("History", "数据"),
            ("?*", "数据"),
        ],
    )
    def test_names_the_sheet_as_spreadsheets_allow(self, name: str, sheet: str) -> None:
        assert book_of(an_item(name)).sheets[0] == sheet


class TestRecords:
    def test_are_open_below_a_locked_header(self, penalties: Book) -> None:
        sheet = penalties.sheet(RECORDS)
        columns = list(sheet.iter("col"))
        [header] = sheet.iter("row")

        assert columns[0].attrib["min"] == "1"
        assert columns[-1].attrib["max"] == "16384"
        assert not any(penalties.is_locked(each.attrib["style"]) for each in columns)
        assert penalties.is_locked(header.attrib["s"])
        assert all(penalties.is_locked(cell.attrib["s"]) for cell in header.iter("c"))

    def test_can_be_sorted_filtered_and_deleted_without_a_password(self, penalties: Book) -> None:
        protection = penalties.sheet(RECORDS).find("sheetProtection")

        assert protection is not None
        assert protection.attrib["sheet"] == "1"
        assert "password" not in protection.attrib
        assert {name for name, value in protection.attrib.items() if value == "0"} == {
            "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort",
            "autoFilter",
        }  # fmt: skip

    def test_keep_the_header_in_sight(self, penalties: Book) -> None:
        [pane] = penalties.sheet(RECORDS).iter("pane")
        titles = [each.text for each in penalties.part("xl/workbook.xml").iter("definedName")]

        assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
        assert "行政处罚!$1:$1" in titles

    def test_set_required_columns_apart(self, penalties: Book) -> None:
        [header] = penalties.sheet(RECORDS).iter("row")
        looks = [cell.attrib["s"] for cell in header.iter("c")]
        [titles] = penalties.rows(RECORDS)

        starred = {look for look, title in zip(looks, titles, strict=True) if "*" in title}
        others = {look for look, title in zip(looks, titles, strict=True) if "*" not in title}
        assert len(starred) == len(others) == 1
        assert starred != others

    @pytest.mark.parametrize(
        ("form", "number_format"),
        [
            ("credit-code", "@"),
            ("identity", "@"),
            ("code", "@"),
            ("reference", "@"),
            ("name", "@"),
            ("text", "@"),
            ("date", "yyyy-mm-dd"),
            ("open-date", "yyyy-mm-dd"),
            ("month", "yyyy-mm"),
            ("amount", "General"),
        ],
    )
    def test_are_stored_as_typed(self, form: str, number_format: str) -> None:
        part = a_part(title="另一列", **{"x-form": form, "x-unit": "元", "x-decimals": 2})
        book = book_of(an_item(other=part))

        # Columns alike are stored as one.
        column = [col for col in book.sheet(RECORDS).iter("col") if int(col.attrib["min"]) <= 2][-1]
        assert book.number_format(column.attrib["style"]) == number_format

    def test_are_not_offered_as_numbers(self, penalties: Book) -> None:
        [ignored] = penalties.sheet(RECORDS).iter("ignoredError")

        assert ignored.attrib == {"sqref": "A2:AL1048576", "numberStoredAsText": "1"}


class TestNotes:
    def test_say_what_each_column_needs(self) -> None:
        amount = a_part(title="金额（万元）", description="按决定书所载。")
        amount |= {"x-form": "amount", "x-unit": "万元", "x-decimals": 6}
        del amount["maxLength"]

        assert book_of(an_item(amount=amount)).notes == [
            "必填。\n文字，最多 100 个字。",
            "选填。\n金额，单位万元，只写数字，最多 6 位小数。\n按决定书所载。",
        ]

    def test_say_when_a_column_is_required(self, penalties: Book) -> None:
        order = list(shipped("administrative-penalty").fields)

        assert penalties.notes[order.index("document_type")].startswith(
            "行政相对人类别为“自然人”时必填。\n"
        )
        assert (
            "行政相对人类别为“个体工商户”时，统一社会信用代码、证件号码至少填一项"
            in penalties.notes[order.index("credit_code")]
        )


class TestDropDowns:
    @pytest.mark.parametrize("code", ITEMS)
    def test_offer_exactly_what_is_listed(self, code: str) -> None:
        item = shipped(code)
        book = book_of(item)
        cells = {
            cell.attrib["r"]: book._strings[int(cell.findtext("v", ""))]
            for cell in book.sheet(LISTS).iter("c")
        }

        offered = {}
        for _, each in validations(book):
            if each.attrib.get("type") == "list":
                title = each.attrib["promptTitle"].rstrip("*")
                match = re.fullmatch(
                    r"'?选项'?!\$([A-Z]+)\$2:\$\1\$(\d+)", each.findtext("formula1", "")
                )
                assert match is not None
                assert cells[f"{match[1]}1"] == title
                rows = range(2, int(match[2]) + 1)
                offered[title] = [cells[f"{match[1]}{row}"] for row in rows]

        assert offered == {
            field.title: options
            for field in item.fields.values()
            if (
                options := field.schema.get("enum")
                or field.schema.get("items", {}).get("enum")
                or field.schema.get("x-known")
            )
        }

    @pytest.mark.parametrize(
        ("part", "stops"),
        [
            ({"x-form": "choice", "enum": ["甲", "乙"]}, True),
            ({"x-form": "choice", "x-known": ["甲", "乙"]}, False),
            ({"x-form": "choices", "items": {"enum": ["甲", "乙"]}}, False),
        ],
    )
    def test_stop_only_what_is_refused(self, part: dict[str, Any], *, stops: bool) -> None:
        told = validation(**part)

        assert told.attrib["type"] == "list"
        assert told.attrib["sqref"] == "B2:B1048576"
        assert ("showErrorMessage" in told.attrib) is stops


class TestValidation:
    @pytest.mark.parametrize(
        ("form", "kind", "style"),
        [
            ("date", "date", "stop"),
            ("month", "date", "stop"),
            ("open-date", "custom", "warning"),
            ("amount", "decimal", "warning"),
            ("credit-code", "textLength", "warning"),
            ("code", "textLength", "warning"),
            ("text", "textLength", "warning"),
        ],
    )
    def test_asks_where_the_platform_may_accept(self, form: str, kind: str, style: str) -> None:
        told = validation(**{"x-form": form, "x-unit": "元", "x-decimals": 2})

        assert told.attrib["type"] == kind
        assert told.attrib.get("errorStyle", "stop") == style
        assert told.attrib["error"].startswith("请检查：")
        assert told.attrib["prompt"].startswith("选填。")

    def test_is_there_for_every_column_however_long_its_title(self) -> None:
        book = book_of(an_item(other=a_part(title="长" * 200)))

        assert [column for column, _ in validations(book)] == ["A", "B"]


class TestSamples:
    @pytest.mark.requirement("A6.1")
    @pytest.mark.parametrize("code", ITEMS)
    def test_pass_the_platforms_own_checks_without_a_remark(self, code: str) -> None:
        header, *rows = samples_of(code)

        found = cleaned(code, *(dict(zip(header, row, strict=True)) for row in rows))

        assert rows
        assert [codes_of(each) for each in found if each.outcome is not None or each.issues] == []

    def test_show_one_of_each_kind_with_nothing_that_it_does_not_have(self) -> None:
        header, *rows = samples_of("administrative-penalty")
        told = [dict(zip(header, row, strict=True)) for row in rows]

        assert [row["行政相对人类别"] for row in told] == [
            "法人及非法人组织",
            "自然人",
            "个体工商户",
        ]
        assert [bool(row["统一社会信用代码"]) for row in told] == [True, False, True]
        assert [bool(row["证件号码"]) for row in told] == [False, True, True]
        assert not any(row["事业单位证书号"] or row["社会组织登记证号"] for row in told)


class TestGuide:
    def test_describes_every_column_with_its_sample(self) -> None:
        kinds = a_part(title="类别", description="按决定书。", examples=[["甲", "乙"]])
        kinds |= {"x-form": "choices", "items": {"enum": ["甲", "乙"]}}
        del kinds["maxLength"]

        rows = book_of(an_item(kinds=kinds)).rows(GUIDE)

        how = "从可选值中选；有多项时用分号（；）分隔"
        assert rows[-2:] == [
            ["A", "名称*", "必填", "文字，最多 100 个字", "", "", ""],
            ["B", "类别", "选填", how, "甲；乙", "甲；乙", "按决定书。"],
        ]

    def test_says_what_the_template_is_for(self) -> None:
        told = [text for row in book_of(an_item()).rows(GUIDE) for text in row]

        assert "小目录（代码 small）" in told
        assert any(text.startswith("2027-2 版") for text in told)
        assert "scjg（单位代码）" in told
        assert "每月" in told


def samples_of(code: str) -> list[list[str]]:
    """Return header and rows of the sheet of samples, by the titles of the columns."""
    book = template(item_in(FOLDER, code), created=TODAY)
    workbook = open_workbook(BytesIO(book))
    sheet = next(each for each in workbook.sheets if each.name == SAMPLE_SHEET)
    header, *rows = [list(cells) for _, cells in workbook.records(sheet)]
    return [
        [title.rstrip("*") for title in header],
        *([*row, *[""] * (len(header) - len(row))] for row in rows),
    ]


class TestTexts:
    @settings(max_examples=30, deadline=None)
    @given(
        sign=st.sampled_from("=+-@"),
        rest=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40),
    )
    def test_are_never_formulas(self, sign: str, rest: str) -> None:
        said = sign + rest
        kind = a_part(title=said, description=said, examples=[said])
        kind |= {"x-form": "choice", "enum": [said]}

        book = book_of(an_item(said, kind=kind))

        assert book.rows(RECORDS)[0][1] == said
        assert book.rows(GUIDE)[-1][1] == said
        assert book.rows(LISTS) == [[said], [said]]
        assert not [formula for number in (1, 2, 3) for formula in book.sheet(number).iter("f")]
