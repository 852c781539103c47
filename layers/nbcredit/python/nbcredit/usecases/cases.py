"""Comparison cases: shown side by side with what is known, decided once with a reason (A8.4)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import (
    Case,
    CaseKind,
    CaseNotReady,
    CaseState,
    Decision,
    Doubt,
    NotACandidate,
    UnknownCase,
    code_of,
    doubt_of,
    doubt_of_name,
    filed_under,
    key_of_candidate,
    parse_case_id,
    reason_of,
)
from nbcredit.domain.entries import Entry
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.identifiers import masked
from nbcredit.domain.name_comparison import agree, explained
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind, SubjectState
from nbcredit.domain.submissions import State, Submission, UnknownSubmission
from nbcredit.usecases.access import READERS
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.entering import Entrance
from nbcredit.usecases.plans import Hashes, StoredHead, record_of
from nbcredit.usecases.ports import Clock, Deadline, IdFactory
from nbcredit.usecases.receiving import Catalogues
from nbcredit.usecases.submissions import Standing, SubmissionStore, WorkFiles


class CaseStore(Protocol):
    """Where cases are kept; a decision is written with its audit entry and its event."""

    def find(self, submission: Submission, row: int) -> Case | None: ...

    def decide(self, case: Case, *, act: Act, event: Event) -> None:
        """Keep a decision, once; raise `CaseDecided` where somebody was faster."""
        ...

    def open_of_provider(self, provider: str, *, limit: int) -> Sequence[Case]:
        """Return the provider's open cases, those first that were reported first."""
        ...

    def open_count(self, submission: Submission) -> int:
        """Return how many rows of a submission wait for a decision."""
        ...

    def providers(self) -> Sequence[str]:
        """Return who has or had cases."""
        ...


class KnownSubjects(Protocol):
    """What is known of subjects."""

    def read(
        self, records: Collection[RecordId], subjects: Collection[SubjectKey]
    ) -> tuple[Mapping[RecordId, StoredHead], Mapping[SubjectKey, Subject]]: ...

    def named(self, names: Collection[str]) -> Mapping[str, Sequence[Subject]]: ...

    def versions(self, record: RecordId) -> Sequence[Record]: ...


class Enters(Protocol):
    """Takes decided rows the way of a file, as far as their lane is free."""

    def enter(self, entry: Entry, *, deadline: Deadline) -> Standing: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an organisation that a row may be about, beside the row's own name."""

    subject: Subject
    told: str

    @property
    def code(self) -> str:
        return code_of(self.subject)

    @property
    def explanation(self) -> str:
        """Say how the row's name and the organisation's names compare."""
        if not self.told:
            return "本行没有填名称"
        former = [name for name in self.subject.former_names if agree(self.told, name)]
        if former and not agree(self.told, self.subject.name):
            return f"与曾用名“{former[0]}”一致，现用名“{self.subject.name}”"
        return explained(self.told, self.subject.name)


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
    """Shows and decides cases: a provider its own, the centre all; nobody else learns of any."""

    store: CaseStore
    submissions: SubmissionStore
    work: WorkFiles
    subjects: KnownSubjects
    hashes: Hashes
    catalogues: Catalogues
    entering: Callable[[], Enters]
    trail: AuditTrail
    clock: Clock
    ids: IdFactory

    def waiting(self, provider: str, *, limit: int, by: Actor) -> list[Case]:
        """Return open cases of a provider, or of all for the centre; of another there are none."""
        if provider and not _may_see(by, provider):
            return []
        providers = [provider] if provider else self._providers(by)
        found = [
            case for each in providers for case in self.store.open_of_provider(each, limit=limit)
        ]
        return sorted(found, key=_age)[:limit]

    def _providers(self, by: Actor) -> Sequence[str]:
        return self.store.providers() if by.organisation == CENTRE else [by.organisation]

    def open_count(self, submission: Submission) -> int:
        """Return how many rows of a submission wait for a decision."""
        return self.store.open_count(submission)

    def show(self, case_id: str, *, beside: str, by: Actor, purpose: str) -> ShownCase:
        """Show a case; `beside` is the credit code of one more organisation to compare it with."""
        case, submission = self._visible(case_id, by=by, action="case-read", purpose=purpose)
        item, row = self._row(case, submission)
        # The row is quoted and a profile opened: that is entered before anything is read.
        self.trail.record(_read(case, by, purpose))
        doubt = self._doubt(item, row)
        return ShownCase(
            case=case,
            submission=submission,
            values=row.values if _reads_all(by) else _masked(item, row),
            candidates=self._candidates(case, item, row, doubt, beside),
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
        case, submission = self._visible(case_id, by=by, action="case-decided", purpose=purpose)
        if submission.state is not State.SETTLED:
            raise CaseNotReady(case.id)
        item, row = self._row(case, submission)
        under = _wanted(case, choice)
        if case.decision is None and choice.store:
            self._check(case, under, submission, item, row)
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
        self, case_id: str, *, by: Actor, action: str, purpose: str
    ) -> tuple[Case, Submission]:
        """Return a case, or raise `UnknownCase` just as if there were none; that is noted."""
        submission_id, number = parse_case_id(case_id)
        try:
            submission = self.submissions.get(submission_id)
        except UnknownSubmission as error:
            raise UnknownCase(case_id) from error
        if not _may_see(by, submission.provider):
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

    def _row(self, case: Case, submission: Submission) -> tuple[Item, Row]:
        return held_row(case, submission, self.work, self.catalogues)

    def _doubt(self, item: Item, row: Row) -> Doubt | None:
        """Return what is in question of the row as things stand now."""
        ref = item.subject_of(row.values)
        if ref is None:
            way = item.naming_way(row.values)
            name = row.values.get(way.name or "", "") if way is not None else ""
            return doubt_of_name(name, self.subjects.named([name]).get(name, ()))
        key = self.hashes.subject_key(ref)
        of_person = ref.kind is SubjectKind.NATURAL_PERSON
        namesakes = {} if of_person or not ref.name else self.subjects.named([ref.name])
        return doubt_of(
            ref,
            self._profiles([key]).get(key),
            namesakes.get(ref.name, ()),
            event_on=row.values.get(item.validity_from, ""),
        )

    def _profiles(self, keys: Collection[SubjectKey]) -> Mapping[SubjectKey, Subject]:
        return self.subjects.read([], keys)[1]

    def _candidates(
        self, case: Case, item: Item, row: Row, doubt: Doubt | None, beside: str
    ) -> list[Facts]:
        """Return what is known of whom the row may be about; of a person nothing is."""
        if case.question.kind is CaseKind.OTHER_PERSON:
            return []
        more = doubt.candidates if doubt is not None else ()
        own = case.question.subject.removeprefix("LP#")
        codes = dict.fromkeys(filter(None, (own, *case.question.candidates, *more, beside)))
        keys = [key_of_candidate(code) for code in codes]
        known = self._profiles(keys)
        way = item.subject_way(row.values) or item.naming_way(row.values)
        told = row.values.get(way.name or "", "") if way is not None else ""
        return [Facts(known[key], told) for key in keys if key in known]

    def _check(self, case: Case, under: str, submission: Submission, item: Item, row: Row) -> None:
        """Refuse to store a row under nobody, or under somebody it can't be about."""
        if not under:
            raise NotACandidate("本行没有代码，不能按本行入库：请指定候选主体，或不入库。")
        if under == case.question.subject:
            return
        if case.question.kind is CaseKind.OTHER_PERSON:
            raise NotACandidate("自然人的行只能按本行的证件号码入库；号码有误请重新报送。")
        key = SubjectKey(under)
        subject = self._profiles([key]).get(key)
        if subject is None or subject.state is SubjectState.PROVISIONAL:
            raise NotACandidate("库中没有这个代码的登记信息，不能入到它的名下：请核对代码。")
        if (stands := self._same_record(submission, item, row, key)) is not None:
            raise NotACandidate(
                f"同一文件第 {stands} 行已是这个主体的同一条记录：请核对后选择不入库。"
            )

    def _same_record(
        self, submission: Submission, item: Item, row: Row, key: SubjectKey
    ) -> int | None:
        """Return the row of the same file that would be the same record."""
        filed = filed_under(row, item, key.text)
        record = record_of(
            item, filed.values, key, provider=submission.provider, hashes=self.hashes
        )
        return next(
            (
                each.row
                for each in self.subjects.versions(record)
                if each.version == submission.version and each.row != row.number
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """Has decided rows stored whoever decided them dies: it follows every decision."""

    store: CaseStore
    submissions: SubmissionStore
    work: WorkFiles
    catalogues: Catalogues
    entrance: Entrance

    def follow(self, event: Event) -> None:
        if event.kind is not EventKind.CASE_DECIDED:
            return
        submission = self.submissions.get(event.subject)
        case = self.store.find(submission, int(event.detail["row"]))
        if case is not None and case.state is CaseState.STORED:
            item, row = held_row(case, submission, self.work, self.catalogues)
            self.entrance.admit(entry_of(case, submission, item, row))


def held_row(
    case: Case, submission: Submission, work: WorkFiles, catalogues: Catalogues
) -> tuple[Item, Row]:
    """Return the row of a case, with the item it was reported under."""
    item = catalogues.get(submission.catalogue).item(submission.item)
    rows = work.read_held(submission.id, case.chunk)
    row = next((each for each in rows if each.number == case.question.row), None)
    if row is None:
        raise AssertionError(f"the row of case {case.id} is not kept")
    return item, row


def entry_of(case: Case, submission: Submission, item: Item, row: Row) -> Entry:
    """Return the entry of a row that was decided to be stored: one for each case, for ever."""
    decision = case.decision
    if decision is None or decision.state is not CaseState.STORED:
        raise AssertionError(f"case {case.id} is not to be stored")
    return Entry.decided(
        submission,
        [filed_under(row, item, decision.under)],
        token=case.id,
        by=decision.by,
        at=decision.at,
    )


def _wanted(case: Case, choice: Choice) -> str:
    """Return the key of whom the row is to be stored under, empty where it is under nobody."""
    if not choice.store:
        return ""
    return key_of_candidate(choice.under).text if choice.under else case.question.subject


def _may_see(by: Actor, provider: str) -> bool:
    return by.organisation in {provider, CENTRE}


def _reads_all(by: Actor) -> bool:
    return by.kind is ActorKind.OPERATOR and by.organisation in READERS


def _masked(item: Item, row: Row) -> dict[str, str]:
    """Return the values as others than the centre see them; an organisation's name is no secret."""
    way = item.subject_way(row.values) or item.naming_way(row.values)
    of_organisation = way is not None and way.kind is SubjectKind.LEGAL_PERSON
    personal = item.personal_fields - ({way.name} if way is not None and of_organisation else set())
    return {
        name: masked(value) if name in personal else value for name, value in row.values.items()
    }


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
