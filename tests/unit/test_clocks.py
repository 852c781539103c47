from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.obligations import Kind, State as Owed
from nbcredit.domain.periods import Period
from nbcredit.domain.submissions import State
from nbcredit.usecases.duties import NotTheCloser, NotYourDuties, PeriodNotOver
from nbcredit.usecases.inbox import NotYourInbox
from nbcredit.usecases.ownership import NotItsDuty, ReportsForAnother
from nbcredit.usecases.zero_reports import DataReported, NotAWholeSpan
from tests.clock_builders import CENTRE, SCJG, Table, an_item, at
from tests.obligation_builders import ACT, an_obligation
from tests.unit.test_working_days import day

OCTOBER = Period(2026, 10)
OF_OCTOBER = "报送 2026-10 的"
PLATFORM = Actor.platform("close_period")
ZJJ = Actor(kind=ActorKind.PROVIDER, id="lin", organisation="zjj")


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.mark.requirement("A7.1")
class TestClosing:
    def test_settles_on_time_late_zero_and_missing(self, table: Table) -> None:
        table.items = {code: an_item(code, providers=["scjg"]) for code in ("a", "b", "c", "d")}
        table.data("2026-11-10 23:59:59.999999", id="S1", item="a")
        table.data("2026-11-11 00:00:00", id="S2", item="b")
        table.now_is = at("2026-11-03 10:00")
        table.zero_reports.report("scjg", "c", "2026-10", by=SCJG, purpose="零报告")
        table.now_is = at("2026-11-11 00:30")

        table.duties.close(OCTOBER, by=PLATFORM)

        assert table.states("2026-10") == {
            "scjg/a": "on-time",
            "scjg/b": "late",
            "scjg/c": "zero",
            "scjg/d": "missing",
        }

    def test_can_be_repeated(self, table: Table) -> None:
        table.now_is = at("2026-11-11 00:30")
        table.duties.close(OCTOBER, by=PLATFORM)
        once = dict(table.obligation_store.kept)

        books = table.duties.close(OCTOBER, by=CENTRE)

        assert table.obligation_store.kept == once
        assert [each.state for each in books] == [Owed.MISSING, Owed.MISSING]

    @pytest.mark.fault("F19")
    @pytest.mark.parametrize(
        ("received", "state"),
        [
            ("2026-11-10 23:59:59.999999", "on-time"),  # read after the closing
            ("2026-11-11 00:00:00", "late"),
            ("2026-12-01 09:00", "late"),
        ],
    )
    def test_is_corrected_by_what_was_read_later(
        self, table: Table, received: str, state: str
    ) -> None:
        table.now_is = at("2026-11-11 00:30")
        table.duties.close(OCTOBER, by=PLATFORM)
        assert table.states("2026-10")["scjg/penalty"] == "missing"

        table.data(received)

        assert table.states("2026-10")["scjg/penalty"] == state

    def test_takes_no_refused_file_for_a_report(self, table: Table) -> None:
        reading = table.data("2026-11-09 10:00", state=State.READING)
        table.move(replace(reading, state=State.REFUSED, settled_at=at("2026-11-09 10:01")))
        table.now_is = at("2026-11-11 00:30")

        table.duties.close(OCTOBER, by=PLATFORM)

        assert table.states("2026-10")["scjg/penalty"] == "missing"

    @pytest.mark.fault("F19")
    @pytest.mark.parametrize(
        ("period", "moment", "closes"),
        [
            ("2026-10", "2026-11-10 23:59:59.999999", False),
            ("2026-10", "2026-11-11 00:00:00", True),
            ("2026-10", "2026-11-11 00:20:00", True),  # the clock is ten minutes slow
            ("2026-10", "2026-11-10 23:50:00", False),
            ("2026-11", "2026-11-24 12:00:00", False),
        ],
    )
    def test_waits_for_the_end_of_the_due_date(
        self, table: Table, period: str, moment: str, *, closes: bool
    ) -> None:
        table.now_is = at(moment)

        if closes:
            table.duties.close(Period.parse(period), by=PLATFORM)
        else:
            with pytest.raises(PeriodNotOver):
                table.duties.close(Period.parse(period), by=PLATFORM)

    def test_owes_nothing_before_the_catalogue_took_effect(self, table: Table) -> None:
        table.now_is = at("2026-11-11 00:30")
        later = Catalogue(
            "2", date(2026, 11, 1), {**table.items, "new": an_item("new", providers=["zjj"])}
        )
        table.catalogues.versions.append(later)

        table.duties.close(OCTOBER, by=PLATFORM)
        table.duties.close(Period(2025, 12), by=PLATFORM)

        assert table.states("2026-10").keys() == {"scjg/penalty", "zjj/penalty"}
        assert table.states("2025-12") == {}

    def test_asks_for_a_quarter_after_its_last_month(self, table: Table) -> None:
        table.data("2026-09-01 10:00", item="rating", period="2026-08")
        table.now_is = at("2026-10-11 00:30")

        table.duties.close(Period(2026, 9), by=PLATFORM)
        table.duties.close(Period(2026, 8), by=PLATFORM)

        assert table.states("2026-09")["scjg/rating"] == "on-time"
        assert "scjg/rating" not in table.states("2026-08")

    def test_is_for_the_centre(self, table: Table) -> None:
        table.now_is = at("2026-11-11 00:30")

        with pytest.raises(NotTheCloser):
            table.duties.close(OCTOBER, by=SCJG)

    def test_shows_a_provider_its_own_books_only(self, table: Table) -> None:
        own = table.duties.show(OCTOBER, provider="scjg", by=SCJG)

        assert [(each.debtor, each.state) for each in own] == [("scjg", Owed.OPEN)]
        assert len(table.duties.show(OCTOBER, provider="", by=CENTRE)) == 2
        with pytest.raises(NotYourDuties):
            table.duties.show(OCTOBER, provider="", by=SCJG)
        with pytest.raises(NotYourDuties):
            table.duties.show(OCTOBER, provider="zjj", by=SCJG)


@pytest.mark.requirement("A7.2")
class TestZeroReports:
    def test_are_refused_after_data(self, table: Table) -> None:
        table.data("2026-11-02 08:00")

        with pytest.raises(DataReported) as refused:
            table.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零报告")

        assert "批次 S1" in str(refused.value)

    def test_are_refused_while_a_file_is_read(self, table: Table) -> None:
        table.data("2026-11-02 08:00", state=State.READING)

        with pytest.raises(DataReported):
            table.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零报告")

    def test_may_follow_a_refused_file(self, table: Table) -> None:
        table.data("2026-11-02 08:00", state=State.REFUSED)

        table.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零报告")
        table.duties.open(OCTOBER, by=PLATFORM)

        assert table.states("2026-10")["scjg/penalty"] == "zero"

    def test_change_nothing_when_repeated(self, table: Table) -> None:
        first = table.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零报告")
        table.now_is = at("2026-11-05 10:00")

        again = table.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零报告")

        assert again == first
        assert len(table.obligation_store.acts) == 1

    @pytest.mark.requirement("A5.1")
    @pytest.mark.parametrize(
        ("provider", "item", "period", "refusal"),
        [
            ("scjg", "penalty", "2026-12", NotItsDuty),
            ("scjg", "nothing", "2026-10", NotItsDuty),
            ("scjg", "penalty", "2026-13", NotItsDuty),
            ("zjj", "penalty", "2026-10", ReportsForAnother),
            ("scjg", "rating", "2026-10", NotAWholeSpan),
        ],
    )
    def test_are_refused_to_whom_it_does_not_belong(
        self, table: Table, provider: str, item: str, period: str, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            table.zero_reports.report(provider, item, period, by=SCJG, purpose="零报告")

        assert table.obligation_store.kept == {}

    def test_come_to_one_end_in_either_order_with_data(self) -> None:
        ends = []
        for order in permutations(("zero", "data")):
            each = Table()
            for step in order:
                if step == "data":
                    each.data("2026-11-02 08:00")
                    continue
                with suppress(DataReported):
                    each.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零")
            each.duties.open(OCTOBER, by=PLATFORM)
            known = each.obligation_store.kept["reporting/2026-10/scjg/penalty"]
            ends.append((known.state, known.met_at, known.met_by))

        assert ends[0] == ends[1] == (Owed.ON_TIME, at("2026-11-02 08:00"), "S1")

    def test_that_data_supersede_are_flagged_and_told(self, table: Table) -> None:
        table.zero_reports.report("scjg", "penalty", "2026-10", by=SCJG, purpose="零报告")
        table.data("2026-11-03 08:00")
        event = Event(
            id="E", kind=EventKind.SUBMISSION_READ, at=at("2026-11-03 08:01"), subject="S1"
        )

        table.contradictions.follow(event)
        table.contradictions.follow(event)

        known = table.obligation_store.kept["reporting/2026-10/scjg/penalty"]
        assert known.reports is not None
        assert known.reports.contradicted
        for organisation in ("scjg", "centre"):
            [message] = table.inbox.show(organisation, limit=9, by=CENTRE)
            assert "零报告已被数据取代" in message.subject

    def test_that_nothing_contradicts_are_not_told(self, table: Table) -> None:
        table.data("2026-11-03 08:00")

        table.contradictions.follow(
            Event(id="E", kind=EventKind.SUBMISSION_READ, at=at("2026-11-03 08:01"), subject="S1")
        )

        assert table.inboxes.kept == {}


class TestSubmissionDues:
    @pytest.mark.requirement("A8.1")
    def test_are_opened_at_receipt_and_met_at_the_end(self, table: Table) -> None:
        reading = table.data("2026-09-28 10:00", period="2026-08", state=State.READING)

        [open_] = table.obligations.of("centre")
        assert (open_.kind, open_.due.on) == (Kind.SUBMISSION, day("周六 2026-10-10"))
        table.move(replace(reading, state=State.SETTLED, settled_at=at("2026-10-11 00:00")))

        assert not table.obligations.of("centre")
        assert table.obligations.get(Kind.SUBMISSION, "S1").state is Owed.LATE

    @pytest.mark.requirement("A8.1")
    def test_are_opened_again_with_a_file_that_comes_again(self, table: Table) -> None:
        reading = table.data("2026-11-02 10:00", state=State.READING)
        table.move(replace(reading, state=State.REFUSED, settled_at=at("2026-11-02 10:01")))
        assert table.obligations.get(Kind.SUBMISSION, "S1").state is Owed.ON_TIME

        table.data("2026-11-20 10:00", state=State.READING)

        [again] = table.obligations.of("centre")
        assert again.due.on == day("周五 2026-11-27")


def morning(text: str) -> str:
    return f"{text} 08:30"


@pytest.mark.requirement("A8.6")
class TestReminding:
    @pytest.mark.fault("F17")
    @pytest.mark.requirement("A7.1")
    @pytest.mark.parametrize(
        ("period", "told"),
        [
            # The 10th is a Tuesday; five days before is a Thursday, three a Saturday → Friday.
            (
                "2026-10",
                ["周四 2026-11-05", "周五 2026-11-06", "周一 2026-11-09", "周二 2026-11-10"],
            ),
            # National Day: the first two fall on the day before, which is still September.
            ("2026-09", ["周三 2026-09-30", "周五 2026-10-09", "周六 2026-10-10"]),
            # Spring Festival 2026 comes after the 10th; 7 February is a Saturday.
            (
                "2026-01",
                ["周四 2026-02-05", "周五 2026-02-06", "周一 2026-02-09", "周二 2026-02-10"],
            ),
        ],
    )
    def test_comes_on_working_days_before_the_due_date(self, period: str, told: list[str]) -> None:
        table = Table()
        first = day(told[0]) - timedelta(days=4)
        end = day(told[-1])
        days = [first + timedelta(n) for n in range((end - first).days + 1)]
        for each in days:
            table.now_is = at(morning(str(each)))
            table.reminding.run()

        got = [each for each, line in self.lines(table, "zjj") if f"报送 {period}" in line]
        assert got == [day(each) for each in told]

    def lines(self, table: Table, organisation: str) -> list[tuple[date, str]]:
        return [
            (message.day, line)
            for message in reversed(table.inboxes.messages(organisation, limit=100))
            for line in message.lines
        ]

    @pytest.mark.fault("F17")
    def test_fired_twice_reminds_once(self, table: Table) -> None:
        table.now_is = at("2026-11-05 08:30")

        first = table.reminding.run()
        table.now_is = at("2026-11-05 14:00")
        second = table.reminding.run()

        assert (first.digests, second.digests) == (2, 0)
        assert len(self.lines(table, "zjj")) == 1

    @pytest.mark.fault("F17")
    def test_a_day_late_reminds_as_if_in_time(self, table: Table) -> None:
        table.now_is = at("2026-11-04 08:30")
        table.reminding.run()

        table.now_is = at("2026-11-06 09:30")
        table.reminding.run()

        [(when, line)] = self.lines(table, "zjj")
        assert when == day("周五 2026-11-06")
        assert "还有 4 天" in line

    @pytest.mark.fault("F17")
    def test_not_run_for_three_days_sends_one_summary(self, table: Table) -> None:
        table.now_is = at("2026-11-06 08:30")
        table.reminding.run()

        table.now_is = at("2026-11-11 08:30")
        table.reminding.run()

        told = [(when, line) for when, line in self.lines(table, "zjj") if OF_OCTOBER in line]
        assert [when for when, _ in told] == [day("周五 2026-11-06"), day("周三 2026-11-11")]
        assert "未报，已逾期 1 天" in told[-1][1]

    @pytest.mark.fault("F17")
    def test_that_broke_off_goes_on_where_it_was(self, table: Table) -> None:
        table.now_is = at("2026-11-05 08:30")
        table.reminding.run()
        # As if it had died before everybody was told.
        del table.inboxes.days[""]
        del table.inboxes.days["zjj"]
        del table.inboxes.kept["zjj", "2026-11-05#digest"]

        table.reminding.run()

        assert len(self.lines(table, "zjj")) == len(self.lines(table, "scjg")) == 1

    def test_is_silent_on_rest_days(self, table: Table) -> None:
        table.now_is = at("2026-11-05 08:30")
        table.reminding.run()
        table.now_is = at("2026-11-07 08:30")

        assert table.reminding.run().digests == 0

    def test_escalates_what_is_overdue_once_a_week(self, table: Table) -> None:
        table.duties.open(OCTOBER, by=PLATFORM)
        for each in range(11, 31):
            table.now_is = at(f"2026-11-{each} 08:30")
            table.reminding.run()

        own = [(when, line) for when, line in self.lines(table, "zjj") if OF_OCTOBER in line]
        centre = [when for when, line in self.lines(table, "centre") if "单位zjj" in line]
        assert [when for when, _ in own] == [
            day("周三 2026-11-11"),
            day("周三 2026-11-18"),
            day("周三 2026-11-25"),
        ]
        assert centre == [when for when, _ in own]

    def test_ends_with_the_report(self, table: Table) -> None:
        table.now_is = at("2026-11-05 08:30")
        table.reminding.run()
        table.data("2026-11-05 09:00", provider="zjj")
        for each in (6, 9, 10, 11):
            table.now_is = at(f"2026-11-{each:02} 08:30")
            table.reminding.run()

        told = [when for when, line in self.lines(table, "zjj") if OF_OCTOBER in line]
        assert told == [day("周四 2026-11-05")]

    @pytest.mark.fault("F21")
    def test_leaves_history_alone(self, table: Table) -> None:
        table.now_is = at("2026-11-24 08:30")
        table.data("2026-11-24 08:00", period="2024-11", state=State.READING)
        table.duties.close(Period(2026, 8), by=CENTRE)
        table.reminding.run()
        table.now_is = at("2026-12-02 08:30")
        table.reminding.run()

        told = [
            line
            for org in ("scjg", "zjj", "centre", "office")
            for _, line in self.lines(table, org)
        ]
        assert not [line for line in told if "2026-08" in line or "批次" in line]

    @pytest.mark.requirement("A8.1")
    def test_tells_and_counts_submissions_that_are_overdue(self, table: Table) -> None:
        table.data("2026-11-16 08:00", state=State.READING)
        counts = []
        for each in range(17, 27):
            table.now_is = at(f"2026-11-{each} 08:30")
            counts.append(table.reminding.run().overdue_submissions)

        told = [(when, line) for when, line in self.lines(table, "centre") if "批次 S1" in line]
        assert [when for when, _ in told] == [
            day("周五 2026-11-20"),
            day("周一 2026-11-23"),
            day("周二 2026-11-24"),
        ]
        assert [when for when, line in self.lines(table, "office") if "批次 S1" in line] == [
            day("周二 2026-11-24")
        ]
        assert counts == [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]

    def test_reminds_of_feedback(self, table: Table) -> None:
        due = table.calendar.due_after(day("周五 2026-11-06"), 5, rule="A8.6")
        assert due.on == day("周五 2026-11-13")
        table.obligations.open(an_obligation(due=due, debtor="rsj"), act=ACT)
        for each in range(9, 18):
            table.now_is = at(f"2026-11-{each:02} 08:30")
            table.reminding.run()

        assert [when for when, _ in self.lines(table, "rsj")] == [
            day("周二 2026-11-10"),
            day("周四 2026-11-12"),
            day("周五 2026-11-13"),
            day("周一 2026-11-16"),
        ]

    @pytest.mark.fault("F20")
    @pytest.mark.parametrize(
        ("moment", "missing"),
        [("2026-10-30 08:30", False), ("2026-11-01 08:30", True), ("2025-11-03 08:30", False)],
    )
    def test_warns_from_november_on_of_a_missing_year(
        self, table: Table, moment: str, *, missing: bool
    ) -> None:
        table.now_is = at(moment)

        assert table.reminding.run().calendar_missing is missing
        table.reminding.run()

        told = [each.subject for each in table.inboxes.messages("office", limit=9)]
        assert told.count("2027 年的工作日历还没有载入") == int(missing)

    def test_says_of_no_period_that_was_over_before_it_began_that_it_is_missing(
        self, table: Table
    ) -> None:
        table.now_is = at("2026-11-16 08:30")
        table.data("2026-11-12 10:00", period="2026-10")

        table.reminding.run()

        assert "missing" not in table.states("2026-10").values()
        assert self.lines(table, "zjj") == []

    def test_closes_what_was_not_closed(self, table: Table) -> None:
        for day_ in ("2026-11-06 08:30", "2026-11-14 08:30"):
            table.now_is = at(day_)
            table.reminding.run()

        assert table.states("2026-10")["zjj/penalty"] == "missing"


class TestInbox:
    @pytest.mark.requirement("A5.1")
    def test_is_shown_to_its_owner_centre_and_office(self, table: Table) -> None:
        table.now_is = at("2026-11-05 08:30")
        table.reminding.run()

        assert len(table.inbox.show("scjg", limit=5, by=SCJG)) == 1
        assert len(table.inbox.show("zjj", limit=5, by=CENTRE)) == 1
        with pytest.raises(NotYourInbox):
            table.inbox.show("zjj", limit=5, by=SCJG)
