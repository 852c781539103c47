"""Rows that are held, and what becomes of them when somebody decides."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.comparison import (
    Case,
    CaseDecided,
    CaseKind,
    CaseNotReady,
    CaseState,
    NotACandidate,
    UnknownCase,
)
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectState
from nbcredit.domain.submissions import Kind, State, Submission
from nbcredit.usecases.cases import Choice, Decided
from nbcredit.usecases.entering import Entering
from tests.cleaning_builders import a_credit_code
from tests.faults.breaking import Killed
from tests.faults.scenes import (
    CITIZEN_ID,
    company,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.faults.tapes import Tape
from tests.integration.stage import CENTRE, NAMES, ORGANISATIONS, Stage, a_stage, items_of
from tests.obligation_builders import ACT

PROVIDER = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
STRANGER = Actor(kind=ActorKind.PROVIDER, id="zhao", organisation="zjj")
OFFICE = Actor(kind=ActorKind.OPERATOR, id="li", organisation="office")
STORE, DROP = Choice(store=True), Choice(store=False)
WHY = "已电话核实"
A, B = "宁波甲贸易有限公司", "宁波乙贸易有限公司"
OUTSIDER = a_credit_code("91310000MA0000001")


@pytest.fixture(scope="module")
def registered() -> Iterator[Tape]:
    """Record two registered companies, one of them renamed, and a cancelled one with its heir."""
    with a_stage() as stage:
        stage.report(
            registry([registration(1, 企业名称="宁波旧名贸易有限公司")], period="2026-08").body,
            item="legal-registration",
            period="2026-08",
        )
        rows = [
            registration(1, 企业名称=A),
            registration(2, 企业名称=B),
            registration(
                3,
                登记状态="注销",
                注销日期="2026-03-31",
                注销原因="合并",
                承继主体统一社会信用代码=company(1),
            ),
        ]
        stage.report(registry(rows).body, item="legal-registration")
        yield Tape.of(stage)


@pytest.fixture
def city(registered: Tape) -> Stage:
    return registered.rewound()


def open_cases(stage: Stage, by: Actor = PROVIDER) -> list[Case]:
    return stage.cases.waiting("scjg", limit=100, by=by)


def decide(
    stage: Stage, case: Case, choice: Choice, *, by: Actor = PROVIDER, reason: str = WHY
) -> Decided:
    return stage.cases.decide(
        case.id, choice, reason=reason, by=by, purpose="比对处理", deadline=stage.deadline
    )


def subject(stage: Stage, number: int) -> Subject | None:
    key = SubjectKey.of_legal_person(company(number))
    return stage.subjects.read([], [key])[1].get(key)


def report(stage: Stage, *rows: dict[str, str]) -> Submission:
    return stage.report(penalties(rows).body)


def nameless(name: str, **changes: str) -> dict[str, str]:
    return {**penalty(1, 行政相对人名称=name, 统一社会信用代码=""), **changes}


@pytest.mark.requirement("A8.4")
class TestRegistration:
    def test_keeps_former_names_ends_and_successors(self, city: Stage) -> None:
        renamed, ended = subject(city, 1), subject(city, 3)

        assert renamed is not None
        assert (renamed.name, renamed.former_names) == (A, ("宁波旧名贸易有限公司",))
        assert ended is not None
        assert (ended.status, ended.cancelled_on) == ("注销", "2026-03-31")
        assert ended.successors == (company(1),)

    def test_may_bring_somebody_back_whose_successor_is_remembered(self, city: Stage) -> None:
        back = registry([registration(3)], period="2026-11")

        city.report(back.body, item="legal-registration", period="2026-11")

        alive = subject(city, 3)
        assert alive is not None
        assert (alive.cancelled_on, alive.successors) == ("", (company(1),))


@pytest.mark.requirement("A8.4")
class TestHeldRow:
    @pytest.mark.parametrize(
        ("row", "code", "kind", "candidates"),
        [
            (penalty(1, of=1, 行政相对人名称="宁波丙贸易有限公司"), "E602",
             CaseKind.OTHER_NAME, (company(1),)),
            (penalty(1, of=1, 行政相对人名称=B), "E602",
             CaseKind.OTHER_NAME, (company(1), company(2))),
            (penalty(1, of=9, 行政相对人名称=A), "E603",
             CaseKind.OTHER_IDENTIFIER, (company(1),)),
            (penalty(1, of=9, 行政相对人名称="宁波旧名贸易有限公司"), "E603",
             CaseKind.OTHER_IDENTIFIER, (company(1),)),
            (nameless(A), "E604",
             CaseKind.NO_IDENTIFIER, (company(1),)),
            (nameless("宁波谁贸易有限公司"), "E604",
             CaseKind.NO_IDENTIFIER, ()),
            (penalty(1, of=3, 处罚决定日期="2026-05-06"), "E605",
             CaseKind.CANCELLED, (company(3), company(1))),
        ],
    )  # fmt: skip
    def test_is_a_case_and_nothing_is_stored_of_it(
        self, city: Stage, row: dict[str, str], code: str, kind: CaseKind, candidates: tuple[str]
    ) -> None:
        before = items_of(NAMES.legal_persons)

        done = report(city, row)

        assert done.books.by_outcome == {Outcome.HELD: 1}
        assert done.books.balanced
        assert code in done.issue_counts
        (case,) = open_cases(city)
        assert (case.id, case.state) == (f"{done.id}-2", CaseState.OPEN)
        assert (case.question.kind, case.question.candidates) == (kind, candidates)
        assert items_of(NAMES.legal_persons) == before
        assert city.cases.open_count(done) == 1

    @pytest.mark.parametrize(
        "row",
        [
            penalty(1, of=1, 行政相对人名称="宁波旧名贸易有限公司"),
            penalty(1, of=1, 行政相对人名称="宁波 甲贸易有限公司"),
            penalty(1, of=3, 处罚决定日期="2026-03-31"),
            penalty(1, of=9),
        ],
    )
    def test_is_none_that_agrees_in_all_that_matters(
        self, city: Stage, row: dict[str, str]
    ) -> None:
        assert report(city, row).books.by_outcome == {Outcome.NEW: 1}
        assert open_cases(city) == []

    def test_is_not_asked_about_again_once_it_is_stored_as_it_says(self, city: Stage) -> None:
        row = penalty(1, of=1, 行政相对人名称="宁波丙贸易有限公司")
        report(city, row)
        decide(city, open_cases(city)[0], STORE)

        again = report(city, row, penalty(2, of=2, 行政相对人名称=B))

        assert again.books.by_outcome == {Outcome.IDENTICAL: 1, Outcome.NEW: 1}
        assert open_cases(city) == []

    def test_of_two_who_bear_the_name_names_both(self, city: Stage) -> None:
        twin = registry([registration(4, 企业名称=A)], period="2026-11")
        city.report(twin.body, item="legal-registration", period="2026-11")

        report(city, nameless(A))
        report(city, penalty(2, of=4, 行政相对人名称=A))

        (case,) = open_cases(city)
        assert case.question.candidates == (company(1), company(4))

    @pytest.mark.fault("F45")
    def test_is_no_subject_of_another_city_which_is_stored_and_marked(self, city: Stage) -> None:
        row = penalty(1, 统一社会信用代码=OUTSIDER, 行政相对人名称="上海某贸易有限公司")

        done = report(city, row)

        assert done.books.by_outcome == {Outcome.NEW: 1}
        assert done.issue_counts.keys() == {"W921"}
        key = SubjectKey.of_legal_person(OUTSIDER)
        assert city.subjects.read([], [key])[1][key].state is SubjectState.PROVISIONAL

    def test_says_that_a_cancellation_has_no_date(self, city: Stage) -> None:
        gone = registry([registration(5, 登记状态="注销")], period="2026-11")
        city.report(gone.body, item="legal-registration", period="2026-11")

        done = report(city, penalty(1, of=5))

        assert done.books.by_outcome == {Outcome.NEW: 1}
        assert done.issue_counts.keys() == {"W922"}


@pytest.mark.requirement("A8.4")
@pytest.mark.fault("F42")
@pytest.mark.fault("F62")
class TestRowOfAPerson:
    def test_under_another_name_is_held_and_reveals_nobody(self, city: Stage) -> None:
        report(city, penalty_of_citizen(1))
        work, audit = len(items_of(NAMES.work)), len(items_of(NAMES.audit))

        done = report(city, penalty_of_citizen(2, 行政相对人名称="李别名"))

        assert done.books.by_outcome == {Outcome.HELD: 1}
        (issue,) = city.parts.work_files.read_issues(done.id)
        (case,) = open_cases(city)
        assert issue.code.value == "E606"
        assert (case.question.kind, case.question.candidates) == (CaseKind.OTHER_PERSON, ())
        shown = city.cases.show(case.id, beside="", by=PROVIDER, purpose="比对处理")
        assert shown.candidates == []
        written = json.dumps(
            [items_of(NAMES.work), items_of(NAMES.audit), str(issue), str(shown)],
            default=str,
            ensure_ascii=False,
        )
        assert "郑测试" not in written
        assert CITIZEN_ID not in written
        assert "李别名" not in written
        assert len(items_of(NAMES.work)) > work
        assert len(items_of(NAMES.audit)) > audit

    def test_is_seen_in_the_clear_by_the_centre_alone(self, city: Stage) -> None:
        report(city, penalty_of_citizen(1))
        report(city, penalty_of_citizen(2, 行政相对人名称="李别名"))
        (case,) = open_cases(city)

        seen = {
            by.organisation: city.cases.show(case.id, beside="", by=by, purpose="比对处理").values
            for by in (PROVIDER, CENTRE)
        }

        assert seen["centre"]["party_name"] == "李别名"
        assert seen["centre"]["document_number"] == CITIZEN_ID
        assert seen["scjg"]["party_name"] == "李**"
        assert seen["scjg"]["document_number"] == f"{CITIZEN_ID[:4]}{'*' * 10}{CITIZEN_ID[-4:]}"
        reads = [
            json.loads(item["content"])
            for item in items_of(NAMES.audit)
            if "case-read" in item["content"]
        ]
        assert {(act["actor"]["organisation"], act["purpose"]) for act in reads} == {
            ("scjg", "比对处理"),
            ("centre", "比对处理"),
        }

    def test_is_never_looked_for_by_name(self, city: Stage) -> None:
        report(city, penalty_of_citizen(1))

        refused = report(city, penalty_of_citizen(2, 证件号码=""))

        assert refused.books.by_outcome == {Outcome.REJECTED: 1}

    def test_can_be_stored_under_its_number_and_nobody_elses(self, city: Stage) -> None:
        report(city, penalty_of_citizen(1))
        report(city, penalty_of_citizen(2, 行政相对人名称="李别名"))
        (case,) = open_cases(city)

        with pytest.raises(NotACandidate):
            decide(city, case, Choice(store=True, under=company(1)))
        done = decide(city, case, STORE)

        assert done.standing is not None
        assert done.standing.submission.books.by_outcome == {Outcome.NEW: 1}
        assert done.standing.submission.issue_counts == {"W905": 1}
        assert len({record.id.subject for record in city.records()}) == 3 + 1


def killed() -> Entering:
    raise Killed


@pytest.mark.requirement("A8.4")
@pytest.mark.requirement("A5.3")
class TestDecision:
    def test_stores_a_row_under_its_own_code_as_its_file_would_have(self, city: Stage) -> None:
        original = report(city, penalty(1, of=1, 行政相对人名称=B))
        (case,) = open_cases(city)

        done = decide(city, case, STORE)

        assert done.case.state is CaseState.STORED
        assert done.standing is not None
        stored = done.standing.submission
        assert (stored.state, stored.kind) == (State.SETTLED, Kind.DECISION)
        assert stored.books.by_outcome == {Outcome.NEW: 1}
        (record,) = [each for each in city.records() if each.id.item == original.item]
        assert record.id.subject.text == f"LP#{company(1)}"
        assert (record.version, record.row) == (original.version, 2)
        assert open_cases(city) == []
        assert city.cases.open_count(original) == 0
        named = subject(city, 1)
        assert named is not None
        assert named.name == A

    @pytest.mark.parametrize(
        "row",
        [
            nameless(A),
            penalty(1, of=9, 行政相对人名称=A),
            penalty(1, of=2, 行政相对人名称=A),
        ],
    )
    def test_stores_a_row_under_a_candidate(self, city: Stage, row: dict[str, str]) -> None:
        original = report(city, row)
        (case,) = open_cases(city)

        done = decide(city, case, Choice(store=True, under=company(1)), by=CENTRE)

        assert done.standing is not None
        assert done.standing.submission.books.by_outcome == {Outcome.NEW: 1}
        (record,) = [each for each in city.records() if each.id.item == original.item]
        assert record.id.subject.text == f"LP#{company(1)}"
        assert record.values["credit_code"] == company(1)
        assert subject(city, 9) is None

    def test_drops_a_row_and_leaves_nothing_of_it(self, city: Stage) -> None:
        report(city, penalty(1, of=9, 行政相对人名称=A))
        (case,) = open_cases(city)
        before = items_of(NAMES.legal_persons)

        done = decide(city, case, DROP)
        city.run()

        assert (done.case.state, done.standing) == (CaseState.DROPPED, None)
        assert items_of(NAMES.legal_persons) == before
        assert open_cases(city) == []

    def test_taken_again_is_harmless_and_another_is_refused(self, city: Stage) -> None:
        report(city, penalty(1, of=1, 行政相对人名称=B))
        (case,) = open_cases(city)
        first = decide(city, case, STORE)
        city.run()

        again = decide(city, case, STORE, reason="又点了一次", by=CENTRE)
        for other in (DROP, Choice(store=True, under=company(2))):
            with pytest.raises(CaseDecided):
                decide(city, case, other)

        assert again == first
        assert len([each for each in city.records() if each.id.item != "legal-registration"]) == 1

    def test_cut_off_after_it_was_kept_is_carried_out_by_its_event(self, city: Stage) -> None:
        report(city, penalty(1, of=1, 行政相对人名称=B))
        (case,) = open_cases(city)
        dead = replace(city.cases, entering=killed)

        with pytest.raises(Killed):
            dead.decide(
                case.id, STORE, reason=WHY, by=PROVIDER, purpose="比对", deadline=city.deadline
            )
        city.run()

        assert [each.row for each in city.records() if each.id.item != "legal-registration"] == [2]

    @pytest.mark.requirement("A7.3")
    def test_made_late_undoes_no_later_report(self, city: Stage) -> None:
        early = penalties(
            [penalty(1, of=1, 行政相对人名称="宁波丙公司", 处罚内容="警告")], period="2026-08"
        )
        city.report(early.body, period="2026-08")
        report(city, penalty(1, of=1, 行政相对人名称=A, 处罚内容="通报批评"))
        (case,) = open_cases(city)

        done = decide(city, case, STORE)

        assert done.standing is not None
        assert done.standing.submission.books.by_outcome == {Outcome.OLDER: 1}
        contents = {
            each.values["penalty_content"]
            for each in city.records()
            if each.id.item != "legal-registration"
        }
        assert contents == {"通报批评"}

    def test_needs_somebody_registered_to_store_a_row_under(self, city: Stage) -> None:
        report(city, nameless(A))
        (case,) = open_cases(city)

        for choice in (STORE, Choice(store=True, under=company(8)), Choice(store=True, under="X")):
            with pytest.raises(NotACandidate):
                decide(city, case, choice)

        assert open_cases(city) == [case]

    def test_that_would_make_two_rows_of_a_file_one_record_is_refused(self, city: Stage) -> None:
        report(
            city,
            penalty(1, of=1, 行政相对人名称=A),
            nameless(A, 处罚内容="警告"),
        )
        (case,) = open_cases(city)

        with pytest.raises(NotACandidate, match="第 2 行"):
            decide(city, case, Choice(store=True, under=company(1)))

    def test_waits_until_the_file_is_in(self, city: Stage) -> None:
        city.queues.uploads.append(penalties([penalty(1, of=1, 行政相对人名称=B)]).put(city))
        while not open_cases(city):
            city.step()
        (case,) = open_cases(city)

        with pytest.raises(CaseNotReady):
            decide(city, case, STORE)

        city.run()
        assert decide(city, case, STORE).case.state is CaseState.STORED


@pytest.mark.requirement("A8.4")
@pytest.mark.fault("F50")
class TestStranger:
    @pytest.mark.parametrize("by", [STRANGER, OFFICE])
    def test_learns_no_more_than_of_a_case_that_is_not(self, city: Stage, by: Actor) -> None:
        report(city, penalty(1, of=1, 行政相对人名称=B))
        (case,) = open_cases(city)
        told = []

        for case_id in (case.id, f"{case.submission}-99", f"{'A' * 24}-2"):
            with pytest.raises(UnknownCase) as shown:
                city.cases.show(case_id, beside="", by=by, purpose="看看")
            with pytest.raises(UnknownCase) as decided:
                city.cases.decide(
                    case_id, DROP, reason=WHY, by=by, purpose="看看", deadline=city.deadline
                )
            told += [str(error.value).replace(case_id, "") for error in (shown, decided)]

        assert len(set(told)) == 1
        assert open_cases(city, by) == []
        assert city.cases.waiting("", limit=9, by=by) == []
        assert open_cases(city) == [case]
        assert sum('"outcome":"refused"' in each["content"] for each in items_of(NAMES.audit)) == 4

    def test_is_not_the_centre_which_sees_the_cases_of_all(self, city: Stage) -> None:
        report(city, penalty(1, of=1, 行政相对人名称=B))
        other = penalties([penalty(2, of=1, 行政相对人名称=B)], provider="zjj")
        city.report(other.body, provider="zjj")

        assert [each.provider for each in city.cases.waiting("", limit=9, by=CENTRE)] == [
            "scjg",
            "zjj",
        ]
        assert len(city.cases.waiting("", limit=1, by=CENTRE)) == 1
        assert [each.provider for each in city.cases.waiting("", limit=9, by=STRANGER)] == ["zjj"]


@pytest.mark.requirement("A4.1")
@pytest.mark.fault("F50")
class TestCounty:
    def test_follows_the_cases_of_its_region_and_decides_none(self, city: Stage) -> None:
        county, other = (county_of(region) for region in ("330212", "330203"))
        moved = next(each for each in ORGANISATIONS if each.code == "scjg")
        own = replace(moved, region="330212")
        city.parts.directory.save([own, county, other], act=ACT)
        report(city, penalty_of_citizen(1))
        report(city, penalty_of_citizen(2, 行政相对人名称="李别名"))
        foreign = penalties([penalty(2, of=1, 行政相对人名称=B)], provider="zjj")
        city.report(foreign.body, provider="zjj")
        (case,) = open_cases(city)
        near, far = (
            Actor(kind=ActorKind.COUNTY, id="yin", organisation=each.code)
            for each in (county, other)
        )

        shown = city.cases.show(case.id, beside="", by=near, purpose="督办")

        assert city.cases.waiting("", limit=9, by=near) == [case] == open_cases(city, near)
        assert shown.values["party_name"] == "李**"
        assert CITIZEN_ID not in str(shown)
        assert city.cases.waiting("zjj", limit=9, by=near) == []
        assert city.cases.waiting("", limit=9, by=far) == [] == open_cases(city, far)
        with pytest.raises(UnknownCase):
            city.cases.show(case.id, beside="", by=far, purpose="督办")
        with pytest.raises(UnknownCase):
            decide(city, case, STORE, by=near)


def county_of(region: str) -> Organisation:
    return Organisation(
        code=f"county-{region}",
        name=f"{region}信用办",
        kind=OrganisationKind.COUNTY,
        credit_code=a_credit_code(f"11{region}MA0000001"),
        region=region,
    )


@pytest.mark.requirement("A8.4")
class TestShownCase:
    def test_lies_beside_what_is_known_and_explains_it(self, city: Stage) -> None:
        report(city, penalty(1, of=1, 行政相对人名称=B))
        (case,) = open_cases(city)

        shown = city.cases.show(case.id, beside=company(3), by=PROVIDER, purpose="比对处理")

        assert shown.values["party_name"] == B
        assert [facts.code for facts in shown.candidates] == [company(1), company(2), company(3)]
        first, second, third = (facts.explanation for facts in shown.candidates)
        assert "字号不同：本行是“乙”，对方是“甲”" in first
        assert second == "名称一致"
        assert "字号不同" in third
        assert "本行暂不入库" in shown.now

    def test_says_when_registration_has_answered_it(self, city: Stage) -> None:
        report(city, penalty(1, of=1, 行政相对人名称="宁波新名贸易有限公司"))
        (case,) = open_cases(city)
        rename = registry([registration(1, 企业名称="宁波新名贸易有限公司")], period="2026-11")
        city.report(rename.body, item="legal-registration", period="2026-11")

        shown = city.cases.show(case.id, beside="", by=PROVIDER, purpose="比对处理")

        assert shown.now == ""
        assert shown.case.state is CaseState.OPEN
        assert decide(city, case, STORE).case.state is CaseState.STORED


@pytest.mark.requirement("A5.3")
class TestRecordOfTwoProviders:
    def test_is_one_of_each_and_each_answers_for_its_own(self, city: Stage) -> None:
        row = penalty(1, of=1, 行政相对人名称=A)
        report(city, row)
        other = penalties([{**row, "处罚内容": "警告"}], provider="zjj")

        done = city.report(other.body, provider="zjj")

        assert done.books.by_outcome == {Outcome.NEW: 1}
        records = [each for each in city.records() if each.id.item != "legal-registration"]
        assert {(each.provider, each.values["penalty_content"]) for each in records} == {
            ("scjg", "罚款2000元"),
            ("zjj", "警告"),
        }
