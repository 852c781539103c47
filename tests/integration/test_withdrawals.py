from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.comparison import ReasonHoldsNumber
from nbcredit.domain.records import RecordId
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import Kind, State
from nbcredit.usecases.records import UnknownRecord
from nbcredit.usecases.submissions import Standing
from nbcredit.usecases.withdrawals import RegistrationStays
from tests.faults.endings import actions
from tests.faults.scenes import (
    CITIZEN_ID,
    company,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.integration.lambdas import Lambdas, on_lambda
from tests.integration.stage import CENTRE, NAMES, Stage, items_of
from tests.integration.test_corrections import WANG, correction, head, stored, uploaded

LI = Actor(kind=ActorKind.PROVIDER, id="li", organisation="rsj")
WHY = "误报：案件已撤销"


def withdraw(stage: Stage, *records: RecordId, by: Actor = WANG) -> list[Standing]:
    stage.clock.forward(timedelta(seconds=1))
    return stage.withdrawals.withdraw(records, reason=WHY, by=by, deadline=stage.deadline)


@pytest.mark.requirement("A7.3")
class TestWithdrawal:
    @pytest.mark.parametrize("by", [WANG, CENTRE], ids=["provider", "centre"])
    def test_leaves_the_record_in_the_archive_with_its_reason(
        self, stage: Stage, by: Actor
    ) -> None:
        record, other = stored(stage, penalty(1), penalty_of_citizen(2))

        [standing] = withdraw(stage, record, other, by=by)

        assert standing.submission.state is State.SETTLED
        assert standing.submission.kind is Kind.WITHDRAWAL
        assert standing.submission.books.by_outcome == {Outcome.UPDATED: 2}
        for each in (record, other):
            now, before = stage.subjects.versions(each)
            assert (now.withdrawn, now.reason, set(now.values)) == (True, WHY, {"@reason"})
            assert before.values["penalty_content"]
            assert not before.withdrawn

    def test_takes_no_reason_with_a_persons_number(self, stage: Stage) -> None:
        with pytest.raises(ReasonHoldsNumber):
            stage.withdrawals.withdraw(
                [], reason=f"报错人了，应为 {CITIZEN_ID}", by=CENTRE, deadline=stage.deadline
            )

    def test_keeps_a_persons_reason_sealed(self, stage: Stage) -> None:
        [record] = stored(stage, penalty_of_citizen(1))

        withdraw(stage, record)

        assert WHY not in str(items_of(NAMES.natural_persons))

    def test_is_not_undone_by_a_later_report(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        withdraw(stage, record)

        later = stage.report(penalties([penalty(1)], period="2026-11").body, period="2026-11")

        assert later.books.by_outcome == {Outcome.OLDER: 1}
        assert "W930" in later.issue_counts
        assert head(stage, record).withdrawn

    def test_is_undone_by_a_correction(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        withdraw(stage, record)
        stage.clock.forward(timedelta(days=1))

        uploaded(stage, correction(record, penalty(1)))

        assert not head(stage, record).withdrawn

    def test_can_come_again_after_a_correction(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        [first] = withdraw(stage, record)
        uploaded(stage, correction(record, penalty(1)))
        stage.clock.forward(timedelta(hours=1))

        [second] = withdraw(stage, record)

        assert second.submission.id != first.submission.id
        assert head(stage, record).withdrawn

    def test_again_is_the_same_withdrawal(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        first = withdraw(stage, record)
        stage.run()

        assert withdraw(stage, record) == first

    def test_waits_for_its_lane(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        waits = penalties([penalty(2)], period="2026-11").put(stage)
        submission = stage.submission(stage.receive(waits).submission)
        stage.parts.lanes.start_next(submission.lane, by=WANG)

        [standing] = withdraw(stage, record)

        assert standing.submission.state is State.WAITING
        stage.run()
        assert head(stage, record).withdrawn

    def test_takes_what_had_taken_the_place_of_the_record(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        uploaded(stage, correction(record, penalty(2)))
        second = RecordId.parse(head(stage, record).replaced_by)

        withdraw(stage, second)

        assert all(each.withdrawn for each in stage.records())

    def test_reaches_the_change_log(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        [standing] = withdraw(stage, record)
        stage.run()

        changes = [
            change
            for item in items_of(NAMES.work)
            if item["pk"].startswith("CHANGES#")
            for change in item["changes"]
        ]
        assert [change["version"] for change in changes if change["record"] == str(record)][
            -1
        ] == str(standing.submission.version)


@pytest.mark.fault("F45")
@pytest.mark.requirement("A5.1")
class TestRefusedWithdrawal:
    def test_tells_of_anothers_record_as_of_none(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        unknown = RecordId(record.subject, record.item, "AAAA")

        refusals = []
        for each in (record, unknown):
            with pytest.raises(UnknownRecord) as refused:
                withdraw(stage, each, by=LI)
            refusals.append(str(refused.value).replace(str(each), "…"))

        assert refusals[0] == refusals[1]
        assert actions().count("withdrawal-refused") == 1
        assert not head(stage, record).withdrawn

    def test_withdraws_none_where_one_may_not_be(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        with pytest.raises(UnknownRecord):
            withdraw(stage, record, RecordId(record.subject, record.item, "AAAA"))

        assert not head(stage, record).withdrawn

    def test_leaves_a_registration(self, stage: Stage) -> None:
        stage.report(registry([registration(1)]).body, item="legal-registration")
        [record] = list(stage.records())

        with pytest.raises(RegistrationStays):
            withdraw(stage, record.id)


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with on_lambda(stage, monkeypatch) as lambdas:
        yield lambdas


@pytest.mark.requirement("A7.3")
class TestCalls:
    def test_withdraw_show_and_trace(self, lambdas: Lambdas) -> None:
        [record] = stored(lambdas.stage, penalty(1))

        answer = lambdas.call("withdraw-records", records=[str(record)], reason=WHY)["answer"]

        assert answer["waits"] is False
        shown = lambdas.call("read-subject", credit_code=company(0))["answer"]["records"]
        assert [(each["withdrawn"], each["reason"], each["values"]) for each in shown] == [
            (True, WHY, {})
        ]
        traced = lambdas.call("trace-record", record=str(record))["answer"]["versions"]
        assert [each["withdrawn"] for each in traced] == [True, False]
        assert [each["kind"] for each in traced] == ["withdrawal", "file"]

    def test_refuse_what_is_no_record(self, lambdas: Lambdas) -> None:
        answer: dict[str, Any] = lambdas.call("withdraw-records", records=["x"], reason=WHY)

        assert answer["code"] == "bad-record-id"
