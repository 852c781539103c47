from pathlib import Path
from typing import Any

import pytest

from tests.integration.command.platforms import SUBMISSION, a_problem, a_stage

ROW = '{"企业名称": "甲"}'
ISSUE: dict[str, Any] = {
    "row": 1,
    "column": "",
    "header": "处罚决定日期",
    "field": "decision_date",
    "code": "E303",
    "severity": "error",
    "value": "2026-13-01",
    "message": "不是日期：请改正。",
}


def reported(**changes: Any) -> dict[str, Any]:
    told = {
        "submission": {**SUBMISSION, "kind": "api"},
        "waits": False,
        "rows": [{"row": 1, "outcome": "new", "issues": []}],
        "issues": [],
    }
    return {**told, **changes}


@pytest.mark.requirement("A7.1")
class TestReport:
    def test_sends_rows_and_tells_how_each_ended(self) -> None:
        rows = [
            {"row": 1, "outcome": "new", "issues": []},
            {"row": 2, "outcome": "rejected", "issues": [ISSUE]},
        ]
        books = {**SUBMISSION, "kind": "api", "outcomes": {"new": 1, "rejected": 1}, "rows": 2}
        with a_stage(report_rows=reported(rows=rows, submission=books)) as stage:
            result = stage.run("report", "scjg", "legal-registration", "--row", ROW, "--row", ROW)

        assert result.exit_code == 1
        assert "第 1 条：新增" in result.output
        assert "第 2 条：退回" in result.output
        assert "E303 “处罚决定日期”不是日期" in result.output
        [asked] = stage.answers.asked
        assert asked["rows"] == [{"企业名称": "甲"}] * 2
        assert asked["period"] is None
        assert asked["caller"]["organisation"] == "scjg"

    @pytest.mark.parametrize("body", [ROW, f"[{ROW}]", f"\ufeff[{ROW}]"])
    def test_reads_a_file_of_json(self, tmp_path: Path, body: str) -> None:
        file = tmp_path / "rows.json"
        file.write_text(body, encoding="utf-8")
        with a_stage(report_rows=reported()) as stage:
            result = stage.run("report", "scjg", "x", str(file), "--period", "2026-10")

        assert result.exit_code == 0
        assert stage.answers.asked[0]["rows"] == [{"企业名称": "甲"}]
        assert stage.answers.asked[0]["period"] == "2026-10"

    def test_says_that_it_waits(self) -> None:
        waiting = {**SUBMISSION, "kind": "api", "state": "waiting", "settled_at": None}
        rows = [{"row": 1, "outcome": "", "issues": []}]
        with a_stage(report_rows=reported(waits=True, submission=waiting, rows=rows)) as stage:
            result = stage.run("report", "scjg", "x", "--row", ROW)

        assert result.exit_code == 0
        assert "等待比对" in result.output
        assert "nbcredit status ABC" in result.output

    @pytest.mark.parametrize(
        ("told", "says"),
        [
            (["--row", "x"], "不是 JSON 对象"),
            (["--row", "[1]"], "不是 JSON 对象"),
            ([], "请用 --row"),
            (["none.json"], "没有文件 none.json"),
            (["--row", ROW] * 101, "一次最多报送 100 条"),
        ],
    )
    def test_says_what_is_wrong_before_it_asks(self, told: list[str], says: str) -> None:
        with a_stage(report_rows=reported()) as stage:
            result = stage.run("report", "scjg", "x", *told)

        assert result.exit_code == 2
        assert says in result.output
        assert not stage.answers.asked


@pytest.mark.requirement("A7.3")
class TestWithdraw:
    def test_names_records_and_reason(self) -> None:
        told = {"submissions": [{**SUBMISSION, "kind": "withdrawal"}], "waits": False}
        with a_stage(withdraw_records=told) as stage:
            result = stage.run("withdraw", "LP-1.x.A", "LP-1.x.B", "--reason", "误报")

        assert result.exit_code == 0
        assert "已撤回：不再公示" in result.output
        assert stage.answers.asked[0]["records"] == ["LP-1.x.A", "LP-1.x.B"]
        assert stage.answers.asked[0]["reason"] == "误报"

    def test_tells_why_not(self) -> None:
        refused = a_problem("unknown-record", "没有记录 LP-1.x.A。")
        with a_stage(withdraw_records=refused) as stage:
            result = stage.run("withdraw", "LP-1.x.A", "--reason", "误报")

        assert result.exit_code == 2
        assert "没有记录 LP-1.x.A" in result.output
