"""Calls about credit-work exchange (A3.4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Base64Bytes, Field

from nbcredit.domain.attachments import Attachment
from nbcredit.domain.exchange import Audience, Post, PostKind, Readership, Reply
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.usecases.exchange import Listed, Thread
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.uploads import FileBody, FileName

PostId = Annotated[str, Field(pattern=r"^P[A-Z2-7]{16}$")]
Title = Annotated[str, Field(min_length=2, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Form = Annotated[str, Field(min_length=1, max_length=26)]
Forms = Annotated[tuple[Form, ...], Field(max_length=5)]
Region = Annotated[str, Field(pattern=r"^\d{6}$", examples=["330212"])]


class PrepareExchangeFile(Call):
    """Ask for a form to upload a file of the caller's organisation with."""

    call: Literal["prepare-exchange-file"] = "prepare-exchange-file"
    file: FileBody


class DeliverExchangeFile(Call):
    """Hand over a small file in the call itself; its number is named as one of `uploads`."""

    call: Literal["deliver-exchange-file"] = "deliver-exchange-file"
    name: FileName
    content: Base64Bytes


class DeliveredFileView(Wire):
    """The number of a file that is there."""

    upload: str


class AudienceBody(Wire):
    """To whom something is sent: named organisations, all of a kind, all of a region."""

    organisations: Annotated[tuple[Code, ...], Field(max_length=300)] = ()
    kinds: Annotated[tuple[OrganisationKind, ...], Field(max_length=7)] = ()
    regions: Annotated[tuple[Region, ...], Field(max_length=20)] = ()

    @property
    def audience(self) -> Audience:
        return Audience(organisations=self.organisations, kinds=self.kinds, regions=self.regions)


class PostNotice(Call):
    """Send a notice or a document; `uploads` are the numbers of its files' forms."""

    call: Literal["post-notice"] = "post-notice"
    kind: Literal[PostKind.NOTICE, PostKind.DOCUMENT] = PostKind.NOTICE
    title: Title
    text: Text
    to: AudienceBody
    uploads: Forms = ()


class AskQuestion(Call):
    """Ask other organisations something."""

    call: Literal["ask-question"] = "ask-question"
    title: Title
    text: Text
    to: AudienceBody
    uploads: Forms = ()


class AnswerQuestion(Call):
    """Say something to a question that was asked or got."""

    call: Literal["answer-question"] = "answer-question"
    post: PostId
    text: Text
    uploads: Forms = ()


class CloseQuestion(Call):
    """Close a question; only who asked it."""

    call: Literal["close-question"] = "close-question"
    post: PostId


class ListPosts(Call):
    """Ask for what the caller's organisation got, or what it sent, newest first."""

    call: Literal["list-posts"] = "list-posts"
    sent: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ShowPost(Call):
    """Ask for a post with its thread and its files; that it was read is noted."""

    call: Literal["show-post"] = "show-post"
    post: PostId


class ListReaders(Call):
    """Ask who has read what the caller's organisation sent, and who has not."""

    call: Literal["list-readers"] = "list-readers"
    post: PostId


class ExchangeFileView(Wire):
    """A file of a post; `download` is where it can be fetched for a quarter of an hour."""

    name: str
    size: int
    sha256: str
    kind: str
    download: str | None


class PostView(Wire):
    """A post; `addressees` are all only where its sender looks."""

    post: str
    kind: str
    kind_text: str
    title: str
    text: str
    sender: str
    sender_name: str
    sent_by: str
    sent_at: datetime
    addressees: list[str]
    addressee_count: int
    files: list[ExchangeFileView]
    closed_at: datetime | None
    state_text: str
    read_at: datetime | None


class ReplyView(Wire):
    """One reply."""

    organisation: str
    organisation_name: str
    by: str
    at: datetime
    text: str
    files: list[ExchangeFileView]


class ThreadView(Wire):
    """A post with its replies in their order; `can_answer` is whether the caller may say more."""

    post: PostView
    replies: list[ReplyView]
    can_answer: bool
    can_close: bool


class PostList(Wire):
    """Posts, newest first; `unread` counts those of the list that the caller has not read."""

    posts: list[PostView]
    unread: int


class ReaderView(Wire):
    """Whether an addressee has read it."""

    organisation: str
    organisation_name: str
    read_at: datetime | None
    read_by: str
    readers: int


class ReadersView(Wire):
    """The addressees, those first that have not read it."""

    post: str
    read: int
    unread: int
    readers: list[ReaderView]


Names = Mapping[str, Organisation]


def post_view(
    post: Post,
    *,
    to: str,
    names: Names,
    read_at: datetime | None = None,
    addresses: Mapping[str, str] | None = None,
) -> PostView:
    """Return a post as one of its parties sees it."""
    return PostView(
        post=post.id,
        kind=post.kind.value,
        kind_text=post.kind.label,
        title=post.title,
        text=post.text,
        sender=post.sender,
        sender_name=_name(post.sender, names),
        sent_by=post.sent_by.id,
        sent_at=post.sent_at,
        addressees=list(post.addressees) if to == post.sender else [to],
        addressee_count=len(post.addressees),
        files=_files(post.files, addresses or {}),
        closed_at=post.closed_at,
        state_text=_state(post),
        read_at=read_at,
    )


def thread_view(thread: Thread, *, to: str, names: Names) -> ThreadView:
    post = thread.post
    asks = post.kind is PostKind.QUESTION and post.closed_at is None
    return ThreadView(
        post=post_view(post, to=to, names=names, addresses=thread.addresses),
        replies=[
            reply_view(each, names=names, addresses=thread.addresses) for each in thread.replies
        ],
        can_answer=asks,
        can_close=asks and to == post.sender,
    )


def reply_view(
    reply: Reply, *, names: Names, addresses: Mapping[str, str] | None = None
) -> ReplyView:
    return ReplyView(
        organisation=reply.organisation,
        organisation_name=_name(reply.organisation, names),
        by=reply.by.id,
        at=reply.at,
        text=reply.text,
        files=_files(reply.files, addresses or {}),
    )


def post_list(listed: Sequence[Listed], *, to: str, names: Names) -> PostList:
    return PostList(
        posts=[post_view(each.post, to=to, names=names, read_at=each.read_at) for each in listed],
        unread=sum(each.read_at is None for each in listed),
    )


def readers_view(post: str, found: Sequence[Readership], *, names: Names) -> ReadersView:
    read = sum(each.read_at is not None for each in found)
    return ReadersView(
        post=post,
        read=read,
        unread=len(found) - read,
        readers=[
            ReaderView(
                organisation=each.organisation,
                organisation_name=_name(each.organisation, names),
                read_at=each.read_at,
                read_by=each.read_by,
                readers=each.readers,
            )
            for each in found
        ],
    )


def _state(post: Post) -> str:
    if post.kind is not PostKind.QUESTION:
        return "已发送"
    return "待答复" if post.closed_at is None else "已办结"


def _files(files: Sequence[Attachment], addresses: Mapping[str, str]) -> list[ExchangeFileView]:
    return [
        ExchangeFileView(
            name=each.name,
            size=each.size,
            sha256=each.sha256,
            kind=each.kind.value,
            download=addresses.get(each.key),
        )
        for each in files
    ]


def _name(code: str, names: Names) -> str:
    return names[code].name if code in names else ""
