"""Planning a chunk: how each row ends, what is written for it, and what its provider is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.records import Record, RecordId, Version, classify
from nbcredit.domain.reserved import unmarked
from nbcredit.domain.rows import Outcome, Row
from nbcredit.domain.subjects import (
    Naming,
    Registration,
    Subject,
    SubjectKey,
    SubjectKind,
    SubjectRef,
    SubjectState,
    is_of_another,
    registered,
)
from nbcredit.domain.submissions import REPORTS, Submission
from nbcredit.usecases.comparing import Comparing, Held
from nbcredit.usecases.earlier_terms import Decided
from nbcredit.usecases.outdone import about_outdone
from nbcredit.usecases.plans import (
    Change,
    Hashes,
    Plan,
    Put,
    StoredHead,
    SubjectStore,
    record_of,
)
from nbcredit.usecases.remarks import Regions, about_subject


@dataclass(frozen=True, slots=True)
class _Known:
    """A row with the keys it is compared by."""

    row: Row
    ref: SubjectRef
    record: RecordId
    fingerprint: str


@dataclass(slots=True)
class Planning:
    """Decides, for the rows of one chunk, how each ends and what is to be written.

    `replaces` is the record whose place a row's takes, `overtaken` are the rows whose correction a
    later one has undone (see `correcting`).
    """

    item: Item
    submission: Submission
    regions: Regions
    hashes: Hashes
    store: SubjectStore
    previous: Plan | None
    reaffirmed: Mapping[str, Version]
    replaces: dict[int, str] = field(default_factory=dict)
    overtaken: set[int] = field(default_factory=set)
    profiles: dict[SubjectKey, Subject] = field(default_factory=dict)
    _decided: Decided = field(default_factory=Decided)
    _rows: list[_Known] = field(default_factory=list)
    _nameless: list[Row] = field(default_factory=list)
    _held: dict[int, Held] = field(default_factory=dict)
    _outcomes: dict[int, Outcome] = field(default_factory=dict)
    _issues: list[Issue] = field(default_factory=list)
    _puts: list[Put] = field(default_factory=list)
    _revisions: dict[SubjectKey, Registration | Naming] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _affirmed: list[str] = field(default_factory=list)

    def add(self, marked: Row) -> None:
        row = unmarked(marked).row
        ref = self.item.subject_of(row.values)
        if ref is None:
            self._nameless.append(row)
            return
        record = self.record_of(row.values, ref)
        self._rows.append(_Known(row, ref, record, self.hashes.fingerprint(row.values, ref.role)))

    def record_of(self, values: Mapping[str, str], ref: SubjectRef) -> RecordId:
        """Return which record a row is."""
        subject, provider = self.hashes.subject_key(ref), self.submission.provider
        return record_of(self.item, values, subject, provider=provider, hashes=self.hashes)

    def plan(self, *, term: int) -> Plan:
        heads, self.profiles = self.store.read(
            {known.record for known in self._rows},
            {known.record.subject for known in self._rows},
        )
        if self.previous is not None:
            self._decided = Decided.of(self.previous, self.store)
        newcomers = self._compared(heads)
        if newcomers:
            self.profiles.update(self.store.create(newcomers))
        for known in self._rows:
            if known.row.number not in self._held:
                self._decide(known, heads.get(known.record))
        self._hold()
        self._keep_history(heads)
        return Plan(
            term=term,
            outcomes=self._outcomes,
            issues=tuple(self._issues),
            puts=tuple(self._puts),
            revisions=tuple(self._revisions.values()),
            changes=tuple(self._changes),
            affirmed=tuple(self._affirmed),
            questions=tuple(self._held[row].question for row in sorted(self._held)),
        )

    def _compared(self, heads: Mapping[RecordId, StoredHead]) -> list[Subject]:
        """Find the rows that are held, and return the subjects that only the others bring.

        Rows are compared one after the other, so that the first names whom nobody registers.
        """
        comparing = Comparing(self.item, self.store, self.submission.columns)
        asked = [known for known in self._rows if self._is_asked(known, heads)]
        namesakes = comparing.namesakes(
            [
                *((known.row, known.ref, known.record.subject) for known in asked),
                *((row, None, None) for row in self._nameless),
            ],
            self.profiles,
        )
        fresh: dict[SubjectKey, Subject] = {}
        questioned = {known.row.number for known in asked}
        for known in self._rows:
            number, key = known.row.number, known.record.subject
            subject = self.profiles.get(key) or fresh.get(key)
            held = self._decided.held.get(number)
            if number in questioned:
                held = comparing.doubt_about(known.row, known.ref, subject, namesakes)
            if held is not None:
                self._held[number] = held
            elif subject is None:
                fresh[key] = self._newcomer(key, known)
        for row in self._nameless:
            held = self._decided.held.get(row.number)
            self._held[row.number] = held or comparing.doubt_about_name(row, namesakes)
        return list(fresh.values())

    def _is_asked(self, known: _Known, heads: Mapping[RecordId, StoredHead]) -> bool:
        """Whether a row is to be compared; what stands already as it says leaves no question.

        An earlier term has decided it once, and a decided row has been decided by somebody.
        """
        if self.item.registers_subjects or self.submission.kind not in REPORTS:
            return False
        if known.row.number in self._decided.outcomes:
            return False
        stored = heads.get(known.record)
        return stored is None or stored.head.fingerprint != known.fingerprint

    def _hold(self) -> None:
        for number, held in self._held.items():
            self._outcomes[number] = Outcome.HELD
            self._issues.append(held.issue)

    def _keep_history(self, heads: Mapping[RecordId, StoredHead]) -> None:
        """Put again what an earlier plan would have put into the history.

        It may have written a head and been stopped before the version that the head replaced; by
        now others may have replaced that head in turn.
        """
        planned = {self.store.place_of(put) for put in self._puts}
        for record, puts in self._decided.replaced.items():
            head = heads.get(record)
            current = self.store.version_of(head.item) if head is not None else None
            self._puts.extend(
                put
                for put in puts
                if self.store.place_of(put) not in planned and self.store.version_of(put) != current
            )

    def _newcomer(self, key: SubjectKey, known: _Known) -> Subject:
        """Return a subject nobody has reported before; only registration makes it more."""
        settled = key.kind is SubjectKind.NATURAL_PERSON
        subject = Subject(
            key=key,
            state=SubjectState.REGISTERED if settled else SubjectState.PROVISIONAL,
            salt=self.store.new_salt(),
        )
        if self.item.registers_subjects:
            registration = self._registration(known, current=True)
            return replace(registered(subject, registration), revision=subject.revision)
        return replace(subject, name=known.ref.name, named_by=self._named_by(known))

    def _named_by(self, known: _Known) -> str:
        return self._naming(known).by if known.ref.name else ""

    def _decide(self, known: _Known, stored: StoredHead | None) -> None:
        number = known.row.number
        subject = self.profiles[known.record.subject]
        self._issues.extend(
            about_subject(self.item, known.row, known.ref, subject, self.submission.columns)
        )
        self._name(known, subject)
        self._issues.extend(self.regions.remark(known.row))
        if stored is not None and stored.head.version == self.submission.version:
            if self.submission.follows and stored.head.row != number:
                self._refuse(known, stored.head.row)
            else:
                self._go_on(known)
            return
        outcome = classify(
            head=stored.head if stored is not None else None,
            version=self.submission.version,
            fingerprint=known.fingerprint,
            reaffirmed=self.reaffirmed.get(str(known.record)),
        )
        if number in self.overtaken:
            outcome = Outcome.OLDER
        self._outcomes[number] = outcome
        self._write(known, stored, outcome)
        if stored is not None and outcome is Outcome.OLDER:
            self._issues.extend(about_outdone(known.row, known.record, stored.head))
        if self.item.registers_subjects:
            registration = self._registration(known, current=outcome is not Outcome.OLDER)
            # Another's registration may have come since this one, and be older than its repeat.
            if outcome is not Outcome.IDENTICAL or is_of_another(subject, registration.by):
                self._revisions[known.record.subject] = registration

    def _registration(self, known: _Known, *, current: bool) -> Registration:
        return Registration.of_row(
            known.row.values,
            key=known.record.subject,
            name=known.ref.name,
            by=f"{self.submission.version}|{self.submission.provider}",
            current=current,
        )

    def _refuse(self, known: _Known, row: int) -> None:
        """Let the row of the same file stand that is this record already."""
        number = known.row.number
        self._outcomes[number] = Outcome.REJECTED
        message = (
            f"按处理决定，本行与同一文件第 {row} 行是同一条记录，以第 {row} 行为准，"
            "本行没有入库：请核对，需要更正的请重新报送。"
        )
        self._issues.append(Issue(code=IssueCode.CONFLICTING_ROWS, row=number, message=message))

    def _name(self, known: _Known, subject: Subject) -> None:
        """Let the earliest report name whom nobody registers: chunks come in any order."""
        naming = self._naming(known)
        if self.item.registers_subjects or not naming.name or not naming.precedes(subject):
            return
        earlier = self._revisions.get(subject.key)
        if not isinstance(earlier, Naming) or naming.by < earlier.by:
            self._revisions[subject.key] = naming

    def _naming(self, known: _Known) -> Naming:
        by = f"{self.submission.version}|{known.row.number:08d}"
        return Naming(key=known.record.subject, name=known.ref.name, by=by)

    def _go_on(self, known: _Known) -> None:
        """Take over what was decided before the lease was lost; nobody has been told of it yet."""
        before = self._decided
        self._outcomes[known.row.number] = before.outcomes.get(known.row.number, Outcome.IDENTICAL)
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
            region=self.regions.of(known.row.values),
            role=known.ref.role,
            values=known.row.values,
            replaces=self.replaces.get(known.row.number, ""),
        )
