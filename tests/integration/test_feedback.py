"""Rows that went back, answered one by one, through the real use cases (A8.5, A8.6)."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from nbcredit.adapters.dynamodb.feedback import AnswerItem
from nbcredit.cleaning.originals import Originals
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.comparison import CaseDecided, CaseNotReady, ReasonHoldsNumber
from nbcredit.domain.feedback import (
    AnsweredByComparison,
    NotTheCentres,
    NotTheProviders,
    RowSettled,
    RowState,
    UnknownFeedback,
    UnknownFeedbackRows,
    WithdrawTheRecord,
)
from nbcredit.domain.obligations import State as Owed
from nbcredit.domain.records import RecordId
from nbcredit.domain.reserved import FEEDBACK
from nbcredit.domain.submissions import FileFormat, Submission, UnknownSubmission
from nbcredit.usecases.answering import Told
from nbcredit.usecases.cases import Choice
from nbcredit.usecases.held_rows import RowAnswered
from nbcredit.usecases.submissions import Submissions
from tests.cleaning_builders import CREDIT_CODE, PENALTY, csv_text
from tests.faults.scenes import penalty, registration, registry
from tests.faults.tapes import Tape
from tests.integration.lambdas import PENALTY_KEY, on_lambda
from tests.integration.stage import (
    CENTRE,
    WORK,
    Stage,
    a_stage,
    client,
    items_of,
    shipped_item,
)

PROVIDER = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
OFFICE = Actor(kind=ActorKind.OPERATOR, id="li", organisation="office")
OTHER = Actor(kind=ActorKind.PROVIDER, id="zhao", organisation="zjj")
WHY = "与证照逐位核对过"
NUMBER = "行政处罚决定书文号"
ITEM = shipped_item("administrative-penalty")


def a_row(number: int, **changes: str) -> dict[str, str]:
    return {**PENALTY, NUMBER: f"甬市监处罚〔2026〕{number}号", **changes}


# Row 2 is right; the others have an error each.
ROWS = (
    a_row(1),
    a_row(2, 行政相对人名称=""),
    a_row(3, 统一社会信用代码="91330200MA00000009"),
    a_row(4, 处罚决定日期="2026-13-01"),
)
RIGHT: Mapping[str, str] = {
    "行政相对人名称": PENALTY["行政相对人名称"],
    "统一社会信用代码": CREDIT_CODE,
    "处罚决定日期": PENALTY["处罚决定日期"],
}


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    with a_stage() as made:
        yield Tape.of(made)


@pytest.fixture
def stage(empty: Tape) -> Stage:
    return empty.rewound()


def a_file(*rows: Mapping[str, str]) -> bytes:
    return csv_text(rows).encode()


def sent_back(stage: Stage, *rows: Mapping[str, str]) -> Submission:
    return stage.report(a_file(*(rows or ROWS)))


def rows_of_book(submission: str) -> list[dict[str, str]]:
    """Return the rows of a workbook as whoever opens it sees them."""
    body = _object(f"submissions/{submission}/feedback/book.xlsx")
    opened = Originals().open([body], form=FileFormat.WORKBOOK, encoding="", item=ITEM, others=())
    return [dict(zip(opened.titles, row.cells or (), strict=False)) for row in opened.rows]


def _object(key: str) -> bytes:
    body: bytes = client("s3").get_object(Bucket=WORK, Key=key)["Body"].read()
    return body


def corrected(rows: Sequence[Mapping[str, str]]) -> bytes:
    return a_file(*({**row, **RIGHT} for row in rows))


def told(stage: Stage, feedback: str) -> Told:
    return stage.feedbacks.show(feedback, by=PROVIDER, purpose="报送核对")


def listing(stage: Stage) -> Submissions:
    return Submissions(stage.parts.submissions, stage.parts.work_files, stage.parts.ledger)


def states(stage: Stage, feedback: str) -> dict[int, str]:
    known = told(stage, feedback)
    return {row: known.state_of(row).value for row in sorted(known.rows.own)}


def owed(stage: Stage, reference: str) -> str:
    found = stage.parts.obligations.find(f"feedback/{reference}")
    return "" if found is None else found.state.value


def answer(stage: Stage, feedback: str, rows: list[int], state: RowState, why: str = WHY) -> Told:
    return stage.feedbacks.answer(
        feedback, rows, state, reason=why, by=PROVIDER, purpose="报送核对"
    )


def judge(stage: Stage, feedback: str, rows: list[int], *, accept: bool) -> Told:
    return stage.feedbacks.judge(
        feedback, rows, accept=accept, reason=WHY, by=CENTRE, purpose="反馈核实"
    )


def acts() -> list[str]:
    return [item["content"] for item in items_of("audit")]


@pytest.mark.requirement("A8.5", "A8.6")
class TestFeedbackOfASubmission:
    def test_opens_with_the_rows_that_were_not_stored(self, stage: Stage) -> None:
        done = sent_back(stage)

        known = told(stage, done.id)
        assert known.rows.rejected == {3, 4, 5}
        assert known.tally.left == 3
        assert known.feedback.due.on.isoformat() == "2026-11-09"
        assert owed(stage, done.id) == Owed.OPEN
        assert [row["原行号"] for row in rows_of_book(done.id)] == ["3", "4", "5"]

    def test_is_none_where_nothing_went_back(self, stage: Stage) -> None:
        done = sent_back(stage, a_row(1))

        with pytest.raises(UnknownFeedback):
            told(stage, done.id)
        assert owed(stage, done.id) == ""

    def test_closes_once_the_rows_come_back_right(self, stage: Stage) -> None:
        done = sent_back(stage)
        again = stage.report(corrected(rows_of_book(done.id)), name="改好.csv")

        known = told(stage, done.id)
        assert set(states(stage, done.id).values()) == {"corrected"}
        assert known.answers[4].by_row == f"{again.id}-3"
        assert not known.feedback.is_open
        assert owed(stage, done.id) == Owed.ON_TIME
        assert len(stage.heads()) == 4
        assert all(FEEDBACK not in values for values in stage.heads().values())
        assert stage.verdict().whole

    def test_says_how_many_rows_are_left_where_only_some_come_back(self, stage: Stage) -> None:
        done = sent_back(stage)
        stage.report(corrected(rows_of_book(done.id)[:1]))

        assert told(stage, done.id).tally.left == 2
        assert owed(stage, done.id) == Owed.OPEN

    def test_keeps_number_and_due_date_of_rows_that_are_still_wrong(self, stage: Stage) -> None:
        done = sent_back(stage)
        first, second, third = rows_of_book(done.id)
        stage.clock.forward(timedelta(days=2))
        half = stage.report(a_file({**first, **RIGHT}, second, third))

        assert states(stage, done.id) == {3: "corrected", 4: "open", 5: "open"}
        with pytest.raises(UnknownFeedback):
            told(stage, half.id)
        numbers = [row["反馈编号"] for row in rows_of_book(half.id)]
        assert numbers == [f"{done.id}-4", f"{done.id}-5"]

        stage.report(corrected(rows_of_book(half.id)))
        assert not told(stage, done.id).feedback.is_open

    def test_counts_new_errors_beside_old_ones_by_themselves(self, stage: Stage) -> None:
        done = sent_back(stage)
        (first, *_) = rows_of_book(done.id)
        more = stage.report(a_file(first, {**a_row(9, 行政相对人名称="")}))

        assert told(stage, done.id).tally.left == 3
        assert told(stage, more.id).rows.rejected == {3}

    def test_takes_a_number_from_the_first_row_that_has_it(self, stage: Stage) -> None:
        done = sent_back(stage)
        (first, *_) = rows_of_book(done.id)
        both = stage.report(a_file({**first, **RIGHT}, {**first, NUMBER: "甬市监处罚〔2026〕77号"}))

        assert states(stage, done.id)[3] == "corrected"
        assert told(stage, both.id).rows.rejected == {3}

    @pytest.mark.parametrize("number", ["没有这个", "ABCDEFGHIJKLMNOPQRSTUVWX-3", "{id}-2"])
    def test_stores_rows_whose_number_names_nothing(self, stage: Stage, number: str) -> None:
        done = sent_back(stage)
        stage.report(a_file(a_row(8, 反馈编号=number.format(id=done.id))))

        assert told(stage, done.id).tally.left == 3
        assert len(stage.heads()) == 2

    def test_of_another_provider_is_not_answered(self, stage: Stage) -> None:
        done = sent_back(stage)
        rows = rows_of_book(done.id)
        stage.report(corrected(rows), provider="zjj")

        assert told(stage, done.id).tally.left == 3

    def test_settles_rows_that_are_the_same_once_corrected(self, stage: Stage) -> None:
        done = sent_back(stage, a_row(1, 行政相对人名称=""), a_row(1, 行政相对人名称="　"))
        stage.report(corrected(rows_of_book(done.id)))

        assert states(stage, done.id) == {2: "corrected", 3: "corrected"}

    def test_is_late_when_answered_after_its_due_date(self, stage: Stage) -> None:
        done = sent_back(stage)
        rows = rows_of_book(done.id)
        stage.clock.forward(timedelta(days=8))
        stage.report(corrected(rows))

        assert owed(stage, done.id) == Owed.LATE

    def test_has_a_csv_of_what_is_beyond_the_workbook(self, stage: Stage) -> None:
        stage.__dict__["returning"] = replace(stage.returning, most_in_book=1)
        done = sent_back(stage)
        rest = _object(f"submissions/{done.id}/feedback/rest.csv")

        assert [row["原行号"] for row in rows_of_book(done.id)] == ["3"]
        stage.report(corrected([*csv.DictReader(io.StringIO(rest.decode("utf-8-sig")))]))
        assert states(stage, done.id) == {3: "open", 4: "corrected", 5: "corrected"}

    def test_is_made_anew_when_its_workbook_is_gone(self, stage: Stage) -> None:
        done = sent_back(stage)
        key = f"submissions/{done.id}/feedback/book.xlsx"
        client("s3").delete_object(Bucket=WORK, Key=key)

        before = stage.feedbacks.papers(done.id, anew=True, by=PROVIDER, purpose="报送核对")
        stage.run()
        after = stage.feedbacks.papers(done.id, anew=False, by=PROVIDER, purpose="报送核对")

        assert before.book is None
        assert after.book is not None
        assert "filename%2A%3DUTF-8" in after.book
        assert told(stage, done.id).tally.left == 3

    @pytest.mark.requirement("A20.1")
    def test_shows_its_rows_to_provider_and_centre_alone(self, stage: Stage) -> None:
        done = sent_back(stage)

        seen = {
            by.organisation: stage.feedbacks.papers(done.id, anew=False, by=by, purpose="核对").book
            for by in (PROVIDER, CENTRE, OFFICE)
        }
        with pytest.raises(UnknownSubmission):
            stage.feedbacks.papers(done.id, anew=False, by=OTHER, purpose="核对")

        assert {who for who, book in seen.items() if book} == {"scjg", "centre"}
        listed = {
            by.organisation: listing(stage).issues(done.id, limit=9, by=by, purpose="核对")
            for by in (PROVIDER, CENTRE, OFFICE)
        }
        assert {who for who, found in listed.items() if found.download} == {"scjg", "centre"}
        assert {who for who, found in listed.items() if not found.withheld} == {"scjg", "centre"}
        assert any(each.value for each in listed["scjg"].issues)
        assert [(each.row, each.code) for each in listed["office"].issues] == [
            (each.row, each.code) for each in listed["scjg"].issues
        ]
        assert not any(each.value for each in listed["office"].issues)
        assert any('"papers-read"' in act and '"refused"' in act for act in acts())


@pytest.mark.requirement("A8.6")
class TestAnswers:
    def test_are_returned_however_many_at_once(self, stage: Stage) -> None:
        done = sent_back(stage, *(a_row(n, 行政相对人名称="") for n in range(1, 41)))
        rows = list(range(2, 42))
        answer(stage, done.id, rows, RowState.CONFIRMED)

        known = judge(stage, done.id, rows, accept=False)

        assert set(states(stage, done.id).values()) == {"returned"}
        assert known.tally.left == 40

    def test_that_withdraw_settle_a_row_with_its_reason(self, stage: Stage) -> None:
        done = sent_back(stage)
        known = answer(stage, done.id, [3], RowState.WITHDRAWN, "不属于本单位的处罚")

        assert known.tally.left == 2
        assert known.answers[3].reason == "不属于本单位的处罚"

    def test_that_confirm_wait_for_the_centre(self, stage: Stage) -> None:
        done = sent_back(stage)
        known = answer(stage, done.id, [3, 4, 5], RowState.CONFIRMED)

        assert (known.tally.left, known.tally.unsettled) == (0, 3)
        assert known.feedback.is_open
        # It has answered: how long the centre takes is none of its fault.
        assert owed(stage, done.id) == Owed.ON_TIME

    def test_that_are_accepted_close_the_feedback(self, stage: Stage) -> None:
        done = sent_back(stage)
        answer(stage, done.id, [3, 4, 5], RowState.CONFIRMED)
        known = judge(stage, done.id, [3, 4, 5], accept=True)

        assert not known.feedback.is_open
        assert set(states(stage, done.id).values()) == {"accepted"}

    def test_that_are_returned_get_a_due_date_of_their_own(self, stage: Stage) -> None:
        done = sent_back(stage)
        answer(stage, done.id, [3, 4, 5], RowState.CONFIRMED)
        stage.clock.forward(timedelta(days=10))
        known = judge(stage, done.id, [4], accept=False)

        assert known.tally.left == 1
        assert known.due.on.isoformat() == "2026-11-19"
        assert owed(stage, f"{done.id}-4") == Owed.OPEN
        assert owed(stage, done.id) == Owed.ON_TIME

        stage.clock.forward(timedelta(days=10))
        stage.report(corrected(rows_of_book(done.id)[1:2]))
        assert owed(stage, f"{done.id}-4") == Owed.LATE
        judge(stage, done.id, [3, 5], accept=True)
        assert not told(stage, done.id).feedback.is_open

    def test_given_twice_are_one(self, stage: Stage) -> None:
        done = sent_back(stage)
        first = answer(stage, done.id, [3], RowState.WITHDRAWN)
        second = answer(stage, done.id, [3], RowState.WITHDRAWN)

        assert first.answers == second.answers
        assert sum("feedback-answered" in act for act in acts()) == 1

    def test_are_final_once_settled(self, stage: Stage) -> None:
        done = sent_back(stage)
        answer(stage, done.id, [3], RowState.WITHDRAWN)

        with pytest.raises(RowSettled, match="已撤回"):
            answer(stage, done.id, [3], RowState.CONFIRMED)
        with pytest.raises(RowSettled):
            judge(stage, done.id, [3], accept=True)
        stage.report(corrected(rows_of_book(done.id)[:1]))
        assert states(stage, done.id)[3] == "withdrawn"

    def test_name_rows_of_the_feedback(self, stage: Stage) -> None:
        done = sent_back(stage)

        with pytest.raises(UnknownFeedbackRows, match="第 2、9 行"):
            answer(stage, done.id, [2, 3, 9], RowState.WITHDRAWN)

    def test_hold_no_number_of_a_person(self, stage: Stage) -> None:
        done = sent_back(stage)

        with pytest.raises(ReasonHoldsNumber):
            answer(stage, done.id, [3], RowState.WITHDRAWN, "本人 330299199001010017 核对过")

    def test_come_from_the_provider_and_judgements_from_the_centre(self, stage: Stage) -> None:
        done = sent_back(stage)

        with pytest.raises(NotTheProviders):
            stage.feedbacks.answer(
                done.id, [3], RowState.CONFIRMED, reason=WHY, by=CENTRE, purpose="反馈核实"
            )
        with pytest.raises(NotTheCentres):
            stage.feedbacks.judge(
                done.id, [3], accept=True, reason=WHY, by=PROVIDER, purpose="反馈核实"
            )


@pytest.mark.requirement("A8.6")
class TestSight:
    def test_is_the_providers_own_and_the_centres(self, stage: Stage) -> None:
        done = sent_back(stage)

        assert [each.feedback.id for each in stage.feedbacks.latest("", limit=9, by=CENTRE)] == [
            done.id
        ]
        assert [each.feedback.id for each in stage.feedbacks.latest("", limit=9, by=PROVIDER)] == [
            done.id
        ]
        assert stage.feedbacks.latest("scjg", limit=9, by=OTHER) == []
        assert stage.feedbacks.latest("", limit=9, by=OTHER) == []

    def test_ends_alike_for_another_and_for_an_unknown_one_and_is_noted(self, stage: Stage) -> None:
        done = sent_back(stage)
        refusals = []
        for feedback in (done.id, "Q" + "A" * 23):
            with pytest.raises(UnknownFeedback) as refusal:
                stage.feedbacks.show(feedback, by=OTHER, purpose="报送核对")
            refusals.append(str(refusal.value).replace(feedback, ""))

        assert refusals[0] == refusals[1]
        noted = [act for act in acts() if "feedback-refused" in act]
        assert len(noted) == 2
        assert sum("feedback-read" in act for act in acts()) == 0

    def test_of_rows_is_in_the_trail(self, stage: Stage) -> None:
        done = sent_back(stage)
        told(stage, done.id)

        assert any("feedback-read" in act and done.id in act for act in acts())


@pytest.mark.requirement("A8.6", "A5.3")
class TestFeedbackOnARecord:
    def ask(self, stage: Stage, question: str = "金额与公示的不一致，请核实") -> Told:
        (record,) = stage.records()
        return stage.feedbacks.open_on_record(
            record.id, question, by=CENTRE, purpose="数据质量核查"
        )

    def test_goes_to_the_records_provider(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        known = self.ask(stage)

        assert known.feedback.provider == "scjg"
        assert known.tally.left == 1
        assert owed(stage, known.feedback.id) == Owed.OPEN

    def test_asked_twice_is_one(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))

        assert self.ask(stage).feedback == self.ask(stage).feedback

    def test_asked_again_once_answered_is_another(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        first = self.ask(stage).feedback.id
        answer(stage, first, [1], RowState.CONFIRMED)
        judge(stage, first, [1], accept=True)

        second = self.ask(stage).feedback

        assert second.id != first
        assert second.is_open
        assert self.ask(stage).feedback == second

    def test_is_answered_by_a_row_with_its_number(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        known = self.ask(stage)
        stage.report(a_file(a_row(1, 处罚内容="罚款3000元", 反馈编号=f"{known.feedback.id}-1")))

        assert not told(stage, known.feedback.id).feedback.is_open

    def test_is_answered_by_a_row_that_corrects_the_record(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        known = self.ask(stage)
        record = known.feedback.record
        stage.report(a_file(a_row(1, 处罚内容="罚款3000元", 更正记录编号=record)))

        assert states(stage, known.feedback.id) == {1: "corrected"}

    def test_is_answered_by_withdrawing_the_record(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        known = self.ask(stage)
        record = RecordId.parse(known.feedback.record)
        stage.withdrawals.withdraw([record], reason=WHY, by=PROVIDER, deadline=stage.deadline)
        stage.run()

        after = told(stage, known.feedback.id)
        assert (after.state_of(1), after.answers[1].reason) == (RowState.WITHDRAWN, WHY)
        assert not after.feedback.is_open

    def test_is_confirmed_but_not_withdrawn_as_a_row(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        known = self.ask(stage)

        with pytest.raises(WithdrawTheRecord, match="nbcredit withdraw"):
            answer(stage, known.feedback.id, [1], RowState.WITHDRAWN)
        answer(stage, known.feedback.id, [1], RowState.CONFIRMED)
        assert not judge(stage, known.feedback.id, [1], accept=True).feedback.is_open

    def test_is_opened_by_the_centre_alone(self, stage: Stage) -> None:
        sent_back(stage, a_row(1))
        (record,) = stage.records()

        with pytest.raises(NotTheCentres):
            stage.feedbacks.open_on_record(
                RecordId.parse(str(record.id)), "请核实", by=PROVIDER, purpose="核查"
            )


@pytest.mark.requirement("A8.4", "A8.6")
class TestHeldRows:
    @pytest.fixture
    def held(self, stage: Stage) -> Submission:
        """Have a row held whose code is registered under another name."""
        stage.report(registry([registration(1)]).body, item="legal-registration")
        row = penalty(1, of=1, 行政相对人名称="宁波丙贸易有限公司")
        return stage.report(csv_text([row]).encode())

    def decide(self, stage: Stage, case: str, *, store: bool) -> None:
        stage.cases.decide(
            case,
            Choice(store=store),
            reason=WHY,
            by=PROVIDER,
            purpose="比对处理",
            deadline=stage.deadline,
        )
        stage.run()

    def again(self, stage: Stage, held: Submission, name: str) -> Submission:
        (row,) = rows_of_book(held.id)
        return stage.report(a_file({**row, "行政相对人名称": name}))

    def test_go_back_and_are_not_answered_as_rows(self, stage: Stage, held: Submission) -> None:
        assert told(stage, held.id).rows.held == {2}
        assert "比对" in rows_of_book(held.id)[0]["处理说明"]
        with pytest.raises(AnsweredByComparison, match="nbcredit cases"):
            answer(stage, held.id, [2], RowState.CONFIRMED)

    @pytest.mark.parametrize(("store", "state"), [(True, "stored"), (False, "dropped")])
    def test_are_answered_by_the_decision(
        self, stage: Stage, held: Submission, *, store: bool, state: str
    ) -> None:
        self.decide(stage, f"{held.id}-2", store=store)

        assert states(stage, held.id) == {2: state}
        assert not told(stage, held.id).feedback.is_open
        assert owed(stage, held.id) == Owed.ON_TIME

    def test_that_come_back_right_close_their_case(self, stage: Stage, held: Submission) -> None:
        right = registration(1)["企业名称"]
        self.again(stage, held, right)

        assert states(stage, held.id) == {2: "corrected"}
        assert stage.cases.waiting("scjg", limit=9, by=PROVIDER) == []

    def test_that_come_back_held_are_answered_by_the_case_that_is_left(
        self, stage: Stage, held: Submission
    ) -> None:
        again = self.again(stage, held, "宁波丁贸易有限公司")

        assert states(stage, held.id) == {2: "open"}
        assert waiting(stage) == [f"{again.id}-2"]
        with pytest.raises(UnknownFeedback):
            told(stage, again.id)
        self.decide(stage, f"{again.id}-2", store=False)
        assert states(stage, held.id) == {2: "dropped"}


class Postponing:
    """Makes no papers before they are asked for, in whatever order that is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._returning = stage.returning
        self.waiting: list[str] = []
        stage.__dict__["returning"] = self

    def send_back(self, submission_id: str, **_: object) -> bool:
        self.waiting.append(submission_id)
        return False

    def make(self, submission_id: str) -> None:
        self._returning.send_back(submission_id, deadline=self._stage.deadline)
        self._stage.run()

    def end(self) -> None:
        self._stage.__dict__["returning"] = self._returning


def waiting(stage: Stage) -> list[str]:
    return [case.id for case in stage.cases.waiting("scjg", limit=9, by=PROVIDER)]


@pytest.mark.requirement("A8.4", "A8.6")
@pytest.mark.fault("F08")
class TestARowInThreeFiles:
    """Refused, then held, then reported right: it is stored once, whatever is relayed first."""

    OTHER = "宁波丙贸易有限公司"

    def first(self, stage: Stage, **changes: str) -> Submission:
        rows = [registration(1), registration(2, 企业名称=self.OTHER)]
        stage.report(registry(rows).body, item="legal-registration")
        return stage.report(csv_text([penalty(1, of=1, **changes)]).encode())

    def held(self, stage: Stage, earlier: Submission, name: str = OTHER) -> Submission:
        """Report the row again, under a name that is another's."""
        (row,) = rows_of_book(earlier.id)
        again = {**row, "处罚决定日期": PENALTY["处罚决定日期"], "行政相对人名称": name}
        return stage.report(a_file(again), name="two.csv")

    def right(self, stage: Stage, earlier: Submission) -> Submission:
        """Report it under the other company's code, by which it is another record."""
        (row,) = rows_of_book(earlier.id)
        code, date = registration(2)["统一社会信用代码"], PENALTY["处罚决定日期"]
        told = {"统一社会信用代码": code, "行政相对人名称": self.OTHER, "处罚决定日期": date}
        return stage.report(a_file({**row, **told}), name="three.csv")

    def store(self, stage: Stage, case: str) -> None:
        stage.cases.decide(
            case,
            Choice(store=True),
            reason=WHY,
            by=CENTRE,
            purpose="比对处理",
            deadline=stage.deadline,
        )
        stage.run()

    @pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1)])
    @pytest.mark.parametrize(
        "first",
        [{"处罚决定日期": "2026-13-01"}, {"行政相对人名称": OTHER}],
        ids=["refused", "held"],
    )
    def test_is_stored_once(
        self, stage: Stage, first: dict[str, str], order: tuple[int, ...]
    ) -> None:
        one = self.first(stage, **first)
        papers = Postponing(stage)
        two, three = self.held(stage, one), self.right(stage, one)
        stored = len(stage.heads())
        for each in order:
            papers.make((two.id, three.id)[each])

        assert waiting(stage) == []
        assert states(stage, one.id) == {2: "corrected"}
        assert not told(stage, one.id).feedback.is_open
        with pytest.raises(CaseDecided):
            self.store(stage, f"{two.id}-2")
        assert len(stage.heads()) == stored
        assert stage.verdict().whole

    def test_waits_for_its_number_to_be_read(self, stage: Stage) -> None:
        one = self.first(stage, 处罚决定日期="2026-13-01")
        Postponing(stage)
        two = self.held(stage, one)

        with pytest.raises(CaseNotReady):
            self.store(stage, f"{two.id}-2")

    def test_is_not_stored_once_it_is_answered(self, stage: Stage) -> None:
        one = self.first(stage, 处罚决定日期="2026-13-01")
        two = self.held(stage, one)
        case = stage.parts.cases.find(two, 2)
        assert case is not None
        answer(stage, one.id, [2], RowState.WITHDRAWN)
        assert waiting(stage) == []

        stage.parts.cases.keep([case])
        with pytest.raises(RowAnswered, match="已撤回"):
            self.store(stage, case.id)

    def test_is_decided_by_the_latest_of_its_cases(self, stage: Stage) -> None:
        one = self.first(stage, 行政相对人名称=self.OTHER)
        papers = Postponing(stage)
        two, three = self.held(stage, one), self.held(stage, one, "宁波丁贸易有限公司")
        papers.make(three.id)
        papers.make(two.id)

        assert waiting(stage) == [f"{three.id}-2"]
        self.store(stage, f"{three.id}-2")
        assert states(stage, one.id) == {2: "stored"}
        assert waiting(stage) == []

    @pytest.mark.parametrize("store", [True, False])
    def test_is_answered_by_a_decision_before_its_feedback_is_there(
        self, stage: Stage, *, store: bool
    ) -> None:
        papers = Postponing(stage)
        one = self.first(stage, 行政相对人名称=self.OTHER)
        stage.cases.decide(
            f"{one.id}-2",
            Choice(store=store),
            reason=WHY,
            by=PROVIDER,
            purpose="比对处理",
            deadline=stage.deadline,
        )
        # The event has its consequences; nothing holds up those behind it.
        stage.run()
        papers.end()
        papers.make(one.id)

        assert states(stage, one.id) == {2: "stored" if store else "dropped"}
        assert not told(stage, one.id).feedback.is_open


@pytest.mark.requirement("A8.6")
class TestTheSameRows:
    def test_in_another_file_are_the_same_feedback(self, stage: Stage) -> None:
        done = sent_back(stage)
        stage.clock.forward(timedelta(days=2))
        again = stage.report(a_file(*ROWS, a_row(9, 行政相对人名称="")), name="two.csv")

        assert told(stage, done.id).tally.left == 3
        assert told(stage, again.id).rows.rejected == {6}
        numbers = [row["反馈编号"] for row in rows_of_book(again.id)]
        assert numbers == [*(f"{done.id}-{row}" for row in (3, 4, 5)), f"{again.id}-6"]

    def test_are_told_by_their_record_where_that_can_be(self, stage: Stage) -> None:
        done = sent_back(stage, a_row(1, 处罚决定日期="2026-13-01"))
        again = sent_back(stage, a_row(1, 处罚决定日期="2026-14-01"))

        assert told(stage, done.id).tally.left == 1
        with pytest.raises(UnknownFeedback):
            told(stage, again.id)

    def test_are_new_once_they_had_been_answered(self, stage: Stage) -> None:
        done = sent_back(stage, a_row(1, 行政相对人名称=""))
        answer(stage, done.id, [2], RowState.WITHDRAWN)
        stage.clock.forward(timedelta(days=1))
        again = stage.report(a_file(a_row(1, 行政相对人名称=""), a_row(2)))

        assert told(stage, again.id).tally.left == 1


def asked(client_: Any, counts: Counter[str]) -> None:
    """Count the requests of a client by their names."""
    client_.meta.events.register("before-call", lambda model, **_: counts.update([model.name]))


@pytest.mark.requirement("A8.6")
@pytest.mark.fault("F28")
class TestManyRows:
    def requests(self, stage: Stage, rows: int) -> int:
        """Return how many requests it takes to settle so many corrected rows."""
        done = sent_back(stage, *(a_row(n, 行政相对人名称="") for n in range(1, rows + 1)))
        papers = Postponing(stage)
        again = stage.report(corrected(rows_of_book(done.id)), name="改好.csv")
        counts: Counter[str] = Counter()
        asked(stage.parts.connection.client, counts)
        papers.make(again.id)
        assert not told(stage, done.id).feedback.is_open
        papers.end()
        return counts.total()

    def test_cost_as_many_requests_as_there_are_turns(self, stage: Stage) -> None:
        few, many = self.requests(stage, 80), self.requests(stage, 240)

        # Each turn of 80 is one transaction.
        assert many - few == 2

    def test_are_read_once_though_answered_in_turns(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read = count()
        parsed = AnswerItem.answer
        monkeypatch.setattr(AnswerItem, "answer", lambda item: (next(read), parsed(item))[1])
        self.requests(stage, 160)

        # Once to look when the last of them was answered, and once more by the test.
        assert next(read) <= 2 * 160

    def test_that_name_records_ask_once_about_all_of_them(self, stage: Stage) -> None:
        record = "LP-91330200MA0000000H.administrative-penalty.{}EJJGLKC7XYXKTOF5C2GAH6VC"
        rows = [
            a_row(n, 行政相对人名称="", 更正记录编号=record.format("A" * n)) for n in range(1, 31)
        ]
        papers = Postponing(stage)
        done = sent_back(stage, *rows)
        counts: Counter[str] = Counter()
        asked(stage.parts.connection.client, counts)
        papers.make(done.id)

        assert told(stage, done.id).tally.left == 30
        assert counts["Query"] < 15

    def test_are_handed_over_when_time_is_nearly_over(self, stage: Stage) -> None:
        done = sent_back(stage, *(a_row(n, 行政相对人名称="") for n in range(1, 201)))
        papers = Postponing(stage)
        again = stage.report(corrected(rows_of_book(done.id)), name="改好.csv")
        papers.end()
        left: list[int] = []
        # Time for one turn, each time anew.
        for _ in range(9):
            hurry = Patients([1000.0, 1.0])
            if stage.returning.send_back(again.id, deadline=hurry):
                break
            assert stage.queues.settles.pop() == again.id
            left.append(told(stage, done.id).tally.left)

        assert left == [120, 40]
        assert not told(stage, done.id).feedback.is_open
        assert stage.verdict().whole

    def test_are_listed_without_reading_their_answers(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = sent_back(stage)
        answer(stage, done.id, [3, 4], RowState.CONFIRMED)
        judge(stage, done.id, [4], accept=False)
        monkeypatch.setattr(AnswerItem, "answer", lambda _: pytest.fail("an answer was read"))

        for by in (PROVIDER, CENTRE):
            (listed,) = stage.feedbacks.latest("", limit=9, by=by)
            assert (listed.tally.left, listed.tally[RowState.CONFIRMED]) == (2, 1)


@dataclass(slots=True)
class Patients:
    """A deadline that is as far away as its list says, in turn."""

    seconds: list[float]

    def remaining(self) -> float:
        return self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0]


@pytest.mark.requirement("A8.5", "A8.6")
@pytest.mark.fault("F43")
class TestThroughFunctions:
    def test_goes_from_a_bad_file_to_a_closed_feedback(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        by = {"caller": {"kind": "provider", "id": "wang", "organisation": "scjg"}}
        with on_lambda(stage, monkeypatch) as lambdas:
            lambdas.upload(a_file(*ROWS), PENALTY_KEY)
            lambdas.run()
            listed = lambdas.call("list-feedback")["answer"]["feedback"]
            feedback = listed[0]["feedback"]
            papers = lambdas.call("show-papers", submission=feedback, **by)["answer"]
            stage.clock.forward(timedelta(seconds=5))
            lambdas.call(
                "answer-feedback",
                feedback=feedback,
                rows=[3, 4],
                answer="confirmed",
                reason=WHY,
                **by,
            )
            judged = lambdas.call(
                "judge-answer", feedback=feedback, rows=[3], accept=True, reason=WHY
            )
            lambdas.call(
                "judge-answer", feedback=feedback, rows=[4], accept=False, reason="仍与公示不符"
            )
            lambdas.upload(corrected(rows_of_book(feedback)[1:]), PENALTY_KEY)
            lambdas.run()
            shown = lambdas.call("show-feedback", feedback=feedback, **by)["answer"]
            refused = lambdas.call("open-feedback", record="LP-X", question="请核实", **by)

        assert [each["left"] for each in listed] == [3]
        assert papers["workbook"]
        # "%E5%A4%84%E7%BD%9A 1+2" is what the provider called it.
        assert "%25E5%25A4%2584%25E7%25BD%259A" in papers["workbook"]
        assert judged["answer"]["feedback"]["by_state"] == {
            "accepted": 1,
            "confirmed": 1,
            "open": 1,
        }
        assert {row["row"]: row["state"] for row in shown["rows"]} == {
            3: "accepted",
            4: "corrected",
            5: "corrected",
        }
        assert shown["feedback"]["closed_at"]
        assert refused["code"] == "bad-record-id"


def test_papers_quote_csv_as_the_file_had_it(stage: Stage) -> None:
    done = sent_back(stage)
    (row, *_) = rows_of_book(done.id)

    assert {key: row[key] for key in PENALTY} == ROWS[1]
