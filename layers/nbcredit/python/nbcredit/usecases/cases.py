"""Comparison cases: shown side by side with what is known, decided once with a reason (A8.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.comparison import (
    Case,
    CaseNotReady,
    CaseState,
    Decision,
    UnknownCase,
    key_of_candidate,
    parse_case_id,
    reason_of,
)
from nbcredit.domain.entries import Entry
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.submissions import State, Submission, UnknownSubmission
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.case_facts import CaseFacts, Facts, masked_values, reads_all
from nbcredit.usecases.case_store import CaseStore
from nbcredit.usecases.decided_rows import entry_of, held_row
from nbcredit.usecases.held_rows import HeldRows
from nbcredit.usecases.ports import Clock, Deadline, IdFactory
from nbcredit.usecases.receiving import Catalogues
from nbcredit.usecases.submissions import Standing, SubmissionStore, WorkFiles
from nbcredit.usecases.visibility import Sees


class Enters(Protocol):
    """Takes decided rows the way of a file, as far as their lane is free."""

    def enter(self, entry: Entry, *, deadline: Deadline) -> Standing: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCase:
    """A case with its row, masked unless the reader may see it, and what is known of whom.

    `now` is what is in question today, empty where registration has answered it meanwhile.
    """

    case: Case
    submission: Submission
    values: Mapping[str, str]
    candidates: Sequence[Facts]
    now: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to become of a held row; `under` names a candidate's credit code."""

    store: bool
    under: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided case, and where its row stands on its way into the store."""

    case: Case
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Cases:
    """Shows and decides cases: a provider its own, the centre all.

    A county follows those of its region and decides none; nobody else learns of any.
    """

    store: CaseStore
    submissions: SubmissionStore
    work: WorkFiles
    facts: CaseFacts
    held: HeldRows
    catalogues: Catalogues
    entering: Callable[[], Enters]
    trail: AuditTrail
    sees: Sees
    clock: Clock
    ids: IdFactory

    def waiting(self, provider: str, *, limit: int, by: Actor) -> list[Case]:
        """Return open cases of a provider, or of all that are the actor's business.

        Of a provider that isn't there are none.
        """
        if provider and not self._may_see(by, provider):
            return []
        providers = [provider] if provider else self._providers(by)
        found = [
            case for each in providers for case in self.store.open_of_provider(each, limit=limit)
        ]
        return sorted(found, key=_age)[:limit]

    def _providers(self, by: Actor) -> Sequence[str]:
        if by.kind is ActorKind.PROVIDER:
            return [by.organisation]
        return [each for each in self.store.providers() if self._may_see(by, each)]

    def _may_see(self, by: Actor, organisation: str) -> bool:
        return _may_decide(by, organisation) or (
            by.kind is ActorKind.COUNTY and self.sees(by, organisation)
        )

    def open_count(self, submission: Submission) -> int:
        """Return how many rows of a submission wait for a decision."""
        return self.store.open_count(submission)

    def show(self, case_id: str, *, beside: str, by: Actor, purpose: str) -> ShownCase:
        """Show a case; `beside` is the credit code of one more organisation to compare it with."""
        case, submission = self._visible(
            case_id, self._may_see, by=by, action="case-read", purpose=purpose
        )
        item, row = held_row(case, submission, self.work, self.catalogues)
        # The row is quoted and a profile opened: that is entered before anything is read.
        self.trail.record(_read(case, by, purpose))
        doubt = self.facts.doubt(item, row)
        return ShownCase(
            case=case,
            submission=submission,
            values=row.values if reads_all(by) else masked_values(item, row),
            candidates=self.facts.candidates(case, item, row, doubt, beside),
            now=doubt.message if doubt is not None else "",
        )

    def decide(
        self,
        case_id: str,
        choice: Choice,
        *,
        reason: str,
        by: Actor,
        purpose: str,
        deadline: Deadline,
    ) -> Decided:
        """Decide a case, once; the same decision again has the row stored if it is not yet."""
        why = reason_of(reason)
        case, submission = self._visible(
            case_id, _may_decide, by=by, action="case-decided", purpose=purpose
        )
        if submission.state is not State.SETTLED:
            raise CaseNotReady(case.id)
        item, row = held_row(case, submission, self.work, self.catalogues)
        under = _wanted(case, choice)
        if case.decision is None and choice.store:
            self.facts.check(case, under, submission, item, row)
            self.held.check(case, submission)
        decision = Decision(
            state=CaseState.STORED if choice.store else CaseState.DROPPED,
            under=under,
            reason=why,
            by=by,
            at=self.clock.now(),
        )
        decided = case.decided(decision)
        if case.decision is None:
            self._keep(decided, decision, purpose=purpose)
        if not choice.store:
            return Decided(decided, None)
        entry = entry_of(decided, submission, item, row)
        return Decided(decided, self.entering().enter(entry, deadline=deadline))

    def _keep(self, case: Case, decision: Decision, *, purpose: str) -> None:
        question = case.question
        told = {"case": case.id, "kind": question.kind.value, "decision": decision.state.value}
        self.store.decide(
            case,
            act=Act(
                action="case-decided",
                actor=decision.by,
                purpose=purpose,
                about=tuple(filter(None, (case.submission, decision.under or question.subject))),
                detail={**told, "reason": decision.reason},
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.CASE_DECIDED,
                at=decision.at,
                subject=case.submission,
                detail={
                    **told,
                    "row": str(question.row),
                    "item": case.item,
                    "provider": case.provider,
                },
            ),
        )

    def _visible(
        self, case_id: str, may: Sees, *, by: Actor, action: str, purpose: str
    ) -> tuple[Case, Submission]:
        """Return a case, or raise `UnknownCase` just as if there were none; that is noted."""
        submission_id, number = parse_case_id(case_id)
        try:
            submission = self.submissions.get(submission_id)
        except UnknownSubmission as error:
            raise UnknownCase(case_id) from error
        if not may(by, submission.provider):
            act = Act(
                action=action,
                actor=by,
                purpose=purpose,
                about=(submission_id,),
                outcome=Outcome.REFUSED,
                detail={"code": UnknownCase.code},
            )
            self.trail.record(act)
            raise UnknownCase(case_id)
        case = self.store.find(submission, number)
        if case is None:
            raise UnknownCase(case_id)
        return case, submission


def _wanted(case: Case, choice: Choice) -> str:
    """Return the key of whom the row is to be stored under, empty where it is under nobody."""
    if not choice.store:
        return ""
    return key_of_candidate(choice.under).text if choice.under else case.question.subject


def _may_decide(by: Actor, organisation: str) -> bool:
    return by.organisation in {organisation, CENTRE}


def _read(case: Case, by: Actor, purpose: str) -> Act:
    return Act(
        action="case-read",
        actor=by,
        purpose=purpose,
        about=tuple(filter(None, (case.submission, case.question.subject))),
        detail={"case": case.id},
    )


def _age(case: Case) -> tuple[str, str, int]:
    return case.reported_at.isoformat(), case.submission, case.question.row
