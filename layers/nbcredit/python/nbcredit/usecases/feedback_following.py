"""What follows for feedback from events of others, and from its own answers (A8.6)."""

from dataclasses import dataclass
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.comparison import CaseState
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.feedback import Answer, RowState
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.usecases.feedback import Answering, ReturnQueue

COMPARISON: Final = Actor.platform("comparison")
_DECIDED: Final = {CaseState.STORED: RowState.STORED, CaseState.DROPPED: RowState.DROPPED}


class PapersNotYet(Conflict):
    """A case was decided before its submission's feedback was opened: the event comes again."""

    code = "papers-not-yet"

    def __init__(self, submission_id: str) -> None:
        super().__init__(f"批次 {submission_id} 的反馈还没有生成：稍后会自动重试。")


@dataclass(frozen=True, slots=True)
class FeedbackFollower:
    """Has papers made of what settles, and answers and closes feedback by what happens."""

    answering: Answering
    returns: ReturnQueue

    def follow(self, event: Event) -> None:
        match event.kind:
            case EventKind.SUBMISSION_SETTLED:
                self.returns.send(event.subject)
            case EventKind.FEEDBACK_ANSWERED:
                self.answering.settle(event.subject)
            case EventKind.CASE_DECIDED:
                self._decided(event)

    def _decided(self, event: Event) -> None:
        """Answer the row that a case was about, where it has no answer yet."""
        row = self._row(event.subject, int(event.detail["row"]))
        feedback = self.answering.store.find(row.feedback)
        if feedback is None:
            raise PapersNotYet(event.subject)
        told = self.answering.told(feedback)
        if told.state_of(row.row).is_settled:
            return
        given = Answer(
            row=row.row,
            state=_DECIDED[CaseState(event.detail["decision"])],
            at=event.at,
            first_at=event.at,
            by=COMPARISON.id,
        )
        self.answering.answer(told, [given], by=COMPARISON)

    def _row(self, submission_id: str, number: int) -> FeedbackRow:
        """Return the row by the number it has: that of an earlier feedback, if it carries one."""
        rows = self.answering.files.read_rows(submission_id)
        if rows is None:
            raise PapersNotYet(submission_id)
        return rows.carried.get(number) or FeedbackRow(submission_id, number)
