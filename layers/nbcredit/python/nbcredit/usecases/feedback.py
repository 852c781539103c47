"""Answering feedback: by the provider, judged by the centre, closed when nothing is left (A8.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.comparison import reason_of
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.feedback import (
    ANSWER_DAYS,
    RECORD_ROW,
    RULE,
    Answer,
    AnsweredByComparison,
    Feedback,
    NothingNamed,
    NotTheCentres,
    NotTheProviders,
    RowState,
    Tally,
    UnknownFeedback,
    UnknownFeedbackRows,
    WithdrawTheRecord,
    record_feedback_id,
)
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.records import RecordId
from nbcredit.domain.submissions import UnknownSubmission
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.access import READERS
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.feedback_store import (
    FeedbackFiles,
    FeedbackStore,
    RowsOf,
    in_turns,
)
from nbcredit.usecases.obligations import Obligations, listed
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.records import RecordReader, UnknownRecord
from nbcredit.usecases.submissions import OVERSEERS, SubmissionStore

PURPOSE: Final = "反馈核实"
# More rows than these are answered by a file, or in several calls.
MOST_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """A feedback with its answers and the counts of its rows."""

    feedback: Feedback
    answers: Mapping[int, Answer]
    rows: RowsOf

    @property
    def tally(self) -> Tally:
        return Tally.of(self.feedback, self.answers)

    @property
    def due(self) -> DueDate:
        """Return by when the provider has to do what is left: the earliest of its due dates."""
        again = [
            each.due for each in self.answers.values() if each.due and each.state.awaits_provider
        ]
        waits = [self.feedback.due] if len(self.answers) < self.feedback.rows or not again else []
        return min((*waits, *again), key=lambda due: due.on)

    def state_of(self, row: int) -> RowState:
        answer = self.answers.get(row)
        return RowState.OPEN if answer is None else answer.state


@dataclass(frozen=True, slots=True)
class Answering:
    """Writes answers, whoever gives them, and has their consequences."""

    store: FeedbackStore
    files: FeedbackFiles
    obligations: Obligations
    clock: Clock
    ids: IdFactory

    def told(self, feedback: Feedback) -> Told:
        answers = self.store.answers(feedback.id)
        if feedback.record:
            return Told(feedback, answers, RowsOf(rejected=frozenset({RECORD_ROW})))
        return Told(feedback, answers, self.files.read_rows(feedback.submission) or RowsOf())

    def answer(self, told: Told, given: Iterable[Answer], *, by: Actor) -> None:
        """Answer rows; what has been said already of a row is not said again."""
        new = [new for each in given if (new := _answered(told, each)) is not None]
        self.write(told.feedback, new, action="feedback-answered", by=by)

    def write(
        self, feedback: Feedback, answers: Sequence[Answer], *, action: str, by: Actor
    ) -> None:
        for some in in_turns(answers):
            self._write(feedback, some, action, by)

    def _write(self, feedback: Feedback, answers: Sequence[Answer], action: str, by: Actor) -> None:
        owed = [
            change
            for each in answers
            if each.state is RowState.RETURNED
            for change in listed(self.obligations.opening(_owed_again(feedback, each), again=True))
        ]
        now = self.clock.now()
        self.store.write(
            feedback,
            answers,
            owed=owed,
            act=Act(
                action=action,
                actor=by,
                purpose=PURPOSE,
                about=(feedback.id, *([feedback.record] if feedback.record else [])),
                detail={
                    "provider": feedback.provider,
                    "state": " ".join(sorted({each.state.value for each in answers})),
                    "rows": _spelled(each.row for each in answers),
                },
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.FEEDBACK_ANSWERED,
                at=now,
                subject=feedback.id,
                detail={"provider": feedback.provider, "item": feedback.item},
            ),
        )

    def settle(self, feedback_id: str) -> Told:
        """Have the consequences of what was answered so far: meet what was owed, close the task."""
        feedback = self.store.find(feedback_id)
        if feedback is None:
            raise UnknownFeedback(feedback_id)
        told = self.told(feedback)
        self._meet(told)
        if told.tally.unsettled or not feedback.is_open:
            return told
        now = self.clock.now()
        closed = replace(feedback, closed_at=now)
        self.store.close(
            closed,
            act=Act(
                action="feedback-closed",
                actor=_CLERK,
                purpose=PURPOSE,
                about=(feedback.id,),
                detail={"provider": feedback.provider, "rows": str(feedback.rows)},
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.FEEDBACK_CLOSED,
                at=now,
                subject=feedback.id,
                detail={"provider": feedback.provider, "item": feedback.item},
            ),
        )
        return replace(told, feedback=closed)

    def _meet(self, told: Told) -> None:
        """Meet what the provider owed: it answered when it answered the last of the rows."""
        feedback, answers = told.feedback, told.answers
        if len(answers) >= feedback.rows:
            last = max(each.first_at for each in answers.values())
            self._met(feedback, feedback.id, at=last)
        for each in answers.values():
            if each.due is not None and not each.state.awaits_provider:
                self._met(feedback, owed_for(feedback, each.row), at=each.at)

    def _met(self, feedback: Feedback, reference: str, *, at: datetime) -> None:
        self.obligations.meet(
            Kind.FEEDBACK,
            reference,
            at=at,
            by=feedback.provider,
            act=Act(
                action="feedback-obligation-met",
                actor=_CLERK,
                purpose=PURPOSE,
                about=(feedback.id,),
                detail={"provider": feedback.provider, "obligation": reference},
            ),
        )


class ReturnQueue(Protocol):
    """Settled submissions whose papers are to be made, `again` where they were made before."""

    def send(self, submission_id: str, *, again: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class PapersOf:
    """Where the papers of a submission can be fetched for a while; `None` where there is none."""

    book: str | None
    rest: str | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Feedbacks:
    """What people do with feedback: a provider with its own, the centre and the office with all."""

    answering: Answering
    submissions: SubmissionStore
    reader: RecordReader
    returns: ReturnQueue
    trail: AuditTrail
    clock: Clock

    @property
    def _store(self) -> FeedbackStore:
        return self.answering.store

    def latest(self, provider: str, *, limit: int, by: Actor) -> list[Told]:
        """Return a provider's feedback, newest first; without a provider what is open of all."""
        if provider:
            found = self._store.of_provider(provider, limit=limit) if _sees(by, provider) else []
        elif by.organisation in OVERSEERS:
            found = self._store.pending()[:limit]
        else:
            found = self._store.of_provider(by.organisation, limit=limit)
        return [Told(each, self._store.answers(each.id), RowsOf()) for each in found]

    def show(self, feedback_id: str, *, by: Actor, purpose: str) -> Told:
        """Return a feedback with the state of its rows; the reading is entered in the trail."""
        feedback = self._visible(feedback_id, by, purpose)
        act = Act(action="feedback-read", actor=by, purpose=purpose, about=(feedback.id,))
        self.trail.record(act)
        return self.answering.told(feedback)

    def papers(self, submission_id: str, *, anew: bool, by: Actor, purpose: str) -> "PapersOf":
        """Return where the papers of a submission can be fetched; they quote its rows.

        `anew` has those made again that are kept for a while only.
        """
        submission = self.submissions.get(submission_id)
        act = Act(action="papers-read", actor=by, purpose=purpose, about=(submission_id,))
        if not _sees(by, submission.provider):
            self.trail.record(replace(act, outcome=Outcome.REFUSED))
            raise UnknownSubmission(submission_id)
        self.trail.record(act)
        if anew:
            self.returns.send(submission_id, again=True)
        files, stem = self.answering.files, _stem(submission.file.name)
        receipt = files.paper_address(submission_id, name=f"回执-{submission_id}.html")
        if by.organisation != submission.provider and by.organisation not in READERS:
            # Workbook and list hold the rows as they were written.
            return PapersOf(book=None, rest=None, receipt=receipt)
        return PapersOf(
            book=files.book_address(submission_id, name=f"待处理的行-{stem}-{submission_id}.xlsx"),
            rest=files.rest_address(submission_id, name=f"待处理的行-{stem}-{submission_id}.csv"),
            receipt=receipt,
        )

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
        """Confirm rows as right or withdraw them, with a reason; correcting is done by a file."""
        feedback = self._visible(feedback_id, by, purpose)
        if by.organisation != feedback.provider:
            raise NotTheProviders
        _check_count(rows)
        why, now = reason_of(reason), self.clock.now()
        told = self.answering.told(feedback)
        _check_rows(told, rows, state)
        given = [
            Answer(row=row, state=state, at=now, first_at=now, by=by.id, reason=why)
            for row in sorted(set(rows))
        ]
        self.answering.answer(told, given, by=by)
        return self.answering.settle(feedback.id)

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
        _check_count(rows)
        why, now = reason_of(reason), self.clock.now()
        told = self.answering.told(feedback)
        _check_known(told, rows)
        due = self.answering.obligations.due_after(now, ANSWER_DAYS, rule=RULE)
        state = RowState.ACCEPTED if accept else RowState.RETURNED
        judged: list[Answer] = []
        for row in sorted(set(rows)):
            known = told.answers.get(row)
            if known is not None and known.state is state and known.judgement == why:
                continue
            before = known or Answer(row=row, state=RowState.OPEN, at=now, first_at=now, by="")
            judged.append(
                replace(
                    before.to(state, feedback.id),
                    judged_at=now,
                    judged_by=by.id,
                    judgement=why,
                    due=before.due if accept else due,
                )
            )
        self.answering.write(feedback, judged, action="feedback-judged", by=by)
        return self.answering.settle(feedback.id)

    def open_on_record(self, record: RecordId, question: str, *, by: Actor, purpose: str) -> Told:
        """Ask the provider of a stored record to verify it; the same question is one feedback."""
        if by.organisation != CENTRE:
            raise NotTheCentres
        why = reason_of(question)
        versions = self.reader.versions(record)
        if not versions:
            raise UnknownRecord(record)
        stored, now = versions[0], self.clock.now()
        opened = Feedback(
            id=record_feedback_id(record=str(record), version=str(stored.version), question=why),
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
        found = self._store.find(opened.id)
        return self.answering.told(found or opened)

    def _visible(self, feedback_id: str, by: Actor, purpose: str) -> Feedback:
        """Return the feedback, or raise `UnknownFeedback` just as if there were none."""
        feedback = self._store.find(feedback_id)
        if feedback is None or not _sees(by, feedback.provider):
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


_CLERK: Final = Actor.platform("feedback")


def owed(feedback: Feedback) -> Obligation:
    """Return what the provider owes with a feedback."""
    return Obligation(
        kind=Kind.FEEDBACK,
        reference=feedback.id,
        debtor=feedback.provider,
        title=feedback.title,
        due=feedback.due,
        opened_at=feedback.opened_at,
        history=feedback.history,
    )


def owed_for(feedback: Feedback, row: int) -> str:
    """Return the reference of what is owed for a row that was returned."""
    return str(FeedbackRow(feedback.id, row))


def _owed_again(feedback: Feedback, answer: Answer) -> Obligation:
    if answer.due is None or answer.judged_at is None:
        raise AssertionError(f"row {answer.row} of {feedback.id} was returned without a due date")
    return Obligation(
        kind=Kind.FEEDBACK,
        reference=owed_for(feedback, answer.row),
        debtor=feedback.provider,
        title=f"重新处理反馈 {feedback.id} 的第 {answer.row} 行",
        due=answer.due,
        opened_at=answer.judged_at,
        history=feedback.history,
    )


def opening_act(feedback: Feedback, *, by: Actor, purpose: str = PURPOSE) -> Act:
    return Act(
        action="feedback-opened",
        actor=by,
        purpose=purpose,
        about=(feedback.id, *([feedback.record] if feedback.record else [])),
        detail={
            "provider": feedback.provider,
            "rows": str(feedback.rows),
            "due": feedback.due.on.isoformat(),
        },
    )


def opening_event(feedback: Feedback, *, id_: str) -> Event:
    return Event(
        id=id_,
        kind=EventKind.FEEDBACK_OPENED,
        at=feedback.opened_at,
        subject=feedback.id,
        detail={"provider": feedback.provider, "item": feedback.item},
    )


def _answered(told: Told, given: Answer) -> Answer | None:
    """Return the answer to be written, `None` where the row says the same already."""
    known = told.answers.get(given.row)
    if known is None:
        return given
    if known.says_the_same(given):
        return None
    return replace(
        known.to(given.state, told.feedback.id),
        at=given.at,
        by=given.by,
        reason=given.reason,
        by_row=given.by_row,
    )


def _check_count(rows: Sequence[int]) -> None:
    if not 0 < len(set(rows)) <= MOST_ROWS:
        raise NothingNamed(MOST_ROWS)


def _check_known(told: Told, rows: Sequence[int]) -> None:
    unknown = sorted(set(rows) - told.rows.own)
    if unknown:
        raise UnknownFeedbackRows(told.feedback.id, unknown)


def _check_rows(told: Told, rows: Sequence[int], state: RowState) -> None:
    _check_known(told, rows)
    for row in sorted(set(rows) & told.rows.held):
        raise AnsweredByComparison(FeedbackRow(told.feedback.id, row))
    if told.feedback.record and state is RowState.WITHDRAWN:
        raise WithdrawTheRecord(told.feedback.record)


def _stem(file_name: str) -> str:
    return file_name.rpartition(".")[0] or file_name


def _sees(by: Actor, provider: str) -> bool:
    return by.organisation == provider or by.organisation in OVERSEERS


def _spelled(rows: Iterable[int]) -> str:
    return " ".join(map(str, rows))
