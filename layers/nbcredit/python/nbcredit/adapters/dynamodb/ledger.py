"""Transactions: a change, its audit entry and its event are written together or not at all."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.constants import ALL_OLD
from pynamodb.exceptions import CancellationReason, PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from nbcredit.adapters.dynamodb.tables import ATTEMPTS, AuditModel, StoreBusy, WorkModel, pause
from nbcredit.domain.audit import (
    GENESIS,
    Act,
    AuditUnavailable,
    Entry,
    StoredEntry,
    partition_of,
)
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.usecases.ports import Clock, IdFactory

_OUTBOX_SHARDS: Final = 4
_WITHDRAWN: Final = frozenset({"ConditionalCheckFailed"})
_CONTENDED: Final = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)


class Unmet(Exception):
    """A condition of the transaction does not hold; nothing was written.

    `hashes` are those of the audit entries that were in the way.
    """

    def __init__(self, hashes: frozenset[str] = frozenset()) -> None:
        super().__init__(hashes)
        self.hashes = hashes


class AuditItem(AuditModel):
    """One entry of the trail: its canonical text and the hash the next entry carries."""

    content = UnicodeAttribute()
    hash = UnicodeAttribute()

    @classmethod
    def of(cls, entry: Entry) -> "AuditItem":
        return cls(
            partition_of(entry.window, entry.shard),
            f"{entry.chain}#{entry.sequence:08d}",
            content=entry.content,
            hash=entry.hash,
        )

    def entry(self) -> StoredEntry:
        chain, _, sequence = self.sk.partition("#")
        return StoredEntry(
            chain=chain,
            sequence=int(sequence),
            content=self.content,
            hash=self.hash,
            partition=self.pk,
        )


class OutboxItem(WorkModel):
    """An event that still has to have its consequences."""

    event_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    subject = UnicodeAttribute()
    detail = JSONAttribute()

    @classmethod
    def of(cls, event: Event) -> "OutboxItem":
        shard = hashlib.sha256(event.id.encode()).digest()[0] % _OUTBOX_SHARDS
        return cls(
            f"OUTBOX#{shard}",
            f"{utc_text(event.at)}#{event.id}",
            event_id=event.id,
            kind=event.kind.value,
            at=utc_text(event.at),
            subject=event.subject,
            detail=dict(event.detail),
        )

    def event(self) -> Event:
        return Event(
            id=self.event_id,
            kind=EventKind(self.kind),
            at=from_utc_text(self.at),
            subject=self.subject,
            detail=self.detail,
        )


def event_of(image: Mapping[str, Mapping[str, Any]]) -> Event:
    """Return the event of an outbox item as the stream shows it."""
    return OutboxItem.from_raw_data({name: dict(value) for name, value in image.items()}).event()


class DynamoOutbox:
    """Events not yet relayed."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def holds(self, event: Event) -> bool:
        item = OutboxItem.of(event)
        try:
            OutboxItem.get(item.pk, item.sk, consistent_read=True)
        except OutboxItem.DoesNotExist:
            return False
        return True

    def waiting(self, *, older_than: timedelta) -> Sequence[Event]:
        before = utc_text(self._clock.now() - older_than)
        return [
            item.event()
            for shard in range(_OUTBOX_SHARDS)
            for item in OutboxItem.query(
                f"OUTBOX#{shard}", OutboxItem.sk < before, consistent_read=True
            )
        ]

    def remove(self, event: Event) -> None:
        OutboxItem.of(event).delete()


class Ledger:
    """The one writer of audit entries in this process, with the head of its chain in memory."""

    def __init__(self, connection: Connection, *, clock: Clock, ids: IdFactory) -> None:
        self._connection = connection
        self._clock = clock
        self._ids = ids
        self._begin_chain()

    @contextmanager
    def transaction(self, act: Act, *, event: Event | None = None) -> Iterator[TransactWrite]:
        """Collect changes, then write them with the entry and the event.

        Raise `Unmet` where a condition does not hold, `StoreBusy` where DynamoDB cannot now.
        """
        entry = self._entry(act)
        tx = TransactWrite(connection=self._connection, client_request_token=self._ids.new())
        yield tx
        tx.save(AuditItem.of(entry), condition=AuditItem.pk.does_not_exist(), return_values=ALL_OLD)
        if event is not None:
            tx.save(OutboxItem.of(event))
        try:
            insist(_committing(tx))
        except Unmet as error:
            # Our own entry in the way: an earlier try was written, and its answer was lost.
            if entry.hash not in error.hashes:
                self._begin_chain()
                raise
        except BaseException:
            # Nobody knows whether the entry was written: the chain ends here, a new one begins.
            self._begin_chain()
            raise
        self._advance(entry)

    def record(self, act: Act) -> None:
        """Write an entry that stands alone, or raise `AuditUnavailable`."""
        entry = self._entry(act)
        try:
            AuditItem.of(entry).save(condition=AuditItem.pk.does_not_exist())
        except PutError as error:
            # Nobody else writes to this chain: the entry is there, only the answer was lost.
            if error.cause_response_code != "ConditionalCheckFailedException":
                self._begin_chain()
                raise AuditUnavailable from error
        except StoreBusy as error:
            self._begin_chain()
            raise AuditUnavailable from error
        except BaseException:
            self._begin_chain()
            raise
        self._advance(entry)

    def _entry(self, act: Act) -> Entry:
        return Entry(
            chain=self._chain,
            sequence=self._sequence,
            previous=self._previous,
            at=self._clock.now(),
            act=act,
        )

    def _begin_chain(self) -> None:
        self._chain = self._ids.new()
        self._sequence = 0
        self._previous = GENESIS

    def _advance(self, entry: Entry) -> None:
        self._sequence += 1
        self._previous = entry.hash


def insist(write: Callable[[], object]) -> None:
    """Run a transaction, again where another one was in the way; raise `Unmet` or `StoreBusy`."""
    for attempt in range(ATTEMPTS):
        try:
            write()
        except TransactWriteError as error:
            reasons = [reason for reason in error.cancellation_reasons if reason is not None]
            codes = {reason.code for reason in reasons}
            if codes & _WITHDRAWN:
                raise Unmet(_hashes_in_the_way(reasons)) from error
            if not codes or not codes <= _CONTENDED:
                raise
            pause(attempt)
        else:
            return
    raise StoreBusy("TransactWriteItems")


def _hashes_in_the_way(reasons: Sequence[CancellationReason]) -> frozenset[str]:
    items = (reason.raw_item for reason in reasons if reason.raw_item)
    return frozenset(item["hash"]["S"] for item in items if "hash" in item)


def _committing(tx: TransactWrite) -> Callable[[], None]:
    def write() -> None:
        with tx:
            pass

    return write
