"""F39, F40: what Excel did to cells before they were reported, and formulas in data."""

from collections.abc import Mapping

import pytest

from nbcredit.domain.rows import Outcome
from tests.cleaning_builders import CREDIT_CODE, PENALTY, PERSON, REGISTRATION, RESIDENT
from tests.faults.files import PENALTIES, Told, csv_of, grid_of, in_every_format, packed, told
from tests.workbook_builders import a_row, parts, sheet_xml, styles_xml

HEADER, ROW = grid_of([REGISTRATION])
PERSON_PENALTY = {**PENALTY, **PERSON}
CODE, NAME, DAY, FINE, NUMBER = (
    "统一社会信用代码", "企业名称", "成立日期", "罚款金额（万元）", "证件号码",
)  # fmt: skip
MASKED = f"{RESIDENT[:4]}**********{RESIDENT[14:]}"
# The check character of this code is right by chance.
ENDS_IN_ZEROS = "913302000000029000"


def with_cell(title: str, cell: str) -> Told:
    """Read a row of the item that has the column, with that cell."""
    if title in REGISTRATION:
        return told(csv_of(grid_of([{**REGISTRATION, title: cell}])).encode())
    row = PERSON_PENALTY if title == NUMBER else PENALTY
    return told(csv_of(grid_of([{**row, title: cell}])).encode(), PENALTIES)


def with_stored(title: str, xml: str, *, starts_1904: bool = False) -> Told:
    """Read a workbook whose cell under that title is stored like this."""
    cells = []
    for at, (header, text) in enumerate(REGISTRATION.items()):
        inline = f't="inlineStr"><is><t>{text}</t></is>'
        cells.append(f'<c r="{"ABCDEFG"[at]}2" {xml if header == title else inline}</c>')
    rows = a_row(*HEADER, number=1) + f'<row r="2">{"".join(cells)}</row>'
    styles = styles_xml("yyyy/m/d", "0%", "000000000000000000")
    return told(packed(parts(sheet_xml(rows), styles=styles, starts_1904=starts_1904)))


@pytest.mark.fault("F39")
@pytest.mark.requirement("A8.3")
class TestADamagedCell:
    @pytest.mark.parametrize(
        ("title", "cell", "place", "words"),
        [
            (CODE, "9.13302E+17", "E404 A2", "被 Excel 改成了科学计数法：请把该列设为“文本”格式"),
            (NUMBER, "3.30299E+17", "E404 E2", "证件号码被 Excel 改成了科学计数法"),
            (
                CODE,
                "913302000000000000",
                "E405 A2",
                "后三位被 Excel 改成了 000：请把该列设为“文本”",
            ),
            (CODE, CREDIT_CODE[:17], "E401 A2", "应为 18 位，现在是 17 位：请核对证照。"),
            (
                NUMBER,
                f"{RESIDENT[:6]}********{RESIDENT[14:]}",
                "E403 E2",
                "是脱敏后的号码：请填写完整",
            ),
            (
                DAY,
                "12/10/2026",
                "E303 F2",
                "成立日期不是有效的日期：请写成 2026-01-05 这样的格式。",
            ),
            (DAY, "2026-02-30", "E303 F2", "不是有效的日期"),
            (DAY, "9999999", "E303 F2", "成立日期是数字，不是有效的日期：请写成"),
            (
                DAY,
                "#REF!",
                "E312 F2",
                "成立日期是 Excel 的错误值 #REF!：请改为正确的内容后重新填写。",
            ),
            (NAME, "#NAME?", "E312 B2", "企业名称是 Excel 的错误值 #NAME?"),
            (FINE, "#DIV/0!", "E312 L2", "罚款金额（万元）是 Excel 的错误值 #DIV/0!"),
            (FINE, "5%", "E304 L2", "是百分数：请填金额，单位为万元，并把该列设为“常规”格式。"),
            (FINE, "2.00E-01", "E304 L2", "不是数字：请只填数字，单位为万元。"),
            (FINE, "=A1", "E304 L2", "不是数字"),
            (FINE, "######", "E304 L2", "不是数字"),
            (NAME, "#N/A", "E301 B2", "企业名称不能为空：请填写。"),
        ],
    )
    def test_is_rejected_and_told_what_happened(
        self, title: str, cell: str, place: str, words: str
    ) -> None:
        file = with_cell(title, cell)

        assert file.ends == [(2, Outcome.REJECTED)]
        assert file.places == [place]
        assert words in file.message

    @pytest.mark.parametrize("cell", [f"{RESIDENT[:14]}5000", "330206199001011000"])
    def test_that_lost_its_last_digits_is_told_so_and_nothing_else(self, cell: str) -> None:
        file = with_cell(NUMBER, cell)

        assert file.ends == [(2, Outcome.REJECTED)]
        assert file.places == ["E405 E2"]
        assert "证件号码的后三位被 Excel 改成了 000：请把该列设为“文本”格式" in file.message

    @pytest.mark.parametrize(
        ("title", "cell", "code", "change", "words"),
        [
            (
                CODE,
                CREDIT_CODE.replace("0", "O", 1),
                "W912",
                ("digits", CREDIT_CODE.replace("0", "O", 1), CREDIT_CODE),
                "统一社会信用代码中的字母已更正为数字，更正后校验位相符：请核对证照。",
            ),
            (
                NUMBER,
                RESIDENT.replace("0", "o", 1),
                "W912",
                ("digits", MASKED.replace("0", "o", 1), MASKED),
                "证件号码中的字母已更正为数字，更正后校验位相符：请核对证件。",
            ),
            (
                DAY,
                "43677",
                "W913",
                ("serial-date", "43677", "2019-07-31"),
                "成立日期是 Excel 的日期序号 43677，已换算为 2019-07-31：请核对，今后",
            ),
            (
                DAY,
                "43677.75",
                "W913",
                ("serial-date", "43677.75", "2019-07-31"),
                "是 Excel 的日期序号 43677.75，已换算为 2019-07-31",
            ),
            (
                CODE,
                ENDS_IN_ZEROS,
                "W918",
                (),
                "可能是 Excel 把后三位改成了 0，但不妨碍入库：请核对证照",
            ),
        ],
    )
    def test_that_can_be_mended_is_stored_told_and_listed(
        self, title: str, cell: str, code: str, change: tuple[str, ...], words: str
    ) -> None:
        file = with_cell(title, cell)

        (row,) = file.rows
        assert row.outcome is None
        assert [issue.code.value for issue in row.issues] == [code]
        assert words in file.message
        listed = [(each.kind.value, each.was, each.became) for each in row.changes]
        assert listed == ([change] if change else [])

    @pytest.mark.parametrize(
        ("title", "cell", "field", "value"),
        [
            (CODE, f"'{CREDIT_CODE}", "credit_code", CREDIT_CODE),
            (CODE, CREDIT_CODE.lower(), "credit_code", CREDIT_CODE),
            (DAY, "2019-5-22 0:00:00", "established_on", "2019-05-22"),
            (FINE, "1,000.50", "fine_amount", "1000.5"),
            (FINE, "0.20", "fine_amount", "0.2"),
            (NAME, "TRUE", "name", "TRUE"),
        ],
    )
    def test_that_only_looks_otherwise_is_stored_without_a_word(
        self, title: str, cell: str, field: str, value: str
    ) -> None:
        file = with_cell(title, cell)

        assert file.issues == []
        assert file.values[0][field] == value


@pytest.mark.fault("F39")
@pytest.mark.requirement("A8.2")
class TestAStoredCell:
    @pytest.mark.parametrize(
        ("title", "xml", "places", "field", "value"),
        [
            (DAY, 's="1"><v>43677</v>', [], "established_on", "2019-07-31"),
            (DAY, 's="1"><v>43677.5</v>', [], "established_on", "2019-07-31"),
            (DAY, "><v>43677</v>", ["W913 F2"], "established_on", "2019-07-31"),
            (DAY, 't="d"><v>2019-07-31T00:00:00Z</v>', [], "established_on", "2019-07-31"),
            (CODE, "><v>9.1330200000000006E+17</v>", ["E404 A2"], "", ""),
            (CODE, 's="3"><v>9.1330200000000006E+17</v>', ["E404 A2"], "", ""),
            (DAY, 't="e"><v>#REF!</v>', ["E312 F2"], "", ""),
            (DAY, 't="b"><v>1</v>', ["E303 F2"], "", ""),
            (DAY, 's="2"><v>0.5</v>', ["E303 F2"], "", ""),
            (NAME, 't="str"><f>A1</f><v>某公司</v>', ["W917"], "name", "某公司"),
            (NAME, "><f>A1</f>", ["W917", "E312 B2"], "", ""),
            (
                NAME,
                't="inlineStr"><is><r><t>宁</t></r><r><t>波</t></r><rPh><t>níng</t></rPh></is>',
                [],
                "name",
                "宁波",
            ),
        ],
    )
    def test_is_read_as_excel_shows_it(
        self, title: str, xml: str, places: list[str], field: str, value: str
    ) -> None:
        file = with_stored(title, xml)

        assert file.places == places
        assert [values[field] for values in file.values] == ([value] if field else [])

    @pytest.mark.parametrize("style", ["", ' s="1"'])
    def test_follows_the_calendar_of_its_workbook(self, style: str) -> None:
        file = with_stored(DAY, f"{style}><v>42215</v>", starts_1904=True)

        assert file.values[0]["established_on"] == "2019-07-31"
        assert file.places == ([] if style else ["W913 F2"])


FORMULAS: Mapping[str, str] = {
    "=cmd|'/C calc'!A0": "=cmd|'/C calc'!A0",
    "+1+1": "+1+1",
    "-1+1": "-1+1",
    "@SUM(A1)": "@SUM(A1)",
    "＝1＋1": "＝1＋1",
    "＠x": "＠x",
    "\t=1": "=1",
    "\r\n=1": "=1",
    "'=1": "'=1",
    '=HYPERLINK("http://a","b")': '=HYPERLINK("http://a","b")',
}


@pytest.mark.fault("F40")
@pytest.mark.requirement("A8.2")
class TestAFormula:
    @pytest.mark.parametrize("form", ["csv", "tsv", "json-lines", "workbook"])
    @pytest.mark.parametrize("text", FORMULAS)
    def test_in_data_is_stored_as_given(self, text: str, form: str) -> None:
        file = told(in_every_format([{**PENALTY, "处罚内容": text}])[form], PENALTIES)

        assert file.issues == []
        assert [values["penalty_content"] for values in file.values] == [FORMULAS[text]]

    def test_in_a_name_is_stored_as_given(self) -> None:
        assert with_cell(NAME, "=1+1").values[0]["name"] == "=1+1"
