"""Planning a chunk: how each row ends, what is written for it, and what its provider is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue
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
)
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.plans import Change, Hashes, Plan, Put, StoredHead, SubjectStore
from nbcredit.usecases.remarks import Regions, about_subject


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
class Planning:
    """Decides, for the rows of one chunk, how each ends and what is to be written."""

    item: Item
    submission: Submission
    regions: Regions
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
    _revisions: dict[SubjectKey, Registration | Naming] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _affirmed: list[str] = field(default_factory=list)

    def add(self, marked: Row) -> None:
        row = unmarked(marked).row
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
        self._keep_history(heads)
        return Plan(
            term=term,
            outcomes=self._outcomes,
            issues=tuple(self._issues),
            puts=tuple(self._puts),
            revisions=tuple(self._revisions.values()),
            changes=tuple(self._changes),
            affirmed=tuple(self._affirmed),
        )

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
            named_by="" if self.item.registers_subjects else self._named_by(known),
        )

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
            self._revisions[known.record.subject] = Registration(
                key=known.record.subject,
                name=known.ref.name,
                status=known.row.values.get("status", ""),
                current=outcome is not Outcome.OLDER,
            )

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
        )
