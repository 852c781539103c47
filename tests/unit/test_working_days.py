import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.calendar_years import CalendarRefused, CalendarYear, parse_year, spelled
from nbcredit.domain.periods import SHANGHAI
from nbcredit.domain.working_days import DueDate, WorkingCalendar

SHIPPED = Path(__file__).parents[2] / "schemas" / "calendar"
YEARS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*.json"))]
CALENDAR = WorkingCalendar.of(parse_year(each) for each in YEARS)

# A second look at the notices, set down by month and day and not by range.
OFF_ON_WEEKDAYS = {
    2024: "0101 0212 0213 0214 0215 0216 0404 0405 0501 0502 0503 0610 0916 0917"
    " 1001 1002 1003 1004 1007",
    2025: "0101 0128 0129 0130 0131 0203 0204 0404 0501 0502 0505 0602"
    " 1001 1002 1003 1006 1007 1008",
    2026: "0101 0102 0216 0217 0218 0219 0220 0223 0406 0501 0504 0505 0619 0925"
    " 1001 1002 1005 1006 1007",
}
ON_AT_WEEKENDS = {
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}


def day(text: str) -> date:
    """Read `周一 2026-09-28` and hold it to its weekday."""
    weekday, _, iso = text.partition(" ")
    found = date.fromisoformat(iso)
    assert spelled(found) == f"{iso} {weekday}"
    return found


def days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (each for n in range(366) if (each := first + timedelta(n)).year == year)


class TestShippedYears:
    @pytest.mark.fault("F20")
    @pytest.mark.parametrize("year", [2024, 2025, 2026])
    def test_say_what_a_second_reading_of_the_notices_says(self, year: int) -> None:
        off = [each for each in days_of(year) if _weekday(each) != CALENDAR.is_working_day(each)]

        assert [f"{each:%m%d}" for each in off if _weekday(each)] == OFF_ON_WEEKDAYS[year].split()
        assert [f"{each:%m%d}" for each in off if not _weekday(each)] == ON_AT_WEEKENDS[
            year
        ].split()

    @pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
    def test_have_as_many_working_days_as_were_announced(self, year: int, count: int) -> None:
        assert sum(CALENDAR.is_working_day(each) for each in days_of(year)) == count

    def test_name_the_notice_they_are_from(self) -> None:
        assert [CALENDAR.years[year].source for year in (2024, 2025, 2026)] == [
            "国务院办公厅关于2024年部分节假日安排的通知（国办发明电〔2023〕7号，2023-10-25）",
            "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号，2024-11-12）",
            "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025-11-04）",
        ]


def _weekday(each: date) -> bool:
    return each.weekday() < 5


class TestAddWorkingDays:
    @pytest.mark.fault("F20")
    @pytest.mark.requirement("A8.1")
    @pytest.mark.parametrize(
        ("start", "count", "end"),
        [
            ("周一 2026-09-28", 5, "周六 2026-10-10"),  # over National Day; the Saturday is worked
            ("周三 2026-09-30", 5, "周二 2026-10-13"),
            ("周五 2026-10-09", 5, "周四 2026-10-15"),
            ("周六 2026-10-10", 1, "周一 2026-10-12"),  # started on a worked Saturday
            ("周四 2026-10-01", 1, "周四 2026-10-08"),  # started in the holiday
            ("周五 2026-02-13", 1, "周六 2026-02-14"),
            ("周五 2026-02-13", 2, "周二 2026-02-24"),  # over Spring Festival
            ("周五 2026-02-27", 1, "周六 2026-02-28"),
            ("周五 2024-02-09", 5, "周四 2024-02-22"),  # the 10th lies in Spring Festival
            ("周三 2024-02-28", 1, "周四 2024-02-29"),  # leap day
            ("周三 2024-02-28", 2, "周五 2024-03-01"),
            ("周二 2025-12-30", 3, "周一 2026-01-05"),  # 31 December, Sunday the 4th, the 5th
            ("周四 2026-04-30", 5, "周一 2026-05-11"),
            ("周一 2026-11-02", 0, "周一 2026-11-02"),
        ],
    )
    def test_skips_rest_days_and_counts_worked_weekends(
        self, start: str, count: int, end: str
    ) -> None:
        found = CALENDAR.add_working_days(day(start), count)

        assert found.on == day(end)
        assert not found.assumed

    @pytest.mark.fault("F20")
    def test_takes_weekdays_in_an_unknown_year_and_says_so(self) -> None:
        found = CALENDAR.add_working_days(day("周二 2026-12-29"), 5)

        assert found.on == day("周二 2027-01-05")
        assert found.assumed
        assert found.edition == "2026-1"

    @given(
        start=st.dates(date(2024, 1, 1), date(2026, 11, 30)),
        first=st.integers(0, 10),
        second=st.integers(0, 10),
    )
    def test_is_one_walk_however_it_is_broken(self, start: date, first: int, second: int) -> None:
        broken = CALENDAR.add_working_days(CALENDAR.add_working_days(start, first).on, second).on

        assert broken == CALENDAR.add_working_days(start, first + second).on
        assert CALENDAR.working_days_between(start, broken) == first + second


class TestDueDate:
    @pytest.mark.fault("F19")
    @pytest.mark.parametrize(
        ("at", "kept"),
        [
            ("2026-10-10 00:00:00.000000", True),
            ("2026-10-10 23:59:59.999999", True),
            ("2026-10-11 00:00:00.000000", False),
        ],
    )
    def test_ends_at_midnight_of_its_day_in_shanghai(self, at: str, *, kept: bool) -> None:
        due = CALENDAR.due_after(day("周一 2026-09-28"), 5, rule="A8.1")
        moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)

        assert due.kept_at(moment) is kept
        assert due.kept_at(moment.astimezone(UTC)) is kept

    @pytest.mark.requirement("A8.1")
    def test_is_explained(self) -> None:
        due = CALENDAR.due_after(day("周一 2026-09-28"), 5, rule="A8.1")

        assert CALENDAR.explain(due) == (
            "自 2026-09-28（周一）起 5 个工作日（当日不计），止于 2026-10-10（周六，调休上班）"
            " 24:00；依据 A8.1，工作日历 2026 版；期间不计 国庆节"
        )

    @pytest.mark.fault("F20")
    def test_says_where_a_year_was_not_known(self) -> None:
        due = CALENDAR.due_after(day("周二 2026-12-29"), 5, rule="A8.6")

        assert "尚未公布，暂按周一至周五计算" in CALENDAR.explain(due)

    @pytest.mark.requirement("A7.1")
    def test_of_a_calendar_day_says_that_it_does_not_move(self) -> None:
        due = DueDate(on=day("周六 2024-02-10"), rule="A7.1", start=day("周四 2024-02-01"))

        assert CALENDAR.explain(due) == (
            "止于 2024-02-10（周六，春节放假） 24:00；依据 A7.1，按自然日，遇休息日不顺延"
        )

    @pytest.mark.fault("F20")
    def test_is_computed_anew_when_the_year_is_announced(self) -> None:
        due = CALENDAR.due_after(day("周二 2026-12-29"), 5, rule="A8.1")
        announced = WorkingCalendar.of([*CALENDAR.years.values(), a_year()])

        assert due.on == day("周二 2027-01-05")
        assert announced.renewed(due) == DueDate(
            on=day("周四 2027-01-07"),
            rule="A8.1",
            start=due.start,
            days=5,
            edition="2026-1 2027-1",
        )

    def test_of_a_calendar_day_is_not_computed_anew(self) -> None:
        due = DueDate(on=day("周日 2027-01-10"), rule="A7.1", start=day("周五 2027-01-01"))

        assert CALENDAR.renewed(due) == due


class TestMovedToPrecedingWorkingDay:
    @pytest.mark.requirement("A8.6")
    @pytest.mark.parametrize(
        ("asked", "moved"),
        [
            ("周六 2026-10-10", "周六 2026-10-10"),  # worked
            ("周三 2026-10-07", "周三 2026-09-30"),
            ("周六 2024-02-10", "周五 2024-02-09"),
            ("周日 2026-11-08", "周五 2026-11-06"),
        ],
    )
    def test_never_moves_forward(self, asked: str, moved: str) -> None:
        assert CALENDAR.moved_to_preceding_working_day(day(asked)) == day(moved)


def a_document(**changes: Any) -> dict[str, Any]:
    return {
        "year": 2027,
        "edition": 1,
        "source": {"title": "虚构的通知", "number": "试〔2026〕1号", "date": "2026-11-02"},
        "holidays": [a_holiday()],
        **changes,
    }


def a_holiday(**changes: Any) -> dict[str, Any]:
    return {
        "name": "元旦",
        "from": "2026-12-31 周四",
        "to": "2027-01-02 周六",
        "days": 3,
        "worked": ["2026-12-27 周日"],
        **changes,
    }


def a_year(**changes: Any) -> CalendarYear:
    return parse_year(a_document(**changes))


class TestParseYear:
    def test_may_rule_the_last_days_of_the_year_before(self) -> None:
        calendar = WorkingCalendar.of([*CALENDAR.years.values(), a_year()])

        assert not calendar.is_working_day(day("周四 2026-12-31"))
        assert calendar.is_working_day(day("周日 2026-12-27"))
        assert CALENDAR.is_working_day(day("周四 2026-12-31"))

    @pytest.mark.fault("F20")
    @pytest.mark.parametrize(
        ("document", "fault"),
        [
            ([], "/：应为一个对象，含 year、edition、source、holidays"),
            (a_document(year="2027"), "/year：应为四位数的年份，如 2027"),
            (a_document(edition=True), "/edition：应为 1；同一年的通知有变动的，改为 2、3……"),
            (a_document(extra=1), "/extra：不认识这一项"),
            (a_document(source={}), "/source/number：缺少这一项"),
            (a_document(source=None), "/source：应为一个对象，含 title、number、date"),
            (
                a_document(source={"title": " ", "number": "1", "date": "2026-11-31"}),
                "/source/date：应为通知的日期，写成 2026-11-04",
            ),
            (a_document(holidays=[]), "/holidays：应列出通知中的每个节日"),
            (a_document(holidays=["元旦"]), "/holidays/0：应为一个对象"),
            (a_document(holidays=[a_holiday(name="")]), "/holidays/0/name：应为文字"),
            (a_document(holidays=[a_holiday(days=4)]), "是 3 天，不是 4 天"),
            (
                a_document(holidays=[a_holiday(to="2027-01-02 周五")]),
                "/holidays/0/to：2027-01-02 是周六，不是周五",
            ),
            (
                a_document(holidays=[a_holiday(to="2027-02-30 周二")]),
                "/holidays/0/to：“2027-02-30 周二”不是日期",
            ),
            (a_document(holidays=[a_holiday(to=None)]), "/holidays/0/to：“None”不是日期"),
            (
                a_document(holidays=[a_holiday(worked=["2027-01-04 周一"])]),
                "/holidays/0/worked/0：2027-01-04 周一本来就是工作日",
            ),
            (
                a_document(holidays=[a_holiday(worked=["2027-01-02 周六"])]),
                "/holidays/0/worked/0：2027-01-02 是元旦假期，不能又上班",
            ),
            (a_document(holidays=[a_holiday(worked="无")]), "/holidays/0/worked：应列出"),
            (a_document(year=2029), "/holidays/0：2026-12-31 不在 2029 年"),
            (
                a_document(holidays=[a_holiday(), a_holiday(name="又一个")]),
                "/holidays/1：2026-12-31 已列入元旦",
            ),
            (
                a_document(holidays=[a_holiday(to="2026-12-30 周三")]),
                "2026-12-31 至 2026-12-30 是 0 天，不是 3 天",
            ),
        ],
    )
    def test_refuses_a_broken_document_with_its_place(self, document: Any, fault: str) -> None:
        with pytest.raises(CalendarRefused) as refused:
            parse_year(document)

        assert any(fault in each for each in refused.value.faults), refused.value.faults
