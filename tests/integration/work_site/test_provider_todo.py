"""What a provider still has to do, its month, one duty and the zero report, as pages."""

from collections.abc import Iterator

import pytest

from nbcredit.domain.periods import Period
from tests.faults.tapes import Tape
from tests.integration.stage import CENTRE, a_stage
from tests.integration.work_site.provider_desk import ProviderDesk, a_row

OCTOBER = Period(2026, 10)
DUTY = "/todo/2026-10/scjg/administrative-penalty"


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    """A platform where the books of October were opened: each provider owes its reports."""
    with a_stage() as made:
        made.closing.open(OCTOBER, by=CENTRE)
        yield Tape.of(made)


class TestTodo:
    @pytest.mark.requirement("A7.1")
    def test_lists_what_is_due_with_lamp_words_and_the_way(self, desk: ProviderDesk) -> None:
        page = desk.get("/todo")

        assert page.status == 200
        assert "报送 2026-10 的“行政处罚”" in page.text
        assert DUTY in page.text
        assert 'class="lamp ' in page.text

    def test_is_exported_as_a_spreadsheet(self, desk: ProviderDesk) -> None:
        listed = desk.get("/todo", export="csv")

        assert listed.headers["Content-Type"].startswith("text/csv")

    @pytest.mark.requirement("A7.1")
    def test_the_month_shows_the_day_on_which_it_is_due(self, desk: ProviderDesk) -> None:
        page = desk.get("/calendar")

        assert "2026年11月事项日历" in page.text
        day = page.text.split("<strong>10日</strong>")[1].split("</td>")[0]
        assert "报送 2026-10 的“行政处罚”" in day

    def test_another_month_is_a_click_away(self, desk: ProviderDesk) -> None:
        assert "2026年12月事项日历" in desk.get("/calendar", month="2026-12").text


class TestZeroReport:
    @pytest.mark.requirement("A7.2")
    def test_is_taken_with_one_click_and_a_confirmation(self, desk: ProviderDesk) -> None:
        sent = desk.send(DUTY, {"sure": "yes"})

        assert (sent.status, sent.headers["Location"]) == (303, DUTY)
        page = desk.get(DUTY)
        assert "零报告已收到" in page.text
        assert 'name="sure"' not in page.text
        assert DUTY not in desk.get("/todo").text

    @pytest.mark.requirement("A7.2")
    def test_asks_for_the_confirmation_first(self, desk: ProviderDesk) -> None:
        page = desk.send(DUTY)

        assert page.status == 400
        assert '<a href="#sure">请先勾选确认' in page.text
        assert DUTY in desk.get("/todo").text

    @pytest.mark.requirement("A7.2")
    def test_is_refused_beside_data_with_the_reason(self, desk: ProviderDesk) -> None:
        # The page was open before the data came.
        csrf = desk.get(DUTY).csrf
        submission = desk.reported(a_row(1))

        page = desk.browser.post(DUTY, {"csrf": csrf, "sure": "yes"})

        assert page.status == 400
        assert f"已有数据（批次 {submission}）" in page.text

    @pytest.mark.requirement("A4.1")
    def test_the_duty_of_another_is_not_there(self, desk: ProviderDesk) -> None:
        found = [duty.id for duty in desk.stage.closing.books(OCTOBER) if duty.debtor != "scjg"]

        assert found
        assert {desk.get(each.replace("reporting/", "/todo/")).status for each in found} == {404}
