"""Writing answers to feedback, whoever gives them, and having their consequences (A8.6).

Each turn of answers is written with the counts of its feedback, so that nobody has to count them
again: what follows costs the same however many answers there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.feedback import (
    RECORD_ROW,
    Answer,
    Feedback,
    RowState,
    Step,
    Tally,
    UnknownFeedback,
)
from nbcredit.domain.obligations import Kind
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.feedback_owed import PURPOSE, owed_again, owed_for
from nbcredit.usecases.feedback_store import (
    FeedbackFiles,
    FeedbackStore,
    RowsOf,
    StaleAnswer,
    in_turns,
)
from nbcredit.usecases.obligations import TRIES, Change, Obligations, listed
from nbcredit.usecases.ports import Clock, IdFactory

# Answers that are read together before some of them are written.
READ_TOGETHER: Final = 1_000

_CLERK: Final = Actor.platform("feedback")


@dataclass(frozen=True, slots=True)
class Told:
    """A feedback with its rows, all or some of them, and their answers."""

    feedback: Feedback
    answers: Mapping[int, Answer]
    rows: RowsOf

    @property
    def tally(self) -> Tally:
        return Tally.of(self.feedback)

    @property
    def due(self) -> DueDate:
        return self.feedback.due_now

    def state_of(self, row: int) -> RowState:
        answer = self.answers.get(row)
        return RowState.OPEN if answer is None else answer.state


@dataclass(frozen=True, slots=True)
class Answering:
    """Reads, writes and settles feedback."""

    store: FeedbackStore
    files: FeedbackFiles
    obligations: Obligations
    clock: Clock
    ids: IdFactory

    def get(self, feedback_id: str) -> Feedback:
        found = self.store.find(feedback_id)
        if found is None:
            raise UnknownFeedback(feedback_id)
        return found

    def rows_of(self, feedback: Feedback) -> RowsOf:
        """Return which rows a feedback is about."""
        if feedback.record:
            return RowsOf(rejected=frozenset({RECORD_ROW}))
        return self.files.read_rows(feedback.submission) or RowsOf()

    def told(self, feedback: Feedback) -> Told:
        """Return a feedback with all of its rows and answers."""
        answers = {answer.row: answer for answer in self.store.each_answer(feedback.id)}
        return Told(feedback, answers, self.rows_of(feedback))

    def answer(
        self,
        feedback: Feedback,
        given: Iterable[Answer],
        *,
        by: Actor,
        pace: Callable[[], None] = lambda: None,
        evented: bool = True,
    ) -> Feedback:
        """Answer rows, in their order; what has been said already of a row is not said again.

        `pace` is asked before every turn. Each turn has its event unless whoever answers is sure to
        settle the feedback, even if it has to begin again.
        """
        for some in batched(given, READ_TOGETHER, strict=False):
            known = self.store.answers(feedback.id, {each.row for each in some})
            steps = list(_steps(feedback, some, known))
            for turn in in_turns(steps):
                pace()
                feedback = self._write(feedback, turn, "feedback-answered", by, evented=evented)
        return feedback

    def judge(self, feedback: Feedback, steps: Sequence[Step], *, by: Actor) -> Feedback:
        """Write what the centre said to answers."""
        for turn in in_turns(steps):
            feedback = self._write(feedback, turn, "feedback-judged", by, evented=True)
        return feedback

    def _write(
        self, feedback: Feedback, turn: Sequence[Step], action: str, by: Actor, *, evented: bool
    ) -> Feedback:
        """Write a turn, again where somebody answered other rows of the feedback meanwhile."""
        for _ in range(TRIES):
            try:
                return self.store.write(
                    feedback,
                    turn,
                    owed=list(self._owed(feedback, turn)),
                    act=_act(feedback, turn, action, by),
                    event=self._event(feedback, EventKind.FEEDBACK_ANSWERED) if evented else None,
                )
            except StaleAnswer:
                known = self.store.answers(feedback.id, {step.after.row for step in turn})
                if any(known.get(step.after.row) != step.before for step in turn):
                    raise
                feedback = self.get(feedback.id)
        raise StaleAnswer(feedback.id)

    def _owed(self, feedback: Feedback, turn: Sequence[Step]) -> Iterator[Change]:
        """Yield what is owed for rows that are returned, and met for those that were."""
        for step in turn:
            if step.returns:
                again = owed_again(feedback, step.after)
                yield from listed(self.obligations.opening(again, again=True))
            elif step.takes_back:
                reference = owed_for(feedback, step.after.row)
                at, by = step.after.at, feedback.provider
                yield from listed(self.obligations.meeting(Kind.FEEDBACK, reference, at=at, by=by))

    def settle(self, feedback_id: str) -> Feedback:
        """Have the consequences of what was answered so far: meet what was owed, close the task."""
        feedback = self.get(feedback_id)
        if feedback.answered >= feedback.rows:
            self._meet(feedback)
        if Tally.of(feedback).unsettled or not feedback.is_open:
            return feedback
        closed = replace(feedback, closed_at=self.clock.now())
        self.store.close(
            closed,
            act=Act(
                action="feedback-closed",
                actor=_CLERK,
                purpose=PURPOSE,
                about=(feedback.id,),
                detail={"provider": feedback.provider, "rows": str(feedback.rows)},
            ),
            event=self._event(feedback, EventKind.FEEDBACK_CLOSED),
        )
        return self.get(feedback_id)

    def _meet(self, feedback: Feedback) -> None:
        """Meet what the provider owed, once: it answered when it first answered the last row."""
        if not self.obligations.get(Kind.FEEDBACK, feedback.id).state.pending:
            return
        self.obligations.meet(
            Kind.FEEDBACK,
            feedback.id,
            at=max(each.first_at for each in self.store.each_answer(feedback.id)),
            by=feedback.provider,
            act=Act(
                action="feedback-obligation-met",
                actor=_CLERK,
                purpose=PURPOSE,
                about=(feedback.id,),
                detail={"provider": feedback.provider, "obligation": feedback.id},
            ),
        )

    def _event(self, feedback: Feedback, kind: EventKind) -> Event:
        return Event(
            id=self.ids.new(),
            kind=kind,
            at=self.clock.now(),
            subject=feedback.id,
            detail={"provider": feedback.provider, "item": feedback.item},
        )


def _act(feedback: Feedback, turn: Sequence[Step], action: str, by: Actor) -> Act:
    return Act(
        action=action,
        actor=by,
        purpose=PURPOSE,
        about=(feedback.id, *([feedback.record] if feedback.record else [])),
        detail={
            "provider": feedback.provider,
            "state": " ".join(sorted({step.after.state.value for step in turn})),
            "rows": " ".join(str(step.after.row) for step in turn),
        },
    )


def _steps(
    feedback: Feedback, given: Iterable[Answer], known: Mapping[int, Answer]
) -> Iterator[Step]:
    """Yield the answers that say something new of their row."""
    for each in given:
        before = known.get(each.row)
        if before is None:
            yield Step(None, each)
        elif not before.says_the_same(each):
            after = replace(
                before.to(each.state, feedback.id),
                at=each.at,
                by=each.by,
                reason=each.reason,
                by_row=each.by_row,
            )
            yield Step(before, after)
