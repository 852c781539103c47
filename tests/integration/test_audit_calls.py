"""The calls about the trail through their handlers, and what reads when sealing is late."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.seal_audit import app as seal_audit
from nbcredit.adapters.dynamodb.audit_store import SealedItem
from nbcredit.domain.audit import Act
from nbcredit.runtime.clock import SystemClock
from tests.faults.scenes import CITIZEN_ID, arrears, csv_file
from tests.integration.lambdas import ARREARS_KEY, Lambdas, on_lambda
from tests.integration.stage import CENTRE, NAMES, Stage

NOW = SystemClock().now()


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    stage.clock.moment = NOW
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "nbcredit/test")
    with on_lambda(stage, monkeypatch) as lambdas:
        yield lambdas


def searched(lambdas: Lambdas, **told: Any) -> dict[str, Any]:
    span = {"since": _hours_ago(2), "until": _hours_ago(-1)}
    return lambdas.call("search-audit", **{**span, **told})


def _hours_ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


@pytest.mark.requirement("A20.1")
class TestAuditCalls:
    def test_find_a_person_by_number_without_keeping_it(self, lambdas: Lambdas) -> None:
        lambdas.upload(csv_file([arrears()]), ARREARS_KEY)
        lambdas.run()
        read = lambdas.call("read-subject", document_number=CITIZEN_ID)

        found = searched(lambdas, document_number=CITIZEN_ID, action="subject-read")
        looked = lambdas.call("who-looked", document_number=CITIZEN_ID)

        (entry,) = found["answer"]["entries"]
        assert read["ok"]
        assert entry["actor"] == "chen"
        assert entry["request"] == lambdas.context.aws_request_id
        assert entry["about"][0].startswith("NP1#")
        assert [each["what"] for each in looked["answer"]["looks"]] == ["查询信用记录"]
        trail = boto3.client("dynamodb").scan(TableName=NAMES.audit)["Items"]
        assert CITIZEN_ID not in str(trail)

    def test_are_entered_themselves(self, lambdas: Lambdas) -> None:
        searched(lambdas)

        (entry,) = searched(lambdas, action="audit-searched")["answer"]["entries"]

        assert entry["purpose"] == "核对数据"

    def test_are_refused_to_others_and_that_is_entered(self, lambdas: Lambdas) -> None:
        other = {"kind": "provider", "id": "wang", "organisation": "scjg"}

        refused = searched(lambdas, caller=other)

        assert (refused["status"], refused["code"]) == (403, "not-the-auditor")
        (entry,) = searched(lambdas, outcome="refused")["answer"]["entries"]
        assert (entry["action"], entry["actor"]) == ("search-audit", "wang")

    def test_hand_out_lines_and_entries(self, lambdas: Lambdas) -> None:
        searched(lambdas)

        answer = lambdas.call(
            "export-audit", since=_hours_ago(1), until=_hours_ago(-1), action="audit-searched"
        )["answer"]

        assert len(answer["lines"]) == len(answer["entries"]) == 1


@pytest.mark.requirement("A20.1")
class TestSealer:
    def test_seals_what_an_hour_ago_happened(self, lambdas: Lambdas) -> None:
        lambdas.stage.clock.moment = NOW - timedelta(hours=1)
        lambdas.stage.parts.ledger.record(Act(action="x", actor=CENTRE, purpose="测试"))

        told = seal_audit.handler({"since": _hours_ago(2)}, lambdas.context)

        assert (told["checkpoints"], told["entries"], told["faults"]) == (1, 1, 0)
        report = lambdas.call("verify-audit", since=_hours_ago(2), until=_hours_ago(-1))["answer"]
        assert report["whole"], report
        assert report["checkpoints"] == 1
        assert seal_audit.handler({}, lambdas.context)["checkpoints"] == 0


@pytest.mark.fault("F24")
@pytest.mark.requirement("A20.1")
class TestLateSeals:
    @pytest.fixture
    def late(self, lambdas: Lambdas) -> Lambdas:
        until = f"{NOW - timedelta(hours=5):%Y-%m-%dT%H}:00"
        lambdas.stage.parts.connection  # noqa: B018 -- binds the items to their table
        SealedItem("SEALED", "HEAD", number=0, since=until, until=until).save()
        return lambdas

    @pytest.mark.parametrize(
        ("call", "told"),
        [
            ("read-subject", {}),
            ("verify-subject", {"claims": {"name": "张三"}}),
        ],
    )
    def test_let_nobody_look_at_a_person(
        self, late: Lambdas, call: str, told: dict[str, Any]
    ) -> None:
        answer = late.call(call, document_number=CITIZEN_ID, **told)

        assert (answer["status"], answer["code"]) == (503, "audit-sealing-late")

    def test_leave_everything_else_as_it_is(self, late: Lambdas) -> None:
        company = late.call("read-subject", credit_code="91330200MA2AAAAA0A")

        assert company["code"] == "unknown-subject"
        assert late.call("show-catalogue")["ok"]
