import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.integration.command.platforms import a_stage
from tests.unit.test_working_days import a_document

DUTY: Final[dict[str, Any]] = {
    "obligation": "reporting/2026-10/scjg/penalty",
    "kind": "reporting",
    "kind_text": "按月报送",
    "debtor": "scjg",
    "title": "报送 2026-10 的“行政处罚”",
    "due_on": "2026-11-10",
    "due_text": "2026-11-10（周二）",
    "rule": "A7.1",
    "assumed": False,
    "explanation": "止于 2026-11-10（周二） 24:00；依据 A7.1，按自然日，遇休息日不顺延",
    "state": "zero",
    "lamp": "green",
    "lamp_sign": "🟢",
    "words": "零报告",
    "met_at": None,
    "met_by": "",
    "contradicted": False,
}
BOOKS: Final[dict[str, Any]] = {
    "period": "2026-10",
    "today": "2026-11-13",
    "due_text": "2026-11-10（周二）",
    "providers": [
        {
            "provider": "scjg",
            "provider_name": "市市场监督管理局",
            "on_time": 0,
            "late": 0,
            "zero": 1,
            "missing": 2,
            "open": 0,
            "duties": [DUTY],
        }
    ],
    "pending": [{**DUTY, "lamp_sign": "🔴", "words": "未报，已逾期 3 天", "state": "missing"}],
}
YEAR: Final[dict[str, Any]] = {
    "year": 2026,
    "edition": 1,
    "source": "通知（试〔2025〕1号）",
    "off": {"2026-10-01（周四，国庆节放假）": "国庆节"},
    "worked": ["2026-10-10（周六，调休上班）"],
}


@pytest.mark.requirement("A7.1")
class TestDuties:
    def test_print_the_books_and_what_is_still_to_be_done(self) -> None:
        with a_stage(show_duties=BOOKS) as stage:
            result = stage.run("--organisation", "centre", "duties", "--period", "2026-10")

        assert result.exit_code == 0
        assert "scjg\t市市场监督管理局\t0\t0\t1\t2\t0" in result.output
        assert "🟢 scjg  报送 2026-10 的“行政处罚”  零报告" in result.output
        assert "待办 1 项" in result.output
        assert "未报，已逾期 3 天" in result.output
        assert stage.answers.asked[0]["provider"] is None

    def test_of_a_provider_are_its_own(self) -> None:
        with a_stage(show_duties=BOOKS) as stage:
            stage.run("--organisation", "scjg", "duties")

        [asked] = stage.answers.asked
        assert asked["provider"] == asked["caller"]["organisation"] == "scjg"

    def test_explain_one(self) -> None:
        with a_stage(explain_obligation=DUTY) as stage:
            result = stage.run("duties", DUTY["obligation"])

        assert "🟢 scjg：报送 2026-10 的“行政处罚”，零报告" in result.output
        assert "依据 A7.1" in result.output

    def test_of_a_period_are_closed(self) -> None:
        with a_stage(close_period=BOOKS) as stage:
            result = stage.run("period", "close", "2026-10", "--json")

        assert json.loads(result.output) == BOOKS

    def test_of_no_period_are_refused(self) -> None:
        with a_stage() as stage:
            result = stage.run("period", "close", "2026-13")

        assert result.exit_code == 2
        assert "2026-10 这样的年-月" in result.stderr


class TestZero:
    @pytest.mark.requirement("A7.2")
    def test_reports_nothing_as_the_provider(self) -> None:
        with a_stage(report_nothing=DUTY) as stage:
            result = stage.run("zero", "scjg", "penalty", "2026-10")

        assert result.output == "已收到零报告：报送 2026-10 的“行政处罚”，🟢 零报告。\n"
        [asked] = stage.answers.asked
        assert asked["caller"]["organisation"] == "scjg"


class TestInbox:
    @pytest.mark.requirement("A8.6")
    def test_shows_messages_with_their_lines(self) -> None:
        message = {
            "message": "2026-11-05#digest",
            "day": "2026-11-05",
            "at": "2026-11-05T00:30:00Z",
            "subject": "事项提醒：1 项到期或逾期",
            "lines": ["🟢 报送"],
        }
        with a_stage(show_inbox={"organisation": "scjg", "messages": [message]}) as stage:
            result = stage.run("inbox", "--organisation", "scjg")

        assert result.output == "2026-11-05  事项提醒：1 项到期或逾期\n  🟢 报送\n"
        assert stage.answers.asked[0]["organisation"] == "scjg"

    def test_says_that_it_is_empty(self) -> None:
        with a_stage(show_inbox={"organisation": "centre", "messages": []}) as stage:
            assert stage.run("inbox").output == "centre 没有消息。\n"


@pytest.mark.fault("F20")
class TestCalendar:
    def test_shows_the_days_of_a_year(self) -> None:
        with a_stage(show_calendar={"years": [YEAR]}) as stage:
            result = stage.run("calendar", "show", "2026")

        assert "2026 年第 1 次：通知（试〔2025〕1号），放假 1 天，调休上班 1 天" in result.output
        assert "  2026-10-10（周六，调休上班）" in result.output

    def test_says_where_a_year_is_missing(self) -> None:
        with a_stage(show_calendar={"years": []}) as stage:
            result = stage.run("calendar", "show", "2027")

        assert "2027 年的工作日历没有载入，暂按周一至周五计算" in result.output

    def test_loads_a_year(self, tmp_path: Path) -> None:
        file = tmp_path / "2027.json"
        file.write_text(json.dumps(a_document()), encoding="utf-8")
        with a_stage(load_calendar=YEAR) as stage:
            result = stage.run("--organisation", "office", "calendar", "load", str(file))

        assert "已载入" in result.output
        assert stage.answers.asked[0]["document"] == a_document()

    @pytest.mark.parametrize(("body", "said"), [("[]", "不是 UTF-8"), ("{", "不是 UTF-8")])
    def test_refuses_what_is_no_document(self, tmp_path: Path, body: str, said: str) -> None:
        file = tmp_path / "2027.json"
        file.write_text(body, encoding="utf-8")
        with a_stage() as stage:
            result = stage.run("calendar", "load", str(file))

        assert result.exit_code == 2
        assert said in result.stderr

    def test_explains_a_due_date(self) -> None:
        due = {
            "on": "2026-10-10",
            "text": "2026-10-10（周六，调休上班）",
            "edition": "2026-1",
            "assumed": False,
            "explanation": "自 2026-09-28（周一）起 5 个工作日",
        }
        with a_stage(compute_due=due) as stage:
            result = stage.run("calendar", "due", "--from", "2026-09-28", "--days", "5")
            wrong = stage.run("calendar", "due", "--from", "9月28日", "--days", "5")

        assert result.output.splitlines() == [due["text"], due["explanation"]]
        assert "请写成 2026-09-28" in wrong.stderr
