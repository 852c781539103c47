"""The catalogue shipped by default: every item against what formats.md and the regulation ask."""

from collections.abc import Mapping
from typing import Any

import pytest

from nbcredit.adapters.schema_checker import JsonSchemaChecker
from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.headers import names_of
from nbcredit.domain.catalogue import RESIDENT_ID, Disclosure, Sensitivity, Sharing
from nbcredit.domain.identifiers import is_credit_code, is_resident_id
from nbcredit.domain.item_schemas import faults_between_parts
from nbcredit.domain.subjects import SubjectKind
from tests.cleaning_builders import (
    SHIPPED,
    TODAY,
    a_schema,
    an_example,
    an_item,
    cleaned,
    codes_of,
    csv_text,
)

LEGAL, NATURAL = SubjectKind.LEGAL_PERSON, SubjectKind.NATURAL_PERSON
BOTH = {LEGAL, NATURAL}
# 行政处罚 and 行政许可 of 2018 and of 2016 (B1, B2), with the drift of real files.
_PARTY = "XDR_MC XDR_LB XDR_SHXYM XDR_GSZC XDR_ZZJG XDR_SWDJ XDR_SYDW XDR_SHZZ XDR_ZJLX XDR_ZJHM"
_PARTY_2016 = "XDR_ZDM XDR_GSDJ XDR_SFZ FR FRDB FDDB FR_ZJLX FR_ZJHM FR_SFZH"
_PENALTY = (
    "WSH WFXW SY YJ CFLB NR NR_FK NR_WFFF NR_ZKDX JDRQ YXQ GSJZQ CFJG XKJG CFJGDM SJLY SJLYDM "
    "CFMC BM CFLB1 CFLB2 JG XZJG ZT SYFW SXYZCD"
)
_LICENCE = (
    "XKWS WSH XKLB XKZS XKBH NR JDRQ YXQZ YXQZI XKJG XKJGDM ZT LYDW LYDWDM XMMC BM SPLB "
    "XDR JZQ XZJG SYFW"
)
_COMMON = "BZ DFBM BMMC TGRQ"
_ORGANISATION = f"{_COMMON} TYSHXYDM ZZJGDM GSZCH JGQC"
_PERSON = f"{_COMMON} XM ZJLX SFZH"
_EITHER = f"{_ORGANISATION} {_PERSON} FDDBR"
_LISTED = "列入日期 列入原因 作出列入决定机关 移出日期 移出原因 作出移出决定机关"


def _with(prefix: str, names: str) -> str:
    return " ".join(f"{prefix}_{name}" for name in names.split())


# What each item must know, by the headers of national, city and older files.
COLUMNS: Mapping[str, str] = {
    "administrative-penalty": f"{_with('CF', f'{_PARTY} {_PARTY_2016} {_PENALTY}')} DFBM SJC BZ",
    "administrative-licence": f"{_with('XK', f'{_PARTY} {_PARTY_2016} {_LICENCE}')} DFBM SJC BZ",
    "legal-registration": f"{_ORGANISATION} 企业名称 企业类型 登记状态 登记机关 成立日期 核准日期 "
    "注册资金 行业名称 FDDBR",
    "abnormal-operation": f"{_ORGANISATION} {_LISTED}",
    "serious-violation": f"{_ORGANISATION} {_LISTED}",
    "dishonest-judgment-debtor": f"{_COMMON} fydm executed_nm identi_id uni_social_crd_cd "
    "legal_repre executed_court enforce_basis fil_dt case_no deci_executed_unit effect_doc_obli "
    "executed_perfor publish_dt performed_part un_performed_part gen executed_nature birth_dt "
    "dishonest_behav iname cardNum courtName areaName gistId gistUnit regDate caseCode duty "
    "performance disruptTypeName publishDate performedPart unperformPart",
    "tax-rating-a": f"{_ORGANISATION} 评价年度 纳税人识别号",
    "tax-arrears": f"{_EITHER} 税种 当期金额 累计金额 所属期起 所属期止",
    "social-insurance-arrears": f"{_PERSON} 险种 欠费金额 RDDW RDRQ",
    "utility-arrears": f"{_PERSON} 户号 欠费金额 RDDW RDRQ",
    "professional-qualification": f"{_PERSON} 证书编号 发证日期",
    "commendation": f"{_EITHER} BZWJH RYMC RDRQ",
    "volunteer-service": f"{_PERSON} 服务时长 RDDW RDRQ",
    "credit-commitment": f"{_EITHER} 承诺类型 事由 承诺日期 受理单位 履约状态",
    "red-list": f"{_EITHER} bzwjh rymc rdwh rdjgqc rdrq gsjzq",
    "blacklist": f"{_EITHER} rddw rdwh zcdz fddbr fzrxm zysxss scfzynr xzcljdnr qryzsxrq rdrq "
    "gsjzq jhdwqc",
    "misconduct": "BZ DFBM 登记编号 行为种类 情节 移送机关 经办人 复核人",
}  # fmt: skip

# Item: subjects, disclosure, sharing (both of A6.2 and A12.1), start of validity, natural key.
ITEMS: Mapping[str, tuple[set[SubjectKind], str, str, str, tuple[str, ...]]] = {
    "administrative-penalty":
        (BOTH, "public", "unconditional", "decision_date", ("decision_number", "authority_code")),
    "administrative-licence":
        (BOTH, "public", "unconditional", "decision_date",
         ("decision_number", "licence_number", "authority_code")),
    "legal-registration":
        ({LEGAL}, "public", "unconditional", "approved_on", ("credit_code",)),
    "abnormal-operation":
        ({LEGAL}, "public", "unconditional", "listed_on", ("listed_on", "listing_reason")),
    "serious-violation":
        ({LEGAL}, "public", "unconditional", "listed_on", ("listed_on", "listing_reason")),
    "dishonest-judgment-debtor":
        (BOTH, "public", "unconditional", "published_on", ("case_number",)),
    "tax-rating-a":
        ({LEGAL}, "public", "unconditional", "rated_on", ("rating_year",)),
    "tax-arrears":
        (BOTH, "public", "unconditional", "announced_on",
         ("tax_kind", "arrears_from", "authority_code")),
    "social-insurance-arrears":
        ({NATURAL}, "authorised", "conditional", "recorded_on",
         ("insurance_kind", "arrears_from", "authority_code")),
    "utility-arrears":
        ({NATURAL}, "authorised", "conditional", "recorded_on",
         ("utility_kind", "account_number", "arrears_from")),
    "professional-qualification":
        ({NATURAL}, "authorised", "conditional", "issued_on", ("certificate_number",)),
    "commendation":
        (BOTH, "public", "unconditional", "commended_on", ("commendation_number", "honour_name")),
    "volunteer-service":
        ({NATURAL}, "authorised", "conditional", "recorded_on",
         ("project_name", "served_from", "organiser_name")),
    "credit-commitment":
        (BOTH, "public", "unconditional", "committed_on",
         ("commitment_kind", "matter", "committed_on")),
    "red-list":
        (BOTH, "public", "unconditional", "recorded_on", ("decision_number", "honour_name")),
    "blacklist":
        (BOTH, "public", "unconditional", "recorded_on", ("decision_number",)),
    "misconduct":
        (BOTH, "authorised", "conditional", "confirmed_on", ("case_number",)),
}  # fmt: skip


def properties_of(code: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = a_schema(code)["properties"]
    return properties


@pytest.mark.requirement("A6.1")
class TestDefaultCatalogue:
    def test_has_every_item(self) -> None:
        assert set(SHIPPED) == ITEMS.keys() == COLUMNS.keys()


@pytest.mark.requirement("A6.1")
@pytest.mark.parametrize("code", SHIPPED)
class TestItem:
    def test_is_sound(self, code: str) -> None:
        assert JsonSchemaChecker.shipped().faults(a_schema(code)) == []
        assert list(faults_between_parts(a_schema(code))) == []

    def test_knows_every_column_of_real_files(self, code: str) -> None:
        known = names_of(an_item(code))

        assert [name for name in COLUMNS[code].split() if name.casefold() not in known] == []

    @pytest.mark.requirement("A6.2")
    @pytest.mark.requirement("A12.1")
    def test_says_how_it_may_be_used(self, code: str) -> None:
        item = an_item(code)
        _, disclosure, sharing, validity_from, _ = ITEMS[code]

        assert item.disclosure is Disclosure(disclosure)
        assert item.sharing is Sharing(sharing)
        assert item.validity_from == validity_from
        assert item.validity_from in item.schema["required"]
        reason = item.schema["x-item"].get("sharingReason", "")
        assert ("个人隐私" in reason) == (sharing == "conditional")

    def test_says_whom_it_is_about_and_what_tells_records_apart(self, code: str) -> None:
        item = an_item(code)
        kinds, *_, key = ITEMS[code]

        assert {way.kind for way in item.subject_ways} == kinds
        assert item.natural_key == key

    def test_seals_what_tells_persons(self, code: str) -> None:
        item = an_item(code)
        natural = [way for way in item.subject_ways if way.kind is NATURAL]
        personal = {field for way in natural for field in (way.number, way.name)}

        assert personal - {None} <= item.personal_fields
        assert all(
            field.sensitivity is Sensitivity.PERSONAL
            for name, field in item.fields.items()
            if name.startswith("legal_representative") and not name.endswith("_type")
        )

    @pytest.mark.requirement("A8.3")
    def test_judges_dates_and_document_numbers(self, code: str) -> None:
        item = an_item(code)
        rules = {(rule["rule"], rule.get("field", rule.get("number"))) for rule in item.rules}

        assert ("not-after-today", item.validity_from) in rules
        if NATURAL in {way.kind for way in item.subject_ways}:
            assert {("resident-id", "document_number"), ("known-values", "document_type")} <= rules


@pytest.mark.parametrize("code", SHIPPED)
class TestColumns:
    def test_have_a_note_and_an_example(self, code: str) -> None:
        for name, part in properties_of(code).items():
            assert part["description"].endswith("。"), name
            assert part["examples"], name

    @pytest.mark.requirement("A8.3")
    def test_make_a_row_of_their_first_examples_that_is_accepted_without_a_note(
        self, code: str
    ) -> None:
        text = csv_text([an_example(code)])

        opened = open_file([text.encode()], encoding="utf-8", item=an_item(code), today=TODAY)
        (row,) = opened

        assert (row.outcome, row.issues, opened.issues) == (None, (), ())
        assert row.row is not None
        assert row.row.values.keys() == an_item(code).fields.keys()

    def test_have_examples_each_of_which_is_right_in_itself(self, code: str) -> None:
        for name, part in properties_of(code).items():
            for example in part["examples"]:
                cell = example if isinstance(example, str) else "；".join(example)

                (told,) = cleaned(code, {**an_example(code), part["title"]: cell})

                assert name not in {issue.field for issue in told.issues}, (name, cell)

    def test_use_one_word_for_one_thing(self, code: str) -> None:
        """A field that two items share has one form, and one note on whether it is personal."""
        for name, part in properties_of(code).items():
            for other in SHIPPED:
                same = properties_of(other).get(name)
                if same is not None:
                    assert same["x-form"] == part["x-form"], (other, name)


class TestExamples:
    def test_are_numbers_that_belong_to_nobody(self) -> None:
        for code in SHIPPED:
            for part in properties_of(code).values():
                for example in part["examples"]:
                    if isinstance(example, str) and is_credit_code(example):
                        assert example[8] == "X"
                    if isinstance(example, str) and is_resident_id(example):
                        assert example.startswith("330201")


@pytest.mark.requirement("A8.3")
class TestRowWithoutAKind:
    @pytest.mark.parametrize(
        ("kept", "kind"), [("credit_code", LEGAL), ("document_number", NATURAL)]
    )
    @pytest.mark.parametrize(
        "code",
        ["blacklist", "red-list", "dishonest-judgment-debtor", "tax-arrears", "commendation"],
    )
    def test_is_about_whom_its_number_tells(self, code: str, kept: str, kind: SubjectKind) -> None:
        item = an_item(code)
        row = dict(an_example(code))
        for name in {"party_kind", "document_type", "credit_code", "document_number"} - {kept}:
            row[item.fields[name].title] = ""

        (told,) = cleaned(code, row)

        assert told.row is not None, told.issues
        subject = item.subject_of(told.row.values)
        assert subject is not None
        assert subject.kind is kind
        assert subject.document_type == (RESIDENT_ID if kind is NATURAL else "")

    @pytest.mark.parametrize(("number", "code"), [("", "E503"), ("9X31", "E402")])
    def test_needs_a_number_that_is_right(self, number: str, code: str) -> None:
        row = {**an_example("blacklist"), "主体类别": "", "统一社会信用代码": "",
               "证件类型": "", "证件号码": number}  # fmt: skip

        (told,) = cleaned("blacklist", row)

        assert codes_of(told) == [code]


@pytest.mark.requirement("A24.1")
class TestMisconduct:
    def test_is_reported_by_the_centre_alone(self) -> None:
        assert an_item("misconduct").providers == {"centre"}

    def test_is_in_the_partys_own_archive_and_not_public(self) -> None:
        assert an_item("misconduct").disclosure is Disclosure.AUTHORISED

    @pytest.mark.parametrize("title", ["复核人", "经办人", "查实的事实"])
    def test_names_who_confirmed_it(self, title: str) -> None:
        (told,) = cleaned("misconduct", {**an_example("misconduct"), title: ""})

        assert codes_of(told) == ["E301"]

    def test_says_to_whom_a_serious_case_was_referred(self) -> None:
        row = {**an_example("misconduct"), "情节": "严重", "移送机关": ""}

        (told,) = cleaned("misconduct", row)

        assert codes_of(told) == ["E503"]
