"""F41, F42: characters that cannot be told at sight, and subjects that must not become one."""

import pytest

from nbcredit.domain.issues import IssueCode
from nbcredit.domain.rows import Outcome
from tests.cleaning_builders import CREDIT_CODE, PENALTY, PERSON, RESIDENT
from tests.faults.files import PENALTIES, Told, in_every_format, told
from tests.faults.scenes import (
    company,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.integration.stage import NAMES, Stage, items_of

# The 15-digit form of a number, and its 18-digit form.
OLD_NUMBER = RESIDENT[:6] + RESIDENT[8:17]


def with_cells(form: str = "csv", **cells: str) -> Told:
    return told(in_every_format([{**PENALTY, **cells}])[form], PENALTIES)


@pytest.mark.fault("F41")
@pytest.mark.requirement("A8.2")
class TestACharacter:
    @pytest.mark.parametrize("form", ["csv", "workbook"])
    @pytest.mark.parametrize(
        ("cell", "name", "kinds"),
        [
            ("宁波\u200b某公司", "宁波某公司", {"removed"}),
            ("宁波\u200d某\u2060公司", "宁波某公司", {"removed"}),
            ("\ufeff宁波某公司\u202e", "宁波某公司", {"removed"}),
            ("宁\xad波某公司", "宁波某公司", {"removed"}),
            ("\xa0宁波某公司\u3000", "宁波某公司", {"white-space"}),
            ("宁波\n某公司", "宁波某公司", {"white-space"}),
            ("Ningbo\nCo., Ltd.", "Ningbo Co., Ltd.", {"white-space"}),
            ("宁波\ue81e某公司", "宁波\u9fb4某公司", {"width"}),
            # A name keeps its own characters: they are what the certificate shows.
            ("宁波某（甬）公司", "宁波某（甬）公司", set()),
            ("宁波某(甬)公司", "宁波某(甬)公司", set()),
            ("ＡＢＣ公司", "ＡＢＣ公司", set()),
            ("⽇月公司", "⽇月公司", set()),
            ("葛\ufe00城公司", "葛\ufe00城公司", set()),
            ("二〇二六·①㎡", "二〇二六·①㎡", set()),
            ("𠮷㐱䶮𬭚公司", "𠮷㐱䶮𬭚公司", set()),
            ("А股公司", "А股公司", set()),
        ],
    )
    def test_of_a_name_is_taken_out_mapped_or_kept(
        self, cell: str, name: str, kinds: set[str], form: str
    ) -> None:
        file = with_cells(form, 行政相对人名称=cell)

        (row,) = file.rows
        assert file.issues == []
        assert file.values[0]["party_name"] == name
        listed = {change.kind for change in row.changes}
        assert listed == {kind for kind in kinds if kind == "removed"}

    @pytest.mark.parametrize(
        ("title", "cell", "field", "value"),
        [
            (
                "统一社会信用代码",
                "".join(chr(ord(c) + 0xFEE0) for c in CREDIT_CODE),
                "credit_code",
                "",
            ),
            ("统一社会信用代码", f"{CREDIT_CODE[:8]} {CREDIT_CODE[8:]}", "credit_code", ""),
            ("统一社会信用代码", f"{CREDIT_CODE[:8]}－{CREDIT_CODE[8:]}", "credit_code", ""),
            ("处罚决定日期", "２０２６年１０月１２日", "decision_date", "2026-10-12"),
            ("处罚决定日期", "2026\u3000-10-12", "decision_date", None),
            ("罚款金额（万元）", "０．２", "fine_amount", "0.2"),
            ("罚款金额（万元）", "〇.2", "fine_amount", None),
            ("行政相对人类别", "法人及 非法人组织\u200b", "party_kind", "法人及非法人组织"),
            ("行政相对人类别", "⾃然⼈", "party_kind", None),
            ("地方编码", "３３０２０６", "region", "330206"),
            ("地方编码", "33020б", "region", None),
        ],
    )
    def test_of_a_code_a_day_or_a_choice_has_one_spelling_or_is_refused(
        self, title: str, cell: str, field: str, value: str | None
    ) -> None:
        file = with_cells(**{title: cell})

        assert [values[field] for values in file.values] == (
            [] if value is None else [value or CREDIT_CODE]
        )

    def test_of_the_number_of_a_document_does_not_make_another_record(self) -> None:
        numbers = [
            "甬市监处罚〔2026〕12号",
            "甬市监处罚[2026]12号",
            "甬市监处罚（２０２６）１２号",
            "甬市监处罚〔2026〕1２ 号",
        ]
        rows = [{**PENALTY, "行政处罚决定书文号": number} for number in numbers]

        file = told(in_every_format(rows)["csv"], PENALTIES)

        assert [end for _, end in file.ends] == [None, *[Outcome.DUPLICATE] * 3]


@pytest.mark.fault("F42")
@pytest.mark.requirement("A8.4")
class TestSubjects:
    def test_of_one_look_and_two_codes_stay_two(self, stage: Stage) -> None:
        file = [registration(1, 企业名称="A股公司"), registration(2, 企业名称="А股公司")]

        stage.report(registry(file).body, item="legal-registration")

        names = {item["name"] for item in items_of(NAMES.legal_persons) if item["sk"] == "PROFILE"}
        assert names == {"A股公司", "А股公司"}

    def test_of_one_code_and_a_name_that_only_looks_alike_are_held(self, stage: Stage) -> None:
        first = registry([registration(1, 企业名称="A股公司")])
        stage.report(first.body, item="legal-registration")

        told_of = stage.report(penalties([penalty(1, of=1, 行政相对人名称="А股公司")]).body)

        (issue,) = stage.parts.work_files.read_issues(told_of.id)
        assert issue.code is IssueCode.KNOWN_BY_OTHER_NAME
        assert "该代码登记的名称是“A股公司”" in issue.message
        assert "第 1 个字是西里尔字母“А”（U+0410），看起来像拉丁字母“A”" in issue.message
        assert told_of.books.by_outcome == {Outcome.HELD: 1}

    def test_of_equal_names_and_two_numbers_stay_two(self, stage: Stage) -> None:
        file = [
            penalty(1, of=1, 行政相对人名称="同名公司"),
            penalty(2, of=2, 行政相对人名称="同名公司"),
        ]

        stage.report(penalties(file).body)

        owners = {record.id.subject.text for record in stage.records()}
        assert owners == {f"LP#{company(1)}", f"LP#{company(2)}"}

    def test_told_by_the_old_number_and_the_new_one_are_one(self, stage: Stage) -> None:
        rows = [
            penalty_of_citizen(1, 证件号码=RESIDENT),
            penalty_of_citizen(2, 证件号码=OLD_NUMBER),
            penalty_of_citizen(3, 证件类型="居民身份证", 证件号码=RESIDENT.lower()),
        ]

        done = stage.report(penalties(rows).body)

        assert done.books[Outcome.NEW] == 3
        assert len({record.id.subject.text for record in stage.records()}) == 1
        assert done.issue_counts["W901"] == 1

    def test_with_other_documents_of_the_same_number_stay_others(self, stage: Stage) -> None:
        kinds = ["身份证", "护照", "台胞证", "港澳通行证", "军官证", "外国人永久居留身份证"]
        rows = [
            penalty_of_citizen(at, 证件类型=kind, 证件号码=RESIDENT)
            for at, kind in enumerate(kinds)
        ]

        done = stage.report(penalties(rows).body)

        assert done.books[Outcome.NEW] == len(kinds)
        assert len({record.id.subject.text for record in stage.records()}) == len(kinds)


@pytest.mark.fault("F42")
@pytest.mark.requirement("A8.3")
class TestADocument:
    @pytest.mark.parametrize(
        ("kind", "number", "codes", "stored"),
        [
            ("身份证", OLD_NUMBER, ["W901"], RESIDENT),
            ("身份证", OLD_NUMBER[:-1], ["E402"], ""),
            ("身份证", "330299991301001", ["E402"], ""),
            ("身份证", RESIDENT[:-1] + ("1" if RESIDENT[-1] != "1" else "2"), ["E402"], ""),
            ("护照", "E12345678", [], "E12345678"),
            ("护照号", "e1234 5678", [], "E12345678"),
            ("护照", OLD_NUMBER, [], OLD_NUMBER),
            ("港澳居民来往内地通行证", "H0123456789", [], "H0123456789"),
            ("港澳通行证", "Ｈ０１２３４５６７８", [], "H012345678"),
            ("台胞证", "12345678", [], "12345678"),
            ("外国人永久居留身份证", "911124198108030024", [], "911124198108030024"),
            ("港澳台居民居住证", "810000199408230021", [], "810000199408230021"),
            ("学生证", "2026001", ["W908"], "2026001"),
        ],
    )
    def test_of_any_kind_is_judged_by_its_kind(
        self, kind: str, number: str, codes: list[str], stored: str
    ) -> None:
        file = with_cells(**{**PERSON, "证件类型": kind, "证件号码": number})

        assert [issue.code.value for issue in file.issues] == codes
        assert [values["document_number"] for values in file.values] == ([stored] if stored else [])
        assert all(number not in issue.message for issue in file.issues)
