"""The change log by item, hour and shard: what exchange and index follow."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from pynamodb.connection import Connection

from nbcredit.adapters.dynamodb.tables import RawItem, WorkModel, batch_put
from nbcredit.domain.events import Event
from nbcredit.domain.periods import utc_text
from nbcredit.usecases.plans import Change

SHARDS: Final = 16


class DynamoChangeLog:
    """Changes packed by event and shard: the same event writes the same items again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: Event, *, item: str, changes: Sequence[Change]) -> None:
        shards: dict[int, list[Change]] = defaultdict(list)
        for change in changes:
            shards[hashlib.sha256(change.record.encode()).digest()[0] % SHARDS].append(change)
        hour = utc_text(event.at)[:13]
        batch_put(
            self._connection,
            WorkModel.Meta.table_name,
            (_packed(item, hour, shard, event, some) for shard, some in sorted(shards.items())),
        )


def _packed(item: str, hour: str, shard: int, event: Event, changes: Sequence[Change]) -> RawItem:
    listed: list[dict[str, Any]] = [
        {
            "M": {
                "record": {"S": change.record},
                "version": {"S": change.version},
                "region": {"S": change.region},
            }
        }
        for change in changes
    ]
    return {
        "pk": {"S": f"CHANGES#{item}#{hour}#{shard:02d}"},
        "sk": {"S": f"{utc_text(event.at)}#{event.id}"},
        "changes": {"L": listed},
    }
