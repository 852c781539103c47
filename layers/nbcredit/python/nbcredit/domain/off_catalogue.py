"""Off-catalogue information: reported with its legal basis, kept, and shown to nobody else (A5.2).

It is neither public nor shared until a catalogue version of the office covers it; then it is
reported anew under the item, where every rule for records holds.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.attachments import Attachment
from nbcredit.domain.errors import BadRequest, Concealed, Conflict
from nbcredit.domain.identifiers import is_resident_id
from nbcredit.domain.subjects import SubjectKey


class State(StrEnum):
    """Where a piece of information stands."""

    KEPT = "kept"
    COVERED = "covered"
    CLOSED = "closed"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.KEPT: frozenset({State.COVERED}),
    # Covered again where the item named first was the wrong one.
    State.COVERED: frozenset({State.COVERED, State.CLOSED}),
    State.CLOSED: frozenset(),
}

_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")


class UnknownInformation(Concealed):
    """There is none, or none that the caller may see."""

    code = "unknown-off-catalogue"

    def __init__(self, information_id: str) -> None:
        super().__init__(f"没有目录外信息 {information_id}：请用 off-catalogue list 查看编号。")
        self.information_id = information_id
        self.noted = {"named": information_id}


class NotThisMove(Conflict):
    """The state does not allow it."""

    code = "off-catalogue-not-now"

    def __init__(self, state: State, to: State) -> None:
        super().__init__(_WHY_NOT.get((state, to), "这条目录外信息已经办结。"))
        self.state = state


_WHY_NOT: Final = {
    (
        State.KEPT,
        State.CLOSED,
    ): "这条目录外信息还没有纳入目录：请先由市信用办或信用中心纳入目录项。",
}


class StaleInformation(Conflict):
    """Somebody else has changed it meanwhile."""

    code = "stale-off-catalogue"

    def __init__(self, information_id: str) -> None:
        super().__init__(f"目录外信息 {information_id} 刚被别人改动：请重新查看后再办理。")


class NumberInText(BadRequest):
    """A text that is not sealed holds a person's identity number."""

    code = "number-in-text"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title}中有身份证号码：请从文字中删去，把这个人作为主体填写，号码会加密保存。"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A subject as it was named; a person's name and number are stored sealed only."""

    key: SubjectKey
    document_type: str
    number: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The catalogue item that covers the information from now on."""

    item: str
    item_name: str
    version: str
    effective_from: date
    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The submission it was reported with under its item."""

    submission: str
    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """One piece; `subjects` are pseudonyms, and no text of it holds anybody's number."""

    id: str
    provider: str
    title: str
    legal_basis: str
    description: str
    subjects: tuple[SubjectKey, ...]
    file: Attachment | None
    reported_at: datetime
    reported_by: Actor
    state: State = State.KEPT
    coverage: Coverage | None = None
    closing: Closing | None = None
    revision: int = 1

    def covered(self, coverage: Coverage) -> Self:
        return replace(self._to(State.COVERED), coverage=coverage)

    def closed(self, closing: Closing) -> Self:
        return replace(self._to(State.CLOSED), closing=closing)

    def _to(self, state: State) -> Self:
        if state not in MOVES[self.state]:
            raise NotThisMove(self.state, state)
        return replace(self, state=state, revision=self.revision + 1)


def information_id(
    *,
    provider: str,
    texts: Sequence[str],
    subjects: Sequence[SubjectKey],
    file_hash: str,
) -> str:
    """Return the id of a report: the same told twice is one piece of information."""
    told = "\n".join((provider, *texts, *sorted(each.text for each in subjects), file_hash))
    return f"{provider}.{b32encode(hashlib.sha256(told.encode()).digest()[:10]).decode()}"


def refuse_numbers(**texts: str) -> None:
    """Raise `NumberInText` where a text holds a person's identity number."""
    for title, text in texts.items():
        if any(is_resident_id(found.upper()) for found in _NUMBER.findall(text)):
            raise NumberInText(title)
