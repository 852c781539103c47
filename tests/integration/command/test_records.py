from typing import Any

import pytest

from tests.integration.command.platforms import NOW, a_stage

NUMBER = "33020119190607163X"
RECORD: dict[str, Any] = {
    "record": "LP-91330206X8EDDRFJ2E.administrative-penalty.K1",
    "item": "administrative-penalty",
    "item_name": "行政处罚",
    "provider": "scjg",
    "period": "2026-10",
    "region": "330200",
    "role": "",
    "disclosure": "public",
    "reported_at": NOW.isoformat(),
    "submission": "ABC",
    "row": 7,
    "values": {"处罚内容": "罚款500元"},
}
SUBJECT: dict[str, Any] = {
    "subject": "LP#91330206X8EDDRFJ2E",
    "state": "registered",
    "name": "宁波拟澜丰模具制造有限公司",
    "former_names": ["宁波样澜丰模具制造有限公司"],
    "status": "存续",
    "records": [RECORD],
}
VERSION: dict[str, Any] = {
    "version": "1",
    "provider": "scjg",
    "provider_name": "宁波市市场监督管理局",
    "submission": "ABC",
    "file_name": "处罚.csv",
    "file_key": "incoming/scjg/administrative-penalty/2026-10/处罚.csv",
    "file_version": "v1",
    "sha256": "0" * 64,
    "row": 7,
    "reported_at": NOW.isoformat(),
    "catalogue": "2026-1",
    "current": True,
    "values": {"处罚内容": "罚款500元"},
}


class TestRecords:
    def test_are_shown_with_titles_and_origin(self) -> None:
        with a_stage(read_subject=SUBJECT) as stage:
            result = stage.run("records", "91330206x8eddrfj2e", "--purpose", "异议核查")

            assert result.exit_code == 0, result.output
            assert "（曾用名：宁波样澜丰模具制造有限公司）" in result.stdout
            assert "处罚内容：罚款500元" in result.stdout
            (asked,) = stage.answers.asked
            assert asked["credit_code"] == "91330206X8EDDRFJ2E"
            assert asked["purpose"] == "异议核查"

    @pytest.mark.requirement("A8.4")
    def test_say_since_when_an_organisation_is_no_more_and_who_took_over(self) -> None:
        ended = {"status": "注销", "cancelled_on": "2026-03-31", "successors": ["S1", "S2"]}
        with a_stage(read_subject={**SUBJECT, **ended}) as stage:
            result = stage.run("records", "91330206X8EDDRFJ2E", "--purpose", "异议核查")

        assert "注销日期：2026-03-31\n承继主体：S1、S2\n" in result.stdout

    def test_begin_with_who_it_is_and_never_with_a_key(self) -> None:
        provisional = {**SUBJECT, "state": "provisional", "former_names": [], "status": ""}
        with a_stage(read_subject=provisional) as stage:
            result = stage.run("records", "91330206X8EDDRFJ2E", "--purpose", "异议核查")

        assert result.stdout.splitlines()[0] == (
            "宁波拟澜丰模具制造有限公司  91330206X8EDDRFJ2E  尚无登记信息"
        )
        assert "LP#" not in result.stdout

    def test_are_ordered_by_item_and_the_newest_comes_first(self) -> None:
        late = {**RECORD, "row": 8, "reported_at": "2026-11-24T02:00:00Z", "role": "operator"}
        other = {**RECORD, "row": 9, "item_name": "法人登记"}
        subject = {**SUBJECT, "records": [RECORD, other, late]}
        with a_stage(read_subject=subject) as stage:
            result = stage.run("records", "91330206X8EDDRFJ2E", "--purpose", "异议核查")

        rows = [line.split()[-2] for line in result.stdout.splitlines() if "批次 ABC" in line]
        assert rows == ["9", "8", "7"]
        assert "行政处罚，经营者" in result.stdout

    def test_of_a_person_take_the_number_from_standard_input_and_never_show_it(self) -> None:
        with a_stage(read_subject=SUBJECT) as stage:
            result = stage.run(
                "records", "--document-number", "--purpose", "异议核查", typed=f"{NUMBER}\n"
            )

            (asked,) = stage.answers.asked
            assert asked["document_number"] == NUMBER
            assert asked["credit_code"] is None
            assert NUMBER not in result.output


class TestVerify:
    @pytest.mark.parametrize(
        ("verdict", "said", "code"),
        [
            ("match", "一致", 0),
            ("mismatch", "不一致", 1),
            ("no-record", "没有登记信息可比对：登记部门还没有报送该主体。", 1),
        ],
    )
    def test_says_the_verdict_and_nothing_else(self, verdict: str, said: str, code: int) -> None:
        with a_stage(verify_subject={"verdict": verdict}) as stage:
            result = stage.run(
                "verify", "91330206X8EDDRFJ2E", "--name", "某公司", "--purpose", "资质认定"
            )

            assert result.exit_code == code, result.output
            assert result.stdout.strip() == said
            (asked,) = stage.answers.asked
            assert asked["claims"] == {"name": "某公司"}

    def test_of_a_person_names_the_type_of_the_document(self) -> None:
        with a_stage(verify_subject={"verdict": "match"}) as stage:
            result = stage.run(
                "verify",
                "--document-number",
                "--document-type",
                "护照",
                "--name",
                "某人",
                "--purpose",
                "资质认定",
                typed="E12345678\n",
            )

            assert result.exit_code == 0, result.output
            (asked,) = stage.answers.asked
            assert (asked["document_type"], asked["document_number"]) == ("护照", "E12345678")

    def test_asks_for_something_to_compare(self) -> None:
        with a_stage() as stage:
            result = stage.run("verify", "91330206X8EDDRFJ2E", "--purpose", "资质认定")

            assert result.exit_code == 2
            assert "--name" in result.output


class TestTrace:
    def test_leads_back_to_file_version_and_row(self) -> None:
        old = {**VERSION, "current": False, "row": 9}
        answer = {"record": RECORD["record"], "item_name": "行政处罚", "versions": [VERSION, old]}
        with a_stage(trace_record=answer) as stage:
            result = stage.run("trace", RECORD["record"], "--purpose", "异议核查")

        assert result.exit_code == 0, result.output
        assert "现行版本" in result.stdout
        assert "处罚.csv 第 9 行，批次 ABC" in result.stdout
        assert "版本 v1" in result.stdout
