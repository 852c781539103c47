"""F30, F31, F36, F38: files that are empty, of another type, or cannot be told into rows."""

import io

import pytest
from xlsxwriter import Workbook

from nbcredit.documents.templates import template
from nbcredit.domain.rows import Outcome
from tests.cleaning_builders import REGISTRATION, SHIPPED, TODAY, a_credit_code, an_item
from tests.faults.files import book, csv_of, grid_of, in_every_format, json_lines, told

HEADER, ROW = grid_of([REGISTRATION])
HEADER_LINE = csv_of([HEADER]).encode()
GOOD = csv_of([HEADER, ROW])

pytestmark = pytest.mark.requirement("A8.5")


def a_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.mark.fault("F30")
class TestAnEmptyFile:
    @pytest.mark.parametrize(
        ("data", "places", "words"),
        [
            (b"", ["E101"], "文件是空的"),
            (b"\xef\xbb\xbf", ["E101"], "文件是空的"),
            (b"\xff\xfe", ["E101"], "文件是空的"),
            (b"\r\n \t\r\n\n", ["E101"], "文件是空的"),
            ("\n \n".encode("utf-16"), ["E101"], "文件是空的"),
            (b",,,\n,,\n", ["E203 1"], "第 1 行没有认出“法人登记”的任何列名"),
            (HEADER_LINE, ["E102"], "请改报“无信用信息产生”（nbcredit zero 单位 目录项 年-月）"),
            (HEADER_LINE + b"\n\n,,,\n", ["E102"], "文件只有表头，没有数据"),
            (b"{}\n{}\n", ["E203"], "没有认出“法人登记”的任何字段：每行应为一个 JSON 对象"),
            (
                json_lines([dict.fromkeys(HEADER)]).encode(),
                ["E102"],
                "请改报“无信用信息产生”",
            ),
            (book([]), ["E101"], "工作簿是空的：请选择有内容的文件"),
            (book([], []), ["E101"], "工作簿是空的"),
            (book([HEADER]), ["E102"], "请改报“无信用信息产生”"),
            (book([HEADER, [], ["", "\u3000"]]), ["E102"], "文件只有表头，没有数据"),
        ],
    )
    def test_is_refused_and_told_what_to_report(
        self, data: bytes, places: list[str], words: str
    ) -> None:
        file = told(data)

        assert file.places == places
        assert words in file.message

    @pytest.mark.parametrize("code", SHIPPED)
    def test_may_be_a_template_that_was_not_filled_in(self, code: str) -> None:
        assert told(template(an_item(code), created=TODAY), code).places == ["E102"]


@pytest.mark.fault("F30")
class TestAFileThatIsWrongInEveryRow:
    @pytest.mark.parametrize("form", ["csv", "tsv", "json-lines", "workbook"])
    def test_is_read_to_its_end_and_told_row_by_row(self, form: str) -> None:
        codes = [a_credit_code(f"91330200MA{number:07d}") for number in range(30)]
        rows = [{**REGISTRATION, "统一社会信用代码": each, "登记状态": "好"} for each in codes]

        file = told(in_every_format(rows)[form])

        assert len(file.rows) == 30
        assert {row.outcome for row in file.rows} == {Outcome.REJECTED}
        assert [place[:4] for place in file.places] == ["E305"] * 30
        assert "登记状态不在可选范围内：可填 存续；" in file.message


@pytest.mark.fault("F31")
class TestAFileOfAnotherType:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (a_picture(), "图片"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "但这个文件是 PDF 文件：请在 Excel 中"),
            (b"{\\rtf1\\ansi}", "Word 文件"),
            (b"\x1f\x8b\x08\0\0\0", "压缩包"),
            (b"Rar!\x1a\x07\x01\0", "压缩包"),
            (b"7z\xbc\xaf\x27\x1c", "压缩包"),
            (b"PK\x05\x06" + bytes(18), "空的压缩包"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "（.xls）"),
            (b"MZ\x90\0" + bytes(200), "其他类型的文件"),
            (b"<html><body><table><tr><td>a</td></tr></table></html>", "网页或 XML 文件"),
            (b'\xef\xbb\xbf\n<?xml version="1.0"?><Workbook/>', "网页或 XML 文件"),
            ("<table><tr></tr></table>".encode("utf-16"), "网页或 XML 文件"),
            (b'[{"a": "1"},\n{"a": "2"}]', "一个 JSON 数组"),
            (GOOD.encode("utf-32"), "UTF-32 编码的文本"),
        ],
    )
    def test_is_told_what_it_is_whatever_its_name(self, data: bytes, kind: str) -> None:
        file = told(data)

        assert file.places == ["E103"]
        assert kind in file.message
        assert "请" in file.message

    def test_with_a_password_or_macros_is_told_how_to_save_it(self) -> None:
        locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
        locked += "EncryptedPackage".encode("utf-16-le")
        file = io.BytesIO()
        with Workbook(file, {"in_memory": True}) as made:
            made.add_worksheet().write_row(0, 0, HEADER)
        with_macros = file.getvalue().replace(b"xl/styles.xml", b"xl/vbaProject")

        assert told(locked).places == ["E108"]
        assert "请在 Excel 中取消密码" in told(locked).message
        assert told(with_macros).places == ["E109"]
        assert "请另存为不含宏的 Excel 工作簿" in told(with_macros).message

    @pytest.mark.parametrize("form", ["csv", "tsv", "json-lines", "workbook"])
    def test_is_known_by_its_content_alone(self, form: str) -> None:
        file = told(in_every_format([REGISTRATION])[form])

        assert file.issues == []
        assert [values["name"] for values in file.values] == [REGISTRATION["企业名称"]]


@pytest.mark.fault("F36")
class TestAQuote:
    @pytest.mark.parametrize(
        ("text", "places", "words"),
        [
            (f'"{GOOD}', ["E106 1"], "第 1 行有一个双引号没有配对"),
            (csv_of([HEADER]) + '"' + csv_of([ROW, ROW]), ["E106 2"], "请补上或删去这个双引号"),
            (csv_of([HEADER, ROW]) + 'x,"' + csv_of([ROW] * 9), ["E106 3"], "第 3 行有一个双引号"),
        ],
    )
    def test_that_is_not_closed_is_told_at_its_start_row(
        self, text: str, places: list[str], words: str
    ) -> None:
        file = told(text.encode())

        assert file.places == places
        assert words in file.message

    def test_misused_in_one_line_costs_that_row_only(self) -> None:
        broken = ",".join(['"宁"波', *ROW[1:]])
        file = told(f"{csv_of([HEADER, ROW])}{broken}\r\n{csv_of([ROW])}".encode())

        assert file.ends == [(2, None), (3, Outcome.REJECTED), (4, Outcome.DUPLICATE)]
        assert "第 3 行的双引号用法不对：内容中的双引号请写成两个" in file.message


@pytest.mark.fault("F36")
class TestAnEnormousCell:
    @pytest.mark.timeout(20)
    @pytest.mark.parametrize("size", [4_001, 100_000, 900_000])
    def test_is_told_by_its_size_and_shown_by_its_start(self, size: int) -> None:
        row = {**REGISTRATION, "企业名称": "宁" * size}
        file = told(csv_of(grid_of([row, REGISTRATION])).encode())

        assert file.ends == [(2, Outcome.REJECTED), (3, None)]
        assert file.places == ["E302 B2"]
        assert f"企业名称有 {size} 个字，最多 200 个字：请精简后重新填写。" == file.message
        assert file.issues[0].value == "宁" * 60 + "…"

    def test_of_a_workbook_is_told_like_any_other(self) -> None:
        file = told(book(grid_of([{**REGISTRATION, "企业名称": "宁" * 40_000}])))

        assert file.places == ["E302 B2"]

    @pytest.mark.timeout(20)
    @pytest.mark.parametrize("size", [1_000_000, 10_000_000])
    @pytest.mark.parametrize("form", ["csv", "tsv", "json-lines"])
    def test_beyond_the_limit_costs_its_row_only(self, form: str, size: int) -> None:
        row = {**REGISTRATION, "企业名称": "宁" * size}
        file = told(in_every_format([REGISTRATION, row, REGISTRATION])[form])

        assert [outcome for _, outcome in file.ends] == [
            None,
            Outcome.REJECTED,
            Outcome.DUPLICATE,
        ]
        assert [place[:4] for place in file.places] == ["E105", "W903"]

    def test_without_end_is_refused_at_its_row(self) -> None:
        file = told(GOOD.encode() + b"x" * 20_000_001)

        assert file.places == ["E105 3"]
        assert "第 3 行超过 1000000 个字符：请检查文件的换行" in file.message


@pytest.mark.fault("F38")
class TestRaggedRows:
    def test_of_text_are_filled_up_trimmed_or_refused(self) -> None:
        other = [a_credit_code("91330200MA0000001"), *ROW[1:]]
        grid = [
            HEADER,
            [*ROW, "", " "],
            ROW[:3],
            [*other, "多", ""],
            [],
            [*other, "\u3000"],
            ["", ""],
        ]
        file = told(csv_of(grid).encode())

        assert file.ends == [
            (2, None),
            (3, Outcome.REJECTED),
            (4, Outcome.REJECTED),
            (5, Outcome.BLANK),
            (6, None),
            (7, Outcome.BLANK),
        ]
        assert file.places == ["E301 D3", "E301 E3", "E301 F3", "E301 G3", "E307 H4"]
        assert (
            "第 4 行比表头多出内容（从 H 列起）：内容中有英文逗号时请用英文双引号" in file.message
        )

    def test_of_a_workbook_keep_the_number_that_excel_shows(self) -> None:
        file = told(book([HEADER, ROW, [], [], ROW[:3], [], []]))

        assert file.ends == [
            (2, None),
            (3, Outcome.BLANK),
            (4, Outcome.BLANK),
            (5, Outcome.REJECTED),
        ]
        assert [row for row in file.places if row[-1] != "5"] == []

    def test_of_json_lack_what_they_do_not_name(self) -> None:
        short = dict(list(REGISTRATION.items())[:3])
        file = told(f"{json_lines([REGISTRATION, short])}\n".encode())

        assert file.ends == [(1, None), (2, Outcome.REJECTED), (3, Outcome.BLANK)]
        assert "登记状态不能为空：请填写。" in file.message
