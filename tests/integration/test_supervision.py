"""Supervision on the real tables: lists and queues, records, regions and urging (A4.1, A16.1)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from nbcredit.domain.accounts import Account, AccountKind
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.errors import Refusal
from nbcredit.domain.feedback import RowState
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.periods import Period
from nbcredit.domain.permissions import Role
from nbcredit.domain.working_days import DueDate
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.answers.supervision import supervision_answers
from nbcredit.usecases.obligations import Change, Obligations
from nbcredit.wire.any_call import ANY_CALL
from tests.clock_builders import at
from tests.faults.scenes import csv_file, penalty, registration, registry
from tests.integration.stage import ORGANISATIONS, START, Stage, a_stage, items_of
from tests.obligation_builders import ACT, an_obligation

YINZHOU: Final = "330212"
CENTRE: Final = Actor(kind=ActorKind.OPERATOR, id="chen", organisation="centre")
COUNTY: Final = Actor(kind=ActorKind.COUNTY, id="lu", organisation="yz-xyb", region=YINZHOU)
SCJG: Final = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
QUEUES: Final = {"submission", "feedback", "reporting", "cases", "answers", "accounts"}
PLACES: Final = ("OWED#OPEN", "OWED#BY#scjg")
ALSO: Final = [
    Organisation(code=code, name=code, kind=kind, credit_code=code, region=region)
    for code, kind, region in (
        ("yz-xyb", OrganisationKind.COUNTY, YINZHOU),
        ("yz-zfj", OrganisationKind.COUNTY, YINZHOU),
        ("centre", OrganisationKind.CENTRE, "330200"),
    )
]


APPLICATION: Final = Account(
    id="scjg.wang",
    kind=AccountKind.PERSON,
    organisation="scjg",
    name="王某",
    roles=(Role.REPORTER,),
    purpose="报送信用信息",
    applied_at=START,
    applied_by=SCJG,
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        stage.parts.directory.save([*ORGANISATIONS, *ALSO], act=ACT)
        yield stage


def asked(stage: Stage, by: Actor, call: str, **told: Any) -> Mapping[str, Any]:
    answers: Answers = supervision_answers(stage.parts)
    caller = {"kind": "operator", "id": by.id, "organisation": by.organisation}
    body = ANY_CALL.validate_python({"call": call, "caller": caller, "purpose": "督办", **told})
    return answers[type(body)](body, Asked(by, stage.deadline)).model_dump(mode="json")


def owe(stage: Stage, debtor: str, reference: str, days: int, **changes: Any) -> Obligation:
    """Open an obligation that is due some days from now."""
    due = DueDate(on=START.date() + timedelta(days=days), rule="A8.6", start=date(2026, 10, 9))
    owed = replace(an_obligation(debtor=debtor, reference=reference, due=due), **changes)
    assert owing(stage).open(owed, act=ACT)
    return owed


def owing(stage: Stage) -> Obligations:
    return Obligations(stage.parts.obligations, stage.parts.calendars)


def references(found: Mapping[str, Any]) -> list[str]:
    return [each["obligation"].rpartition("/")[2] for each in found["obligations"]]


def queue(stage: Stage, by: Actor, name: str) -> Mapping[str, Any]:
    found: list[dict[str, Any]] = asked(stage, by, "list-queues")["queues"]
    return next(each for each in found if each["queue"] == name)


def told(stage: Stage, organisation: str) -> list[str]:
    return [each.subject for each in stage.parts.inboxes.messages(organisation, limit=100)]


@pytest.mark.requirement("A16.1")
class TestObligationsOfAll:
    def test_come_by_due_date_filtered_and_paged(self, stage: Stage) -> None:
        owe(stage, "scjg", "F-3", 3)
        owe(stage, "zjj", "F-1", -2)
        owe(stage, "yz-zfj", "S-2", -1, kind=Kind.SUBMISSION)

        first = asked(stage, CENTRE, "list-obligations", limit=2)
        rest = asked(stage, CENTRE, "list-obligations", limit=2, after=first["next"])

        assert (references(first), references(rest), rest["next"]) == (["F-1", "S-2"], ["F-3"], "")
        assert references(asked(stage, CENTRE, "list-obligations", overdue=True)) == ["F-1", "S-2"]
        assert references(asked(stage, CENTRE, "list-obligations", kind="feedback")) == [
            "F-1",
            "F-3",
        ]
        assert references(asked(stage, CENTRE, "list-obligations", organisation="zjj")) == ["F-1"]

    def test_reach_no_further_than_whoever_asks(self, stage: Stage) -> None:
        owe(stage, "zjj", "F-1", 1)
        owe(stage, "yz-zfj", "F-2", 2)

        assert references(asked(stage, COUNTY, "list-obligations")) == ["F-2"]
        assert references(asked(stage, COUNTY, "list-obligations", organisation="zjj")) == []
        assert references(asked(stage, SCJG, "list-obligations", organisation="zjj")) == []
        with pytest.raises(Refusal) as refused:
            asked(stage, SCJG, "list-obligations")
        assert refused.value.code == "not-a-supervisor"

    def test_leave_the_list_when_they_are_met_or_move_in_it(self, stage: Stage) -> None:
        owed = owe(stage, "scjg", "F-1", 5)
        owe(stage, "scjg", "F-2", 6)
        later = replace(owed.due, on=owed.due.on + timedelta(days=9))
        known = owing(stage).get(Kind.FEEDBACK, "F-1")
        stage.parts.obligations.write([Change(known, known.redated(later))], act=ACT)
        moved = references(asked(stage, CENTRE, "list-obligations"))
        owing(stage).meet(Kind.FEEDBACK, "F-2", at=START, by="S", act=ACT)

        assert moved == ["F-2", "F-1"]
        assert references(asked(stage, CENTRE, "list-obligations")) == ["F-1"]
        # What is listed is what each debtor still has to do, no more and no less.
        work = items_of("work")
        places = {pk: {each["sk"] for each in work if each["pk"] == pk} for pk in PLACES}
        assert places["OWED#OPEN"] == places["OWED#BY#scjg"]


@pytest.mark.requirement("A16.1")
class TestQueues:
    def test_are_counted_with_what_is_overdue_first(self, stage: Stage) -> None:
        owe(stage, "zjj", "F-1", 4)
        owe(stage, "zjj", "S-1", -3, kind=Kind.SUBMISSION)
        owe(stage, "yz-zfj", "S-2", 2, kind=Kind.SUBMISSION)

        queues = asked(stage, CENTRE, "list-queues")["queues"]
        of_county = asked(stage, COUNTY, "list-queues")["queues"]

        counted = [(each["queue"], each["count"], each["overdue"]) for each in queues]
        assert counted[:2] == [("submission", 2, 1), ("feedback", 1, 0)]
        assert queues[0]["oldest_due"] == str(START.date() - timedelta(days=3))
        assert {each["queue"] for each in queues} == QUEUES
        assert [each["count"] for each in of_county if each["count"]] == [1]

    def test_have_the_cases_of_whom_they_concern(self, stage: Stage) -> None:
        # The code is registered under another name: the row waits for a decision.
        registered = registry([registration(1, 企业名称="宁波甲贸易有限公司")])
        stage.report(registered.body, item="legal-registration")
        stage.report(csv_file([penalty(1, of=1)]))

        cases = queue(stage, CENTRE, "cases")

        assert (cases["count"], bool(cases["oldest_at"])) == (1, True)
        assert not any(each["count"] for each in asked(stage, COUNTY, "list-queues")["queues"])

    def test_have_the_answers_that_are_to_be_judged(self, stage: Stage) -> None:
        sent = stage.report(csv_file([{**penalty(1), "处罚决定日期": "昨天"}]))
        stage.feedbacks.answer(
            sent.id, [2], RowState.CONFIRMED, reason="属实", by=SCJG, purpose="测试"
        )

        answers = queue(stage, CENTRE, "answers")

        assert (answers["count"], bool(answers["oldest_at"])) == (1, True)
        assert queue(stage, COUNTY, "answers")["count"] == 0

    @pytest.mark.requirement("A18.1")
    def test_have_the_accounts_that_are_to_be_approved(self, stage: Stage) -> None:
        stage.parts.accounts.add(APPLICATION, act=ACT)

        assert queue(stage, CENTRE, "accounts")["count"] == 1
        assert queue(stage, COUNTY, "accounts")["count"] == 0


@pytest.mark.requirement("A4.1")
class TestUrging:
    def test_tells_the_debtor_once_a_day(self, stage: Stage) -> None:
        owed = owe(stage, "yz-zfj", "F-1", -1)

        first = asked(stage, COUNTY, "urge-obligation", obligation=owed.id, note="请今日完成。")
        stage.clock.forward(timedelta(minutes=5))
        again = asked(stage, CENTRE, "urge-obligation", obligation=owed.id, note="另一句")
        stage.run()
        stage.clock.forward(timedelta(days=1))
        asked(stage, CENTRE, "urge-obligation", obligation=owed.id)
        stage.run()

        assert (again["at"], again["note"]) == (first["at"], "请今日完成。")
        assert told(stage, "yz-zfj") == ["催办：答复反馈 F-1"] * 2
        record = asked(
            stage, CENTRE, "show-organisation-record", organisation="yz-zfj", month="2026-11"
        )
        assert [each["by_organisation"] for each in record["urges"]] == ["yz-xyb", "centre"]
        assert (record["figures"]["urged"], record["figures"]["overdue_items"]) == (2, 1)
        acts = [json.loads(item["content"])["action"] for item in items_of("audit")]
        assert acts.count("urged") == 2

    @pytest.mark.parametrize(
        ("by", "debtor", "code"),
        [
            (COUNTY, "zjj", "unknown-obligation"),
            (SCJG, "zjj", "not-a-supervisor"),
            (COUNTY, "yz-xyb", "not-a-supervisor"),
        ],
    )
    def test_is_refused_outside_region_and_office(
        self, stage: Stage, by: Actor, debtor: str, code: str
    ) -> None:
        owed = owe(stage, debtor, "F-1", -1)

        with pytest.raises(Refusal) as refused:
            asked(stage, by, "urge-obligation", obligation=owed.id)

        assert refused.value.code == code
        stage.run()
        assert told(stage, debtor) == []

    def test_needs_something_to_be_done(self, stage: Stage) -> None:
        owed = owe(stage, "zjj", "F-1", -1)
        owing(stage).meet(Kind.FEEDBACK, "F-1", at=START, by="S", act=ACT)

        for obligation, code in (
            (owed.id, "nothing-to-urge"),
            ("feedback/F-9", "unknown-obligation"),
        ):
            with pytest.raises(Refusal) as refused:
                asked(stage, CENTRE, "urge-obligation", obligation=obligation)
            assert refused.value.code == code


@pytest.mark.requirement("A4.1")
class TestRecord:
    def test_is_counted_from_the_books(self, stage: Stage) -> None:
        stage.report(csv_file([penalty(1), {**penalty(2), "处罚决定日期": "昨天"}]))
        stage.run()
        stage.clock.forward(at("2026-11-11 09:00") - stage.clock.now())
        stage.closing.close(Period.parse("2026-10"), by=CENTRE)

        record = asked(
            stage, SCJG, "show-organisation-record", organisation="scjg", month="2026-11"
        )

        figures = record["figures"]
        assert (figures["submissions"], figures["rows"], figures["rejected"]) == (1, 2, 1)
        assert (figures["on_time"], figures["error_rate"]) == (1, 0.5)
        assert figures["missing"] == len(record["duties"]) - 1
        assert (figures["feedback_open"], figures["feedback_overdue"]) == (0, 1)
        assert record["period"] == "2026-10"
        empty = asked(stage, SCJG, "show-organisation-record", organisation="scjg", month="2026-08")
        assert (empty["figures"]["submissions"], empty["figures"]["feedback_open"]) == (0, 0)

    def test_is_nobody_elses(self, stage: Stage) -> None:
        for by, whose in ((SCJG, "zjj"), (COUNTY, "zjj"), (CENTRE, "nobody")):
            with pytest.raises(Refusal) as refused:
                asked(stage, by, "show-organisation-record", organisation=whose, month="2026-11")
            assert refused.value.code == "unknown-organisation"

    def test_adds_up_by_region(self, stage: Stage) -> None:
        owe(stage, "yz-zfj", "F-1", -1)
        owe(stage, "zjj", "F-2", -1)

        city = asked(stage, CENTRE, "show-regional-figures", month="2026-11")
        county = asked(stage, COUNTY, "show-regional-figures", month="2026-11")

        assert [each["region"] for each in city["regions"]] == ["330200", YINZHOU]
        assert [each["figures"]["overdue_items"] for each in city["regions"]] == [1, 1]
        assert [each["region"] for each in county["regions"]] == [YINZHOU]
        assert "检索索引" in county["note"]
        of_city = city["regions"][0]
        assert of_city["figures"]["not_due"] == sum(
            each["figures"]["not_due"] for each in of_city["organisations"]
        )
