"""Every rule of the item `administrative-penalty`, one row a rule."""

from collections.abc import Mapping

import pytest

from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import SubjectKind
from tests.cleaning_builders import (
    AUTHORITY,
    CREDIT_CODE,
    PENALTY,
    PERSON,
    RESIDENT,
    a_credit_code,
    a_resident_id,
    an_item,
    cleaned,
    codes_of,
)

ITEM = "administrative-penalty"
NAME, KIND, CODE = "行政相对人名称", "行政相对人类别", "统一社会信用代码"
DOCUMENT, NUMBER = "证件类型", "证件号码"
FINE, SEIZED = "罚款金额（万元）", "没收金额（万元）"
DECIDED, VALID, SHOWN = "处罚决定日期", "处罚有效期", "公示截止期"
TRADER = {KIND: "个体工商户", CODE: "", DOCUMENT: "", NUMBER: ""}
OTHER_CODE = a_credit_code("N2330206MF0000000")
OLD_ID = RESIDENT[:6] + RESIDENT[8:17]

pytestmark = [pytest.mark.requirement("A8.3")]


def judged(changes: Mapping[str, str]) -> tuple[bool, list[str], int]:
    (row,) = cleaned(ITEM, {**PENALTY, **changes})
    return row.outcome is None, codes_of(row), row.number


class TestAcceptedRows:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            PERSON,
            {**PERSON, NUMBER: a_resident_id("33029919900101000")},
            {**PERSON, DOCUMENT: "护照号", NUMBER: "E12345678"},
            {CODE: OTHER_CODE},
            {CODE: a_credit_code("A1330283MF0000000")},
            {CODE: a_credit_code("Y1330201MF0000000")},
            {**TRADER, CODE: a_credit_code("92330206MA0000000")},
            {**TRADER, DOCUMENT: "身份证", NUMBER: RESIDENT},
            {**TRADER, NUMBER: RESIDENT},
            {"地方编码": ""},
            {"地方编码": "330200"},
            {"处罚类别": "警告;罚款"},
            {"处罚类别": "没收违法所得、没收非法财物；罚款；"},
            {"处罚类别": "暂扣或者吊销许可证、暂扣或者吊销执照"},
            {FINE: "0"},
            {FINE: "0.123456", "处罚内容": "罚款"},
            {FINE: "999999999999.999999", "处罚内容": "罚款"},
            {FINE: "", SEIZED: ""},
            {SEIZED: "12.5"},
            {DECIDED: "2026-11-23"},
            {VALID: "2026-10-12"},
            {VALID: "长期", SHOWN: "2099-12-31"},
            {VALID: "9999-12-31"},
            {VALID: "无处罚期限"},
            {"违法事实": "事" * 4000},
            {NAME: "名" * 200},
            {"行政处罚决定书文号": "号" * 128},
        ],
    )
    def test_are_stored_without_a_finding(self, changes: Mapping[str, str]) -> None:
        assert judged(changes) == (True, [], 2)


@pytest.mark.requirement("A8.4")
class TestRowsOfANameAlone:
    @pytest.mark.parametrize("changes", [{CODE: ""}, {CODE: "暂无"}, TRADER])
    def test_are_accepted_with_a_note_for_the_comparison(self, changes: Mapping[str, str]) -> None:
        assert judged(changes) == (True, ["W920"], 2)

    def test_are_refused_with_all_that_is_missing_where_that_is_more(self) -> None:
        accepted, codes, _ = judged({CODE: "", "违法事实": ""})

        assert (accepted, sorted(codes)) == (False, ["E301", "E503"])

    def test_are_no_repeats_of_one_another_where_their_names_differ(self) -> None:
        rows = [{**PENALTY, CODE: "", NAME: name} for name in ("甲公司", "乙公司", "甲 公司")]

        told = cleaned("administrative-penalty", *rows)

        assert [row.outcome for row in told] == [None, None, Outcome.REJECTED]


class TestRefusedRows:
    @pytest.mark.parametrize(
        "header",
        [
            NAME,
            KIND,
            "行政处罚决定书文号",
            "违法行为类型",
            "违法事实",
            "处罚依据",
            "处罚类别",
            "处罚内容",
            DECIDED,
            "处罚机关",
            "处罚机关统一社会信用代码",
            "数据来源单位",
            "数据来源单位统一社会信用代码",
        ],
    )
    def test_lack_what_is_required(self, header: str) -> None:
        assert judged({header: " "}) == (False, ["E301"], 2)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({KIND: "企业"}, "E305"),
            ({CODE: CREDIT_CODE[:17] + ("1" if CREDIT_CODE[17] != "1" else "2")}, "E401"),
            ({CODE: CREDIT_CODE[:17]}, "E401"),
            ({CODE: "I" + CREDIT_CODE[1:]}, "E401"),
            ({CODE: "0" * 18}, "E401"),
            ({CODE: CREDIT_CODE[:6] + "******" + CREDIT_CODE[12:]}, "E403"),
            ({CODE: "9.13302E+17"}, "E404"),
            ({"处罚机关统一社会信用代码": AUTHORITY[:-1]}, "E401"),
            ({"数据来源单位统一社会信用代码": AUTHORITY[::-1]}, "E401"),
            ({**TRADER, NUMBER: RESIDENT[:17] + "Y"}, "E402"),
            ({**PERSON, NUMBER: ""}, "E503"),
            ({**PERSON, DOCUMENT: ""}, "E503"),
            ({**PERSON, NUMBER: RESIDENT[:16] + "99"}, "E402"),
            ({**PERSON, NUMBER: a_resident_id("33029919900230001")}, "E402"),
            ({**PERSON, NUMBER: a_resident_id("33029920270101001")}, "E402"),
            ({**PERSON, NUMBER: "330299900230001"}, "E402"),
            ({**PERSON, NUMBER: "3302991990****0012"}, "E403"),
            ({**PERSON, NUMBER: "330299199001010000"}, "E405"),
            ({**PERSON, NUMBER: "3.30299E+17"}, "E404"),
            ({**PERSON, DOCUMENT: "护照号", NUMBER: "E****5678"}, "E403"),
            ({"处罚类别": "罚金"}, "E305"),
            ({"处罚类别": "罚款、警告"}, "E305"),
            ({"处罚类别": "罚款；通报批评"}, "E305"),
            ({FINE: "-0.2"}, "E309"),
            ({FINE: "0.1234567"}, "E310"),
            ({FINE: "两千元"}, "E304"),
            ({SEIZED: "1e3"}, "E304"),
            ({SEIZED: "1000000000000"}, "E304"),
            ({SEIZED: "-1"}, "E309"),
            ({DECIDED: "2026-11-24"}, "E501"),
            ({DECIDED: "2026-02-30"}, "E303"),
            ({DECIDED: "12/10/2026"}, "E303"),
            ({DECIDED: "463070"}, "E303"),
            ({DECIDED: "9999"}, "E303"),
            ({DECIDED: "长期"}, "E303"),
            ({VALID: "2026-10-11"}, "E502"),
            ({SHOWN: "1900-1-1"}, "E502"),
            ({SHOWN: "1899-12-31"}, "E502"),
            ({SHOWN: "以后"}, "E303"),
            ({"地方编码": "310000"}, "E308"),
            ({NAME: "名" * 201}, "E302"),
            ({"行政处罚决定书文号": "号" * 129}, "E302"),
            ({"违法事实": "事" * 4001}, "E302"),
            ({"CF_NR_ZKDX": "证" * 201}, "E302"),
            ({"CF_XDR_GSZC": "3" * 51}, "E302"),
            ({"CF_XDR_SYDW": "3" * 121}, "E302"),
            ({"CF_FRDB": "人" * 51}, "E302"),
            ({"CF_FR_ZJHM": "3" * 33}, "E302"),
            ({NUMBER: "3" * 65}, "E302"),
            ({DOCUMENT: "证" * 65}, "E302"),
            ({"CF_XDR_GSZC": "3.30206E+14"}, "E404"),
            ({"违法事实": "发布\x00虚假广告"}, "E306"),
            ({"违法事实": "发布\ufffd虚假广告"}, "E306"),
            ({NAME: "宁波\x07公司"}, "E306"),
        ],
    )
    def test_break_a_rule(self, changes: Mapping[str, str], code: str) -> None:
        accepted, codes, number = judged(changes)

        assert not accepted
        assert [told for told in codes if told.startswith("E")] == [code]
        assert number == 2

    def test_tell_every_fault_at_once(self) -> None:
        row = {**PENALTY, CODE: "1", DECIDED: "x", FINE: "-1", NAME: ""}

        (refused,) = cleaned(ITEM, row)

        assert refused.outcome is Outcome.REJECTED
        assert refused.row is None
        assert sorted(codes_of(refused)) == ["E301", "E303", "E309", "E401"]


class TestNotedRows:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({**PERSON, NUMBER: OLD_ID}, "W901"),
            ({FINE: "2000"}, "W907"),
            ({FINE: "30000", "处罚内容": "处以罚款人民币3万元"}, "W907"),
            ({"处罚内容": "没收违法所得1,500.50元", SEIZED: "1500.5"}, "W907"),
            ({**PERSON, DOCUMENT: "渔船证", NUMBER: "A1"}, "W908"),
            ({"CF_FR_ZJLX": "身份证", "CF_FR_SFZH": RESIDENT[:17] + "Y"}, "W909"),
        ],
    )
    def test_are_stored_and_told(self, changes: Mapping[str, str], code: str) -> None:
        assert judged(changes) == (True, [code], 2)

    @pytest.mark.parametrize(
        ("header", "cell"), [(FINE, "2000"), ("罚款金额（元）", "20000000"), ("罚款金额", "2000")]
    )
    def test_tell_of_an_amount_in_words_that_hold_for_the_providers_own_header(
        self, header: str, cell: str
    ) -> None:
        row = {header if name == FINE else name: value for name, value in PENALTY.items()}

        (done,) = cleaned(ITEM, {**row, header: cell, "处罚内容": "罚款2000元"})

        [told] = [issue.message for issue in done.issues if issue.code.value == "W907"]
        assert "按本列列名中的单位" in told
        assert "（万元）" not in told

    def test_keep_an_amount_that_is_right_in_ten_thousands(self) -> None:
        assert judged({FINE: "2", "处罚内容": "罚款20000元，另处罚款2元"}) == (True, [], 2)


@pytest.mark.requirement("A8.2")
class TestCleanValues:
    @pytest.mark.parametrize(
        ("changes", "field", "value"),
        [
            ({CODE: f" {CREDIT_CODE.lower()}\u200b"}, "credit_code", CREDIT_CODE),
            ({CODE: f"{CREDIT_CODE[:8]}-{CREDIT_CODE[8:]}"}, "credit_code", CREDIT_CODE),
            ({"CF_XDR_ZZJG": "74218321-3"}, "organisation_code", "742183213"),
            ({**PERSON, NUMBER: OLD_ID}, "document_number", RESIDENT),
            ({**PERSON, DOCUMENT: "居民身份证"}, "document_type", "身份证"),
            ({"处罚类别": "其他 ；罚款;警告；罚款"}, "penalty_kinds", "警告;罚款;其他"),
            ({DECIDED: "2026年10月9日"}, "decision_date", "2026-10-09"),
            ({DECIDED: "２０２６／１０／９"}, "decision_date", "2026-10-09"),
            ({VALID: "2099/12/31"}, "valid_until", "9999-12-31"),
            ({SHOWN: "9999-9-9"}, "publication_until", "9999-12-31"),
            ({VALID: "长期"}, "valid_until", "9999-12-31"),
            ({FINE: "０.２０００"}, "fine_amount", "0.2"),
            ({FINE: "1,000.50万元", "处罚内容": "罚"}, "fine_amount", "1000.5"),
            ({"地方编码": "330204"}, "region", "330212"),
            ({NAME: "　宁波（甬江）公司 "}, "party_name", "宁波（甬江）公司"),
            ({"违法事实": "一、\r\n二、"}, "facts", "一、\n二、"),
            ({NAME: "宁波某某\n贸易\t公司"}, "party_name", "宁波某某贸易公司"),
            ({NAME: "Ningbo \r\nTrading"}, "party_name", "Ningbo Trading"),
        ],
    )
    def test_have_one_spelling(self, changes: Mapping[str, str], field: str, value: str) -> None:
        (row,) = cleaned(ITEM, {**PENALTY, **changes})

        assert row.row is not None
        assert row.row.values[field] == value

    def test_leave_out_what_is_empty(self) -> None:
        (row,) = cleaned(ITEM, {**PENALTY, "备注": "/", VALID: "\\N", SEIZED: "暂无"})

        assert row.row is not None
        assert not row.row.values.keys() & {"remarks", "valid_until", "confiscated_amount"}


class TestSubject:
    @pytest.mark.parametrize(
        ("changes", "kind", "number", "role"),
        [
            ({}, SubjectKind.LEGAL_PERSON, CREDIT_CODE, ""),
            (PERSON, SubjectKind.NATURAL_PERSON, RESIDENT, ""),
            ({**TRADER, CODE: CREDIT_CODE}, SubjectKind.LEGAL_PERSON, CREDIT_CODE, ""),
            ({**TRADER, NUMBER: RESIDENT}, SubjectKind.NATURAL_PERSON, RESIDENT, "operator"),
        ],
    )
    def test_is_found_by_kind(
        self, changes: Mapping[str, str], kind: SubjectKind, number: str, role: str
    ) -> None:
        (row,) = cleaned(ITEM, {**PENALTY, **changes})

        assert row.row is not None
        subject = an_item(ITEM).subject_of(row.row.values)
        assert subject is not None
        assert (subject.kind, subject.number, subject.role) == (kind, number, role)


class TestHeaders:
    def test_of_the_standard_are_known(self) -> None:
        by_code = {
            "CF_XDR_MC": "宁波某某贸易有限公司", "CF_XDR_LB": "法人及非法人组织",
            "CF_XDR_SHXYM": CREDIT_CODE, "CF_XDR_GSZC": "330200000000001",
            "CF_XDR_ZZJG": "MA0000000", "CF_XDR_SWDJ": "330200000000001", "CF_XDR_SYDW": "1",
            "CF_XDR_SHZZ": "2", "CF_FDDB": "李四", "CF_FR_ZJLX": "身份证", "CF_FR_SFZH": RESIDENT,
            "CF_XDR_ZJLX": "", "CF_XDR_ZJHM": "", "CF_WSH": "甬罚1号", "CF_WFXW": "类型",
            "CF_SY": "事实", "CF_YJ": "依据", "CF_CFLB": "警告", "CF_NR": "警告", "CF_NR_FK": "",
            "CF_NR_WFFF": "", "CF_NR_ZKDX": "", "CF_JDRQ": "2026/10/12", "CF_YXQ": "2027/10/12",
            "CF_GSJZQ": "2027/10/12", "CF_XKJG": "宁波市市场监督管理局", "CF_CFJGDM": AUTHORITY,
            "CF_SJLY": "宁波市市场监督管理局", "CF_SJLYDM": AUTHORITY, "BZ": "无", "DFBM": "330200",
        }  # fmt: skip

        (row,) = cleaned(ITEM, by_code)

        assert (row.outcome, row.issues) == (None, ())
        assert row.row is not None
        assert row.row.values["legal_representative"] == "李四"
        assert row.row.values["authority_name"] == "宁波市市场监督管理局"


class TestIssue:
    def test_says_where_and_masks_a_person(self) -> None:
        (row,) = cleaned(ITEM, {**PENALTY, **PERSON, NUMBER: RESIDENT[:17] + "Y"})

        (issue,) = row.issues
        assert (issue.row, issue.column, issue.header, issue.field) == (
            2, "E", NUMBER, "document_number",
        )  # fmt: skip
        assert issue.value == f"{RESIDENT[:4]}{'*' * 10}{RESIDENT[14:17]}Y"
        assert RESIDENT[6:14] not in issue.message
        assert "请核对" in issue.message
