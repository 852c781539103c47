"""Reading the trail: what an entry says, and who looked at whom (A20.1)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from nbcredit.domain.audit import Outcome, StoredEntry, partition_of, shard_of, window_of
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.periods import from_utc_text
from nbcredit.domain.records import RecordId
from nbcredit.domain.subjects import SubjectKey

# Acts that show somebody what is stored about a subject, in the words told to the subject.
LOOKS: Final[Mapping[str, str]] = {
    "subject-read": "查询信用记录",
    "subject-verified": "核验信息",
    "record-traced": "追溯记录来源",
    "case-read": "处理比对疑问",
    "off-catalogue-read": "查看目录外信息",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as it reads."""

    place: str
    partition: str
    at: datetime
    action: str
    kind: str
    actor: str
    organisation: str
    address: str
    certificate: str
    request: str
    purpose: str
    about: tuple[str, ...]
    agreement: str
    outcome: Outcome
    detail: Mapping[str, str]

    @classmethod
    def by(cls, entry: StoredEntry) -> "Told":
        """Read an entry, of whichever time: what older ones do not say is empty."""
        told: dict[str, Any] = json.loads(entry.content)
        actor = told["actor"]
        return cls(
            place=entry.place,
            partition=entry.partition,
            at=from_utc_text(told["at"]),
            action=told["action"],
            kind=actor["kind"],
            actor=actor["id"],
            organisation=actor["organisation"],
            address=actor["address"],
            certificate=actor.get("certificate", ""),
            request=told.get("request", ""),
            purpose=told["purpose"],
            about=tuple(told["about"]),
            agreement=told["agreement"],
            outcome=Outcome(told["outcome"]),
            detail=told["detail"],
        )

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects it is about, also where it names one of their records."""
        return frozenset(filter(None, map(subject_in, self.about)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are asked for; what is empty does not matter."""

    actor: str = ""
    organisation: str = ""
    action: str = ""
    outcome: Outcome | None = None
    about: str = ""

    def takes(self, told: Told) -> bool:
        return (
            self.actor in ("", told.actor)
            and self.organisation in ("", told.organisation)
            and self.action in ("", told.action)
            and self.outcome in (None, told.outcome)
            and (not self.about or self.about in told.about or self.about in told.subjects)
        )

    @property
    def spelled(self) -> Mapping[str, str]:
        """What the trail keeps of the search."""
        asked = {
            "actor": self.actor,
            "organisation": self.organisation,
            "action": self.action,
            "outcome": self.outcome.value if self.outcome else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True, order=True)
class Look:
    """Where the trail says that somebody looked at a subject."""

    at: str
    chain: str
    sequence: int
    subject: str

    @property
    def partition(self) -> str:
        return partition_of(window_of(from_utc_text(self.at)), shard_of(self.chain))


def looks_of(entry: StoredEntry) -> Iterator[Look]:
    """Yield a look for every subject that an entry shows to somebody."""
    told: dict[str, Any] = json.loads(entry.content)
    if told["action"] in LOOKS:
        for subject in sorted(frozenset(filter(None, map(subject_in, told["about"])))):
            yield Look(told["at"], entry.chain, entry.sequence, subject)


def subject_in(about: str) -> str:
    """Return the subject's key where that is a subject or a record of one, else nothing."""
    if not about.startswith(("LP", "NP")):
        return ""
    try:
        return SubjectKey(about).text if "#" in about else RecordId.parse(about).subject.text
    except BadRequest:
        return ""


def told_of(entries: Iterable[StoredEntry]) -> list[tuple[StoredEntry, Told]]:
    """Read entries, the latest first."""
    read = [(entry, Told.by(entry)) for entry in entries]
    return sorted(read, key=lambda pair: (pair[1].at, pair[0].place), reverse=True)
