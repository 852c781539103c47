"""The clocks on the real tables: calendar, what a file owes and discharges, closing, reminders."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.close_period import app as close_period
from functions.remind import app as remind
from nbcredit.adapters.dynamodb.calendars import DynamoCalendars
from nbcredit.adapters.dynamodb.inboxes import DynamoInboxes
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.calendar_years import CalendarRefused
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.obligations import Kind, State
from nbcredit.domain.periods import SHANGHAI
from nbcredit.domain.submissions import Submission
from nbcredit.runtime.clocks import zero_reports_of
from nbcredit.usecases.calendars import CalendarKeeping, EditionTaken, NotTheKeeper
from nbcredit.usecases.inbox import InboxStore, Message
from nbcredit.usecases.obligations import Change, Obligations
from nbcredit.usecases.submission_dues import SubmissionDues
from tests.clock_builders import FakeInboxes, at
from tests.faults.scenes import csv_file, penalty
from tests.integration.lambdas import Lambdas, on_lambda
from tests.integration.stage import ORGANISATIONS, Stage, a_stage, items_of
from tests.obligation_builders import ACT, an_obligation
from tests.unit.test_working_days import YEARS, a_document, day

OFFICE = Actor(kind=ActorKind.OPERATOR, id="li", organisation="office")
SCJG = {"kind": "provider", "id": "wang", "organisation": "scjg"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        for document in YEARS:
            keeping(stage).load(document, by=OFFICE, purpose="测试")
        stage.run()
        yield stage


def keeping(stage: Stage) -> CalendarKeeping:
    return CalendarKeeping(stage.parts.calendars, stage.clock, stage.ids)


def obligations(stage: Stage) -> Obligations:
    return Obligations(stage.parts.obligations, stage.parts.calendars)


def a_file() -> bytes:
    return csv_file([penalty(1)])


def duty(stage: Stage, provider: str = "scjg", item: str = "administrative-penalty") -> Any:
    return stage.parts.obligations.find(f"reporting/2026-10/{provider}/{item}")


@pytest.mark.requirement("A8.1")
class TestCalendar:
    @pytest.mark.fault("F20")
    def test_counts_as_loaded(self, stage: Stage) -> None:
        due = obligations(stage).due_after(at("2026-09-28 10:00"), 5, rule="A8.1")

        assert due.on == day("周六 2026-10-10")
        assert not due.assumed

    def test_loaded_again_changes_nothing(self, stage: Stage) -> None:
        before = [item for item in items_of("work") if item["pk"] == "CALENDAR"]

        keeping(stage).load(YEARS[-1], by=OFFICE, purpose="测试")

        assert [item for item in items_of("work") if item["pk"] == "CALENDAR"] == before

    @pytest.mark.parametrize(
        ("document", "organisation", "refusal"),
        [
            (a_document(holidays=[]), "office", CalendarRefused),
            (a_document(), "scjg", NotTheKeeper),
            ({**YEARS[-1], "holidays": YEARS[-1]["holidays"][:3]}, "office", EditionTaken),
        ],
    )
    def test_is_refused_broken_changed_or_from_a_stranger(
        self, stage: Stage, document: Any, organisation: str, refusal: type[Exception]
    ) -> None:
        by = Actor(kind=ActorKind.OPERATOR, id="x", organisation=organisation)

        with pytest.raises(refusal):
            keeping(stage).load(document, by=by, purpose="测试")

    @pytest.mark.fault("F20")
    def test_of_a_new_edition_moves_due_dates(self, stage: Stage) -> None:
        owed = obligations(stage)
        start = at("2026-12-29 10:00")
        due = owed.due_after(start, 5, rule="A8.6")
        owed.open(an_obligation(due=due, debtor="rsj"), act=ACT)
        assert (due.on, due.assumed) == (day("周二 2027-01-05"), True)

        keeping(stage).load(a_document(), by=OFFICE, purpose="测试")
        stage.run()

        [renewed] = owed.of("rsj")
        assert (renewed.due.on, renewed.due.assumed) == (day("周四 2027-01-07"), False)
        assert renewed.due.edition == "2026-1 2027-1"
        assert owed.get(Kind.FEEDBACK, "F-1") == renewed

    def test_is_read_once_a_minute(self, stage: Stage) -> None:
        calendars = DynamoCalendars(stage.parts.ledger, stage.clock)
        first = calendars.calendar()

        assert calendars.calendar() is first
        stage.clock.forward(timedelta(minutes=1))
        assert calendars.calendar() is not first


@pytest.fixture(params=["fake", "dynamo"])
def inboxes(request: pytest.FixtureRequest, stage: Stage) -> InboxStore:
    return FakeInboxes() if request.param == "fake" else DynamoInboxes(stage.parts.ledger)


def a_message(stage: Stage, on: date = date(2026, 11, 5), organisation: str = "scjg") -> Message:
    return Message(
        organisation=organisation,
        day=on,
        topic="digest",
        at=stage.clock.now(),
        subject=f"提醒 {on}",
        lines=("一", "二"),
    )


class TestInboxes:
    @pytest.mark.fault("F17")
    def test_keep_a_message_once(self, stage: Stage, inboxes: InboxStore) -> None:
        message = a_message(stage)
        event = Event(id="E", kind=EventKind.MESSAGE_LEFT, at=message.at, subject=message.id)

        assert inboxes.leave(message, act=ACT, event=event, reminded=message.day)
        assert not inboxes.leave(message, act=ACT, event=event, reminded=date(2026, 11, 9))

        assert list(inboxes.messages("scjg", limit=5)) == [message]
        assert inboxes.reminded("scjg") == date(2026, 11, 5)
        assert inboxes.reminded("") is None

    def test_show_the_newest_first(self, stage: Stage, inboxes: InboxStore) -> None:
        for on in (5, 7, 6):
            message = a_message(stage, date(2026, 11, on))
            event = Event(id=f"E{on}", kind=EventKind.MESSAGE_LEFT, at=message.at, subject="m")
            inboxes.leave(message, act=ACT, event=event, reminded=message.day)
        inboxes.note_reminded(date(2026, 11, 7))

        shown = [each.day.day for each in inboxes.messages("scjg", limit=2)]
        assert shown == [7, 6]
        assert inboxes.reminded("") == date(2026, 11, 7)


class TestWayOfAFile:
    @pytest.mark.requirement("A8.1")
    def test_is_due_from_its_receipt_and_met_when_settled(self, stage: Stage) -> None:
        receipt = stage.receive(stage.put(a_file()))

        [owed] = obligations(stage).of("centre")
        assert owed.due.on == day("周一 2026-11-09")
        assert stage.submission(receipt.submission).due == owed.due
        assert duty(stage).reports.data == receipt.submission
        stage.run()

        assert not obligations(stage).of("centre")
        met = obligations(stage).get(Kind.SUBMISSION, receipt.submission)
        assert met.state is State.ON_TIME

    @pytest.mark.requirement("A7.1")
    def test_that_is_refused_meets_the_due_and_discharges_nothing(self, stage: Stage) -> None:
        submission = stage.report(b"", name="empty.csv")

        met = obligations(stage).get(Kind.SUBMISSION, submission.id)
        assert (met.state, duty(stage)) == (State.ON_TIME, None)

    @pytest.mark.requirement("A7.2")
    def test_after_a_zero_report_is_flagged_and_told(self, stage: Stage) -> None:
        zero(stage)

        submission = stage.report(a_file())

        assert submission.issue_counts["W935"] == 1
        assert duty(stage).reports.contradicted
        [message] = stage.parts.inboxes.messages("scjg", limit=5)
        assert submission.id in message.lines[1]

    @pytest.mark.requirement("A7.2")
    def test_meets_a_zero_report_in_the_same_moment(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        changes: Callable[[SubmissionDues, Submission], list[Change]] = SubmissionDues.changes
        raced: list[str] = []

        def raced_changes(dues: SubmissionDues, submission: Submission) -> list[Change]:
            found = changes(dues, submission)
            if submission.state == "waiting" and not raced:
                raced.append(submission.id)
                # The zero report is written after the duty was read, and before it is written.
                first = stage.parts.obligations.find
                duty_id = "reporting/2026-10/scjg/administrative-penalty"
                assert first(duty_id) is None
                new = next(each for each in found if each.after.id == duty_id).after
                assert new.reports is not None
                zeroed = new.with_reports(
                    type(new.reports)().with_zero(at=stage.clock.now(), by="wang")
                )
                stage.parts.obligations.write([Change(None, zeroed)], act=ACT)
            return found

        monkeypatch.setattr(SubmissionDues, "changes", raced_changes)
        submission = stage.report(a_file())

        assert raced == [submission.id]
        reports = duty(stage).reports
        assert (reports.data, reports.zero_by) == (submission.id, "wang")
        assert duty(stage).met_by == submission.id


def zero(stage: Stage) -> None:
    by = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
    zero_reports_of(stage.parts).report(
        "scjg", "administrative-penalty", "2026-10", by=by, purpose="零报告"
    )


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "nbcredit/test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "nbcredit")
    with on_lambda(stage, monkeypatch) as lambdas:
        # The stage stands in November 2026; the functions shall as well.
        for module in (close_period, remind):
            monkeypatch.setattr(f"{module.__name__}.Parts", StagedParts(stage))
        clear(close_period.parts, close_period.duties, remind.reminding, remind.metrics)
        yield lambdas
        clear(close_period.parts, close_period.duties, remind.reminding, remind.metrics)


def clear(*cached: Any) -> None:
    for each in cached:
        each.cache_clear()


class StagedParts:
    """Makes the parts of a function with the hand of the stage's clock."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def of_tables(self, _told: object) -> Any:
        return self._stage.restarted().parts


class TestFunctions:
    @pytest.mark.requirement("A7.1")
    @pytest.mark.fault("F19")
    @pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
    def test_close_the_period_by_shanghai_time_wherever_they_run(
        self, lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch, zone: str
    ) -> None:
        monkeypatch.setenv("TZ", zone)
        lambdas.stage.report(a_file())
        lambdas.stage.clock.moment = at("2026-11-11 00:30")

        first = close_period.handler({}, lambdas.context)
        again = close_period.handler({}, lambdas.context)

        assert first == again
        assert (first["period"], first["on-time"]) == ("2026-10", 1)
        assert first["missing"] > 0

    @pytest.mark.requirement("A8.6")
    @pytest.mark.fault("F17")
    def test_remind_once_and_tell_their_metrics(
        self, lambdas: Lambdas, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lambdas.stage.clock.moment = at("2026-11-05 08:30")

        first = remind.handler({}, lambdas.context)
        again = remind.handler({}, lambdas.context)

        assert first["RemindersSent"] == len(ORGANISATIONS)
        assert again["RemindersSent"] == 0
        assert first["CalendarMissing"] == 1
        metrics = [
            json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line
        ]
        assert metrics[0]["SubmissionsOverdue"] == [0.0]
        assert metrics[0]["service"] == "nbcredit"


class TestCalls:
    @pytest.mark.requirement("A7.2")
    def test_take_a_zero_report_and_show_the_books(self, lambdas: Lambdas) -> None:
        period = this_period()
        asked = {"provider": "scjg", "item": "administrative-penalty", "period": period}
        reported = lambdas.call("report-nothing", caller=SCJG, **asked)["answer"]
        books = lambdas.call("show-duties", caller=SCJG, provider="scjg", period=period)["answer"]

        assert reported["debtor"] == "scjg"
        [scjg] = books["providers"]
        shown = {each["obligation"]: each["words"] for each in scjg["duties"]}
        assert shown[reported["obligation"]] == "零报告"
        told = lambdas.call("explain-obligation", caller=SCJG, obligation=reported["obligation"])[
            "answer"
        ]
        assert "依据 A7.1" in told["explanation"]

    @pytest.mark.requirement("A5.1")
    def test_refuse_a_strangers_zero_report_and_note_it(self, lambdas: Lambdas) -> None:
        asked = {"provider": "rsj", "item": "social-insurance-arrears", "period": this_period()}

        refused = lambdas.call("report-nothing", caller=SCJG, **asked)

        assert refused["code"] == "reports-for-another"
        noted = [json.loads(item["content"]) for item in items_of("audit")]
        assert [each["detail"]["code"] for each in noted if each["action"] == "report-nothing"] == [
            "reports-for-another"
        ]

    @pytest.mark.fault("F20")
    def test_compute_due_dates_and_show_the_calendar(self, lambdas: Lambdas) -> None:
        due = lambdas.call("compute-due", start="2026-09-28", days=5)["answer"]
        year = lambdas.call("show-calendar", year=2026)["answer"]

        assert due["text"] == "2026-10-10（周六，调休上班）"
        assert [each["edition"] for each in year["years"]] == [1]

    def test_show_an_inbox_to_its_owner(self, lambdas: Lambdas) -> None:
        shown = lambdas.call("show-inbox", caller=SCJG, organisation="scjg")
        refused = lambdas.call("show-inbox", caller=SCJG, organisation="rsj")

        assert shown["answer"]["messages"] == []
        assert refused["code"] == "not-your-inbox"


def this_period() -> str:
    """Return this month by the real clock, which the calls go by."""
    today = datetime.now(UTC).astimezone(SHANGHAI).date()  # noqa: TID251 -- the calls' own clock
    return f"{today:%Y-%m}"
