"""Credit-work exchange: who sends what to whom, who has read it, and who answered (A3.4).

Senders and addressees see it; to everybody else there is no such post.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.attachments import Attachment
from nbcredit.domain.audit import Act
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.exchange import (
    Audience,
    Post,
    PostKind,
    Readership,
    Reading,
    Reply,
    UnknownAddressee,
    UnknownPost,
    post_id,
    readership,
    reply_id,
)
from nbcredit.domain.off_catalogue import refuse_numbers
from nbcredit.usecases.attachments import Attachments
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Organisations
from nbcredit.usecases.uploads import FileTold, PreparedForm

_PURPOSE: Final = "信用工作交流"


class StalePost(Conflict):
    """Somebody else has closed it meanwhile."""

    code = "stale-post"

    def __init__(self, post: str) -> None:
        super().__init__(f"{post} 刚被别人改动：请重新查看后再办理。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be sent; `uploads` are the numbers of the forms its files came with."""

    kind: PostKind
    title: str
    text: str
    audience: Audience
    uploads: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A post with what was said to it, and where its files can be fetched for a while."""

    post: Post
    replies: Sequence[Reply]
    addresses: Mapping[str, str]
    first_read: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A post in an organisation's list, and since when the asking person has read it."""

    post: Post
    read_at: datetime | None


class PostReader(Protocol):
    """Posts as followers read them, and the lists that they put them into."""

    def get(self, post_id: str) -> Post:
        """Return a post, or raise `UnknownPost`."""
        ...

    def deliver(self, post: Post, organisation: str) -> None:
        """Put a post into an addressee's list; a second time changes nothing."""
        ...


class PostStore(PostReader, Protocol):
    """Keeps posts, replies and readings; each change with its audit entry and its event."""

    def send(self, post: Post, *, act: Act, event: Event) -> bool:
        """Store a new post in its sender's list; `False`, changing nothing, where it is known."""
        ...

    def close(self, post: Post, *, act: Act, event: Event) -> None:
        """Save it closed, or raise `StalePost` where somebody was faster."""
        ...

    def reply(self, reply: Reply, *, post: Post, act: Act, event: Event) -> bool:
        """Store a reply where the post is still as it was read, or raise `StalePost`.

        Return `False`, changing nothing, where the reply is known.
        """
        ...

    def replies(self, post_id: str) -> Sequence[Reply]:
        """Return what was said, in its order."""
        ...

    def mark_read(self, reading: Reading, *, act: Act) -> bool:
        """Keep that somebody has read it; `False`, changing nothing, where that is known."""
        ...

    def readings(self, post_id: str) -> Sequence[Reading]: ...

    def listed(self, organisation: str, *, sent: bool, person: str, limit: int) -> Sequence[Listed]:
        """Return what an organisation sent, or what was sent to it, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends, shows, answers and closes."""

    store: PostStore
    attachments: Attachments
    organisations: Organisations
    trail: AuditTrail
    clock: Clock
    ids: IdFactory

    def prepare_file(self, file: FileTold, *, by: Actor) -> PreparedForm:
        self._check_sender(by)
        refuse_numbers(附件名称=file.name)
        return self.attachments.prepare(by.organisation, file, by=by)

    def deliver_file(self, name: str, content: bytes, *, by: Actor) -> str:
        """Put a file as its form would; return the number that it is named by."""
        prepared = self.prepare_file(FileTold(name=name, size=len(content), sha256=""), by=by)
        self.attachments.put(prepared, content)
        return prepared.upload.id

    def send(self, draft: Draft, *, by: Actor, purpose: str = _PURPOSE) -> Post:
        """Send it; the same once more on the same day is the same post."""
        self._check_sender(by)
        refuse_numbers(标题=draft.title, 内容=draft.text)
        addressees = draft.audience.resolved(self.organisations.directory(), sender=by.organisation)
        files, now = self._uploaded(draft.uploads, by), self.clock.now()
        post = Post(
            id=post_id(
                kind=draft.kind,
                sender=by.organisation,
                at=now,
                texts=(draft.title, draft.text),
                addressees=addressees,
                files=files,
            ),
            kind=draft.kind,
            title=draft.title,
            text=draft.text,
            sender=by.organisation,
            sent_by=by,
            sent_at=now,
            addressees=addressees,
            files=files,
        )
        event = self._event(EventKind.POST_SENT, post, at=now)
        if self.store.send(post, act=_act("post-sent", post, by=by, purpose=purpose), event=event):
            return post
        return self.store.get(post.id)

    def show(self, post_id: str, *, by: Actor, purpose: str) -> Thread:
        """Return a post with its thread, having noted that this person has read it."""
        post = self._visible(post_id, by)
        reading = Reading(
            post=post.id, organisation=by.organisation, person=by.id, at=self.clock.now()
        )
        act = _act("post-read", post, by=by, purpose=purpose)
        first = self.store.mark_read(reading, act=act)
        if not first:
            self.trail.record(act)
        replies = self.store.replies(post.id)
        files = [*post.files, *(file for reply in replies for file in reply.files)]
        return Thread(
            post=post,
            replies=replies,
            addresses={file.key: self.attachments.address(file) for file in files},
            first_read=first,
        )

    def answer(
        self, post_id: str, text: str, uploads: Sequence[str], *, by: Actor, purpose: str
    ) -> Reply:
        """Say something to a question; the same once more is said once."""
        post = self._visible(post_id, by)
        refuse_numbers(答复=text)
        files, now = self._uploaded(uploads, by), self.clock.now()
        reply = Reply(
            id=reply_id(post=post.id, organisation=by.organisation, text=text, files=files),
            post=post.id,
            organisation=by.organisation,
            by=by,
            at=now,
            text=text,
            files=files,
        )
        known = {each.id: each for each in self.store.replies(post.id)}
        if reply.id in known:
            return known[reply.id]
        post.check_open()
        event = self._event(
            EventKind.POST_ANSWERED, post, at=now, reply=reply.id, by=by.organisation
        )
        act = _act("post-answered", post, by=by, purpose=purpose)
        self.store.reply(reply, post=post, act=act, event=event)
        return reply

    def close(self, post_id: str, *, by: Actor, purpose: str) -> Post:
        """Close a question that was asked; closed again it stays as it is."""
        post = self._visible(post_id, by)
        now = self.clock.now()
        closed = post.closed(at=now, by=by)
        if post.closed_at is not None:
            return post
        event = self._event(EventKind.POST_CLOSED, post, at=now)
        self.store.close(closed, act=_act("post-closed", post, by=by, purpose=purpose), event=event)
        return closed

    def listed(self, *, sent: bool, limit: int, by: Actor) -> Sequence[Listed]:
        return self.store.listed(by.organisation, sent=sent, person=by.id, limit=limit)

    def readers(self, post_id: str, *, by: Actor, purpose: str) -> list[Readership]:
        """Tell the sender who of the addressees has read it, and who has not."""
        post = self._visible(post_id, by)
        if by.organisation != post.sender:
            raise UnknownPost(post_id)
        self.trail.record(_act("post-readers-listed", post, by=by, purpose=purpose))
        return readership(post, self.store.readings(post.id))

    def _visible(self, post_id: str, by: Actor) -> Post:
        """Return a post, or raise `UnknownPost` just as if there were none."""
        post = self.store.get(post_id)
        if not post.concerns(by.organisation):
            raise UnknownPost(post_id)
        return post

    def _check_sender(self, by: Actor) -> None:
        if by.organisation not in self.organisations.directory().by_code:
            raise UnknownAddressee(by.organisation)

    def _uploaded(self, uploads: Sequence[str], by: Actor) -> tuple[Attachment, ...]:
        return tuple(self.attachments.uploaded(by.organisation, each) for each in uploads)

    def _event(self, kind: EventKind, post: Post, *, at: datetime, **detail: str) -> Event:
        return Event(id=self.ids.new(), kind=kind, at=at, subject=post.id, detail=detail)


def _act(action: str, post: Post, *, by: Actor, purpose: str) -> Act:
    return Act(
        action=action,
        actor=by,
        purpose=purpose,
        about=(post.id,),
        detail={"kind": post.kind, "sender": post.sender, "addressees": str(len(post.addressees))},
    )
