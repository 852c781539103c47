"""Whom records are about, and the keys they are filed under (A3.1)."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.errors import BadRequest, Conflict


class SubjectKind(StrEnum):
    """Which of the two databases a subject belongs to."""

    LEGAL_PERSON = "legal-person"
    NATURAL_PERSON = "natural-person"


class SubjectState(StrEnum):
    """Whether the registration authority has told us of the subject."""

    PROVISIONAL = "provisional"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """A subject as a row names it; a person's `number` never leaves memory in the clear."""

    kind: SubjectKind
    document_type: str
    number: str
    name: str
    role: str = ""

    def __repr__(self) -> str:
        return f"SubjectRef(kind={self.kind.value!r}, …)"


_KEY: Final = re.compile(r"LP#[0-9A-Z]{18}|NP[1-9]\d*#[0-9A-Z]+")


@dataclass(frozen=True, slots=True, order=True)
class SubjectKey:
    """The key of a subject's item collection: `LP#<USCC>` or `NP1#<keyed hash>`."""

    text: str

    def __post_init__(self) -> None:
        if _KEY.fullmatch(self.text) is None:
            raise BadSubjectKey(self.text)

    @classmethod
    def of_legal_person(cls, credit_code: str) -> Self:
        return cls(f"LP#{credit_code}")

    @property
    def kind(self) -> SubjectKind:
        return (
            SubjectKind.LEGAL_PERSON if self.text.startswith("LP#") else SubjectKind.NATURAL_PERSON
        )

    def __str__(self) -> str:
        return self.text


class BadSubjectKey(BadRequest):
    """The text is not a subject's key."""

    code = "bad-subject-key"

    def __init__(self, text: str) -> None:
        super().__init__("主体编号格式不对。")
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The profile of one subject.

    `salt` makes the subject's own encryption key; deleting it shreds every sensitive field.
    `former_names` are in the order of their text, so that no order of processing shows in them.
    `named_by` is the report and row that gave an unregistered subject its name: the earliest does.
    """

    key: SubjectKey
    state: SubjectState
    salt: bytes
    revision: int = 1
    name: str = ""
    former_names: tuple[str, ...] = ()
    status: str = ""
    named_by: str = ""

    @property
    def awaits_registration(self) -> bool:
        """Whether no registration authority has named it, or ever will."""
        return self.key.kind is SubjectKind.NATURAL_PERSON or self.state is SubjectState.PROVISIONAL


class StaleSubject(Conflict):
    """Somebody else has changed the profile meanwhile."""

    code = "stale-subject"

    def __init__(self, key: SubjectKey) -> None:
        super().__init__("主体档案已由另一进程更新。")
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the registration authority says of a subject; `current` unless a later report stands."""

    key: SubjectKey
    name: str
    status: str
    current: bool


def registered(subject: Subject, registration: Registration) -> Subject:
    """Return the profile after a registration row, whatever the order they come in (A8.4).

    The current row gives name and state; every other registered name is a former one. What others
    called a provisional subject was never its name.
    """
    known = () if subject.state is SubjectState.PROVISIONAL else (subject.name,)
    names = {registration.name, *known, *subject.former_names} - {""}
    if registration.current:
        name, status = registration.name, registration.status
    else:
        name, status = subject.name, subject.status
    after = replace(
        subject,
        state=SubjectState.REGISTERED,
        name=name,
        status=status,
        former_names=tuple(sorted(names - {name})),
        named_by="",
    )
    return _next(subject, after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a report calls a subject that nobody registers; `by` is its version and row.

    A stored plan keeps it without the name, which is read from its row again.
    """

    key: SubjectKey
    by: str
    name: str = field(default="", repr=False)

    @property
    def row(self) -> int:
        return int(self.by.rpartition("|")[2])

    def precedes(self, subject: Subject) -> bool:
        """Whether this report was before the one that named the subject."""
        return subject.awaits_registration and (not subject.named_by or self.by < subject.named_by)


def revised(subject: Subject, change: Registration | Naming) -> Subject:
    """Return the profile after a registration or a naming, whatever the order they come in."""
    if isinstance(change, Registration):
        return registered(subject, change)
    if not change.precedes(subject):
        return subject
    return _next(subject, replace(subject, name=change.name, named_by=change.by))


def _next(before: Subject, after: Subject) -> Subject:
    return before if after == before else replace(after, revision=before.revision + 1)
