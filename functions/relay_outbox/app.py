"""Relay events of the outbox: what follows a committed change."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from nbcredit.adapters.dynamodb.ledger import event_of
from nbcredit.runtime.relaying import relay_all, relaying_of
from nbcredit.runtime.settings import RelayOutboxSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.relaying import Relaying
from nbcredit.wire.messages import StreamRecord


@cache
def relaying() -> Relaying:
    told = settings(RelayOutboxSettings)
    return relaying_of(Parts.of(told), told)


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Relay the batch; where an event fails, the batch comes back, which is harmless."""
    records = [StreamRecord.model_validate(raw) for raw in event["Records"]]
    added = [event_of(each.dynamodb.image) for each in records if each.event_name == "INSERT"]
    relay_all(relaying(), added)
    return {"batchItemFailures": []}
