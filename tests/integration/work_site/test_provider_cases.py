"""A provider's own comparison cases on pages, and its inbox."""

import pytest

from nbcredit.domain.actors import Actor
from nbcredit.domain.periods import business_date
from nbcredit.domain.permissions import Role
from nbcredit.runtime.clocks import inbox_of
from nbcredit.usecases.inbox import Message
from tests.faults.scenes import company, penalties, penalty, registration, registry
from tests.integration.stage import Stage
from tests.integration.work_site.provider_desk import ProviderDesk, a_desk

WHY = "与处罚决定书和营业执照核对过"


def held(stage: Stage) -> str:
    """Let a row be held that names a company otherwise; return its case."""
    stage.report(registry([registration(1)]).body, item="legal-registration", name="registry.csv")
    rows = [penalty(1, of=1), penalty(2, of=1, 行政相对人名称="另一名称公司")]
    submission = stage.report(penalties(rows).body, name="penalties.csv")
    return f"{submission.id}-3"


class TestCases:
    @pytest.mark.requirement("A8.4")
    def test_are_listed_and_told_of_on_the_list_of_things_to_do(self, desk: ProviderDesk) -> None:
        case = held(desk.stage)

        assert f"/cases/{case}" in desk.get("/cases").text
        assert "有 1 行比对疑问等待处理" in desk.get("/todo").text

    @pytest.mark.requirement("A8.4")
    def test_stand_side_by_side(self, desk: ProviderDesk) -> None:
        page = desk.get(f"/cases/{held(desk.stage)}").text

        assert "另一名称公司" in page
        assert "库中：宁波1号测试有限公司" in page

    @pytest.mark.requirement("A8.4")
    def test_are_decided_with_a_reason(self, desk: ProviderDesk) -> None:
        case = held(desk.stage)

        sent = desk.send(f"/cases/{case}", {"choice": company(1), "reason": WHY})
        desk.stage.run()

        assert (sent.status, sent.headers["Location"]) == (303, "/cases")
        assert f"/cases/{case}" not in desk.get("/cases").text
        assert WHY in desk.get(f"/cases/{case}").text
        assert len(desk.stage.heads()) == 3

    @pytest.mark.requirement("A8.4")
    def test_are_not_decided_without_one(self, desk: ProviderDesk) -> None:
        case = held(desk.stage)

        page = desk.send(f"/cases/{case}", {"choice": "drop", "reason": ""})

        assert page.status == 400
        assert 'href="#reason"' in page.text

    def test_are_only_read_by_whom_it_is_not_to_decide(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_desk(stage, monkeypatch, Role.REPORTER) as reporter:
            case = held(stage)

            page = reporter.get(f"/cases/{case}")
            sent = reporter.browser.post(f"/cases/{case}", {"csrf": page.csrf, "choice": "drop"})

        assert 'name="choice"' not in page.text
        assert sent.status == 403

    @pytest.mark.requirement("A4.1")
    def test_of_another_are_not_there(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_desk(stage, monkeypatch, organisation="rsj") as other:
            case = held(stage)

            assert other.get(f"/cases/{case}").status == 404
            assert case not in other.get("/cases").text


class TestInbox:
    @pytest.mark.requirement("A8.5")
    def test_shows_what_the_platform_has_told(self, desk: ProviderDesk) -> None:
        at = desk.stage.clock.now()
        message = Message(
            organisation="scjg",
            day=business_date(at),
            topic="a-topic",
            at=at,
            subject="有 3 件事到期",
            lines=("第一件", "<b>第二件</b>"),
        )
        inbox_of(desk.stage.parts).leave(message, by=Actor.platform("remind"))

        page = desk.get("/inbox").text

        assert "有 3 件事到期" in page
        assert "第一件\n&lt;b&gt;第二件" in page

    def test_says_so_where_nothing_was_told(self, desk: ProviderDesk) -> None:
        assert "还没有消息。" in desk.get("/inbox").text
