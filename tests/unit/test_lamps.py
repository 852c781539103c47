from datetime import timedelta

import pytest

from nbcredit.domain.duties import Reports
from nbcredit.domain.lamps import Lamp, lamp_of
from nbcredit.domain.obligations import Kind, State
from tests.obligation_builders import OBLIGATION, an_obligation
from tests.unit.test_duties import LAST, MIDNIGHT

DUE = OBLIGATION.due.on


class TestLamp:
    @pytest.mark.requirement("A8.1")
    @pytest.mark.parametrize(
        ("left", "lamp", "words"),
        [
            (5, Lamp.GREEN, "还有 5 天"),
            (3, Lamp.AMBER, "还有 3 天"),
            (0, Lamp.AMBER, "今天到期"),
            (-2, Lamp.RED, "未完成，已逾期 2 天"),
        ],
    )
    def test_of_what_is_open_tells_the_days_left(self, left: int, lamp: Lamp, words: str) -> None:
        assert lamp_of(an_obligation(), today=DUE - timedelta(left)) == (lamp, words)

    @pytest.mark.requirement("A7.1")
    @pytest.mark.parametrize(
        ("reports", "lamp", "words"),
        [
            (Reports(owed=True).with_data("S", at=LAST), Lamp.GREEN, "按时"),
            (Reports(owed=True).with_data("S", at=MIDNIGHT), Lamp.AMBER, "迟报"),
            (Reports(owed=True).with_zero(at=LAST, by="a"), Lamp.GREEN, "零报告"),
            (Reports(owed=True).with_zero(at=MIDNIGHT, by="a"), Lamp.AMBER, "迟报的零报告"),
            (Reports(owed=True, closed=True), Lamp.RED, "未报，已逾期 1 天"),
            (Reports().with_data("S", at=LAST), Lamp.GREEN, "已报送"),
            (Reports().with_zero(at=LAST, by="a"), Lamp.GREEN, "零报告"),
            (Reports(), Lamp.OFF, "不要求报送"),
        ],
    )
    def test_of_a_duty_tells_how_it_ended(self, reports: Reports, lamp: Lamp, words: str) -> None:
        duty = an_obligation(kind=Kind.REPORTING).with_reports(reports)

        assert lamp_of(duty, today=DUE + timedelta(1)) == (lamp, words)

    @pytest.mark.requirement("A8.1")
    def test_of_what_was_done_tells_whether_in_time(self) -> None:
        in_time, late = (an_obligation().met(at=at, by="S") for at in (LAST, MIDNIGHT))

        assert lamp_of(in_time, today=DUE) == (Lamp.GREEN, "按时")
        assert lamp_of(late, today=DUE) == (Lamp.AMBER, "逾期完成")

    def test_is_off_where_it_was_lifted(self) -> None:
        lifted = an_obligation().lifted(at=LAST, by="centre")

        assert lifted.state is State.LIFTED
        assert lamp_of(lifted, today=DUE) == (Lamp.OFF, "已取消")
