"""Records, their versions, and which of two reports wins (A7.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple, Self

from nbcredit.domain.errors import BadRequest
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import SubjectKey

# The value of a withdrawn record: no item has a field of this name.
REASON: Final = "@reason"


class Version(NamedTuple):
    """What decides between two reports of one record, most telling first.

    A correction that names the record wins; otherwise the later period, then the later report;
    the submission's id settles a tie, so that no order of processing ever decides. The period of
    a correction is the month it was reported in: among corrections the later report wins.
    """

    correction: int
    period: str
    reported_at: str
    submission: str

    def __str__(self) -> str:
        return f"{self.correction}|{self.period}|{self.reported_at}|{self.submission}"

    @property
    def undone(self) -> "Version":
        """Return what the undoing of a correction counts as: a moment later, before all since."""
        moment = from_utc_text(self.reported_at) + timedelta(microseconds=1)
        return self._replace(reported_at=utc_text(moment))

    @classmethod
    def parse(cls, text: str) -> Self:
        correction, period, reported_at, submission = text.split("|")
        return cls(int(correction), period, reported_at, submission)


class BadRecordId(BadRequest):
    """The text is not a record's id."""

    code = "bad-record-id"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是记录编号：形如 LP-9133….administrative-penalty.XXXX。")
        self.text = text


_ID: Final = re.compile(
    r"(?P<base>LP|NP[1-9]\d*)-(?P<number>[0-9A-Z]+)\.(?P<item>[a-z0-9-]+)\.(?P<key>[0-9A-Z]+)"
)


@dataclass(frozen=True, slots=True, order=True)
class RecordId:
    """Which record: of whom, of which item, and the keyed hash of its natural key."""

    subject: SubjectKey
    item: str
    key: str

    def __str__(self) -> str:
        return f"{self.subject.text.replace('#', '-', 1)}.{self.item}.{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _ID.fullmatch(text)
        if match is None:
            raise BadRecordId(text)
        return cls(SubjectKey(f"{match['base']}#{match['number']}"), match["item"], match["key"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One stored version of a record.

    `fingerprint` is a keyed hash of the clean values: equality without decryption.
    `row` and the submission in `version` lead back to the file (A5.3).

    What was `withdrawn` says only why: what it said before is in its history. A correction under
    another key `replaces` the record that it names, which is then withdrawn and `replaced_by` it.
    """

    id: RecordId
    version: Version
    fingerprint: str
    provider: str
    row: int
    catalogue: str
    region: str
    role: str
    values: Mapping[str, str]
    withdrawn: bool = False
    replaces: str = ""
    replaced_by: str = ""

    @property
    def reason(self) -> str:
        """Return why it was withdrawn."""
        return self.values.get(REASON, "")

    def __repr__(self) -> str:
        return f"Record(id={str(self.id)!r}, version={str(self.version)!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the comparison needs to know of the record as it is stored now."""

    version: Version
    fingerprint: str
    provider: str
    row: int = 0
    region: str = ""
    role: str = ""
    catalogue: str = ""
    withdrawn: bool = False
    replaced_by: str = ""


def classify(
    *, head: Head | None, version: Version, fingerprint: str, reaffirmed: Version | None = None
) -> Outcome:
    """Decide how a row ends against what is stored.

    A correction that says what is stored already is written all the same: from then on it stands.

    `reaffirmed` is the latest report that found the stored values unchanged without writing them
    again: a row that comes late must not undo it.
    """
    if head is None:
        return Outcome.NEW
    if head.fingerprint == fingerprint and not (version.correction and version > head.version):
        return Outcome.IDENTICAL
    standing = max(head.version, reaffirmed) if reaffirmed else head.version
    return Outcome.UPDATED if version > standing else Outcome.OLDER
