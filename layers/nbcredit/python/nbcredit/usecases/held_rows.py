"""Held rows are cases, and rows of a feedback as well: what is said of one holds for the other.

A row that comes back under its number and is held once more has a second case. The latest of the
cases of a row stands for it; none does once the row is answered (A8.4, A8.6).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.comparison import Case, CaseDecided, CaseNotReady, CaseState, Decision
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.feedback import Answer, Feedback, RowState
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.reserved import answers_something
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.answering import Answering
from nbcredit.usecases.feedback_owed import PURPOSE
from nbcredit.usecases.feedback_store import HeldAgain
from nbcredit.usecases.submissions import SubmissionStore

COMPARISON: Final = Actor.platform("comparison")
# Of the event of a decision: that its row is answered otherwise, or held once more.
OVERTAKEN: Final = "overtaken"

_ANSWERS: Final = {CaseState.STORED: RowState.STORED, CaseState.DROPPED: RowState.DROPPED}


class RowAnswered(Conflict):
    """The row of the case has been answered already: stored once more, it would be doubled."""

    code = "case-row-answered"

    def __init__(self, case: str, row: FeedbackRow, answer: Answer) -> None:
        by = f"（{_answered(answer)}）" if answer.by_row else ""
        super().__init__(
            f"比对疑问 {case} 的行在反馈 {row.feedback} 中的状态已是“{answer.state.label}”{by}，"
            "不能再入库：请选择不入库；确实还要入库的，请重新报送这一行，“反馈编号”留空。"
        )
        self.row = row


class CaseBook(Protocol):
    """The comparison cases of held rows."""

    def find(self, submission: Submission, row: int) -> Case | None: ...

    def decided(self, submission: Submission) -> Sequence[Case]:
        """Return the decided cases of a submission."""
        ...

    def decide(self, case: Case, *, act: Act, event: Event) -> None:
        """Keep a decision, or raise `CaseDecided` where somebody was faster."""
        ...


@dataclass(frozen=True, slots=True)
class HeldRows:
    """Answers feedback by decided cases, and drops the cases of rows that are answered."""

    cases: CaseBook
    submissions: SubmissionStore
    answering: Answering

    def check(self, case: Case, submission: Submission) -> None:
        """Refuse to have a row stored that is answered, or may be: its number is not read yet."""
        row = self._row(submission.id, case.question.row)
        if row is None and answers_something(submission.columns):
            raise CaseNotReady(case.id)
        if row is None:
            return
        answer = self.answering.store.answers(row.feedback, {row.row}).get(row.row)
        if answer is not None and answer.state.is_settled:
            raise RowAnswered(case.id, row, answer)

    def follow(self, submission_id: str, number: int, decision: CaseState, *, at: datetime) -> None:
        """Answer the row of a decided case.

        Where its feedback is not there yet, whoever opens it asks for what was decided before.
        """
        row = self._row(submission_id, number)
        feedback = self.answering.store.find(row.feedback) if row is not None else None
        if row is None or feedback is None:
            return
        known = self.answering.store.answers(feedback.id, {row.row}).get(row.row)
        if known is None or not known.state.is_settled:
            state = _ANSWERS[decision]
            given = Answer(row=row.row, state=state, at=at, first_at=at, by=COMPARISON.id)
            self.answering.answer(feedback, [given], by=COMPARISON)
        self.answering.settle(feedback.id)

    def follow_earlier(self, submission: Submission) -> None:
        """Answer the rows of cases that were decided before there was a feedback."""
        for case in self.cases.decided(submission):
            if case.decision is not None and not case.decision.overtaken:
                at = case.decision.at
                self.follow(submission.id, case.question.row, case.state, at=at)

    def overtake(
        self,
        feedback: Feedback,
        rows: Collection[int],
        *,
        by: Actor,
        pace: Callable[[], None] = lambda: None,
    ) -> None:
        """Drop the cases of rows that are answered, and of others all but the latest."""
        cases = self._cases_of(feedback, rows)
        answers = self.answering.store.answers(feedback.id, cases.keys())
        for row, places in sorted(cases.items()):
            answer = answers.get(row)
            if answer is not None and answer.state.is_settled:
                for place in places:
                    pace()
                    self._drop(place, _answered(answer), by)
            else:
                for place in places[:-1]:
                    pace()
                    self._drop(place, f"又已报送：{_spelled(places[-1])}", by)

    def _cases_of(self, feedback: Feedback, rows: Collection[int]) -> dict[int, list[FeedbackRow]]:
        """Return where rows of a feedback were held, those reported last at the end."""
        found: dict[int, list[FeedbackRow]] = {}
        if feedback.held:
            held = self.answering.rows_of(feedback).held
            found = {row: [FeedbackRow(feedback.submission, row)] for row in held & set(rows)}
        for again in self.answering.store.held_again(feedback.id, rows):
            found.setdefault(again.row, []).append(again.by)
        return found

    def hold_again(self, submission: Submission, number: int, earlier: FeedbackRow) -> None:
        """Remember that a row of a feedback came back in a submission and was held."""
        by = FeedbackRow(submission.id, number)
        again = HeldAgain(earlier.row, submission.reported_at, by)
        self.answering.store.hold_again(earlier.feedback, again)

    def _row(self, submission_id: str, number: int) -> FeedbackRow | None:
        """Return the row of which feedback a held row is, `None` where that is not known yet."""
        rows = self.answering.files.read_rows(submission_id)
        if rows is None:
            return None
        return rows.carried.get(number) or FeedbackRow(submission_id, number)

    def _drop(self, place: FeedbackRow, reason: str, by: Actor) -> None:
        case = self.cases.find(self.submissions.get(place.feedback), place.row)
        if case is None or case.decision is not None:
            return
        decision = Decision(
            state=CaseState.DROPPED,
            under="",
            reason=reason,
            by=by,
            at=self.answering.clock.now(),
            overtaken=True,
        )
        told = dict(_told(case, decision))
        act = Act(
            action="case-decided",
            actor=COMPARISON,
            purpose=PURPOSE,
            about=(case.submission,),
            detail={**told, "reason": reason},
        )
        event = Event(
            id=self.answering.ids.new(),
            kind=EventKind.CASE_DECIDED,
            at=decision.at,
            subject=case.submission,
            detail={
                **told,
                OVERTAKEN: "yes",
                "row": str(case.question.row),
                "item": case.item,
                "provider": case.provider,
            },
        )
        with suppress(CaseDecided):
            self.cases.decide(case.decided(decision), act=act, event=event)


def _told(case: Case, decision: Decision) -> Iterator[tuple[str, str]]:
    yield "case", case.id
    yield "kind", case.question.kind.value
    yield "decision", decision.state.value


def _answered(answer: Answer) -> str:
    by = FeedbackRow.read(answer.by_row)
    return f"已改好重报：{_spelled(by)}" if by is not None else f"反馈{answer.state.label}"


def _spelled(row: FeedbackRow) -> str:
    return f"批次 {row.feedback} 第 {row.row} 行"
