"""Inboxes in the work table: a message an item, the newest day first."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.usecases.inbox import Message

# Behind every day, so that it is never among the messages.
_REMINDED: Final = "REMINDED"


class MessageItem(WorkModel):
    """One message."""

    topic = UnicodeAttribute()
    at = UnicodeAttribute()
    subject = UnicodeAttribute()
    lines = JSONAttribute()

    @classmethod
    def of(cls, message: Message) -> "MessageItem":
        return cls(
            f"INBOX#{message.organisation}",
            message.id,
            topic=message.topic,
            at=utc_text(message.at),
            subject=message.subject,
            lines=list(message.lines),
        )

    def message(self) -> Message:
        return Message(
            organisation=self.pk.removeprefix("INBOX#"),
            day=date.fromisoformat(self.sk.split("#", 1)[0]),
            topic=self.topic,
            at=from_utc_text(self.at),
            subject=self.subject,
            lines=tuple(self.lines),
        )


class RemindedItem(WorkModel):
    """Up to which day an organisation, or every one, has been reminded."""

    day = UnicodeAttribute()

    @classmethod
    def of(cls, organisation: str, day: date) -> "RemindedItem":
        return cls(f"INBOX#{organisation}", _REMINDED, day=day.isoformat())


class DynamoInboxes:
    """Messages in the work table."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def leave(
        self, message: Message, *, act: Act, event: Event, reminded: date | None = None
    ) -> bool:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(MessageItem.of(message), condition=MessageItem.pk.does_not_exist())
                if reminded is not None:
                    tx.save(RemindedItem.of(message.organisation, reminded))
        except Unmet:
            return False
        return True

    def messages(self, organisation: str, *, limit: int) -> Sequence[Message]:
        found = MessageItem.query(
            f"INBOX#{organisation}",
            MessageItem.sk < _REMINDED,
            scan_index_forward=False,
            limit=limit,
        )
        return [item.message() for item in found]

    def reminded(self, organisation: str) -> date | None:
        try:
            item = RemindedItem.get(f"INBOX#{organisation}", _REMINDED, consistent_read=True)
        except RemindedItem.DoesNotExist:
            return None
        return date.fromisoformat(item.day)

    def note_reminded(self, day: date) -> None:
        RemindedItem.of("", day).save()
