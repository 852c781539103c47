"""Loading one chunk: compare with the store, plan, write what changed, commit (A7.3, A8.4)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Item, matching_form
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.leases import LEASE, RENEW_BELOW, Lane, Lease, Waiting
from nbcredit.domain.organisations import Directory
from nbcredit.domain.records import Head, Record, RecordId, Version, classify
from nbcredit.domain.rows import Outcome, Row
from nbcredit.domain.subjects import (
    Registration,
    StaleSubject,
    Subject,
    SubjectKey,
    SubjectKind,
    SubjectRef,
    SubjectState,
    registered,
)
from nbcredit.domain.submissions import ChunkResult, State, Submission
from nbcredit.usecases.lanes import LaneStore, suspended
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Catalogues, Organisations
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

LOADER: Final = Actor.platform("load_chunk")

# A stored item ready to be written: opaque here, made and read by the store alone.
Put = Mapping[str, Any]


class Loaded(StrEnum):
    """What became of a chunk's message."""

    COMMITTED = "committed"
    ALREADY = "already"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class ChunkTask:
    """Which chunk to load."""

    submission: str
    number: int
    lane: Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What decides whether a chunk may be loaded, read in one request."""

    submission: Submission
    lease: Lease | None
    committed: bool


@dataclass(frozen=True, slots=True)
class StoredHead:
    """The current version of a record, and its stored item for the history."""

    head: Head
    item: Put


@dataclass(frozen=True, slots=True)
class Change:
    """A record whose current version is a new one: what exchange and index will follow."""

    record: str
    version: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that loading a chunk will do, decided once; a retry replays it.

    `affirmed` are records found unchanged by a later report than the stored one.
    """

    term: int
    outcomes: Mapping[int, Outcome]
    issues: tuple[Issue, ...]
    puts: tuple[Put, ...]
    registrations: tuple[Registration, ...]
    changes: tuple[Change, ...]
    affirmed: tuple[str, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        counts: dict[Outcome, int] = {}
        for outcome in self.outcomes.values():
            counts[outcome] = counts.get(outcome, 0) + 1
        return counts


class Hashes(Protocol):
    """Keyed hashes: pseudonyms and equality without the values themselves."""

    def subject_key(self, ref: SubjectRef) -> SubjectKey: ...

    def record_key(self, item: str, natural_key: str) -> str: ...

    def fingerprint(self, values: Mapping[str, str], role: str) -> str: ...


class SubjectStore(Protocol):
    """The two subject databases."""

    def read(
        self, records: Collection[RecordId], subjects: Collection[SubjectKey]
    ) -> tuple[dict[RecordId, StoredHead], dict[SubjectKey, Subject]]: ...

    def create(self, subjects: Sequence[Subject]) -> dict[SubjectKey, Subject]:
        """Create profiles that are missing; return them as they then stand, whoever was first."""
        ...

    def update(self, before: Sequence[Subject], after: Sequence[Subject]) -> None:
        """Write changed profiles; raise `StaleSubject` where one has moved on."""
        ...

    def head_put(self, record: Record, subject: Subject, personal: frozenset[str]) -> Put: ...

    def history_put(self, record: Record, subject: Subject, personal: frozenset[str]) -> Put: ...

    def replaced_put(self, item: Put) -> Put:
        """Turn a head's stored item into one of the record's history."""
        ...

    def replaced_among(self, puts: Sequence[Put]) -> Mapping[RecordId, Sequence[Put]]:
        """Return the history items among what was to be written, by record."""
        ...

    def apply(self, puts: Sequence[Put]) -> None: ...

    def new_salt(self) -> bytes: ...


class ChunkStore(Protocol):
    """What is known of chunks."""

    def control(self, task: ChunkTask) -> Control: ...

    def commit(self, submission_id: str, result: ChunkResult, *, act: Act, event: Event) -> None:
        """Close the chunk's books, once; a second time changes nothing."""
        ...


class PlanStore(Protocol):
    """Plans by submission, chunk and term."""

    def latest(self, submission_id: str, number: int) -> Plan | None: ...

    def keep(self, submission_id: str, number: int, plan: Plan) -> Plan:
        """Store the plan unless its term has one; return the stored one."""
        ...


class Affirmations(Protocol):
    """Records that a later report found unchanged without writing them."""

    def write(self, lane: Lane, version: Version, number: int, keys: Sequence[str]) -> None: ...

    def later_than(self, lane: Lane, version: Version) -> dict[str, Version]: ...


@dataclass(frozen=True, slots=True)
class Loading:
    """Loads chunks."""

    submissions: SubmissionStore
    chunks: ChunkStore
    lanes: LaneStore
    work: WorkFiles
    plans: PlanStore
    subjects: SubjectStore
    affirmations: Affirmations
    catalogues: Catalogues
    organisations: Organisations
    hashes: Hashes
    clock: Clock
    ids: IdFactory

    def load(self, task: ChunkTask) -> Loaded:
        """Load one chunk; whatever was done of it before is done no second time."""
        now = self.clock.now()
        control = self.chunks.control(task)
        submission, lease = control.submission, control.lease
        if control.committed or submission.state is not State.LOADING:
            return Loaded.ALREADY
        if lease is None or not lease.held_by(submission.id, now=now):
            self._suspend(submission, now=now)
            return Loaded.SUSPENDED
        if lease.until - now < RENEW_BELOW:
            self.lanes.renew(lease, until=now + LEASE)
        plan, profiles = self._plan(task, submission, lease)
        self._apply(plan, profiles)
        if plan.affirmed:
            self.affirmations.write(task.lane, submission.version, task.number, plan.affirmed)
        self.work.write_issues(submission.id, f"load-{task.number:05d}", plan.issues)
        self._commit(task, submission, plan, now=now)
        return Loaded.COMMITTED

    def _suspend(self, submission: Submission, *, now: datetime) -> None:
        """Queue again for a lane that was lost; whoever is started loads what is not committed."""
        again = suspended(submission)
        self.submissions.move(
            again,
            act=Act(
                action="loading-suspended",
                actor=LOADER,
                purpose="信用信息入库",
                about=(submission.id,),
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.SUBMISSION_READ,
                at=now,
                subject=submission.id,
                detail={"item": submission.item, "provider": submission.provider},
            ),
            waiting=Waiting(
                lane=submission.lane, submission=submission.id, version=submission.version
            ),
        )

    def _plan(
        self, task: ChunkTask, submission: Submission, lease: Lease
    ) -> tuple[Plan, dict[SubjectKey, Subject]]:
        stored = self.plans.latest(submission.id, task.number)
        if stored is not None and stored.term == lease.term:
            return stored, {}
        planning = _Planning(
            item=self.catalogues.get(submission.catalogue).item(submission.item),
            submission=submission,
            directory=self.organisations.directory(),
            hashes=self.hashes,
            store=self.subjects,
            previous=stored,
            reaffirmed=self._reaffirmed(task.lane, submission, lease),
        )
        for row in self.work.read_chunk(submission.id, task.number):
            planning.add(row)
        plan = planning.plan(term=lease.term)
        return self.plans.keep(submission.id, task.number, plan), planning.profiles

    def _reaffirmed(
        self, lane: Lane, submission: Submission, lease: Lease
    ) -> Mapping[str, Version]:
        """Return what later reports left standing; only a report that comes late has to ask."""
        if lease.latest is None or lease.latest <= submission.version:
            return {}
        return self.affirmations.later_than(lane, submission.version)

    def _apply(self, plan: Plan, profiles: Mapping[SubjectKey, Subject]) -> None:
        if plan.registrations:
            self._register(plan.registrations, profiles)
        self.subjects.apply(plan.puts)

    def _register(
        self, registrations: Sequence[Registration], profiles: Mapping[SubjectKey, Subject]
    ) -> None:
        for _ in range(_REGISTER_ATTEMPTS):
            known = profiles or self.subjects.read([], [each.key for each in registrations])[1]
            before = [known[each.key] for each in registrations]
            after = [registered(known[each.key], each) for each in registrations]
            changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
            try:
                if changed:
                    self.subjects.update(*([list(side) for side in zip(*changed, strict=True)]))
            except StaleSubject:
                profiles = {}
            else:
                return
        raise StaleSubject(registrations[0].key)

    def _commit(
        self, task: ChunkTask, submission: Submission, plan: Plan, *, now: datetime
    ) -> None:
        counts = {outcome.value: str(count) for outcome, count in plan.counts.items()}
        issue_counts: dict[str, int] = {}
        for issue in plan.issues:
            issue_counts[issue.code.value] = issue_counts.get(issue.code.value, 0) + 1
        self.chunks.commit(
            submission.id,
            ChunkResult(number=task.number, outcomes=plan.counts, issue_counts=issue_counts),
            act=Act(
                action="chunk-loaded",
                actor=LOADER,
                purpose="信用信息入库",
                about=(submission.id,),
                detail={"chunk": str(task.number), "term": str(plan.term), **counts},
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.CHUNK_LOADED,
                at=now,
                subject=submission.id,
                detail={
                    "chunk": str(task.number),
                    "chunks": str(submission.chunks),
                    "item": submission.item,
                },
            ),
        )


_REGISTER_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class _Known:
    """A row with the keys it is compared by."""

    row: Row
    ref: SubjectRef
    record: RecordId
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Decided:
    """What the plan of an earlier term says of single rows and records."""

    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    replaced: Mapping[RecordId, Sequence[Put]] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)


@dataclass(slots=True)
class _Planning:
    """Decides, for the rows of one chunk, how each ends and what is to be written."""

    item: Item
    submission: Submission
    directory: Directory
    hashes: Hashes
    store: SubjectStore
    previous: Plan | None
    reaffirmed: Mapping[str, Version]
    profiles: dict[SubjectKey, Subject] = field(default_factory=dict)
    _decided: _Decided = field(default_factory=_Decided)
    _rows: list[_Known] = field(default_factory=list)
    _outcomes: dict[int, Outcome] = field(default_factory=dict)
    _issues: list[Issue] = field(default_factory=list)
    _puts: list[Put] = field(default_factory=list)
    _registrations: list[Registration] = field(default_factory=list)
    _changes: list[Change] = field(default_factory=list)
    _affirmed: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        ref = self.item.subject_of(row.values)
        if ref is None:
            raise AssertionError(f"row {row.number} of {self.submission.id} names no subject")
        key = self.hashes.subject_key(ref)
        natural_key = self.item.natural_key_of(row.values)
        record = RecordId(key, self.item.code, self.hashes.record_key(self.item.code, natural_key))
        self._rows.append(_Known(row, ref, record, self.hashes.fingerprint(row.values, ref.role)))

    def plan(self, *, term: int) -> Plan:
        heads, self.profiles = self.store.read(
            {known.record for known in self._rows},
            {known.record.subject for known in self._rows},
        )
        if self.previous is not None:
            self._decided = _Decided(
                outcomes=self.previous.outcomes,
                replaced=self.store.replaced_among(self.previous.puts),
                changes={change.record: change for change in self.previous.changes},
            )
        newcomers = self._newcomers()
        if newcomers:
            self.profiles.update(self.store.create(newcomers))
        for known in self._rows:
            self._decide(known, heads.get(known.record))
        return Plan(
            term=term,
            outcomes=self._outcomes,
            issues=tuple(self._issues),
            puts=tuple(self._puts),
            registrations=tuple(self._registrations),
            changes=tuple(self._changes),
            affirmed=tuple(self._affirmed),
        )

    def _newcomers(self) -> list[Subject]:
        fresh: dict[SubjectKey, Subject] = {}
        for known in self._rows:
            key = known.record.subject
            if key not in self.profiles and key not in fresh:
                fresh[key] = self._newcomer(key, known)
        return list(fresh.values())

    def _newcomer(self, key: SubjectKey, known: _Known) -> Subject:
        """Return a subject nobody has reported before; only registration makes it more."""
        settled = self.item.registers_subjects or key.kind is SubjectKind.NATURAL_PERSON
        return Subject(
            key=key,
            state=SubjectState.REGISTERED if settled else SubjectState.PROVISIONAL,
            salt=self.store.new_salt(),
            name=known.ref.name,
            status=known.row.values.get("status", "") if self.item.registers_subjects else "",
        )

    def _decide(self, known: _Known, stored: StoredHead | None) -> None:
        number = known.row.number
        self._issues.extend(self._remarks(known))
        if stored is not None and stored.head.version == self.submission.version:
            self._go_on(known)
            return
        outcome = classify(
            head=stored.head if stored is not None else None,
            version=self.submission.version,
            fingerprint=known.fingerprint,
            reaffirmed=self.reaffirmed.get(str(known.record)),
        )
        self._outcomes[number] = outcome
        self._write(known, stored, outcome)
        if self.item.registers_subjects and outcome is not Outcome.IDENTICAL:
            self._registrations.append(
                Registration(
                    key=known.record.subject,
                    name=known.ref.name,
                    status=known.row.values.get("status", ""),
                    current=outcome is not Outcome.OLDER,
                )
            )

    def _go_on(self, known: _Known) -> None:
        """Take over what was decided before the lease was lost: the head alone is surely written.

        The version it replaced may not be in the history yet, and nobody has been told.
        """
        before = self._decided
        self._outcomes[known.row.number] = before.outcomes.get(known.row.number, Outcome.IDENTICAL)
        self._puts.extend(before.replaced.get(known.record, ()))
        if change := before.changes.get(str(known.record)):
            self._changes.append(change)

    def _write(self, known: _Known, stored: StoredHead | None, outcome: Outcome) -> None:
        if outcome is Outcome.IDENTICAL:
            if stored is not None and stored.head.version < self.submission.version:
                self._affirmed.append(str(known.record))
            return
        record = self._record(known)
        subject, personal = self.profiles[known.record.subject], self.item.personal_fields
        if outcome is Outcome.OLDER:
            self._puts.append(self.store.history_put(record, subject, personal))
            return
        if stored is not None:
            self._puts.append(self.store.replaced_put(stored.item))
        self._puts.append(self.store.head_put(record, subject, personal))
        self._changes.append(Change(str(record.id), str(record.version), record.region))

    def _record(self, known: _Known) -> Record:
        return Record(
            id=known.record,
            version=self.submission.version,
            fingerprint=known.fingerprint,
            provider=self.submission.provider,
            row=known.row.number,
            catalogue=self.submission.catalogue,
            region=self._region(known.row.values)[0],
            role=known.ref.role,
            values=known.row.values,
        )

    def _region(self, values: Mapping[str, str]) -> tuple[str, bool]:
        """Return where the record arose, and whether only the provider's own region was left."""
        stated = values.get(self.item.region_field)
        if stated:
            return stated, False
        authority = values.get(self.item.region_authority or "", "")
        organisation = self.directory.by_credit_code.get(authority)
        if organisation is not None:
            return organisation.region, False
        return self.directory.by_code[self.submission.provider].region, True

    def _remarks(self, known: _Known) -> Iterator[Issue]:
        subject = self.profiles[known.record.subject]
        row = known.row
        if subject.state is SubjectState.PROVISIONAL and not self.item.registers_subjects:
            yield Issue(
                code=IssueCode.PROVISIONAL_SUBJECT,
                row=row.number,
                message="该统一社会信用代码尚无登记信息，已先行入库，待登记信息到达后自动确认；请核对代码。",
                value=known.ref.number,
            )
        if self._named_otherwise(known.ref, subject):
            yield self._other_name(known, subject)
        if self._region(row.values)[1]:
            yield Issue(
                code=IssueCode.REGION_BY_PROVIDER,
                row=row.number,
                message="没有填地方编码，机构目录中也没有该机关，区域按报送单位记：请补填地方编码。",
            )

    def _named_otherwise(self, ref: SubjectRef, subject: Subject) -> bool:
        if self.item.registers_subjects or subject.state is SubjectState.PROVISIONAL:
            return False
        if not ref.name or not subject.name:
            return False
        known = {matching_form(name) for name in (subject.name, *subject.former_names)}
        return matching_form(ref.name) not in known

    def _other_name(self, known: _Known, subject: Subject) -> Issue:
        if subject.key.kind is SubjectKind.NATURAL_PERSON:
            message = "该证件号码在库中的姓名与本行不同：请核对姓名和证件号码。"
            return Issue(code=IssueCode.OTHER_NAME, row=known.row.number, message=message)
        return Issue(
            code=IssueCode.OTHER_NAME,
            row=known.row.number,
            value=known.ref.name,
            message=f"该代码登记的名称是“{subject.name}”，与本行不同：请核对名称和代码。",
        )
