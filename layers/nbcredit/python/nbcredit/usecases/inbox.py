"""The inbox of each organisation in the platform: what it is told, each message once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.errors import Forbidden
from nbcredit.domain.events import Event, EventKind
from nbcredit.usecases.ports import IdFactory
from nbcredit.usecases.visibility import OVERSEERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `day` and `topic` tell it from the others of its recipient."""

    organisation: str
    day: date
    topic: str
    at: datetime
    subject: str
    lines: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.day}#{self.topic}"


class InboxStore(Protocol):
    """Keeps messages, and up to which day an organisation has been reminded."""

    def leave(
        self, message: Message, *, act: Act, event: Event, reminded: date | None = None
    ) -> bool:
        """Keep a message with its event; `False`, changing nothing, where it is there already.

        `reminded` notes, together with it, up to which day its recipient has been reminded.
        """
        ...

    def messages(self, organisation: str, *, limit: int) -> Sequence[Message]:
        """Return the messages of an organisation, newest first."""
        ...

    def reminded(self, organisation: str) -> date | None:
        """Return up to which day an organisation, or with "" every one, has been reminded."""
        ...

    def note_reminded(self, day: date) -> None:
        """Note that every organisation has been reminded up to a day."""
        ...


class NotYourInbox(Forbidden):
    """An organisation reads its own messages; centre and office read all."""

    code = "not-your-inbox"

    def __init__(self, organisation: str, other: str) -> None:
        super().__init__(f"“{organisation}”不能查看“{other}”的消息：只能查看本单位的。")


@dataclass(frozen=True, slots=True)
class Inbox:
    """Leaves and shows messages."""

    store: InboxStore
    ids: IdFactory

    def leave(self, message: Message, *, by: Actor, reminded: date | None = None) -> bool:
        act = Act(
            action="message-left",
            actor=by,
            purpose="提醒和通知",
            about=(message.organisation,),
            detail={"message": message.id},
        )
        event = Event(
            id=self.ids.new(),
            kind=EventKind.MESSAGE_LEFT,
            at=message.at,
            subject=message.id,
            detail={"organisation": message.organisation},
        )
        return self.store.leave(message, act=act, event=event, reminded=reminded)

    def show(self, organisation: str, *, limit: int, by: Actor) -> Sequence[Message]:
        if by.organisation != organisation and by.organisation not in OVERSEERS:
            raise NotYourInbox(by.organisation, organisation)
        return self.store.messages(organisation, limit=limit)
