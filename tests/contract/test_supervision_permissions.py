"""What supervision asks of AWS, judged by the template's statements (A20.2)."""

from datetime import timedelta

import pytest

from functions.relay_outbox import app as relay_outbox
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.obligations import Obligations
from tests.contract.asking import watched
from tests.contract.test_permissions_in_use import RESOURCES
from tests.faults.scenes import csv_file, penalty, registration, registry
from tests.integration.lambdas import on_lambda, stream_records
from tests.integration.stage import START, a_stage
from tests.obligation_builders import ACT, an_obligation


@pytest.mark.requirement("A20.2")
class TestPermissionsInUse:
    @pytest.mark.requirement("A4.1")
    def test_suffice_for_lists_records_and_urging(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_stage() as stage, on_lambda(stage, monkeypatch) as lambdas:
            renamed = registration(1, 企业名称="宁波甲贸易有限公司")
            stage.report(registry([renamed]).body, item="legal-registration")
            stage.report(csv_file([penalty(1, of=1), {**penalty(2), "处罚决定日期": "昨天"}]))
            due = DueDate(on=START.date() - timedelta(days=9), rule="A8.6", start=START.date())
            owed = an_obligation(debtor="zjj", due=due)
            Obligations(stage.parts.obligations, stage.parts.calendars).open(owed, act=ACT)
            # What a cold start fetches is not what is asked here.
            lambdas.call("list-queues")
            with watched(RESOURCES, monkeypatch) as watch:
                with watch.acts("AnswerCall"):
                    for call, told in (
                        ("list-queues", {}),
                        ("list-obligations", {}),
                        ("urge-obligation", {"obligation": owed.id}),
                        ("urge-obligation", {"obligation": owed.id}),
                        ("show-organisation-record", {"organisation": "scjg", "month": "2026-11"}),
                        ("show-regional-figures", {"month": "2026-11"}),
                    ):
                        answer = lambdas.call(call, **told)
                        assert answer["ok"], answer
                events = stream_records()
                with watch.acts("RelayOutbox"):
                    relay_outbox.handler({"Records": events}, lambdas.context)

        assert watch.asked["RelayOutbox"]
        assert watch.refused() == {}
