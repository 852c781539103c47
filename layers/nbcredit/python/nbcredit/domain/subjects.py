"""Whom records are about, and the keys they are filed under (A3.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.errors import BadRequest, Conflict


class SubjectKind(StrEnum):
    """Which of the two databases a subject belongs to."""

    LEGAL_PERSON = "legal-person"
    NATURAL_PERSON = "natural-person"


# Who has one of these is no more; 吊销 takes the licence alone.
ENDED: Final = frozenset({"注销", "撤销"})


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
    `former_names` and `successors` (credit codes of who took over after a merger or a division)
    are in the order of their text, so that no order of processing shows in them. `named_by` is the
    report and row that gave an unregistered subject its name, which the earliest does; of a
    registered one it is the report and provider that gave name and state, which the latest does.
    """

    key: SubjectKey
    state: SubjectState
    salt: bytes
    revision: int = 1
    name: str = ""
    former_names: tuple[str, ...] = ()
    status: str = ""
    named_by: str = ""
    cancelled_on: str = ""
    successors: tuple[str, ...] = ()

    @property
    def is_cancelled(self) -> bool:
        return self.status in ENDED

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
    """What the registration authority says of a subject; `current` unless a later report stands.

    `by` is the report's version and its provider: only the reports of one provider are fenced
    against each other, so that those of two are told apart by their versions.
    """

    key: SubjectKey
    name: str
    status: str
    current: bool
    by: str = ""
    cancelled_on: str = ""
    successor: str = ""

    @classmethod
    def of_row(
        cls, values: Mapping[str, str], *, key: SubjectKey, name: str, by: str, current: bool
    ) -> Self:
        """Read what a row says of an organisation; only one that has ended has an end."""
        status = values.get("status", "")
        ended = status in ENDED
        successor = values.get("successor_code", "") if ended else ""
        return cls(
            key=key,
            name=name,
            status=status,
            current=current,
            by=by,
            cancelled_on=values.get("cancelled_on", "") if ended else "",
            successor=successor if successor != key.text.removeprefix("LP#") else "",
        )

    def stands(self, subject: Subject) -> bool:
        """Whether it gives the subject its name and state, rather than one that is there."""
        outlived = is_of_another(subject, self.by) and _place(self.by) < _place(subject.named_by)
        return self.current and not outlived


def is_of_another(subject: Subject, by: str) -> bool:
    """Whether another provider than that of the report has registered the subject."""
    if subject.state is SubjectState.PROVISIONAL or not subject.named_by:
        return False
    return subject.named_by.rpartition("|")[2] != by.rpartition("|")[2]


def registered(subject: Subject, registration: Registration) -> Subject:
    """Return the profile after a registration row, whatever the order they come in (A8.4).

    The current row gives name and state; every other registered name is a former one, and every
    successor that was ever registered is kept. What others called a provisional subject was never
    its name.
    """
    known = () if subject.state is SubjectState.PROVISIONAL else (subject.name,)
    names = {registration.name, *known, *subject.former_names} - {""}
    after = replace(
        subject,
        state=SubjectState.REGISTERED,
        successors=tuple(sorted({registration.successor, *subject.successors} - {""})),
    )
    if registration.stands(subject):
        after = replace(
            after,
            name=registration.name,
            status=registration.status,
            named_by=registration.by,
            cancelled_on=registration.cancelled_on,
        )
    return _next(subject, replace(after, former_names=tuple(sorted(names - {after.name}))))


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
        earlier = not subject.named_by or _place(self.by) < _place(subject.named_by)
        return subject.awaits_registration and earlier


def revised(subject: Subject, change: Registration | Naming) -> Subject:
    """Return the profile after a registration or a naming, whatever the order they come in."""
    if isinstance(change, Registration):
        return registered(subject, change)
    if not change.precedes(subject):
        return subject
    return _next(subject, replace(subject, name=change.name, named_by=change.by))


def _place(by: str) -> tuple[int, str]:
    """Return what puts two reports in order: the version of each begins with a number."""
    correction, _, rest = by.partition("|")
    return int(correction), rest


def _next(before: Subject, after: Subject) -> Subject:
    return before if after == before else replace(after, revision=before.revision + 1)
