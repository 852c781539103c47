import io
import tracemalloc
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st

from nbcredit.cleaning.workbook_cells import format_of
from nbcredit.cleaning.workbooks import open_workbook
from tests.workbook_builders import (
    MAIN,
    OFFICE,
    PROPERTIES,
    a_row,
    notes,
    opened,
    parts,
    read,
    read_sheet,
    refusal,
    refused,
    relationships,
    repeated,
    sheet_xml,
    spelled,
    strings_xml,
    styles_xml,
    zipped,
)

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
HARD_TEXT = st.lists(
    st.sampled_from(
        ["_x000D_", "_x", "_", "x000A_", " ", "\t", "\n", "\r", "\x00", "&", "]]>", "𠮷"]
    )
).map("".join)


SHEET_HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
SHEET_TAIL = b"</sheetData></worksheet>"
HIDDEN_ADVICE = "也已读取：如果不需要报送，请删去后重新上传。"


def one_cell(xml: str, **options: Any) -> str:
    rows = read_sheet(f"<row>{xml}</row>", **options)
    return rows[0][1][0] if rows else ""


class TestCells:
    @pytest.mark.parametrize(
        ("xml", "text"),
        [
            ("<c><v>12</v></c>", "12"),
            ('<c t="n"><v>0.2</v></c>', "0.2"),
            ('<c t="b"><v>1</v></c>', "TRUE"),
            ('<c t="b"><v>0</v></c>', "FALSE"),
            ('<c t="e"><v>#REF!</v></c>', "#REF!"),
            ('<c t="str"><v> a </v></c>', " a "),
            ('<c t="str"><v>a_x000D_\nb</v></c>', "a\r\nb"),
            ('<c t="inlineStr"><is><t>a</t></is></c>', "a"),
            ('<c t="inlineStr"><is><r><rPr/><t>a </t></r><r><t>b</t></r></is></c>', "a b"),
            ('<c t="inlineStr"><is><t>宁波</t><rPh><t>nb</t></rPh></is></c>', "宁波"),
            ('<c t="d"><v>2026-01-05T00:00:00.000Z</v></c>', "2026-01-05"),
            ('<c t="d"><v>2026-01-05T10:30:00</v></c>', "2026-01-05 10:30:00"),
            ("<c>\n <v>1</v>\n </c>", "1"),
            ("<c><v><![CDATA[1]]>2</v></c>", "12"),
            ("<c/>", ""),
            ('<c t="s"/>', ""),
            ('<c t="s"><v></v></c>', ""),
            ('<c t="inlineStr"><is/></c>', ""),
        ],
    )
    def test_are_read_as_they_would_be_typed(self, xml: str, text: str) -> None:
        assert one_cell(xml) == text

    @pytest.mark.parametrize(
        ("xml", "text"),
        [
            ("<c><f>A1+1</f><v>3</v></c>", "3"),
            ('<c t="str"><f>IF(A1,"",1)</f><v></v></c>', ""),
            ('<c t="str"><f>A1</f></c>', "#VALUE!"),
            ("<c><f>A1+1</f></c>", "#VALUE!"),
            ("<c><f>A1+1</f><v/></c>", "#VALUE!"),
            ('<c><f t="shared" si="0"/><v>4</v></c>', "4"),
            ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ],
    )
    def test_of_formulas_show_what_was_calculated(self, xml: str, text: str) -> None:
        assert one_cell(xml) == text

    @pytest.mark.parametrize(
        "xml",
        [
            "<c><v>1_000</v></c>",
            "<c><v>nan</v></c>",
            "<c><v>1e999</v></c>",
            "<c><v>٣</v></c>",
            "<c><v>abc</v></c>",
            f"<c><v>{'9' * 500}</v></c>",
            '<c t="s"><v>0</v></c>',
            '<c t="s"><v>-1</v></c>',
            '<c t="s"><v>x</v></c>',
            '<c t="other"><v>x</v></c>',
            '<c r="A2"><v>1</v></c>',
            '<c r="a1"><v>1</v></c>',
            '<c r="B1"/><c r="A1"><v>1</v></c>',
            '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
            "</row><c><v>1</v></c><row>",
        ],
    )
    def test_that_no_program_writes_are_refused(self, xml: str) -> None:
        assert refused(parts(sheet_xml(f"<row>{xml}</row>"))) == "E111"


class TestNumbers:
    @pytest.mark.parametrize(
        ("stored", "text"),
        [
            ("5.0", "5"),
            ("007", "7"),
            ("-0", "0"),
            ("0.30000000000000004", "0.3"),
            ("1.1499999999999999", "1.15"),
            ("1.1010519900101101E+17", "1.10105199001011E+17"),
            ("110105199001011237", "1.10105199001011E+17"),
            ("9.13302E+17", "9.13302E+17"),
            ("1E-7", "0.0000001"),
            ("-12.50", "-12.5"),
            ("123456789012345", "123456789012345"),
            ("1e21", "1E+21"),
        ],
    )
    def test_show_the_digits_that_excel_shows(self, stored: str, text: str) -> None:
        assert one_cell(f"<c><v>{stored}</v></c>") == text

    @pytest.mark.parametrize(
        ("stored", "code", "text"),
        [
            ("46027", "14", "2026-01-05"),
            ("46027.4375", "22", "2026-01-05 10:30:00"),
            ("46027.999999", "22", "2026-01-06"),
            ("46027", "57", "2026-01-05"),
            ("46027", 'yyyy"年"m"月"', "2026-01-05"),
            ("46027", "[$-804]yyyy/m/d;@", "2026-01-05"),
            ("1", "14", "1900-01-01"),
            ("59", "14", "1900-02-28"),
            ("60", "14", "1900-02-29"),
            ("61", "14", "1900-03-01"),
            ("2958465", "14", "9999-12-31"),
            ("2958466", "14", "2958466"),
            ("20260105", "yyyymmdd", "20260105"),
            ("-1", "14", "-1"),
            ("0.4375", "20", "10:30:00"),
            ("0.05", "9", "5%"),
            ("0.1234", "0.00%", "12.34%"),
            ("1", "10", "100%"),
            ("3", '0"年"', "3"),
            ("1234.5", "#,##0.00", "1234.5"),
        ],
    )
    def test_follow_the_format_of_their_cell(self, stored: str, code: str, text: str) -> None:
        assert one_cell(f'<c s="1"><v>{stored}</v></c>', styles=styles_xml(code)) == text

    @pytest.mark.parametrize(
        ("stored", "text"),
        [("44565", "2026-01-05"), ("0", "1904-01-01"), ("2957003", "9999-12-31")],
    )
    def test_count_days_from_1904_where_the_workbook_does(self, stored: str, text: str) -> None:
        xml = f'<c s="1"><v>{stored}</v></c>'

        assert one_cell(xml, styles=styles_xml("14"), starts_1904=True) == text

    @pytest.mark.parametrize(
        ("code", "shown"),
        [
            ("General", None),
            ("G/通用格式", None),
            ("yyyy-mm", "DAY"),
            ("yyyy年m月", "DAY"),
            ("[h]:mm:ss", "DAY"),
            ("mm:ss.0", "DAY"),
            ('0.00"元/day"', None),
            ("[Red]0.00", None),
            (r"0\d", None),
            ("0_d", None),
            ("0年", None),
            ('0"%"', None),
            ("0.0%;[Red]-0.0%", "PERCENT"),
            ("@", None),
        ],
    )
    def test_formats_are_told_by_what_they_show(self, code: str, shown: str | None) -> None:
        found = format_of(code)

        assert (found and found.name) == shown


class TestTexts:
    @given(st.lists(ANY_TEXT | HARD_TEXT, max_size=8))
    @settings(deadline=None)
    def test_come_out_as_they_went_in(self, texts: list[str]) -> None:
        items = "".join(f"<si><t>{spelled(text)}</t></si>" for text in texts)
        shared = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(len(texts)))
        end = '<c t="str"><v>.</v></c>'
        rows = f"{a_row(*texts, '.')}<row>{shared}{end}</row>"

        assert [cells for _, cells in read_sheet(rows, strings=strings_xml(items))] == [
            [*texts, "."],
            [*texts, "."],
        ]

    @given(st.lists(st.lists(ANY_TEXT, min_size=1, max_size=4), min_size=1, max_size=4))
    @settings(deadline=None, max_examples=30)
    def test_come_out_as_xlsxwriter_took_them(self, rows: list[list[str]]) -> None:
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet()
            for row, texts in enumerate(rows):
                for column, text in enumerate((*texts, ".")):
                    sheet.write_string(row, column, text)
        found = open_workbook(file)

        assert [cells for _, cells in found.records(found.sheets[0])] == [
            [*texts, "."] for texts in rows
        ]

    def test_between_two_shared_strings_belong_to_neither(self) -> None:
        strings = strings_xml("<si><t>甲</t></si><t>x</t><si><t>乙</t></si><t>y</t>")
        rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'

        assert read_sheet(rows, strings=strings) == [(1, ["甲", "乙"])]

    @pytest.mark.parametrize(
        ("item", "text"),
        [
            ("<si><r><t>a </t></r><r><rPr/><t>b</t></r></si>", "a b"),
            ("<si><t>宁波</t><rPh sb='0' eb='2'><t>nb</t></rPh><phoneticPr/></si>", "宁波"),
            ("<si><t>_xD842__xDFB7_</t></si>", "𠮷"),
            ("<si><t>_xD842_</t></si>", "\ufffd"),
            ("<si><t>_x005F_x000D_</t></si>", "_x000D_"),
            ("<si>\n <t> a\nb </t>\n</si>", " a\nb "),
            ("<si/>", ""),
        ],
    )
    def test_that_are_shared_are_joined_and_decoded(self, item: str, text: str) -> None:
        strings = strings_xml(f"<si><t>0</t></si>{item}")

        assert one_cell('<c t="s"><v>1</v></c>', strings=strings) == text


class TestRows:
    def test_carry_the_number_that_excel_shows(self) -> None:
        rows = read_sheet(a_row("a", number=2) + a_row("b", number=5) + a_row("c"))

        assert rows == [(1, []), (2, ["a"]), (3, []), (4, []), (5, ["b"]), (6, ["c"])]

    def test_end_where_their_content_ends(self) -> None:
        xml = '<row r="1"><c r="B1" s="1"/><c r="C1"><v>3</v></c><c r="D1" s="1"/></row>'

        assert read_sheet(xml) == [(1, ["", "", "3"])]

    def test_without_content_are_told_only_before_one_with_content(self) -> None:
        blank = '<row r="{}"><c s="1"/></row>'

        assert read_sheet(
            a_row("a") + blank.format(2) + a_row("b", number=3) + blank.format(9)
        ) == [
            (1, ["a"]),
            (2, []),
            (3, ["b"]),
        ]

    def test_may_be_few_or_none(self) -> None:
        assert read_sheet("") == []
        assert read_sheet("<row/><row><c/></row>") == []

    @pytest.mark.parametrize("number", ["0", "-1", "1048577", "x", "1"])
    def test_out_of_order_are_refused(self, number: str) -> None:
        assert refused(parts(sheet_xml(f'{a_row("a")}<row r="{number}"/>'))) == "E111"

    def test_are_read_as_they_are_asked_for_and_again(self) -> None:
        workbook = opened(parts(sheet_xml(a_row("a") + a_row("b"))))
        (sheet,) = workbook.sheets

        first, again = workbook.records(sheet), workbook.records(sheet)

        assert next(first) == next(again) == (1, ["a"])
        assert list(first) == list(again) == [(2, ["b"])]

    def test_take_no_more_memory_when_there_are_ten_times_as_many(self) -> None:
        unit = "".join(a_row(sha256(b"%d" % n).hexdigest(), "罚款") for n in range(500)).encode()
        peaks = []
        for times in (10, 50):
            sheet = repeated(unit, times, head=SHEET_HEAD, tail=SHEET_TAIL)
            workbook = opened(parts(sheet))
            tracemalloc.start()
            assert sum(1 for _ in workbook.records(workbook.sheets[0])) == 500 * times
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

        assert peaks[1] < peaks[0] + 100_000


class TestNotes:
    def test_tell_hidden_rows_with_content(self) -> None:
        rows = a_row("a") + '<row r="3" hidden="1"><c><v>1</v></c></row><row r="4" hidden="1"/>'

        assert notes(parts(sheet_xml(rows), names=["处罚"])) == [
            f"W910 工作表“处罚”有 1 行隐藏的内容（第 3 行），{HIDDEN_ADVICE}"
        ]

    def test_tell_rows_that_a_filter_hides_and_name_the_first(self) -> None:
        rows = a_row("a") + '<row ht="0"><c><v>1</v></c></row>' * 5
        after = '<autoFilter ref="A1:B6"><filterColumn colId="0"/></autoFilter>'

        (note,) = notes(parts(sheet_xml(rows, after=after)))

        assert note.startswith("W910 工作表“表1”有 5 行被筛选隐藏的内容（第 2、3、4 等 行）")

    def test_tell_hidden_columns_with_content(self) -> None:
        columns = (
            '<cols><col min="2" max="3" hidden="true"/><col min="4" max="16384" width="0"/></cols>'
        )

        (note,) = notes(parts(sheet_xml(a_row("a", "b", "", "d"), before=columns)))

        assert note.startswith("W910 工作表“表1”有 2 列隐藏的内容（B、D 列），也已读取")

    def test_tell_merged_cells_below_the_header(self) -> None:
        after = "".join(
            f'<mergeCell ref="{cells}"/>' for cells in ("A1:C1", "A2:A2", "A1:A2", "B5:C9")
        )

        (note,) = notes(parts(sheet_xml(a_row("a"), after=f"<mergeCells>{after}</mergeCells>")))

        assert note.startswith("W915 工作表“表1”有 2 处合并单元格（A1:A2、B5:C9），只有左上角")

    def test_tell_formulas_and_name_the_first(self) -> None:
        formula = "<c><f>1+1</f><v>2</v></c>"

        (note,) = notes(parts(sheet_xml(f"<row><c/>{formula * 2}</row><row>{formula * 3}</row>")))

        assert note.startswith("W917 工作表“表1”有 5 个单元格是公式（B1、C1、A2 等），读取的是")

    def test_tell_that_the_sheet_itself_is_hidden(self) -> None:
        (note,) = notes(parts(sheet_xml(a_row("a")), states={1: "veryHidden"}))

        assert note.startswith("W910 工作表“表1”是隐藏的，也已读取")

    def test_are_none_of_an_ordinary_sheet_and_of_one_unread(self) -> None:
        workbook = opened(parts(sheet_xml(a_row("a"))))

        assert workbook.notes(workbook.sheets[0]) == ()
        assert notes(parts(sheet_xml(a_row("a")))) == []


class TestWorkbook:
    def test_lists_its_worksheets_in_order(self) -> None:
        made = parts(
            sheet_xml(""),
            sheet_xml(""),
            sheet_xml(""),
            names=["丙", "图", "甲"],
            states={3: "hidden"},
        )
        made["xl/_rels/workbook.xml.rels"] = relationships(
            ("worksheet", "worksheets/sheet1.xml"),
            ("chartsheet", "worksheets/sheet2.xml"),
            ("worksheet", "/xl/worksheets/sheet3.xml"),
        )

        assert [(each.name, each.hidden) for each in opened(made).sheets] == [
            ("丙", False),
            ("甲", True),
        ]

    def test_tells_its_custom_properties(self) -> None:
        made = parts(sheet_xml(""))
        made["_rels/.rels"] = relationships(
            ("officeDocument", "xl/workbook.xml"), ("custom-properties", "docProps/custom.xml")
        )
        made["docProps/custom.xml"] = (
            f'<Properties xmlns="{PROPERTIES}" xmlns:vt="v"><property pid="2" name="模板">'
            '<vt:lpwstr>2026-1</vt:lpwstr></property><property pid="3" name="n"><vt:i4>7</vt:i4>'
            "</property></Properties>"
        ).encode()

        assert opened(made).properties == {"模板": "2026-1", "n": "7"}
        assert opened(parts(sheet_xml(""))).properties == {}

    def test_may_be_packed_elsewhere(self) -> None:
        made = parts(sheet_xml(a_row("a")))
        moved = {name.replace("xl/", "Other\\Place\\"): part for name, part in made.items()}
        moved["_rels/.rels"] = relationships(("officeDocument", "/other/place/workbook.xml"))
        moved["other/place/_rels/workbook.xml.rels"] = moved.pop(
            "Other\\Place\\_rels/workbook.xml.rels"
        )

        assert read(moved) == [(1, ["a"])]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("main", [MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"])
    def test_may_spell_its_elements_with_prefixes(self, main: str, encoding: str) -> None:
        made = parts(b"")
        made["xl/worksheets/sheet1.xml"] = (
            f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1"><x:c r="B1" t="inlineStr">'
            "<x:is><x:t>甲</x:t></x:is></x:c><x:c><x:f>1</x:f><x:v>2</x:v></x:c></x:row>"
            "</x:sheetData></x:worksheet>"
        ).encode(encoding)
        made["xl/workbook.xml"] = (
            f'<x:workbook xmlns:x="{main}" xmlns:q="{OFFICE}"><x:sheets>'
            '<x:sheet name="表" sheetId="1" q:id="rId1"/></x:sheets></x:workbook>'
        ).encode(encoding)

        assert read(made) == [(1, ["", "甲", "2"])]

    @pytest.mark.parametrize(
        "name",
        ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"],
    )
    def test_that_lacks_a_part_is_refused(self, name: str) -> None:
        made = parts(sheet_xml(a_row("a")))
        del made[name]

        assert refused(made) == "E111"

    @pytest.mark.parametrize(
        "sheet", [b"", b"<worksheet>", b"<worksheet>&nbsp;</worksheet>", b"\xff"]
    )
    def test_with_broken_xml_is_refused(self, sheet: bytes) -> None:
        assert refused(parts(sheet)) == "E111"

    @pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/styles.xml"])
    def test_may_name_strings_and_styles_that_are_not_there(self, name: str) -> None:
        made = parts(sheet_xml(a_row("a")), strings=strings_xml(""), styles=styles_xml())
        del made[name]

        assert read(made) == [(1, ["a"])]

    def test_with_any_byte_changed_is_read_or_refused(self) -> None:
        cells = '<row><c s="1"><v>1</v></c><c t="s"><v>0</v></c><c><f>1</f></c></row>'
        strings = strings_xml("<si><t>a</t></si>")
        whole = zipped(parts(sheet_xml(cells), strings=strings, styles=styles_xml("14")).items())

        ends = Counter[str]()
        for place in range(len(whole)):
            issue = refusal(whole[:place] + bytes([whole[place] ^ 0x81]) + whole[place + 1 :])
            ends[issue.code.value if issue else ""] += 1

        assert ends.keys() <= {"", "E103", "E108", "E109", "E110", "E111"}
        assert ends["E111"] > len(whole) // 2
