"""Reading records: authorised, for a purpose and in the trail, or not at all (A3.1, A5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.errors import BadRequest, Forbidden, NotFound
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectRef
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.plans import Hashes
from nbcredit.usecases.submissions import SubmissionStore

# Until the work site brings accounts (A18, A19), the centre's own operators alone read records.
READERS: Final = frozenset({CENTRE})


class NotAllowedToRead(Forbidden):
    """The organisation may not read records this way."""

    code = "not-allowed-to-read"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"“{organisation}”无权这样查询信用记录：请由信用中心的操作人员查询。")
        self.organisation = organisation


class PurposeMissing(BadRequest):
    """A read of records names its purpose (A15.1)."""

    code = "purpose-missing"

    def __init__(self) -> None:
        super().__init__("请写明查询用途。")


class UnknownSubject(NotFound):
    """Nothing is filed under this identifier."""

    code = "unknown-subject"

    def __init__(self) -> None:
        super().__init__("库中没有该主体的档案：请核对代码。")


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
    trail: AuditTrail

    def of_subject(
        self, ref: SubjectRef, *, by: Actor, purpose: str
    ) -> tuple[Subject, list[Record]]:
        """Return a subject with its current records."""
        key = self.hashes.subject_key(ref)
        self._allow("subject-read", by=by, purpose=purpose, about=key.text)
        found = self.reader.subject(key)
        self._witness("subject-read", by, purpose, key.text, found=found is not None)
        if found is None:
            raise UnknownSubject
        return found

    def trace(self, record: RecordId, *, by: Actor, purpose: str) -> list[Traced]:
        """Return every version of a record with its submission, the current one first."""
        self._allow("record-traced", by=by, purpose=purpose, about=str(record))
        versions = self.reader.versions(record)
        self._witness("record-traced", by, purpose, str(record), found=bool(versions))
        if not versions:
            raise UnknownRecord(record)
        return self._with_submissions(versions)

    def _with_submissions(self, versions: Sequence[Record]) -> list[Traced]:
        submissions = {
            each: self.submissions.get(each)
            for each in {version.version.submission for version in versions}
        }
        return [Traced(each, submissions[each.version.submission]) for each in versions]

    def _allow(self, action: str, *, by: Actor, purpose: str, about: str) -> None:
        if by.kind is ActorKind.OPERATOR and by.organisation in READERS and purpose:
            return
        self.trail.record(
            Act(
                action=action,
                actor=by,
                purpose=purpose,
                about=(about,),
                outcome=Outcome.REFUSED,
            )
        )
        if not purpose:
            raise PurposeMissing
        raise NotAllowedToRead(by.organisation)

    def _witness(self, action: str, by: Actor, purpose: str, about: str, *, found: bool) -> None:
        self.trail.record(
            Act(
                action=action,
                actor=by,
                purpose=purpose,
                about=(about,),
                detail={"found": "yes" if found else "no"},
            )
        )
