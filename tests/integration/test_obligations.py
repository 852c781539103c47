from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from nbcredit.adapters.dynamodb.obligations import DynamoObligations
from nbcredit.domain.duties import Reports, due_of
from nbcredit.domain.obligations import (
    Kind,
    Obligation,
    StaleObligation,
    State,
    UnknownObligation,
)
from nbcredit.domain.periods import Period
from nbcredit.domain.working_days import DueDate, WorkingCalendar
from nbcredit.usecases.obligations import Change, Obligations, ObligationStore
from tests.integration.stage import Stage, a_stage, items_of
from tests.obligation_builders import ACT, FakeObligations, FixedCalendar, an_obligation

IN_TIME = datetime(2026, 10, 10, 15, 59, 59, 999999, tzinfo=UTC)
TOO_LATE = datetime(2026, 10, 10, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        yield stage


@pytest.fixture(params=["fake", "dynamo"])
def store(request: pytest.FixtureRequest, stage: Stage) -> ObligationStore:
    if request.param == "fake":
        return FakeObligations()
    for item in items_of("work"):
        if item["pk"].startswith("OWED#"):
            stage.parts.connection.delete_item("work", item["pk"], item["sk"])
    return DynamoObligations(stage.parts.ledger)


@pytest.fixture
def obligations(store: ObligationStore) -> Obligations:
    return Obligations(store, FixedCalendar(WorkingCalendar.of([])))


def a_duty(provider: str, item: str = "blacklist", period: str = "2026-09") -> Obligation:
    return an_obligation(
        kind=Kind.REPORTING,
        reference=f"{period}/{provider}/{item}",
        debtor=provider,
        due=due_of(Period.parse(period)),
        reports=Reports(owed=True),
    )


@pytest.mark.requirement("A8.6")
class TestObligations:
    def test_are_opened_once(self, obligations: Obligations) -> None:
        assert obligations.open(an_obligation(), act=ACT)
        assert not obligations.open(an_obligation(title="another"), act=ACT)

        assert [each.title for each in obligations.of("scjg")] == ["答复反馈 F-1"]

    @pytest.mark.parametrize(("at", "state"), [(IN_TIME, State.ON_TIME), (TOO_LATE, State.LATE)])
    def test_are_met_once_in_time_or_late(
        self, obligations: Obligations, at: datetime, state: State
    ) -> None:
        obligations.open(an_obligation(), act=ACT)

        assert obligations.meet(Kind.FEEDBACK, "F-1", at=at, by="S1", act=ACT)
        assert not obligations.meet(Kind.FEEDBACK, "F-1", at=TOO_LATE, by="S2", act=ACT)

        known = obligations.get(Kind.FEEDBACK, "F-1")
        assert (known.state, known.met_at, known.met_by) == (state, at, "S1")
        assert not obligations.of("scjg")

    def test_can_be_lifted(self, obligations: Obligations) -> None:
        obligations.open(an_obligation(), act=ACT)

        assert obligations.lift(Kind.FEEDBACK, "F-1", at=IN_TIME, by="centre", act=ACT)

        assert obligations.get(Kind.FEEDBACK, "F-1").state is State.LIFTED
        assert not obligations.of("scjg")

    def test_can_be_opened_again_with_a_new_due_date(self, obligations: Obligations) -> None:
        obligations.open(an_obligation(), act=ACT)
        obligations.meet(Kind.FEEDBACK, "F-1", at=IN_TIME, by="S1", act=ACT)
        later = DueDate(on=date(2026, 11, 2), rule="A8.6", start=date(2026, 10, 26), days=5)

        assert obligations.open(an_obligation(due=later), act=ACT, again=True)

        assert [each.due for each in obligations.of("scjg")] == [later]

    def test_are_told_apart_by_debtor_and_listed_by_due_date(
        self, obligations: Obligations
    ) -> None:
        for reference, day, debtor in [("F-1", 9, "scjg"), ("F-2", 8, "scjg"), ("F-3", 7, "rsj")]:
            due = DueDate(on=date(2026, 10, day), rule="A8.6", start=date(2026, 9, 28), days=5)
            new = an_obligation(reference=reference, due=due, debtor=debtor)
            obligations.open(new, act=ACT)

        assert [each.reference for each in obligations.of("scjg")] == ["F-2", "F-1"]

    def test_that_are_unknown_are_refused(self, obligations: Obligations) -> None:
        with pytest.raises(UnknownObligation):
            obligations.meet(Kind.FEEDBACK, "F-9", at=IN_TIME, by="S1", act=ACT)
        with pytest.raises(UnknownObligation):
            obligations.explain("nothing")
        with pytest.raises(UnknownObligation):
            obligations.explain("reporting/too/long/by/far")

    def test_are_explained(self, obligations: Obligations) -> None:
        obligations.open(an_obligation(), act=ACT)

        told = obligations.explain("feedback/F-1")

        assert told.startswith("scjg：答复反馈 F-1。自 2026-09-28（周一）起 5 个工作日")


class TestObligationStore:
    def test_refuses_a_change_of_what_was_changed_meanwhile(self, store: ObligationStore) -> None:
        store.write([Change(None, an_obligation())], act=ACT)
        known = store.find("feedback/F-1")
        assert known is not None
        store.write([Change(known, replace(known, title="first"))], act=ACT)

        with pytest.raises(StaleObligation):
            store.write([Change(known, replace(known, title="second"))], act=ACT)
        with pytest.raises(StaleObligation):
            store.write([Change(None, an_obligation())], act=ACT)

        assert [each.title for each in store.pending("scjg")] == ["first"]

    def test_moves_what_is_due_on_another_day(self, store: ObligationStore) -> None:
        store.write([Change(None, an_obligation())], act=ACT)
        known = store.find("feedback/F-1")
        assert known is not None
        moved = replace(known.due, on=date(2026, 10, 12), edition="2026-2")

        store.write([Change(known, known.redated(moved))], act=ACT)

        assert [each.due for each in store.pending("scjg")] == [moved]

    def test_finds_the_duties_of_a_period_by_provider(self, store: ObligationStore) -> None:
        for duty in (a_duty("scjg"), a_duty("scjg-b"), a_duty("scjg", "red-list")):
            store.write([Change(None, duty)], act=ACT)
        store.write([Change(None, a_duty("scjg", period="2026-08"))], act=ACT)

        assert {each.reference for each in store.duties("2026-09")} == {
            "2026-09/scjg/blacklist",
            "2026-09/scjg/red-list",
            "2026-09/scjg-b/blacklist",
        }
        assert len(store.duties("2026-09", provider="scjg")) == 2
