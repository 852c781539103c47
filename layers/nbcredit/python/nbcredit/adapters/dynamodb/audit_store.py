"""The stored trail, read window by window; who looked at whom; and up to where it is sealed."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import GetError
from ulid import ULID

from nbcredit.adapters.dynamodb.ledger import AuditItem
from nbcredit.adapters.dynamodb.tables import AuditModel, batch_get, batch_put, chunked
from nbcredit.domain.audit import SHARDS, AuditUnavailable, StoredEntry, partition_of
from nbcredit.domain.checkpoints import Head
from nbcredit.domain.looks import Look

# As many as the one client has connections.
_AT_ONCE: Final = 8
# What is asked for ahead of whoever reads: six windows.
_AHEAD: Final = 6 * SHARDS


class SealedItem(AuditModel):
    """Up to where the trail is sealed."""

    number = NumberAttribute()
    since = UnicodeAttribute()
    until = UnicodeAttribute()


class DynamoAuditStore:
    """The stored trail."""

    def partitions(self, windows: Iterable[str]) -> Iterator[tuple[str, Sequence[StoredEntry]]]:
        """Read every shard of each window, several at a time, and yield them in order."""
        keys = (partition_of(window, shard) for window in windows for shard in range(SHARDS))
        with ThreadPoolExecutor(_AT_ONCE) as readers:
            for some in chunked(keys, _AHEAD):
                yield from zip(some, readers.map(_entries, some), strict=True)

    def born_between(self, chains: frozenset[str], *, since: datetime) -> frozenset[str]:
        """Read the birth of a chain from its id, which is a ULID."""
        return frozenset(each for each in chains if ULID.from_str(each).datetime >= since)


def _entries(partition: str) -> list[StoredEntry]:
    return [item.entry() for item in AuditItem.query(partition, consistent_read=True)]


class DynamoLooks:
    """Who looked at a subject: places in the trail, by subject and time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, looks: Iterable[Look]) -> None:
        items: Iterator[Any] = (
            {
                "pk": {"S": f"WHO#{look.subject}"},
                "sk": {"S": f"{look.at}#{look.chain}#{look.sequence:08d}"},
            }
            for look in sorted(set(looks))
        )
        batch_put(self._connection, AuditModel.Meta.table_name, items)

    def latest(self, subject: str, *, limit: int, before: str = "") -> list[Look]:
        """Return looks, the latest first, those before a moment and place where one is named."""
        condition = AuditModel.sk < before if before else None
        found = AuditModel.query(f"WHO#{subject}", condition, limit=limit, scan_index_forward=False)
        return [_look(subject, item.sk) for item in found]

    def entries(self, looks: Iterable[Look]) -> list[StoredEntry]:
        """Return the entries themselves, as the trail has them."""
        keys = [(each.partition, f"{each.chain}#{each.sequence:08d}") for each in looks]
        found = batch_get(self._connection, AuditModel.Meta.table_name, keys)
        return [
            AuditItem.from_raw_data({name: dict(value) for name, value in item.items()}).entry()
            for item in found
        ]


def _look(subject: str, sk: str) -> Look:
    at, chain, sequence = sk.split("#")
    return Look(at, chain, int(sequence), subject)


class DynamoHeads:
    """Up to where the trail is sealed, and since when there is a trail."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> Head | None:
        try:
            item = SealedItem.get("SEALED", "HEAD", consistent_read=True)
        except SealedItem.DoesNotExist:
            return None
        except GetError as error:
            raise AuditUnavailable from error
        return Head(number=int(item.number), since=item.since, until=item.until)

    def note(self, head: Head) -> None:
        SealedItem("SEALED", "HEAD", number=head.number, since=head.since, until=head.until).save()

    def born(self) -> datetime:
        name = AuditModel.Meta.table_name
        told = self._connection.dispatch("DescribeTable", {"TableName": name})
        created: Any = told["Table"]["CreationDateTime"]
        if isinstance(created, datetime):
            return created.astimezone(UTC)
        return datetime.fromtimestamp(created, UTC)
