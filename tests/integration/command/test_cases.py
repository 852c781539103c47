from typing import Any

import pytest

from tests.integration.command.platforms import NOW, SUBMISSION, a_stage

CODE, OTHER = "91330206X8EDDRFJ2E", "91330206X07K9C1D6W"
CASE: dict[str, Any] = {
    "case": f"{'A' * 24}-7",
    "submission": "A" * 24,
    "provider": "scjg",
    "item": "administrative-penalty",
    "row": 7,
    "kind": "other-name",
    "kind_text": "代码登记的是另一名称",
    "state": "open",
    "state_text": "待处理",
    "reported_at": NOW.isoformat(),
    "candidates": [CODE],
    "decision": None,
}
SHOWN: dict[str, Any] = {
    "case": CASE,
    "item_name": "行政处罚",
    "period": "2026-10",
    "file_name": "处罚.csv",
    "values": {"行政相对人名称": "宁波乙贸易有限公司"},
    "candidates": [
        {
            "credit_code": CODE,
            "name": "宁波甲贸易有限公司",
            "former_names": ["宁波旧名贸易有限公司"],
            "registered": "已登记",
            "status": "注销",
            "cancelled_on": "2026-03-31",
            "successors": [OTHER],
            "explanation": "字号不同：本行是“乙”，对方是“甲”",
        }
    ],
    "now": "该代码登记的名称是“宁波甲贸易有限公司”，与本行不同：请核对。",
}
DECISION = {
    "under": CODE,
    "reason": "已核实",
    "by": "wang",
    "organisation": "scjg",
    "at": NOW.isoformat(),
}
DECIDED = {**CASE, "state": "stored", "state_text": "已决定入库", "decision": DECISION}


@pytest.mark.requirement("A8.4")
class TestCases:
    def test_are_listed_for_one_provider_or_all(self) -> None:
        with a_stage(list_cases={"cases": [CASE]}) as stage:
            result = stage.run("cases", "--provider", "scjg")
            stage.run("cases")

            assert result.exit_code == 0, result.output
            header, line = result.stdout.splitlines()
            assert header.split("\t")[:2] == ["疑问编号", "单位"]
            assert line.split("\t")[:6] == [
                CASE["case"], "scjg", "administrative-penalty", "7", "代码登记的是另一名称", CODE,
            ]  # fmt: skip
            one, every = stage.answers.asked
            assert (one["provider"], one["caller"]["organisation"]) == ("scjg", "scjg")
            assert (every["provider"], every["caller"]["organisation"]) == (None, "centre")

    def test_that_are_none_are_told_beside_the_list(self) -> None:
        with a_stage(list_cases={"cases": []}) as stage:
            result = stage.run("cases")

        assert (result.exit_code, result.stdout) == (0, "")
        assert "没有待处理的比对疑问。" in result.stderr


@pytest.mark.requirement("A8.4")
class TestCase:
    def test_is_shown_beside_what_is_known(self) -> None:
        with a_stage(show_case=SHOWN) as stage:
            result = stage.run("case", CASE["case"], "--beside", OTHER.lower())

            assert result.exit_code == 0, result.output
            for line in (
                "报送：scjg 行政处罚 2026-10，处罚.csv 第 7 行",
                "疑问：该代码登记的名称是“宁波甲贸易有限公司”，与本行不同：请核对。",
                "    行政相对人名称：宁波乙贸易有限公司",
                f"候选主体 1  {CODE}  宁波甲贸易有限公司  已登记",
                "    曾用名：宁波旧名贸易有限公司",
                "    注销日期：2026-03-31",
                f"    承继主体：{OTHER}",
                "    名称比较：字号不同：本行是“乙”，对方是“甲”",
                f"处理：nbcredit decide {CASE['case']}",
            ):
                assert line in result.stdout
            (asked,) = stage.answers.asked
            assert asked["beside"] == OTHER

    def test_says_when_there_is_no_question_any_more(self) -> None:
        with a_stage(show_case={**SHOWN, "now": ""}) as stage:
            result = stage.run("case", CASE["case"])

        assert "名称已经一致" in result.stdout

    def test_says_what_was_decided_by_whom_and_why(self) -> None:
        with a_stage(show_case={**SHOWN, "case": DECIDED}) as stage:
            result = stage.run("case", CASE["case"])

        assert f"scjg wang，入到 {CODE} 名下，理由：已核实" in result.stdout
        assert "处理：nbcredit decide" not in result.stdout


@pytest.mark.requirement("A8.4")
class TestDecide:
    @pytest.mark.parametrize(
        ("options", "decision", "candidate"),
        [
            (["--store"], "store", None),
            (["--candidate", CODE.lower()], "store", CODE),
            (["--drop"], "drop", None),
        ],
    )
    def test_stores_or_drops_with_a_reason(
        self, options: list[str], decision: str, candidate: str | None
    ) -> None:
        answer = {"case": DECIDED, "stored_by": SUBMISSION if decision == "store" else None}
        with a_stage(decide_case=answer) as stage:
            result = stage.run(
                "decide", CASE["case"], *options, "--reason", "已核实", "--provider", "scjg"
            )

            assert result.exit_code == 0, result.output
            assert "已决定入库，理由：已核实" in result.stdout
            assert ("本行的入库结果：新增、更新（批次 ABC）。" in result.stdout) is (
                decision == "store"
            )
            (asked,) = stage.answers.asked
            assert (asked["decision"], asked["candidate"]) == (decision, candidate)
            assert asked["caller"]["organisation"] == "scjg"

    @pytest.mark.parametrize(
        "options", [[], ["--store", "--drop"], ["--candidate", CODE, "--drop"]]
    )
    def test_is_one_thing_or_refused(self, options: list[str]) -> None:
        with a_stage() as stage:
            result = stage.run("decide", CASE["case"], *options, "--reason", "已核实")

        assert result.exit_code == 2
        assert "选一个" in result.stderr

    def test_says_where_to_look_while_the_row_is_on_its_way(self) -> None:
        waiting = {**SUBMISSION, "state": "waiting", "outcomes": {}}
        with a_stage(decide_case={"case": DECIDED, "stored_by": waiting}) as stage:
            result = stage.run("decide", CASE["case"], "--store", "--reason", "已核实")

        assert "本行正在入库（批次 ABC）" in result.stdout
