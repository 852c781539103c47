from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.calendar_years import spelled
from nbcredit.domain.duties import Reports, due_by, due_of, duty_period, is_history
from nbcredit.domain.obligations import Kind, State
from nbcredit.domain.periods import SHANGHAI, Period
from tests.obligation_builders import an_obligation
from tests.unit.test_working_days import day


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


class TestDueOf:
    @pytest.mark.requirement("A7.1")
    @pytest.mark.fault("F19")
    @pytest.mark.parametrize(
        ("period", "due"),
        [
            ("2026-09", "周六 2026-10-10"),
            ("2026-12", "周日 2027-01-10"),
            ("2024-01", "周六 2024-02-10"),  # Spring Festival's first day: it does not move
            ("2024-02", "周日 2024-03-10"),
            ("2026-10", "周二 2026-11-10"),
        ],
    )
    def test_is_the_tenth_of_the_next_month(self, period: str, due: str) -> None:
        assert due_of(Period.parse(period)).on == day(due)

    @pytest.mark.parametrize(
        ("on", "period"),
        [
            ("周二 2026-11-10", "2026-09"),
            ("周三 2026-11-11", "2026-10"),
            ("周日 2027-01-10", "2026-11"),
            ("周一 2027-01-11", "2026-12"),
            ("周四 2024-02-29", "2024-01"),
        ],
    )
    def test_has_passed_on_the_day_after_it(self, on: str, period: str) -> None:
        assert str(due_by(day(on))) == period

    @given(on=st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    def test_has_passed_for_one_period_and_not_for_the_next(self, on: date) -> None:
        assert due_of(due_by(on)).on < on <= due_of(due_by(on).next()).on

    def test_is_spelled_with_its_weekday(self) -> None:
        assert spelled(due_of(Period(2026, 9)).on) == "2026-10-10 周六"


class TestDutyPeriod:
    @pytest.mark.requirement("A7.1")
    @pytest.mark.parametrize(
        ("frequency", "period", "duty"),
        [
            ("monthly", "2026-10", "2026-10"),
            ("realtime", "2026-10", "2026-10"),
            ("", "2026-10", "2026-10"),
            ("quarterly", "2026-10", "2026-12"),
            ("quarterly", "2026-09", "2026-09"),
            ("half-yearly", "2026-01", "2026-06"),
            ("half-yearly", "2026-07", "2026-12"),
            ("yearly", "2026-01", "2026-12"),
            ("yearly", "2026-12", "2026-12"),
        ],
    )
    def test_is_the_last_month_of_the_span(self, frequency: str, period: str, duty: str) -> None:
        assert str(duty_period(Period.parse(period), frequency=frequency)) == duty


class TestHistory:
    @pytest.mark.parametrize(
        ("period", "on", "history"),
        [
            ("2026-09", "周二 2026-11-10", False),
            ("2026-09", "周三 2026-11-11", True),
            ("2024-11", "周二 2026-11-24", True),
            ("2026-11", "周二 2026-11-24", False),
        ],
    )
    def test_begins_a_month_after_the_due_date(
        self, period: str, on: str, *, history: bool
    ) -> None:
        assert is_history(Period.parse(period), on=day(on)) is history


OWED = Reports(owed=True)
CLOSED = Reports(owed=True, closed=True)
LAST = at("2026-10-10 23:59:59.999999")
MIDNIGHT = at("2026-10-11 00:00:00")


class TestReports:
    @pytest.mark.requirement("A7.1")
    @pytest.mark.requirement("A7.2")
    @pytest.mark.fault("F19")
    @pytest.mark.parametrize(
        ("reports", "state"),
        [
            (OWED, State.OPEN),
            (CLOSED, State.MISSING),
            (Reports(), State.NOT_OWED),
            (Reports(closed=True).with_data("S", at=LAST), State.NOT_OWED),
            (OWED.with_data("S", at=LAST), State.ON_TIME),
            (OWED.with_data("S", at=MIDNIGHT), State.LATE),
            (CLOSED.with_data("S", at=LAST), State.ON_TIME),
            (CLOSED.with_data("S", at=MIDNIGHT), State.LATE),
            (OWED.with_zero(at=LAST, by="a"), State.ZERO),
            (OWED.with_zero(at=MIDNIGHT, by="a"), State.LATE),
            (OWED.with_zero(at=LAST, by="a").with_data("S", at=LAST), State.ON_TIME),
            (OWED.with_zero(at=LAST, by="a").with_data("S", at=MIDNIGHT), State.LATE),
        ],
    )
    def test_decide_the_state(self, reports: Reports, state: State) -> None:
        duty = an_obligation(kind=Kind.REPORTING, due=due_of(Period(2026, 9)), reports=OWED)

        assert duty.with_reports(reports).state is state

    @pytest.mark.requirement("A7.2")
    def test_come_to_the_same_in_any_order_and_repeated(self) -> None:
        facts: tuple[Callable[[Reports], Reports], ...] = (
            lambda known: known.with_data("S2", at=MIDNIGHT),
            lambda known: known.with_data("S1", at=LAST),
            lambda known: known.with_zero(at=LAST - timedelta(days=1), by="a"),
            lambda known: known.with_zero(at=LAST, by="b"),
        )
        ends = set()
        for order in permutations(facts):
            known = CLOSED
            for fact in (*order, *order):
                known = fact(known)
            ends.add(known)

        assert len(ends) == 1
        assert ends.pop().contradicted
