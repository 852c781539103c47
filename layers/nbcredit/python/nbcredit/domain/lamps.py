"""How an obligation stands at a glance: a lamp and the words beside it."""

from datetime import date
from enum import StrEnum
from typing import Final

from nbcredit.domain.obligations import Obligation, State

# From here on an open obligation is looked at as one that is near.
_NEAR: Final = 3


class Lamp(StrEnum):
    """Green: nothing to do or done in time; amber: near, or done late; red: overdue."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    OFF = "off"

    @property
    def sign(self) -> str:
        return _SIGNS[self]


_SIGNS: Final = {Lamp.GREEN: "🟢", Lamp.AMBER: "🟡", Lamp.RED: "🔴", Lamp.OFF: "⚪"}
_ENDED: Final = {
    State.ON_TIME: (Lamp.GREEN, "按时"),
    State.LATE: (Lamp.AMBER, "迟报"),
    State.ZERO: (Lamp.GREEN, "零报告"),
    State.LIFTED: (Lamp.OFF, "已取消"),
    State.NOT_OWED: (Lamp.OFF, "不要求报送"),
}


def lamp_of(obligation: Obligation, *, today: date) -> tuple[Lamp, str]:
    """Return lamp and words of an obligation on a day."""
    if obligation.state in _ENDED:
        lamp, words = _ENDED[obligation.state]
        reports = obligation.reports
        if reports is None:
            return lamp, "逾期完成" if obligation.state is State.LATE else words
        if obligation.met_at is None:
            return lamp, words
        if obligation.state is State.NOT_OWED:
            # It came before its duty was opened, or where there is none.
            return Lamp.GREEN, "已报送" if reports.data_at is not None else "零报告"
        late_zero = obligation.state is State.LATE and reports.data_at is None
        return lamp, "迟报的零报告" if late_zero else words
    return lamp_until(
        obligation.due.on,
        today=today,
        undone="未报" if obligation.state is State.MISSING else "未完成",
    )


def lamp_until(due_on: date, *, today: date, undone: str = "未完成") -> tuple[Lamp, str]:
    """Return lamp and words of what is still to be done until a day."""
    left = (due_on - today).days
    if left < 0:
        return Lamp.RED, f"{undone}，已逾期 {-left} 天"
    words = "今天到期" if not left else f"还有 {left} 天"
    return (Lamp.AMBER if left <= _NEAR else Lamp.GREEN), words
