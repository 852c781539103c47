"""What people do with feedback: it is answered by its provider and judged by the centre (A8.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.comparison import reason_of
from nbcredit.domain.feedback import (
    ANSWER_DAYS,
    RULE,
    Answer,
    AnsweredByComparison,
    Feedback,
    NothingNamed,
    NotTheCentres,
    NotTheProviders,
    RowState,
    Step,
    UnknownFeedback,
    UnknownFeedbackRows,
    WithdrawTheRecord,
    record_feedback_id,
)
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.records import RecordId
from nbcredit.usecases.answering import Answering, Told
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.feedback_owed import opening_act, opening_event, owed
from nbcredit.usecases.feedback_papers import FeedbackPapers, PapersOf
from nbcredit.usecases.feedback_store import FeedbackStore, RowsOf
from nbcredit.usecases.held_rows import HeldRows
from nbcredit.usecases.obligations import listed
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.records import RecordReader, UnknownRecord
from nbcredit.usecases.visibility import OVERSEERS, Sees, owns_or_oversees

# More rows than these are answered by a file, or in several calls.
MOST_ROWS: Final = 1_000


class ReturnQueue(Protocol):
    """Settled submissions whose papers are to be made, `again` where they were made before."""

    def send(self, submission_id: str, *, again: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Feedbacks:
    """What people do with feedback: a provider with its own, the centre and the office with all."""

    answering: Answering
    held: HeldRows
    files: FeedbackPapers
    reader: RecordReader
    returns: ReturnQueue
    trail: AuditTrail
    clock: Clock
    sees: Sees = owns_or_oversees

    @property
    def _store(self) -> FeedbackStore:
        return self.answering.store

    def latest(self, provider: str, *, limit: int, by: Actor) -> list[Told]:
        """Return a provider's feedback, newest first; without a provider what is open of all."""
        if provider:
            found = (
                self._store.of_provider(provider, limit=limit) if self.sees(by, provider) else []
            )
        elif by.organisation in OVERSEERS:
            found = self._store.pending(limit=limit)
        else:
            found = self._store.of_provider(by.organisation, limit=limit)
        return [Told(each, {}, RowsOf()) for each in found]

    def show(self, feedback_id: str, *, by: Actor, purpose: str) -> Told:
        """Return a feedback with the state of its rows; the reading is entered in the trail."""
        feedback = self._visible(feedback_id, by, purpose)
        act = Act(action="feedback-read", actor=by, purpose=purpose, about=(feedback.id,))
        self.trail.record(act)
        return self.answering.told(feedback)

    def papers(self, submission_id: str, *, anew: bool, by: Actor, purpose: str) -> PapersOf:
        """Return where the papers of a submission can be fetched; they quote its rows.

        `anew` has those made again that are kept for a while only.
        """
        found = self.files.show(submission_id, by=by, purpose=purpose)
        if anew:
            self.returns.send(submission_id, again=True)
        return found

    def answer(
        self,
        feedback_id: str,
        rows: Sequence[int],
        state: RowState,
        *,
        reason: str,
        by: Actor,
        purpose: str,
    ) -> Told:
        """Confirm rows as right or withdraw them, with a reason; correcting is done by a file.

        Return the feedback with the rows that were named.
        """
        feedback = self._visible(feedback_id, by, purpose)
        if by.organisation != feedback.provider:
            raise NotTheProviders
        named = _named(rows)
        why, now = reason_of(reason), self.clock.now()
        told = self._read(feedback, named)
        for row in sorted(told.rows.held):
            raise AnsweredByComparison(FeedbackRow(feedback.id, row))
        if feedback.record and state is RowState.WITHDRAWN:
            raise WithdrawTheRecord(feedback.record)
        given = [
            Answer(row=row, state=state, at=now, first_at=now, by=by.id, reason=why)
            for row in named
        ]
        self.answering.answer(feedback, given, by=by)
        return self._settled(told, named, by=by)

    def judge(
        self,
        feedback_id: str,
        rows: Sequence[int],
        *,
        accept: bool,
        reason: str,
        by: Actor,
        purpose: str,
    ) -> Told:
        """Decide on rows that were confirmed as right: accept, or return them with a due date."""
        feedback = self._visible(feedback_id, by, purpose)
        if by.organisation != CENTRE or feedback.provider == CENTRE:
            raise NotTheCentres
        named = _named(rows)
        why, now = reason_of(reason), self.clock.now()
        told = self._read(feedback, named)
        due = self.answering.obligations.due_after(now, ANSWER_DAYS, rule=RULE)
        state = RowState.ACCEPTED if accept else RowState.RETURNED
        judged: list[Step] = []
        for row in named:
            known = told.answers.get(row)
            if known is not None and known.state is state and known.judgement == why:
                continue
            before = known or Answer(row=row, state=RowState.OPEN, at=now, first_at=now, by="")
            after = replace(
                before.to(state, feedback.id),
                judged_at=now,
                judged_by=by.id,
                judgement=why,
                due=before.due if accept else due,
            )
            judged.append(Step(known, after))
        self.answering.judge(feedback, judged, by=by)
        return self._settled(told, named, by=by)

    def open_on_record(self, record: RecordId, question: str, *, by: Actor, purpose: str) -> Told:
        """Ask the provider of a stored record to verify it.

        While the same question is open it is the same feedback; asked once more, a new one.
        """
        if by.organisation != CENTRE:
            raise NotTheCentres
        why = reason_of(question)
        versions = self.reader.versions(record)
        if not versions:
            raise UnknownRecord(record)
        stored, now = versions[0], self.clock.now()
        id_, known = self._asked(str(record), version=str(stored.version), question=why)
        if known is not None:
            return self.answering.told(known)
        opened = Feedback(
            id=id_,
            provider=stored.provider,
            item=record.item,
            period=stored.version.period,
            opened_at=now,
            opened_by=by.id,
            due=self.answering.obligations.due_after(now, ANSWER_DAYS, rule=RULE),
            rows=1,
            record=str(record),
            question=why,
        )
        self._store.open(
            opened,
            owed=listed(self.answering.obligations.opening(owed(opened))),
            act=opening_act(opened, by=by, purpose=purpose),
            event=opening_event(opened, id_=self.answering.ids.new()),
        )
        return self.answering.told(self.answering.get(id_))

    def _asked(self, record: str, *, version: str, question: str) -> tuple[str, Feedback | None]:
        """Return the id of a question, and its feedback where that is still open."""
        ids = (
            record_feedback_id(record=record, version=version, question=question, time=time)
            for time in count(1)
        )
        found = ((id_, self._store.find(id_)) for id_ in ids)
        return next((id_, known) for id_, known in found if known is None or known.is_open)

    def _read(self, feedback: Feedback, named: Sequence[int]) -> Told:
        """Return a feedback with some of its rows, or refuse those that it does not have."""
        rows, wanted = self.answering.rows_of(feedback), frozenset(named)
        if unknown := sorted(wanted - rows.own):
            raise UnknownFeedbackRows(feedback.id, unknown)
        some = RowsOf(rejected=rows.rejected & wanted, held=rows.held & wanted)
        return Told(feedback, self._store.answers(feedback.id, wanted), some)

    def _settled(self, told: Told, named: Sequence[int], *, by: Actor) -> Told:
        self.held.overtake(told.feedback, named, by=by)
        settled = self.answering.settle(told.feedback.id)
        return Told(settled, self._store.answers(settled.id, named), told.rows)

    def _visible(self, feedback_id: str, by: Actor, purpose: str) -> Feedback:
        """Return the feedback, or raise `UnknownFeedback` just as if there were none."""
        feedback = self._store.find(feedback_id)
        if feedback is None or not self.sees(by, feedback.provider):
            act = Act(
                action="feedback-refused",
                actor=by,
                purpose=purpose,
                about=(feedback_id,),
                outcome=Outcome.REFUSED,
                detail={"code": UnknownFeedback.code},
            )
            self.trail.record(act)
            raise UnknownFeedback(feedback_id)
        return feedback


def _named(rows: Sequence[int]) -> list[int]:
    """Return rows in order, each once, or refuse none or too many."""
    named = sorted(set(rows))
    if not 0 < len(named) <= MOST_ROWS:
        raise NothingNamed(MOST_ROWS)
    return named
