"""Feedback: problems that went back to a provider, and how each row of it was answered (A8.6)."""

import hashlib
from base64 import b32encode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Self

from nbcredit.domain.errors import BadRequest, Conflict, Forbidden, NotFound
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.working_days import DueDate

# A8: a provider answers within five working days of the feedback.
ANSWER_DAYS: Final = 5
RULE: Final = "第八条（反馈核实）"
# The row of a feedback that is about one stored record.
RECORD_ROW: Final = 1


class RowState(StrEnum):
    """Where one row of a feedback stands."""

    OPEN = "open"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    STORED = "stored"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_settled(self) -> bool:
        """Whether nobody has anything to do about the row any more."""
        return not MOVES[self]

    @property
    def awaits_provider(self) -> bool:
        return self in _AWAIT_PROVIDER


_LABELS: Final[Mapping[RowState, str]] = {
    RowState.OPEN: "待处理",
    RowState.CORRECTED: "已更正重报",
    RowState.CONFIRMED: "确认无误，待信用中心决定",
    RowState.WITHDRAWN: "已撤回",
    RowState.ACCEPTED: "确认无误，已采纳",
    RowState.RETURNED: "未采纳，退回重新处理",
    RowState.STORED: "比对后入库",
    RowState.DROPPED: "比对后不入库",
}
_ANSWERS: Final = frozenset(
    {
        RowState.CORRECTED,
        RowState.CONFIRMED,
        RowState.WITHDRAWN,
        RowState.STORED,
        RowState.DROPPED,
    }
)
_AWAIT_PROVIDER: Final = frozenset({RowState.OPEN, RowState.RETURNED})
MOVES: Final[Mapping[RowState, frozenset[RowState]]] = {
    RowState.OPEN: _ANSWERS,
    # Whoever has confirmed a row may still find that it was wrong.
    RowState.CONFIRMED: (_ANSWERS - {RowState.CONFIRMED}) | {RowState.ACCEPTED, RowState.RETURNED},
    RowState.RETURNED: _ANSWERS,
    RowState.CORRECTED: frozenset(),
    RowState.WITHDRAWN: frozenset(),
    RowState.ACCEPTED: frozenset(),
    RowState.STORED: frozenset(),
    RowState.DROPPED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one row was answered, and what the centre said to it; `revision` counts its writes.

    `by_row` is the row that corrected it. `first_at` is when it was first answered, `at` when last;
    `due` is by when one that was returned is to be answered again.
    """

    row: int
    state: RowState
    at: datetime
    by: str
    reason: str = ""
    by_row: str = ""
    first_at: datetime
    judged_at: datetime | None = None
    judged_by: str = ""
    judgement: str = ""
    due: DueDate | None = None
    revision: int = 0

    def to(self, state: RowState, feedback: str) -> Self:
        """Return it in another state, or raise `RowSettled`."""
        if state not in MOVES[self.state]:
            raise RowSettled(FeedbackRow(feedback, self.row), self.state)
        return replace(self, state=state)

    def says_the_same(self, other: "Answer") -> bool:
        """Whether both say the same of the row, whenever they were given."""
        return (self.state, self.reason, self.by_row) == (other.state, other.reason, other.by_row)


class Step(NamedTuple):
    """A new answer to a row, and the one that it was given over."""

    before: Answer | None
    after: Answer

    @property
    def returns(self) -> bool:
        """Whether the row is owed once more from now on."""
        return self.after.state is RowState.RETURNED

    @property
    def takes_back(self) -> bool:
        """Whether the row was owed once more until now."""
        return self.before is not None and self.before.state is RowState.RETURNED

    @property
    def changes_what_is_owed(self) -> bool:
        return self.returns or self.takes_back


class DueAgain(NamedTuple):
    """How many rows were returned to be answered by one due date, and are not yet."""

    due: DueDate
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One task: the rows of a submission that went back, or a question about a stored record.

    `rows` is how many rows it has, `held` how many of them wait for a comparison to be decided.
    `counts` tells how many answered rows are in each state, and is written with the answers;
    `revision` counts the writes.
    """

    id: str
    provider: str
    item: str
    opened_at: datetime
    opened_by: str
    due: DueDate
    rows: int
    held: int = 0
    submission: str = ""
    period: str = ""
    file_name: str = ""
    record: str = ""
    question: str = ""
    history: bool = False
    counts: Mapping[RowState, int] = field(default_factory=dict)
    again: tuple[DueAgain, ...] = ()
    closed_at: datetime | None = None
    revision: int = 0

    def counting(self, steps: Iterable[Step]) -> Self:
        """Return it with new answers counted."""
        counts = Counter(self.counts)
        again: Counter[DueDate | None] = Counter(dict(self.again))
        for before, after in steps:
            if before is not None:
                counts[before.state] -= 1
                again[_due_again(before)] -= 1
            counts[after.state] += 1
            again[_due_again(after)] += 1
        return replace(
            self,
            counts={state: counts[state] for state in RowState if counts[state]},
            again=tuple(DueAgain(due, rows) for due, rows in again.items() if due and rows),
        )

    @property
    def answered(self) -> int:
        """Return how many rows have an answer."""
        return sum(self.counts.values())

    @property
    def due_now(self) -> DueDate:
        """Return by when the provider has to do what is left: the earliest of its due dates."""
        again = [each.due for each in self.again]
        waits = [self.due] if self.answered < self.rows or not again else []
        return min((*waits, *again), key=lambda due: due.on)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def title(self) -> str:
        """Say in a few words what is to be done."""
        if self.record:
            return f"核实记录 {self.record}"
        return f"处理批次 {self.submission} 退回的 {self.rows} 行"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a feedback there are in each state."""

    by_state: Mapping[RowState, int]

    @classmethod
    def of(cls, feedback: Feedback) -> Self:
        counts = {**feedback.counts, RowState.OPEN: feedback.rows - feedback.answered}
        return cls({state: counts[state] for state in RowState if counts.get(state)})

    def __getitem__(self, state: RowState) -> int:
        return self.by_state.get(state, 0)

    @property
    def left(self) -> int:
        """How many rows their provider still has to answer."""
        return sum(count for state, count in self.by_state.items() if state.awaits_provider)

    @property
    def unsettled(self) -> int:
        return sum(count for state, count in self.by_state.items() if not state.is_settled)


def _due_again(answer: Answer) -> DueDate | None:
    return answer.due if answer.state is RowState.RETURNED else None


def record_feedback_id(*, record: str, version: str, question: str, time: int = 1) -> str:
    """Return the id of a question about a record, asked for the first time or once more."""
    text = "\n".join((record, version, question, *([str(time)] if time > 1 else [])))
    return "Q" + b32encode(hashlib.sha256(text.encode()).digest()[:15]).decode()


class UnknownFeedback(NotFound):
    """There is no such feedback, or it is none of the caller's business."""

    code = "unknown-feedback"

    def __init__(self, feedback: str) -> None:
        super().__init__(f"没有反馈 {feedback}：请用 nbcredit feedback 列出本单位的反馈。")
        self.feedback = feedback


class UnknownFeedbackRows(NotFound):
    """The feedback has no such rows."""

    code = "unknown-feedback-rows"

    def __init__(self, feedback: str, rows: list[int]) -> None:
        told = "、".join(map(str, rows[:5])) + (" 等" if len(rows) > 5 else "")  # noqa: PLR2004
        super().__init__(f"反馈 {feedback} 中没有第 {told} 行：行号是工作簿“原行号”一列中的数字。")
        self.rows = tuple(rows)


class RowSettled(Conflict):
    """The row has been answered for good."""

    code = "feedback-row-settled"

    def __init__(self, row: FeedbackRow, state: RowState) -> None:
        super().__init__(
            f"反馈编号 {row} 的状态是“{state.label}”，不能这样处理：请用 nbcredit feedback show "
            f"{row.feedback} 查看。"
        )
        self.row = row
        self.state = state


class AnsweredByComparison(Conflict):
    """Held rows are decided as comparison cases."""

    code = "answered-by-comparison"

    def __init__(self, row: FeedbackRow) -> None:
        super().__init__(
            f"反馈编号 {row} 是比对疑问，请用 nbcredit cases 查看和处理，或改好后重报这一行。"
        )
        self.row = row


class WithdrawTheRecord(Conflict):
    """A question about a stored record is not answered by withdrawing a row."""

    code = "withdraw-the-record"

    def __init__(self, record: str) -> None:
        super().__init__(
            f"这条反馈问的是已入库的记录 {record}：要撤回请用 nbcredit withdraw，撤回后自动办结；"
            "要更正请重报并填写更正记录编号或反馈编号。"
        )


class NotTheProviders(Forbidden):
    """Only the provider answers, and only for itself."""

    code = "not-the-providers-answer"

    def __init__(self) -> None:
        super().__init__("反馈由报送单位自己答复，信用中心只对“确认无误”作出决定。")


class NotTheCentres(Forbidden):
    """Only the centre judges answers and opens feedback (A8.6)."""

    code = "not-the-centres-judgement"

    def __init__(self) -> None:
        super().__init__("只有市信用中心可以发出反馈、对“确认无误”作出决定。")


class NothingNamed(BadRequest):
    """An answer names its rows, and not too many at once."""

    code = "no-feedback-rows"

    def __init__(self, most: int) -> None:
        super().__init__(f"请写明处理哪些行，一次最多 {most} 行，例如 --rows 3,7,10-15。")
