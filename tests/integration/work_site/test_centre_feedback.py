"""Feedback as the centre sees it: due first, "confirmed as right" judged with a reason (A8.6)."""

from collections.abc import Iterator

import pytest

from tests.desk_builders import Desks, desks
from tests.faults.scenes import penalties, penalty
from tests.integration.lambdas import PENALTY_KEY

WANG = {"kind": "provider", "id": "wang", "organisation": "scjg"}


@pytest.fixture(scope="module")
def answered() -> Iterator[Desks]:
    """Open the site where a provider has confirmed two wrong rows as right."""
    with desks() as opened:
        lambdas = opened.lambdas
        bad = [penalty(number, 处罚决定日期="二〇二六年") for number in (1, 2)]
        lambdas.upload(penalties(bad).body, PENALTY_KEY)
        lambdas.run()
        lambdas.call(
            "answer-feedback",
            caller=WANG,
            feedback=the_feedback(opened),
            rows=[2, 3],
            answer="confirmed",
            reason="原文如此",
        )
        yield opened


def the_feedback(opened: Desks) -> str:
    (told,) = opened.lambdas.call("list-feedback")["answer"]["feedback"]
    return str(told["feedback"])


@pytest.mark.requirement("A8.6")
class TestFeedback:
    @pytest.mark.parametrize("path", ["/centre/feedback", "/centre/answers"])
    def test_is_listed_with_its_clock_in_words(self, answered: Desks, path: str) -> None:
        listed = answered.get(path)

        assert f"/centre/feedback/{the_feedback(answered)}" in listed.text
        assert "已答复，待审定" in listed.text

    def test_offers_what_is_to_be_judged(self, answered: Desks) -> None:
        shown = answered.get(f"/centre/feedback/{the_feedback(answered)}")

        assert "第 2 行：原文如此" in shown.text
        assert "第 3 行：原文如此" in shown.text

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"decision": "accept", "reason": "已核对"}, "rows"),
            ({"rows": "2", "reason": "已核对"}, "decision"),
            ({"rows": "2", "decision": "accept", "reason": ""}, "reason"),
        ],
    )
    def test_says_what_is_missing(
        self, answered: Desks, fields: dict[str, str], field: str
    ) -> None:
        answer = answered.post(f"/centre/feedback/{the_feedback(answered)}", **fields)

        assert answer.status == 400
        assert f'href="#{field}"' in answer.text

    def test_is_judged_row_by_row(self, answered: Desks) -> None:
        path = f"/centre/feedback/{the_feedback(answered)}"

        judged = answered.post(path, rows="3", decision="return", reason="请按日期格式填写")
        shown = answered.get(path)

        assert (judged.status, judged.headers["Location"]) == (303, path)
        assert "未采纳，退回重新处理" in shown.text
        assert "第 3 行：" not in shown.text

    def test_shows_where_its_rows_can_be_read(self, answered: Desks) -> None:
        papers = answered.get(f"/centre/feedback/{the_feedback(answered)}/papers")

        assert "标注的工作簿" in papers.text

    @pytest.mark.requirement("A18.1")
    @pytest.mark.parametrize(
        ("member", "status"),
        [("office", 200), ("county", 404), ("scjg", 403), ("security", 403)],
    )
    def test_is_shown_to_who_supervises_and_judged_by_nobody_else(
        self, answered: Desks, member: str, status: int
    ) -> None:
        path = f"/centre/feedback/{the_feedback(answered)}"
        told = {"rows": "2", "decision": "accept", "reason": "已核对"}

        shown = answered.get(path, member)
        judged = answered.post(path, member, page="/exchange/new", **told)

        assert (shown.status, judged.status) == (status, 403)
        assert 'name="decision"' not in shown.text
