"""Obligations: who owes what by when, and from which rule (A7, A8)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.duties import Reports
from nbcredit.domain.errors import Concealed, Conflict
from nbcredit.domain.working_days import DueDate


class Kind(StrEnum):
    """What is owed; objections and consents join later."""

    REPORTING = "reporting"
    SUBMISSION = "submission"
    FEEDBACK = "feedback"
    CERTIFICATE = "certificate"
    CONFIRMATION = "confirmation"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Kind.REPORTING: "按月报送",
    Kind.SUBMISSION: "批次处理",
    Kind.FEEDBACK: "反馈答复",
    Kind.CERTIFICATE: "证书换发",
    Kind.CONFIRMATION: "岗位人员确认",
}


class State(StrEnum):
    """Where an obligation stands; `NOT_OWED` is a report that nobody had to make."""

    NOT_OWED = "not-owed"
    OPEN = "open"
    MISSING = "missing"
    ON_TIME = "on-time"
    LATE = "late"
    ZERO = "zero"
    LIFTED = "lifted"

    @property
    def pending(self) -> bool:
        """Whether something is still to be done about it."""
        return self in _PENDING


_PENDING: Final = frozenset({State.OPEN, State.MISSING})


class UnknownObligation(Concealed):
    """No obligation has this id."""

    code = "unknown-obligation"

    def __init__(self, obligation_id: str) -> None:
        super().__init__(f"没有事项 {obligation_id}：请用 nbcredit duties 查看事项编号。")
        self.obligation_id = obligation_id


class StaleObligation(Conflict):
    """Somebody else has changed the obligation meanwhile."""

    code = "stale-obligation"

    def __init__(self) -> None:
        super().__init__("事项刚刚被另一操作更改：请重试。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One thing owed; `revision` counts its writes, 0 where it is not stored yet.

    `history` marks what is about a time long past: nobody is reminded of it. `reports` are the
    facts of a reporting duty, which decide its state; other kinds are met once.
    """

    kind: Kind
    reference: str
    debtor: str
    title: str
    due: DueDate
    opened_at: datetime
    state: State = State.OPEN
    met_at: datetime | None = None
    met_by: str = ""
    history: bool = False
    reports: Reports | None = None
    revision: int = 0

    @property
    def id(self) -> str:
        return obligation_id(self.kind, self.reference)

    def overdue(self, *, now: datetime) -> bool:
        """Whether it is still to be done and its due date has passed."""
        return self.state.pending and not self.due.kept_at(now)

    def met(self, *, at: datetime, by: str) -> Self:
        """Return it met by something that happened `at`; what is met stays as it is."""
        if not self.state.pending:
            return self
        state = State.ON_TIME if self.due.kept_at(at) else State.LATE
        return replace(self, state=state, met_at=at, met_by=by)

    def lifted(self, *, at: datetime, by: str) -> Self:
        """Return it as no longer owed, such as a feedback that its asker takes back."""
        if not self.state.pending:
            return self
        return replace(self, state=State.LIFTED, met_at=at, met_by=by)

    def redated(self, due: DueDate) -> Self:
        """Return it with the due date of a newer calendar, as long as it is open."""
        return replace(self, due=due) if self.state.pending else self

    def with_reports(self, reports: Reports) -> Self:
        """Return a reporting duty as its facts decide it; their order does not matter."""
        state, met_at, met_by = State.OPEN, None, ""
        if reports.data_at is not None:
            state = State.ON_TIME if self.due.kept_at(reports.data_at) else State.LATE
            met_at, met_by = reports.data_at, reports.data
        elif reports.zero_at is not None:
            state = State.ZERO if self.due.kept_at(reports.zero_at) else State.LATE
            met_at, met_by = reports.zero_at, reports.zero_by
        elif reports.closed:
            state = State.MISSING
        if not reports.owed:
            state = State.NOT_OWED
        return replace(self, reports=reports, state=state, met_at=met_at, met_by=met_by)


def obligation_id(kind: Kind, reference: str) -> str:
    """Return the id: the same thing owed is one obligation, however often it is opened."""
    return f"{kind}/{reference}"
