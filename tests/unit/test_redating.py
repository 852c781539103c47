"""A newer calendar moves every due date that is shown, whatever it was computed with at first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.calendar_years import parse_year, spelled
from nbcredit.domain.feedback import Answer, DueAgain, Feedback, RowState
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.runtime.answering import Asked
from nbcredit.runtime.answers.feedback import FeedbackAnswers
from nbcredit.usecases.answering import Told
from nbcredit.usecases.feedback import Feedbacks
from nbcredit.usecases.feedback_store import RowsOf
from nbcredit.wire.feedback import ListFeedback, ShowFeedback
from nbcredit.wire.obligations import obligation_view
from tests.clock_builders import Table, at
from tests.obligation_builders import ACT, FixedCalendar, an_obligation
from tests.unit.test_working_days import CALENDAR, a_document, day

START: Final = at("2026-12-29 10:00")
BEFORE: Final = CALENDAR.due_at(START, 5, rule="A8.6")
AFTER: Final = WorkingCalendar.of([*CALENDAR.years.values(), parse_year(a_document())])
CALLER: Final = {"kind": "operator", "id": "li", "organisation": "centre"}


def a_feedback(**changes: Any) -> Feedback:
    feedback = Feedback(
        id="01F00000000000000000000001",
        provider="scjg",
        item="administrative-penalty",
        period="2026-12",
        opened_at=START,
        opened_by="settle",
        due=BEFORE,
        rows=2,
        submission="01F00000000000000000000001",
        counts={RowState.RETURNED: 1},
        again=(DueAgain(BEFORE, 1),),
    )
    return replace(feedback, **changes)


RETURNED: Final = Answer(
    row=2, state=RowState.RETURNED, at=START, first_at=START, by="wang", due=BEFORE
)


@dataclass
class FakeFeedbacks:
    """Tells what it was made of."""

    found: Sequence[Told]

    def latest(self, _provider: str, **_: Any) -> Sequence[Told]:
        return self.found

    def show(self, _feedback: str, **_: Any) -> Told:
        return self.found[0]


class Hurry:
    """A deadline that nobody looks at."""

    def remaining(self) -> float:
        return 1.0


def ask(call: Any, *found: Told, now: datetime = START) -> Any:
    answers = FeedbackAnswers(
        lambda: cast("Feedbacks", FakeFeedbacks(found)),
        cast("Any", Table().catalogues),
        FixedCalendar(AFTER),
        Table(now_is=now),
    ).all()
    by = Actor(kind=ActorKind.OPERATOR, id="li", organisation="centre")
    return answers[type(call)](call, Asked(by, Hurry()))


def asked(**call: Any) -> dict[str, Any]:
    return {"caller": CALLER, "purpose": "测试", **call}


def told(**changes: Any) -> Told:
    return Told(a_feedback(**changes), {2: RETURNED}, RowsOf(rejected=frozenset({1, 2})))


@pytest.mark.requirement("A8.1", "A8.6")
@pytest.mark.fault("F20")
class TestANewerCalendar:
    def test_moves_the_due_dates_of_feedback(self) -> None:
        shown = ask(ShowFeedback(**asked(feedback=a_feedback().id)), told())

        assert (spelled(BEFORE.on), spelled(shown.feedback.due)) == (
            "2027-01-05 周二",
            "2027-01-07 周四",
        )
        assert {row.row: row.due for row in shown.rows} == {1: None, 2: shown.feedback.due}

    @pytest.mark.parametrize(
        ("moment", "overdue"), [("2027-01-06 09:00", False), ("2027-01-08 09:00", True)]
    )
    def test_tells_what_is_overdue(self, moment: str, overdue: bool) -> None:  # noqa: FBT001
        [shown] = ask(ListFeedback(**asked(provider="scjg")), told(), now=at(moment)).feedback

        assert shown.overdue is overdue

    def test_orders_what_is_open_anew(self) -> None:
        # Due by the old calendar a day after the first, by the new one a day before it.
        other = replace(BEFORE, on=day("周三 2027-01-06"), start=date(2027, 1, 6), days=0)
        listed = ask(
            ListFeedback(**asked()), told(), told(id="01F00000000000000000000002", due=other)
        )

        assert [spelled(each.due) for each in listed.feedback] == [
            "2027-01-06 周三",
            "2027-01-07 周四",
        ]

    def test_leaves_what_is_closed(self) -> None:
        [shown] = ask(ListFeedback(**asked(provider="scjg")), told(closed_at=START)).feedback

        assert shown.due == BEFORE.on

    def test_moves_what_was_opened_with_the_old_one_just_after(self) -> None:
        owed = an_obligation(due=BEFORE)

        shown = obligation_view(owed, calendar=AFTER, today=START.date())

        assert spelled(shown.due_on) == "2027-01-07 周四"
        met = owed.met(at=START, by="x")
        assert obligation_view(met, calendar=AFTER, today=START.date()).due_on == BEFORE.on

    def test_reminds_by_the_new_day(self) -> None:
        table = Table(now_is=at("2027-01-07 08:30"), calendar=AFTER)
        table.obligations.open(an_obligation(due=BEFORE, debtor="rsj"), act=ACT)

        table.reminding.run()

        [message] = table.inboxes.messages("rsj", limit=1)
        assert "2027-01-07（周四）到期" in message.lines[0]
