"""Plans: all that loading a chunk will do, decided once and replayed by every retry."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import Question
from nbcredit.domain.issues import Issue
from nbcredit.domain.records import Head, Record, RecordId, Version
from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import Naming, Registration, Subject, SubjectKey, SubjectRef

# A stored item ready to be written: opaque here, made and read by the store alone.
Put = Mapping[str, Any]


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

    `affirmed` are records found unchanged by a later report than the stored one; `questions` are
    what the held rows leave to be decided.
    """

    term: int
    outcomes: Mapping[int, Outcome]
    issues: tuple[Issue, ...]
    puts: tuple[Put, ...]
    revisions: tuple[Registration | Naming, ...]
    changes: tuple[Change, ...]
    affirmed: tuple[str, ...]
    questions: tuple[Question, ...] = ()

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


def record_of(
    item: Item, values: Mapping[str, str], subject: SubjectKey, *, provider: str, hashes: Hashes
) -> RecordId:
    """Return which record a row is: each has one answerable provider, whose lane fences it (A5.3).

    Two providers that report the same have a record each.
    """
    natural_key = f"{provider}\n{item.natural_key_of(values)}"
    return RecordId(subject, item.code, hashes.record_key(item.code, natural_key))


class SubjectStore(Protocol):
    """The two subject databases."""

    def read(
        self, records: Collection[RecordId], subjects: Collection[SubjectKey]
    ) -> tuple[dict[RecordId, StoredHead], dict[SubjectKey, Subject]]: ...

    def named(self, names: Collection[str]) -> Mapping[str, Sequence[Subject]]:
        """Return the organisations that are or were registered under exactly these names."""
        ...

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

    def heads_among(self, puts: Sequence[Put]) -> Mapping[RecordId, Put]:
        """Return the items of current versions among what was to be written, by record."""
        ...

    def place_of(self, put: Put) -> tuple[str, str]:
        """Return what tells one stored item from another."""
        ...

    def version_of(self, put: Put) -> Version: ...

    def apply(self, puts: Sequence[Put]) -> None: ...

    def new_salt(self) -> bytes: ...


class PlanStore(Protocol):
    """Plans by submission, chunk and term."""

    def latest(self, submission_id: str, number: int) -> Plan | None: ...

    def keep(self, submission_id: str, number: int, plan: Plan) -> Plan:
        """Store the plan unless its term has one; return the stored one."""
        ...

    def changes(self, submission_id: str, number: int, *, term: int) -> Sequence[Change]:
        """Return what a stored plan changes, without the plan."""
        ...
