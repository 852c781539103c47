"""Relay events of the outbox: what follows a committed change."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.adapters.dynamodb.ledger import event_of
from nbcredit.runtime.relaying import relaying_of
from nbcredit.runtime.settings import RelayOutboxSettings, settings
from nbcredit.usecases.relaying import Relaying
from nbcredit.wire.messages import StreamRecord

logger = Logger()


@cache
def relaying() -> Relaying:
    return relaying_of(settings(RelayOutboxSettings))


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Relay what can be relayed; where one event fails, the batch comes back, which is harmless."""
    failure: Exception | None = None
    for raw in event["Records"]:
        record = StreamRecord.model_validate(raw)
        if record.event_name != "INSERT":
            continue
        told = event_of(record.dynamodb.image)
        try:
            relaying().relay(told)
        except Exception as error:
            logger.exception("event not relayed", event_id=told.id, kind=told.kind)
            failure = error
        else:
            logger.info("event relayed", event_id=told.id, kind=told.kind)
    if failure is not None:
        raise failure
    return {"batchItemFailures": []}
