from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Final
from zipfile import ZipFile

import pytest

from nbcredit.documents.listings import csv_of, workbook_of
from nbcredit.pages.spelling import credit_code, day, moment, period, size
from nbcredit.pages.tables import Asked, Column, Shown, Table, chosen, shown
from nbcredit.runtime.work_site.refusals import BadPlace
from nbcredit.runtime.work_site.tokens import SessionTokens

MINE: Final = SessionTokens("my session's token")


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    kind: str
    count: int


TABLE: Final = Table[Row](
    caption="批次",
    columns=(
        Column(name="name", title="名称", text=lambda row: row.name, filter="text"),
        Column(name="kind", title="类别", text=lambda row: row.kind, filter="choice"),
        Column(
            name="count",
            title="行数",
            text=lambda row: str(row.count),
            key=lambda row: row.count,
            numeric=True,
        ),
    ),
    rows_a_page=2,
)
ROWS: Final = [
    Row("甲公司", "企业", 9),
    Row("乙公司", "企业", 10),
    Row("丙（宁波）协会", "社团", 1),
    Row("丁医院", "事业", 100),
    Row("戊公司", "企业", 3),
]


def asked(query: Mapping[str, str], tokens: SessionTokens = MINE) -> Asked:
    return Asked("/list", query, tokens)


def names(view: Shown) -> list[str]:
    return [row[0].text for row in view.rows]


class TestTable:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, "甲乙丙丁戊"),
            ({"f-kind": "企业"}, "甲乙戊"),
            ({"f-name": "公司"}, "甲乙戊"),
            ({"f-name": "(宁波)"}, "丙"),
            ({"f-name": "公司", "f-kind": "社团"}, ""),
            ({"sort": "count"}, "丙戊甲乙丁"),
            ({"sort": "-count"}, "丁乙甲戊丙"),
            ({"sort": "nothing"}, "甲乙丙丁戊"),
            ({"f-count": "9"}, "甲乙丙丁戊"),
        ],
    )
    def test_is_filtered_and_sorted_as_asked(self, query: dict[str, str], found: str) -> None:
        assert "".join(row.name[0] for row in chosen(TABLE, ROWS, asked(query))) == found

    def test_is_turned_page_by_page(self) -> None:
        query: dict[str, str] = {}
        seen = []
        while True:
            view = shown(TABLE, ROWS, asked(query))
            seen += names(view)
            if not view.next:
                break
            query = {"at": view.next.partition("at=")[2]}

        assert [name[0] for name in seen] == list("甲乙丙丁戊")
        assert (view.page, view.pages, view.total) == (3, 3, 5)

    def test_keeps_what_the_page_itself_was_asked(self) -> None:
        view = shown(TABLE, ROWS, asked({"period": "2026-10", "sort": "name"}))

        assert view.csv == "/list?period=2026-10&sort=name&export=csv"
        assert ("period", "2026-10") in view.kept

    @pytest.mark.parametrize(
        ("most", "given", "cut_at"), [(0, None, 0), (5, None, 5), (6, None, 0), (9, 9, 9)]
    )
    def test_says_where_its_call_stopped_short_whatever_is_filtered(
        self, most: int, given: int | None, cut_at: int
    ) -> None:
        view = shown(TABLE, ROWS, asked({"f-kind": "社团"}), most=most, given=given)

        assert (view.total, view.cut_at) == (1, cut_at)

    @pytest.mark.fault("F59")
    @pytest.mark.parametrize(
        ("query", "tokens"),
        [
            ({}, SessionTokens("another session's token")),
            ({"f-kind": "企业"}, MINE),
            ({"sort": "count"}, MINE),
        ],
    )
    def test_takes_no_place_of_another_session_or_query(
        self, query: dict[str, str], tokens: SessionTokens
    ) -> None:
        place = shown(TABLE, ROWS, asked({})).next.partition("at=")[2]

        with pytest.raises(BadPlace):
            shown(TABLE, ROWS, asked({**query, "at": place}, tokens))

    @pytest.mark.fault("F59")
    @pytest.mark.parametrize(
        "place", ["", "2", "Mg.", "Mg.AAAAAAAAAAAAAAAAAAAAAA", "é.x", "\ud800"]
    )
    def test_takes_no_place_that_was_made_up(self, place: str) -> None:
        with pytest.raises(BadPlace):
            shown(TABLE, ROWS, asked({"at": place}))


@pytest.mark.fault("F40")
class TestExports:
    def test_to_csv_calculate_nothing(self) -> None:
        told = csv_of(["名称"], [["=1+1"], ["@x"], ["00012"], ["甲,乙"]]).decode("utf-8-sig")

        assert told == "名称\r\n'=1+1\r\n'@x\r\n'00012\r\n\"甲,乙\"\r\n"

    def test_to_a_workbook_hold_text_only(self) -> None:
        rows = [["=1+1", "9"], ["https://x.example", ""]]

        with ZipFile(BytesIO(workbook_of("批次/2026", ["名称", "行数"], rows))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            texts = book.read("xl/sharedStrings.xml").decode()

        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
        assert "<t>=1+1</t>" in texts


class TestSpelling:
    def test_is_that_of_official_documents(self) -> None:
        assert day(date(2026, 11, 23)) == "2026年11月23日"
        assert moment(datetime(2026, 11, 23, 17, 5, tzinfo=UTC)) == "2026年11月24日 01:05"
        assert (day(None), moment(None)) == ("", "")
        assert period("2026-10") == "2026年10月"
        assert credit_code("11330200XGJQ0UAU8Y") == "1133 0200 XGJQ 0UAU 8Y"
        assert credit_code("123") == "123"
        assert [size(each) for each in (12, 2048, 3 << 20)] == ["12 字节", "2.0 KB", "3.0 MB"]
