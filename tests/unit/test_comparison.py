from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from nbcredit.domain.actors import Actor
from nbcredit.domain.comparison import (
    Case,
    CaseDecided,
    CaseKind,
    CaseState,
    Decision,
    Question,
    ReasonHoldsNumber,
    ReasonMissing,
    UnknownCase,
    doubt_of,
    doubt_of_name,
    filed_under,
    parse_case_id,
    reason_of,
)
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind, SubjectRef, SubjectState
from tests.cleaning_builders import a_credit_code, an_item

ONE, OTHER, THIRD = (a_credit_code(f"91330200MA0000{number:03d}") for number in (1, 2, 3))
REGISTERED, PROVISIONAL = SubjectState.REGISTERED, SubjectState.PROVISIONAL
PERSON_KEY = SubjectKey("NP1#ABCD2345")


def a_company(code: str = ONE, name: str = "宁波甲贸易有限公司", **changes: Any) -> Subject:
    key = SubjectKey.of_legal_person(code)
    subject = Subject(key=key, state=REGISTERED, salt=b"s", name=name, status="存续")
    return replace(subject, **changes)


def a_person(name: str = "张三") -> Subject:
    return Subject(key=PERSON_KEY, state=REGISTERED, salt=b"s", name=name)


def the_row_of(name: str = "宁波甲贸易有限公司", code: str = ONE) -> SubjectRef:
    return SubjectRef(SubjectKind.LEGAL_PERSON, "", code, name)


def the_row_of_person(name: str) -> SubjectRef:
    return SubjectRef(SubjectKind.NATURAL_PERSON, "身份证", "330299199001010012", name)


ENDED = a_company(status="注销", cancelled_on="2026-03-31", successors=(OTHER,))


@pytest.mark.requirement("A8.4")
class TestDoubt:
    @pytest.mark.parametrize(
        ("ref", "subject", "namesakes"),
        [
            (the_row_of(), a_company(), []),
            (the_row_of("宁波甲贸易有限公司 "), a_company(), []),
            (the_row_of("甲(宁波)公司"), a_company(name="甲（宁波）公司"), []),
            (the_row_of("ＡＢ公司"), a_company(name="ab公司"), []),
            (the_row_of("旧名公司"), a_company(former_names=("旧名公司",)), []),
            (the_row_of(""), a_company(), []),
            (the_row_of(), a_company(), [a_company(OTHER)]),
            (the_row_of(), None, []),
            (the_row_of("俗称"), a_company(state=PROVISIONAL), []),
            (the_row_of(), None, [a_company()]),
            (the_row_of_person("张三"), None, []),
            (the_row_of_person("张 三"), a_person(), []),
            (the_row_of_person(""), a_person(), []),
            (the_row_of_person("李四"), a_person(""), []),
        ],
    )
    def test_is_not_where_name_and_identifier_agree_or_nothing_is_known(
        self, ref: SubjectRef, subject: Subject | None, namesakes: list[Subject]
    ) -> None:
        if namesakes and subject is None:
            subject = a_company(state=PROVISIONAL)

        assert doubt_of(ref, subject, namesakes, event_on="2026-05-06") is None

    @pytest.mark.parametrize(
        ("ref", "subject", "namesakes", "kind", "candidates"),
        [
            (the_row_of("乙公司"), a_company(), [], CaseKind.OTHER_NAME, (ONE,)),
            (the_row_of("А公司"), a_company(name="A公司"), [], CaseKind.OTHER_NAME, (ONE,)),
            (
                the_row_of("乙公司"),
                a_company(),
                [a_company(OTHER, "乙公司")],
                CaseKind.OTHER_NAME,
                (ONE, OTHER),
            ),
            (
                the_row_of(code=THIRD),
                None,
                [a_company()],
                CaseKind.OTHER_IDENTIFIER,
                (ONE,),
            ),
            (
                the_row_of(code=THIRD),
                a_company(THIRD, state=PROVISIONAL),
                [a_company(OTHER), a_company()],
                CaseKind.OTHER_IDENTIFIER,
                (ONE, OTHER),
            ),
            (the_row_of(), ENDED, [], CaseKind.CANCELLED, (ONE, OTHER)),
            (the_row_of("乙公司"), ENDED, [], CaseKind.OTHER_NAME, (ONE,)),
            (the_row_of_person("李四"), a_person(), [], CaseKind.OTHER_PERSON, ()),
        ],
    )
    def test_is_of_one_kind_and_names_who_it_may_be(
        self,
        ref: SubjectRef,
        subject: Subject | None,
        namesakes: list[Subject],
        kind: CaseKind,
        candidates: tuple[str, ...],
    ) -> None:
        doubt = doubt_of(ref, subject, namesakes, event_on="2026-05-06")

        assert doubt is not None
        assert (doubt.kind, doubt.candidates) == (kind, candidates)
        assert all(code in doubt.message for code in candidates if code != ONE)
        assert "本行暂不入库：请" in doubt.message

    @pytest.mark.parametrize(
        ("event_on", "held"),
        [
            ("2026-03-30", False),
            ("2026-03-31", False),
            ("2026-04-01", True),
            ("2026-03", False),
            ("2026-04", True),
            ("", False),
        ],
    )
    def test_is_where_the_event_was_after_the_end(self, event_on: str, *, held: bool) -> None:
        assert (doubt_of(the_row_of(), ENDED, [], event_on=event_on) is not None) is held

    def test_of_a_person_reveals_neither_the_other_name_nor_the_number(self) -> None:
        doubt = doubt_of(the_row_of_person("李四"), a_person("张三"), [], event_on="")

        assert doubt is not None
        assert not {"张", "李", "3302"} & set(doubt.message)
        assert "张三" not in doubt.message
        assert "330299199001010012" not in doubt.message

    @pytest.mark.parametrize(
        ("namesakes", "candidates", "says"),
        [
            ([], (), "库中没有登记这个名称的主体"),
            ([a_company(OTHER), a_company()], (ONE, OTHER), f"{ONE}、{OTHER}"),
        ],
    )
    def test_of_a_name_alone_names_everybody_of_exactly_that_name(
        self, namesakes: list[Subject], candidates: tuple[str, ...], says: str
    ) -> None:
        doubt = doubt_of_name("宁波甲贸易有限公司", namesakes)

        assert (doubt.kind, doubt.candidates) == (CaseKind.NO_IDENTIFIER, candidates)
        assert says in doubt.message


BY = Actor.platform("test")
AT = datetime(2026, 11, 24, tzinfo=UTC)


def a_decision(state: CaseState = CaseState.STORED, under: str = f"LP#{ONE}") -> Decision:
    return Decision(state=state, under=under, reason="核对无误", by=BY, at=AT)


def a_case() -> Case:
    return Case(
        submission="A" * 24,
        provider="scjg",
        item="administrative-penalty",
        reported_at=AT,
        chunk=0,
        question=Question(7, CaseKind.OTHER_NAME, f"LP#{ONE}", (ONE,)),
    )


@pytest.mark.requirement("A8.4")
class TestCase:
    def test_is_open_until_it_is_decided_once(self) -> None:
        decided = a_case().decided(a_decision())

        assert (a_case().state, decided.state) == (CaseState.OPEN, CaseState.STORED)
        assert decided.decided(replace(a_decision(), reason="再次提交")) == decided
        for other in (a_decision(under=f"LP#{OTHER}"), a_decision(CaseState.DROPPED, "")):
            with pytest.raises(CaseDecided):
                decided.decided(other)

    def test_is_found_by_submission_and_row(self) -> None:
        assert parse_case_id(f" {a_case().id.lower()} ") == ("A" * 24, 7)

    @pytest.mark.parametrize("text", ["", "A-7", "A" * 24, f"{'A' * 24}-0", f"{'A' * 24}-x"])
    def test_is_not_found_by_anything_else(self, text: str) -> None:
        with pytest.raises(UnknownCase):
            parse_case_id(text)


class TestReason:
    @pytest.mark.parametrize(
        "text", ["核对无误", f"应为 {ONE}", "甬市监处罚〔2026〕12号", "2026-05-06 电话核实"]
    )
    def test_says_why(self, text: str) -> None:
        assert reason_of(f" {text}\n") == text

    @pytest.mark.parametrize("text", ["", " ", "对", "长" * 201])
    def test_is_not_empty_nor_a_book(self, text: str) -> None:
        with pytest.raises(ReasonMissing):
            reason_of(text)

    @pytest.mark.fault("F62")
    @pytest.mark.parametrize(
        "text", ["本人 330299199001010012", "电话13900000000", "证号33029919900101001X 已核"]
    )
    def test_holds_no_number_of_a_person(self, text: str) -> None:
        with pytest.raises(ReasonHoldsNumber):
            reason_of(text)


@pytest.mark.requirement("A8.4")
class TestFiledUnder:
    @pytest.mark.parametrize(
        ("values", "under", "code"),
        [
            ({"party_kind": "法人及非法人组织", "credit_code": ONE}, f"LP#{OTHER}", OTHER),
            ({"party_kind": "个体工商户"}, f"LP#{OTHER}", OTHER),
            ({"party_kind": "法人及非法人组织", "credit_code": ONE}, f"LP#{ONE}", ONE),
            ({"party_kind": "自然人", "document_number": "E1"}, PERSON_KEY.text, ""),
        ],
    )
    def test_gives_a_row_the_identifier_that_was_decided_on(
        self, values: dict[str, str], under: str, code: str
    ) -> None:
        item = an_item("administrative-penalty")
        row = Row.of(3, {"party_name": "甲", **values})

        filed = filed_under(row, item, under)

        assert filed.values.get("credit_code", "") == code
        assert filed.number == 3
        ref = item.subject_of(filed.values)
        assert ref is not None
