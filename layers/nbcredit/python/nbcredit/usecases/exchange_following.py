"""What follows something sent: it comes into its addressees' lists and inboxes (A3.4, F23)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.exchange import Post, PostKind
from nbcredit.domain.periods import business_date
from nbcredit.usecases.exchange import PostReader
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.receiving import Organisations

_RELAY: Final = Actor.platform("relay_outbox")


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Delivers posts and tells of answers and closings; a second time changes nothing."""

    store: PostReader
    organisations: Organisations
    inbox: Inbox

    def follow(self, event: Event) -> None:
        if event.kind not in _TOLD:
            return
        post = self.store.get(event.subject)
        for organisation in _recipients(event, post):
            if event.kind is EventKind.POST_SENT:
                self.store.deliver(post, organisation)
            self.inbox.leave(self._message(event, post, organisation), by=_RELAY)

    def _message(self, event: Event, post: Post, organisation: str) -> Message:
        directory = self.organisations.directory().by_code
        from_whom = event.detail.get("by", post.sender)
        name = directory[from_whom].name if from_whom in directory else from_whom
        topic, subject = _TOLD[event.kind]
        return Message(
            organisation=organisation,
            day=business_date(event.at),
            topic=f"{topic}-{post.id}{event.detail.get('reply', '')}",
            at=event.at,
            subject=subject.format(what=post.kind.label, title=post.title),
            lines=tuple(_lines(post, name)),
        )


_TOLD: Final = {
    EventKind.POST_SENT: ("post", "收到{what}：{title}"),
    EventKind.POST_ANSWERED: ("answered", "{what}有新的答复：{title}"),
    EventKind.POST_CLOSED: ("closed", "{what}已办结：{title}"),
}


def _recipients(event: Event, post: Post) -> list[str]:
    """Return who is told: the addressees, and of an answer all but who gave it."""
    if event.kind is not EventKind.POST_ANSWERED:
        return list(post.addressees)
    by = event.detail.get("by", "")
    return [each for each in post.parties if each != by]


def _lines(post: Post, name: str) -> Iterator[str]:
    yield f"来自 {name}"
    if post.files:
        yield f"附件 {len(post.files)} 个"
    yield f"编号 {post.id}：nbcredit exchange show {post.id}"
    if post.kind is PostKind.QUESTION and post.closed_at is None:
        yield f"答复：nbcredit exchange answer {post.id} --text …"
