"""`nbcredit feedback`: what it asks the platform, and what it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.command.platforms import NOW, Stage, a_stage

ID = "ABCDEFGHIJKLMNOPQRSTUVWX"
VIEW: dict[str, Any] = {
    "feedback": ID,
    "provider": "scjg",
    "item": "administrative-penalty",
    "item_name": "行政处罚",
    "period": "2026-10",
    "submission": ID,
    "file_name": "十月.xlsx",
    "record": "",
    "question": "",
    "opened_at": NOW.isoformat(),
    "due": "2026-11-30",
    "overdue": False,
    "lamp": "green",
    "words": "未到期",
    "rows": 3,
    "held": 1,
    "left": 2,
    "by_state": {"open": 2, "corrected": 1},
    "closed_at": None,
}
ROW: dict[str, Any] = {
    "row": 3,
    "number": f"{ID}-3",
    "held": True,
    "state": "open",
    "state_text": "待处理",
    "reason": "",
    "by_row": "",
    "answered_at": None,
    "judgement": "",
    "due": None,
}
DETAIL = {"feedback": VIEW, "rows": [ROW]}
PAPERS = {
    "workbook": "https://files.example/book",
    "rest": None,
    "receipt": "https://files.example/receipt",
    "anew": False,
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage(
        list_feedback={"feedback": [VIEW]},
        show_feedback=DETAIL,
        show_papers=PAPERS,
        answer_feedback=DETAIL,
        judge_answer=DETAIL,
        open_feedback=DETAIL,
    ) as made:
        yield made


@pytest.mark.requirement("A8.6")
class TestFeedback:
    def test_lists_what_is_left_and_until_when(self, stage: Stage) -> None:
        shown = stage.run("feedback", "--provider", "scjg")

        assert shown.exit_code == 0
        assert f"{ID}\tscjg\t行政处罚\t2026-10\t退回 3 行\t2026-11-30\t2\t0\t未办结" in shown.stdout
        assert stage.answers.asked[-1]["provider"] == "scjg"
        assert stage.answers.asked[-1]["caller"]["organisation"] == "scjg"

    def test_shows_rows_addresses_and_what_to_do(self, stage: Stage) -> None:
        shown = stage.run("feedback", "show", ID.lower(), "--provider", "scjg").stdout

        assert "还有 2 行没有答复，期限 2026-11-30" in shown
        assert f"第 3 行  待处理（比对疑问 {ID}-3）" in shown
        assert "待处理的行（工作簿）：https://files.example/book" in shown
        assert "回执：https://files.example/receipt" in shown
        assert "“反馈编号”一列不要动" in shown

    def test_answers_rows_with_a_reason(self, stage: Stage) -> None:
        ended = stage.run(
            "feedback", "answer", ID, "--rows", "3,5-6", "--withdraw", "--reason", "不属于本单位",
            "--provider", "scjg",
        )  # fmt: skip

        asked = stage.answers.asked[-1]
        assert ended.exit_code == 0
        assert (asked["rows"], asked["answer"]) == ([3, 5, 6], "withdrawn")

    def test_judges_as_the_centre(self, stage: Stage) -> None:
        stage.run("feedback", "judge", ID, "--rows", "3", "--return", "--reason", "与证照不符")

        asked = stage.answers.asked[-1]
        assert (asked["accept"], asked["caller"]["organisation"]) == (False, "centre")

    @pytest.mark.parametrize("options", [[], ["--confirm", "--withdraw"]])
    def test_wants_one_answer(self, stage: Stage, options: list[str]) -> None:
        ended = stage.run("feedback", "answer", ID, "--rows", "3", "--reason", "核对过", *options)

        assert ended.exit_code == 2
        assert "--confirm 和 --withdraw 中选一个" in ended.output

    def test_asks_about_a_record(self, stage: Stage) -> None:
        stage.run("feedback", "open", "LP-X.a.B", "--question", "金额与公示不一致")

        assert stage.answers.asked[-1]["record"] == "LP-X.a.B"

    def test_has_papers_made_again(self, stage: Stage) -> None:
        shown = stage.run("feedback", "papers", ID, "--anew").stdout

        assert "正在重新生成" in shown
        assert stage.answers.asked[-1]["anew"] is True
