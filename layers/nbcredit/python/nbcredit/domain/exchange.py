"""Credit-work exchange: notices, documents and questions among organisations (A3.4)."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.attachments import Attachment
from nbcredit.domain.errors import BadRequest, Concealed, Conflict, Forbidden
from nbcredit.domain.organisations import CENTRE, OFFICE, Directory, OrganisationKind
from nbcredit.domain.periods import business_date

# What a relay tells within its minute, and what stays far below the size of an item.
MOST_ADDRESSEES: Final = 300


class PostKind(StrEnum):
    """What is sent: something to be known, a document to be kept, a question to be answered."""

    NOTICE = "notice"
    DOCUMENT = "document"
    QUESTION = "question"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final[Mapping[PostKind, str]] = {
    PostKind.NOTICE: "通知",
    PostKind.DOCUMENT: "文件",
    PostKind.QUESTION: "咨询",
}


class UnknownPost(Concealed):
    """There is none, or none that was sent by the caller or to it."""

    code = "unknown-post"

    def __init__(self, post: str) -> None:
        super().__init__(f"没有编号为 {post} 的通知、文件或咨询：请在收发列表中查看编号。")
        self.post = post
        self.noted = {"named": post}


class UnknownAddressee(BadRequest):
    """Nobody of this code is in the directory."""

    code = "unknown-addressee"

    def __init__(self, code: str) -> None:
        super().__init__(f"机构目录中没有“{code}”：请核对接收单位的代码。")
        self.addressee = code


class NoAddressee(BadRequest):
    """Nobody but the sender is meant."""

    code = "no-addressee"

    def __init__(self) -> None:
        super().__init__("没有接收单位：请写单位代码、单位类别或区域，本单位不算在内。")


class TooManyAddressees(BadRequest):
    """More are meant than are told at once."""

    code = "too-many-addressees"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"接收单位有 {count} 个，一次最多 {MOST_ADDRESSEES} 个：请按区域或类别分几次发送。"
        )


class NotToAll(Forbidden):
    """Kinds and regions are addressed by centre and office; by a county its own region."""

    code = "not-to-all"

    def __init__(self) -> None:
        super().__init__(
            "只有市信用办和信用中心可以按类别或区域群发，区县只能发给本区域："
            "请改为写明接收单位的代码。"
        )


class NotAQuestion(Conflict):
    """Only questions are answered and closed."""

    code = "not-a-question"

    def __init__(self, kind: PostKind) -> None:
        super().__init__(f"这是一份{kind.label}，不需要答复：如有疑问请另发咨询。")


class QuestionClosed(Conflict):
    """Who asked has closed the question."""

    code = "question-closed"

    def __init__(self) -> None:
        super().__init__("这个咨询已经办结，不能再答复：如有新的问题请另发咨询。")


class NotYourQuestion(Forbidden):
    """Who asked closes a question."""

    code = "not-your-question"

    def __init__(self) -> None:
        super().__init__("咨询由提出的单位办结。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """To whom something is sent: by code, all of a kind, all of a region; all of these together."""

    organisations: tuple[str, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    regions: tuple[str, ...] = ()

    def resolved(self, directory: Directory, *, sender: str) -> tuple[str, ...]:
        """Return the codes of who is meant, without the sender, or refuse."""
        for code in self.organisations:
            if code not in directory.by_code:
                raise UnknownAddressee(code)
        if self.kinds or self.regions:
            self._check_breadth(directory, sender)
        meant = {
            each.code
            for each in directory.by_code.values()
            if each.kind in self.kinds or each.region in self.regions
        }
        codes = sorted((meant | set(self.organisations)) - {sender})
        if not codes:
            raise NoAddressee
        if len(codes) > MOST_ADDRESSEES:
            raise TooManyAddressees(len(codes))
        return tuple(codes)

    def _check_breadth(self, directory: Directory, sender: str) -> None:
        if sender in (CENTRE, OFFICE):
            return
        own = directory.by_code.get(sender)
        is_county = own is not None and own.kind is OrganisationKind.COUNTY
        if not is_county or self.kinds or set(self.regions) != {own.region if own else ""}:
            raise NotToAll


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What one organisation sends to others; `revision` counts its writes."""

    id: str
    kind: PostKind
    title: str
    text: str
    sender: str
    sent_by: Actor
    sent_at: datetime
    addressees: tuple[str, ...]
    files: tuple[Attachment, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""
    revision: int = 1

    @property
    def parties(self) -> tuple[str, ...]:
        return (self.sender, *self.addressees)

    def concerns(self, organisation: str) -> bool:
        return organisation in self.parties

    def closed(self, *, at: datetime, by: Actor) -> Self:
        """Return the question closed by who asked it."""
        self.check_question()
        if by.organisation != self.sender:
            raise NotYourQuestion
        return replace(self, closed_at=at, closed_by=by.id, revision=self.revision + 1)

    def check_question(self) -> None:
        if self.kind is not PostKind.QUESTION:
            raise NotAQuestion(self.kind)

    def check_open(self) -> None:
        """Raise where nothing can be answered, or nothing any more."""
        self.check_question()
        if self.closed_at is not None:
            raise QuestionClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one of the parties says to a question."""

    id: str
    post: str
    organisation: str
    by: Actor
    at: datetime
    text: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """That a person of an organisation has read something, since when."""

    post: str
    organisation: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """Whether an addressee has read it: its first reader and how many there are."""

    organisation: str
    read_at: datetime | None = None
    read_by: str = ""
    readers: int = 0


def readership(post: Post, readings: Iterable[Reading]) -> list[Readership]:
    """Return one line for each addressee, those first that have not read it."""
    by_organisation: dict[str, list[Reading]] = {code: [] for code in post.addressees}
    for each in readings:
        if each.organisation in by_organisation:
            by_organisation[each.organisation].append(each)
    told = [_readership(code, found) for code, found in by_organisation.items()]
    return sorted(told, key=lambda each: (each.read_at is not None, each.organisation))


def _readership(organisation: str, readings: Sequence[Reading]) -> Readership:
    if not readings:
        return Readership(organisation=organisation)
    first = min(readings, key=lambda each: (each.at, each.person))
    return Readership(
        organisation=organisation,
        read_at=first.at,
        read_by=first.person,
        readers=len(readings),
    )


def post_id(
    *,
    kind: PostKind,
    sender: str,
    at: datetime,
    texts: Sequence[str],
    addressees: Sequence[str],
    files: Sequence[Attachment],
) -> str:
    """Return the id: the same sent twice on one day to the same is sent once."""
    day = str(business_date(at))
    return _digest("P", kind, sender, day, *texts, *addressees, *(each.sha256 for each in files))


def reply_id(*, post: str, organisation: str, text: str, files: Sequence[Attachment]) -> str:
    """Return the id: the same said twice to one question is said once."""
    return _digest("R", post, organisation, text, *(each.sha256 for each in files))


def _digest(*parts: str) -> str:
    told = "\0".join(parts)
    return parts[0] + b32encode(hashlib.sha256(told.encode()).digest()[:10]).decode()
