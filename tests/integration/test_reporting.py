"""Reports by call through the handlers, with everything else going on beside them."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3
import pytest

from nbcredit.domain.audit import Outcome
from nbcredit.domain.periods import Period, business_date
from tests.faults.endings import actions
from tests.faults.scenes import PENALTIES, arrears, penalty
from tests.integration.lambdas import Lambdas, on_lambda
from tests.integration.stage import NAMES, UPLOADS, Stage, items_of

WANG = {"kind": "provider", "id": "wang", "organisation": "scjg"}


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with on_lambda(stage, monkeypatch) as lambdas:
        yield lambdas


def report(lambdas: Lambdas, *rows: dict[str, Any], **told: Any) -> dict[str, Any]:
    place = {"provider": "scjg", "item": PENALTIES, "caller": WANG, "purpose": "信用信息报送"}
    return lambdas.call("report-rows", **{**place, "rows": list(rows), **told})


def echo(lambdas: Lambdas) -> None:
    """Let S3 tell of everything that was put."""
    for each in boto3.client("s3").list_object_versions(Bucket=UPLOADS)["Versions"]:
        event = lambdas.event(each["Key"], each["VersionId"])
        lambdas.send("incoming", json.dumps({"Records": [event]}))


@pytest.mark.requirement("A7.1")
class TestReportRows:
    def test_answers_for_each_row(self, lambdas: Lambdas) -> None:
        told = report(lambdas, penalty(1), penalty(2, 处罚决定日期="2026-13-01"), 随意=None)

        assert told["code"] == "call-not-understood"

        answer = report(lambdas, penalty(1), penalty(2, 处罚决定日期="2026-13-01"))["answer"]
        assert [row["outcome"] for row in answer["rows"]] == ["new", "rejected"]
        assert [issue["code"] for issue in answer["rows"][1]["issues"]] == ["E303"]
        assert answer["waits"] is False
        assert answer["submission"]["kind"] == "api"
        assert answer["submission"]["state"] == "settled"

    @pytest.mark.fault("F09")
    def test_again_gives_the_same_answer_and_stores_nothing(self, lambdas: Lambdas) -> None:
        first = report(lambdas, penalty(1))
        echo(lambdas)
        lambdas.run()
        before = items_of(NAMES.legal_persons), items_of(NAMES.work)

        assert report(lambdas, penalty(1)) == first
        assert (items_of(NAMES.legal_persons), items_of(NAMES.work)) == before

    def test_leaves_its_event_nothing_to_do_and_nothing_to_complain_of(
        self, lambdas: Lambdas
    ) -> None:
        report(lambdas, penalty(1))

        echo(lambdas)
        lambdas.run()

        assert "upload-repeated" not in actions()
        assert len(list(lambdas.stage.records())) == 1

    def test_takes_persons_and_their_documents(self, lambdas: Lambdas) -> None:
        told = {"provider": "rsj", "item": "social-insurance-arrears"}
        caller = {**WANG, "organisation": "rsj"}

        answer = report(lambdas, arrears(), **told, caller=caller)["answer"]

        assert [row["outcome"] for row in answer["rows"]] == ["new"]

    def test_is_of_this_month_where_no_period_is_named(self, lambdas: Lambdas) -> None:
        answer = report(lambdas, penalty(1))["answer"]

        reported = datetime.fromisoformat(answer["submission"]["reported_at"])
        assert answer["submission"]["period"] == str(Period.of(business_date(reported)))

    def test_refuses_rows_that_name_nothing_of_the_item_as_a_whole(self, lambdas: Lambdas) -> None:
        answer = report(lambdas, {"姓名": "郑测试"})["answer"]

        assert answer["submission"]["state"] == "refused"
        assert answer["rows"] == []
        assert {issue["code"] for issue in answer["issues"]} == {"E203"}

    @pytest.mark.parametrize("broken", ["\ud800", "a\udfffb"])
    def test_refuses_half_a_character(self, lambdas: Lambdas, broken: str) -> None:
        assert report(lambdas, penalty(1, 处罚内容=broken))["code"] == "unspeakable-rows"

    @pytest.mark.parametrize("rows", [[], [{}] * 101, [{"a": {"b": 1}}], ["a"]])
    def test_takes_one_to_a_hundred_flat_objects(self, lambdas: Lambdas, rows: list[Any]) -> None:
        assert report(lambdas, *rows)["code"] == "call-not-understood"

    def test_reads_numbers_and_lists_as_json_has_them(self, lambdas: Lambdas) -> None:
        row: dict[str, Any] = {**penalty(1), "罚款金额（万元）": 0.3}

        answer = report(lambdas, row)["answer"]

        assert [each["outcome"] for each in answer["rows"]] == ["new"]


@pytest.mark.fault("F45")
@pytest.mark.requirement("A5.1")
class TestOwnerRule:
    @pytest.mark.parametrize(
        ("told", "code"),
        [
            ({"provider": "rsj"}, "reports-for-another"),
            ({"item": "social-insurance-arrears"}, "not-its-duty"),
            ({"item": "no-such-item"}, "not-its-duty"),
            ({"period": "2099-01"}, "not-its-duty"),
        ],
    )
    def test_refuses_what_is_anothers_and_notes_it(
        self, lambdas: Lambdas, told: dict[str, str], code: str
    ) -> None:
        answer = report(lambdas, penalty(1), **told)

        assert (answer["status"], answer["code"]) == (403, code)
        [act] = [
            act
            for act in (json.loads(item["content"]) for item in items_of(NAMES.audit))
            if act["action"] == "report-rows"
        ]
        assert act["outcome"] == Outcome.REFUSED
        assert act["actor"]["organisation"] == "scjg"
        assert act["detail"]["code"] == code
        assert act["detail"]["provider"] == told.get("provider", "scjg")
        assert not boto3.client("s3").list_objects_v2(Bucket=UPLOADS).get("Contents")
