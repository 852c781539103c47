"""Answering what was asked about records that have been withdrawn (A7.3, A8.6)."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.domain.feedback import RECORD_ROW, Answer, RowState
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.answering import Answering
from nbcredit.usecases.returned_rows import is_error
from nbcredit.usecases.submissions import WorkFiles
from nbcredit.usecases.withdrawing import RECORD, WHY


@dataclass(frozen=True, slots=True)
class WithdrawnRecords:
    """Answers questions about records by the withdrawal of these."""

    work: WorkFiles
    answering: Answering

    def answer(self, submission: Submission, *, pace: Callable[[], None]) -> None:
        """Answer what waits; what is asked of whom is read once, whatever is withdrawn."""
        asked = self.answering.store.asked(submission.provider)
        if not asked:
            return
        refused = {issue.row for issue in filter(is_error, self.work.read_issues(submission.id))}
        for number in range(submission.chunks):
            for row in self.work.read_chunk(submission.id, number):
                if row.number not in refused:
                    for feedback in asked.get(row.values[RECORD], ()):
                        pace()
                        self._answer(submission, feedback, row)

    def _answer(self, submission: Submission, feedback_id: str, row: Row) -> None:
        at, by = submission.reported_at, submission.reported_by
        feedback = self.answering.get(feedback_id)
        known = self.answering.store.answers(feedback.id, {RECORD_ROW}).get(RECORD_ROW)
        if known is None or not known.state.is_settled:
            given = Answer(
                row=RECORD_ROW,
                state=RowState.WITHDRAWN,
                at=at,
                first_at=at,
                by=by.id,
                reason=row.values[WHY],
                by_row=str(FeedbackRow(submission.id, row.number)),
            )
            self.answering.answer(feedback, [given], by=by, evented=False)
        self.answering.settle(feedback.id)
