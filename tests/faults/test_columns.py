"""F37: headers that are not as asked, hidden content, and workbooks of several sheets."""

import pytest

from nbcredit.domain.rows import Outcome
from tests.cleaning_builders import ARREARS, PENALTY, REGISTRATION, a_credit_code
from tests.faults.files import PENALTIES, REGISTRY, Told, book, csv_of, grid_of, packed, sheet, told
from tests.workbook_builders import a_row, parts, sheet_xml

HEADER, ROW = grid_of([REGISTRATION])
OTHER = [a_credit_code("91330200MA0000001"), *ROW[1:]]

pytestmark = [pytest.mark.fault("F37"), pytest.mark.requirement("A8.5")]


def under(*headers: str) -> Told:
    """Read a file with one row that has an `x` under every unknown header."""
    row = [REGISTRATION.get(header, "x") for header in headers]
    return told(csv_of([headers, row]).encode())


class TestAHeader:
    @pytest.mark.parametrize(
        ("headers", "places", "words"),
        [
            ([*HEADER, "登记状态"], ["E202 H1"], "D 列和 H 列都是“登记状态”：请只保留一列。"),
            ([*HEADER, "状态"], ["E202 H1"], "D 列和 H 列都是“登记状态”：请只保留一列。"),
            (HEADER[2:], ["E201 1"], "缺少必填的列：统一社会信用代码、企业名称。请补上"),
            (["代码", *HEADER[1:]], ["E201 1"], "缺少必填的列：统一社会信用代码。请补上"),
            ([*HEADER, *["多"] * 194], ["E107 1"], "第 1 行有 201 列，最多 200 列：请检查分隔符"),
            (list("甲乙丙丁"), ["E203 1"], "第 1 行没有认出“法人登记”的任何列名：第一行应为列名"),
            (["企业名称；登记机关；核准日期"], ["E203 1"], "第 1 行用中文分号分隔：请改用英文逗号"),
            (list(PENALTY), ["E203 1"], "表头像是“行政处罚”，不是“法人登记”：请改报到"),
            (list(ARREARS), ["E203 1"], "表头像是“社会保险欠费”，不是“法人登记”"),
        ],
    )
    def test_that_cannot_be_mapped_refuses_the_file(
        self, headers: list[str], places: list[str], words: str
    ) -> None:
        file = under(*headers)

        assert file.places == places
        assert words in file.message

    @pytest.mark.parametrize(
        ("headers", "places", "words"),
        [
            (HEADER[::-1], [], ""),
            ([*HEADER, "录入人"], ["W902 H1"], "H 列“录入人”不在目录项中，这一列没有读取"),
            (
                ["", *HEADER],
                ["W902 A1"],
                "A 列没有列名，这一列没有读取：如果需要报送，请核对列名。",
            ),
            ([*HEADER[:3], "序号", *HEADER[3:]], ["W902 D1"], "D 列“序号”不在目录项中"),
        ],
    )
    def test_that_can_be_mapped_is_read_and_what_is_left_out_is_told(
        self, headers: list[str], places: list[str], words: str
    ) -> None:
        file = under(*headers)

        assert file.places == places
        assert words in file.message
        assert [values["name"] for values in file.values] == [REGISTRATION["企业名称"]]

    @pytest.mark.parametrize(
        "spelling",
        [
            " 企业 名称*",
            "“企业名称”：",
            "企业\n名称",
            "\ufeff企业名称",
            "NAME",
            "ｎａｍｅ",
            "企业名称\u200b",
        ],
    )
    def test_may_be_spelled_otherwise(self, spelling: str) -> None:
        file = told(csv_of([[HEADER[0], spelling, *HEADER[2:]], ROW]).encode())

        assert file.issues == []
        assert [values["name"] for values in file.values] == [REGISTRATION["企业名称"]]

    def test_repeated_below_is_a_row_like_any_other(self) -> None:
        file = told(csv_of([HEADER, ROW, HEADER, OTHER]).encode())

        assert file.ends == [(2, None), (3, Outcome.REJECTED), (4, None)]
        assert {place[-1] for place in file.places} == {"3"}


class TestAHeaderBelow:
    @pytest.mark.parametrize("kind", ["csv", "workbook"])
    @pytest.mark.parametrize(
        ("above", "words"),
        [
            ([["登记情况表"]], "第 1 行不是表头，没有读取；表头在第 2 行。"),
            ([["登记情况表"], []], "第 1 行不是表头，没有读取；表头在第 3 行。"),
            ([["登记情况表"], ["填报单位：某局", "2026年10月"]], "第 2 行及以上的行不是表头"),
            ([["x"]] * 9, "第 9 行及以上的行不是表头，没有读取；表头在第 10 行。"),
        ],
    )
    def test_titles_is_found_and_what_is_above_is_told(
        self, above: list[list[str]], words: str, kind: str
    ) -> None:
        grid = [*above, HEADER, ROW]
        file = told(csv_of(grid).encode() if kind == "csv" else book(grid))

        assert [place[:4] for place in file.places] == ["W916"]
        assert words in file.message
        assert file.ends == [(len(above) + 2, None)]

    def test_ten_rows_is_not_looked_for(self) -> None:
        file = told(csv_of([*([["x"]] * 10), HEADER, ROW]).encode())

        assert file.places == ["E203 1"]


class TestAHeaderOfTwoRows:
    def test_is_read_from_both_where_cells_were_merged(self) -> None:
        upper = [HEADER[0], HEADER[1], "登记", "", "", "日期", ""]
        lower = ["", "", *HEADER[2:]]
        file = told(book([upper, lower, ROW, OTHER]))

        assert file.places == []
        assert file.ends == [(3, None), (4, None)]
        assert file.values[0]["established_on"] == REGISTRATION["成立日期"]

    def test_under_a_title_of_its_own_is_found_as_well(self) -> None:
        upper = [HEADER[0], HEADER[1], "登记", "", "", "日期", ""]
        file = told(csv_of([["法人登记"], upper, ["", "", *HEADER[2:]], ROW]).encode())

        assert file.places == ["W916 1"]
        assert file.ends == [(4, None)]


class TestAnAmountUnderAnotherUnit:
    @pytest.mark.parametrize(
        ("header", "cell", "value"),
        [
            ("罚款金额（元）", "2000", "0.2"),
            ("罚款金额(元)", "2,000.00", "0.2"),
            ("罚款金额（元）", "2000元", "0.2"),
            ("罚款金额", "0.2", "0.2"),
            ("罚款金额（万元）", "0.2万元", "0.2"),
        ],
    )
    def test_is_converted_and_counted(self, header: str, cell: str, value: str) -> None:
        row = {
            header if title == "罚款金额（万元）" else title: each
            for title, each in PENALTY.items()
        }
        row[header] = cell

        file = told(csv_of(grid_of([row])).encode(), PENALTIES)

        assert file.issues == []
        assert file.values[0]["fine_amount"] == value

    def test_is_told_where_it_is_under_both(self) -> None:
        row = {**PENALTY, "罚款金额（元）": "2000"}

        assert [place[:4] for place in told(csv_of(grid_of([row])).encode(), PENALTIES).places] == [
            "E202"
        ]


class TestHiddenContent:
    def test_of_a_workbook_is_read_and_told(self) -> None:
        rows = a_row(*HEADER) + a_row(*ROW).replace("<row", '<row hidden="1"') + a_row(*OTHER)
        columns = '<cols><col min="3" max="3" hidden="1"/></cols>'
        file = told(packed(parts(sheet_xml(rows, before=columns), names=["登记"])))

        assert file.places == ["W910", "W910"]
        assert file.ends == [(2, None), (3, None)]
        assert "工作表“登记”有 1 行隐藏的内容（第 2 行），也已读取：如果不需要报送" in file.message
        assert "有 1 列隐藏的内容（C 列），也已读取" in file.message

    def test_behind_a_filter_is_read_and_told(self) -> None:
        rows = a_row(*HEADER) + a_row(*ROW).replace("<row", '<row hidden="1"') + a_row(*OTHER)
        chosen = '<autoFilter ref="A1:G3"><filterColumn colId="0"/></autoFilter>'
        file = told(packed(parts(sheet_xml(rows, after=chosen))))

        assert file.places == ["W910"]
        assert "有 1 行被筛选隐藏的内容（第 2 行）" in file.message
        assert len(file.values) == 2

    def test_may_be_the_sheet_itself(self) -> None:
        file = told(
            book([HEADER, ROW], [["备查"]], names=["登记", "说明"], states={1: "veryHidden"})
        )

        assert file.places == ["W911", "W910"]
        assert "工作表“登记”是隐藏的，也已读取" in file.message

    def test_of_merged_cells_is_told(self) -> None:
        merged = '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
        below = [OTHER[0], "", *OTHER[2:]]
        rows = a_row(*HEADER) + a_row(*ROW) + a_row(*below)
        file = told(packed(parts(sheet_xml(rows, after=merged))))

        assert file.places == ["W915", "E301 B3"]
        assert "有 1 处合并单元格（B2:B3），只有左上角的单元格有内容：请取消合并" in file.message


class TestSeveralSheets:
    def test_with_rows_of_the_item_are_refused_by_name(self) -> None:
        file = told(book([HEADER, ROW], [HEADER, OTHER], names=["一月", "二月"]))

        assert file.places == ["E112"]
        assert "工作表“一月”和“二月”都有本目录项的数据：请合并到一个工作表" in file.message

    def test_of_which_one_has_rows_are_read_there(self) -> None:
        file = told(
            book([HEADER], [["备查"], ["x"]], [HEADER, ROW], names=["空表", "备查", "十月"])
        )

        assert file.ends == [(2, None)]
        assert file.places == ["W911", "W911"]
        assert "工作表“备查”没有读取：如果其中有要报送的数据，请移到“十月”工作表。" in file.message

    def test_that_are_hidden_are_told_as_hidden(self) -> None:
        file = told(book([HEADER, ROW], [["旧数据"]], names=["十月", "九月"], states={2: "hidden"}))

        assert file.places == ["W911"]
        assert "隐藏的工作表“九月”没有读取" in file.message

    def test_named_as_in_the_platforms_templates_are_told_in_any_other_workbook(self) -> None:
        names = ["登记", "填写说明", "选项"]
        file = told(book([HEADER, ROW], [["说明"]], [["存续"], ["注销"]], names=names))

        assert file.places == ["W911", "W911"]

    def test_without_the_items_header_are_told_by_the_first(self) -> None:
        file = told(book([["甲", "乙"], ["1", "2"]], [["丙"]]), REGISTRY)

        assert file.places == ["E203 1"]

    def test_of_charts_alone_are_no_table(self) -> None:
        made = parts(sheet([HEADER, ROW]))
        rels = made["xl/_rels/workbook.xml.rels"]
        assert isinstance(rels, bytes)
        made["xl/_rels/workbook.xml.rels"] = rels.replace(b'/worksheet"', b'/chartsheet"')

        assert told(packed(made)).places == ["E111"]
