"""Reading records: authorised, for a purpose and in the trail, or not at all (A3.1, A5.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import NotFound
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind, SubjectRef
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.access import Access, Reading
from nbcredit.usecases.plans import Hashes
from nbcredit.usecases.submissions import SubmissionStore

_ASKED_BY: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.LEGAL_PERSON: "统一社会信用代码",
    SubjectKind.NATURAL_PERSON: "证件类型和号码",
}


class UnknownSubject(NotFound):
    """Nothing is filed under this identifier."""

    code = "unknown-subject"

    def __init__(self, kind: SubjectKind) -> None:
        asked = _ASKED_BY[kind]
        super().__init__(f"库中没有该主体的档案：请核对{asked}。")


class UnknownRecord(NotFound):
    """There is no such record."""

    code = "unknown-record"

    def __init__(self, record: RecordId) -> None:
        super().__init__(f"没有记录 {record}。")
        self.record = record


class RecordReader(Protocol):
    """The two subject databases, for reading."""

    def subject(self, key: SubjectKey) -> tuple[Subject, list[Record]] | None:
        """Return the profile and the current records of a subject, decrypted."""
        ...

    def versions(self, record: RecordId) -> list[Record]:
        """Return all versions of a record, the current one first."""
        ...


@dataclass(frozen=True, slots=True)
class Traced:
    """A version of a record and the submission it came with."""

    record: Record
    submission: Submission


@dataclass(frozen=True, slots=True)
class Records:
    """Reads records and where they came from."""

    reader: RecordReader
    submissions: SubmissionStore
    hashes: Hashes
    access: Access

    def of_subject(
        self, ref: SubjectRef, *, by: Actor, purpose: str
    ) -> tuple[Subject, list[Record]]:
        """Return a subject with its current records."""
        key = self.hashes.subject_key(ref)
        reading = Reading(action="subject-read", by=by, purpose=purpose, about=key.text)
        self.access.allow(reading)
        found = self.reader.subject(key)
        self.access.witness(reading, found="no" if found is None else "yes")
        if found is None:
            raise UnknownSubject(ref.kind)
        return found

    def trace(self, record: RecordId, *, by: Actor, purpose: str) -> list[Traced]:
        """Return every version of a record with its submission, the current one first."""
        reading = Reading(action="record-traced", by=by, purpose=purpose, about=str(record))
        self.access.allow(reading)
        versions = self.reader.versions(record)
        self.access.witness(reading, found="yes" if versions else "no")
        if not versions:
            raise UnknownRecord(record)
        return self._with_submissions(versions)

    def _with_submissions(self, versions: Sequence[Record]) -> list[Traced]:
        submissions = {
            each: self.submissions.get(each)
            for each in {version.version.submission for version in versions}
        }
        return [Traced(each, submissions[each.version.submission]) for each in versions]
