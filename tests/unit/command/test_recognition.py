import io
import json
from datetime import date
from pathlib import Path

import pytest

from nbcredit.command.recognition import (
    NoHeader,
    NotATable,
    UnclearProvider,
    UnknownFile,
    item_of,
    oddity_of,
    provider_of,
    rows_of,
    rows_of_workbook,
)
from nbcredit.documents.templates import template
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.samples.files import generate
from nbcredit.wire.catalogue import ItemView
from nbcredit.wire.views import catalogue_view
from tests.faults.files import book

FOLDER = Path(__file__).parents[3] / "schemas" / "catalogue" / "2026-1"
REGISTRY = "统一社会信用代码,企业名称,企业类型,登记状态,登记机关,成立日期,核准日期"


def the_items() -> dict[str, Item]:
    return {
        path.stem: Item.from_schema(json.loads(path.read_text(encoding="utf-8")), version="2026-1")
        for path in FOLDER.glob("*.json")
    }


def the_views() -> list[ItemView]:
    catalogue = Catalogue(version="2026-1", effective_from=date(2026, 1, 1), items=the_items())
    return catalogue_view(catalogue).items


class TestItemOf:
    @pytest.mark.parametrize("codes", [False, True])
    @pytest.mark.parametrize("code", list(the_items()))
    def test_knows_every_item_by_either_kind_of_header(self, code: str, codes: bool) -> None:  # noqa: FBT001
        item, today = the_items()[code], date(2026, 11, 23)
        header = next(generate(item, rows=0, seed=1, today=today, as_field_codes=codes))

        assert item_of(Path("x.csv"), [header], the_views()).code == code

    def test_knows_the_registry_file_of_the_city(self) -> None:
        assert (
            item_of(Path("x.csv"), [("宁波市登记表",), REGISTRY.split(",")], the_views()).code
            == "legal-registration"
        )

    @pytest.mark.parametrize("header", [("甲", "乙"), ("备注", "甲", "乙")])
    def test_does_not_guess(self, header: tuple[str, ...]) -> None:
        with pytest.raises(UnknownFile, match="--item"):
            item_of(Path("x.csv"), [header], the_views())

    @pytest.mark.parametrize("header", [(), ("",), (" ", "")])
    def test_says_that_there_is_no_header(self, header: tuple[str, ...]) -> None:
        with pytest.raises(NoHeader, match="没有表头"):
            item_of(Path("x.csv"), [header], the_views())


class TestRowsOf:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_reads_every_encoding_though_the_bytes_stop_in_a_character(self, encoding: str) -> None:
        start = (REGISTRY + "\n企业\n").encode(encoding)[:-3]

        assert rows_of(start)[0] == tuple(REGISTRY.split(","))

    @pytest.mark.parametrize("rest", ["企业".encode("gb18030") + b"\xff\xff\n", b'a,"b\n', b"\0"])
    def test_minds_the_first_record_only(self, rest: bytes) -> None:
        start = f'{REGISTRY},"备\n注"\n'.encode() + rest

        assert rows_of(start)[0] == (*REGISTRY.split(","), "备\n注")
        assert oddity_of(start) is None

    def test_takes_the_names_of_an_object(self) -> None:
        assert rows_of('{"企业名称": "某公司", "USCC": null}\n{'.encode()) == [("企业名称", "USCC")]

    def test_takes_tabs(self) -> None:
        assert rows_of(REGISTRY.replace(",", "\t").encode())[0] == tuple(REGISTRY.split(","))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("blank", ["\n" * 30, "\r\n\r\n", ",,\n" * 12, "  \n\n"])
    def test_passes_over_blank_rows_as_the_platform_does(self, encoding: str, blank: str) -> None:
        start = f"{blank}{REGISTRY}\n".encode(encoding)

        assert rows_of(start)[0] == tuple(REGISTRY.split(","))
        assert oddity_of(start) is None

    def test_passes_over_blank_rows_of_a_workbook(self) -> None:
        grid = [[], ["", " "], *[[]] * 20, REGISTRY.split(",")]

        rows = rows_of_workbook(io.BytesIO(book(grid)))

        assert rows[0] == tuple(REGISTRY.split(","))

    @pytest.mark.parametrize("start", [b"", b"\xff\xfe\x00\xff\xff"])
    def test_finds_none_in_what_is_no_text(self, start: bytes) -> None:
        assert rows_of(start) == []

    @pytest.mark.parametrize("code", sorted(the_items()))
    def test_knows_every_template_though_it_marks_what_is_required(self, code: str) -> None:
        workbook = io.BytesIO(template(the_items()[code], created=date(2026, 11, 23)))

        assert item_of(Path("x.xlsx"), rows_of_workbook(workbook), the_views()).code == code

    def test_takes_the_first_rows_of_every_sheet_of_a_workbook(self) -> None:
        data = template(the_items()["legal-registration"], created=date(2026, 1, 1))

        rows = rows_of_workbook(io.BytesIO(data))

        assert item_of(Path("x.xlsx"), rows, the_views()).code == "legal-registration"


class TestOddityOf:
    @pytest.mark.parametrize(
        ("start", "code", "said"),
        [
            (b"", "E101", "文件是空的：请选择有内容的文件"),
            (b"\x89PNG\r\n\x1a\n\0", "E103", "这个文件是图片：请在 Excel 中“另存为”"),
            (b"\xff\xff\xff,a\n", "E104", "文件的编码不能识别：第 1 行附近"),
            ("企业名称；登记状态；备注\n甲；乙；丙\n".encode(), "E203", "用中文分号分隔：请改用"),
        ],
    )
    def test_is_said_whole_with_its_code_and_without_a_list_of_items(
        self, start: bytes, code: str, said: str
    ) -> None:
        with pytest.raises(NotATable) as refusal:
            item_of(Path("x.csv"), rows_of(start), the_views(), oddity=oddity_of(start))

        assert said in str(refusal.value)
        assert str(refusal.value).endswith(f"（{code}）")
        assert "--item" not in str(refusal.value)

    def test_is_none_of_blank_lines_above_what_they_begin(self) -> None:
        start = f"\n,,\n\n{REGISTRY}\n".encode()

        assert oddity_of(start) is None
        assert rows_of(start)[0] == tuple(REGISTRY.split(","))

    def test_counts_the_blank_lines(self) -> None:
        issue = oddity_of("\n\n企业名称；登记状态；备注\n".encode())

        assert issue is not None
        assert issue.row == 3

    def test_is_nothing_but_blank_lines(self) -> None:
        with pytest.raises(NoHeader, match=r"都是空的.*--item"):
            item_of(Path("x.csv"), rows_of(b",,\n,,"), the_views(), oddity=oddity_of(b",,\n,,"))


class TestProviderOf:
    @pytest.mark.parametrize(
        ("organisation", "defaults", "provider"),
        [
            ("zfj", {}, "zfj"),
            ("centre", {"administrative-penalty": "scjg"}, "scjg"),
            (None, {"administrative-penalty": "scjg"}, "scjg"),
        ],
    )
    def test_takes_the_organisation_first_and_the_default_next(
        self, organisation: str | None, defaults: dict[str, str], provider: str
    ) -> None:
        (item,) = [each for each in the_views() if each.code == "administrative-penalty"]

        assert provider_of(item, organisation=organisation, defaults=defaults) == provider

    def test_asks_where_several_are_possible(self) -> None:
        (item,) = [each for each in the_views() if each.code == "administrative-penalty"]

        with pytest.raises(UnclearProvider, match="zfj"):
            provider_of(item, organisation=None, defaults={})
