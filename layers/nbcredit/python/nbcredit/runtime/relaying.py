"""What the relay and the sweep are made of: the same parts, and the same patience."""

from collections.abc import Iterable

from aws_lambda_powertools import Logger

from nbcredit.adapters.dynamodb.changes import DynamoChangeLog
from nbcredit.domain.events import Event
from nbcredit.runtime.clocks import followers_of
from nbcredit.runtime.feedback import follower_of
from nbcredit.runtime.settings import RelayOutboxSettings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.decided_rows import DecidedRows
from nbcredit.usecases.entering import Entrance
from nbcredit.usecases.relaying import Relaying, Sweeping

logger = Logger()


def relaying_of(made: Parts, told: RelayOutboxSettings) -> Relaying:
    return Relaying(
        outbox=made.outbox,
        lanes=made.lanes,
        submissions=made.submissions,
        plans=made.plans,
        changes=DynamoChangeLog(made.connection),
        chunks=made.chunks(told.chunk_queue_url),
        backfill=made.chunks(told.backfill_queue_url),
        settles=made.settles(told.settle_queue_url),
        followers=(
            decided_rows_of(made),
            follower_of(made, made.settles(told.settle_queue_url)),
            *followers_of(made),
        ),
    )


def decided_rows_of(made: Parts) -> DecidedRows:
    return DecidedRows(
        store=made.cases,
        submissions=made.submissions,
        work=made.work_files,
        catalogues=made.catalogues,
        entrance=Entrance(made.submissions, made.work_files, made.clock, made.ids),
    )


def sweeping_of(made: Parts) -> Sweeping:
    return Sweeping(made.outbox, made.lanes)


def relay_all(relaying: Relaying, events: Iterable[Event]) -> int:
    """Relay what can be relayed, then raise the last failure: none holds up the others."""
    failure: Exception | None = None
    relayed = 0
    for event in events:
        try:
            relaying.relay(event)
        except Exception as error:
            logger.exception("event not relayed", event_id=event.id, kind=event.kind)
            failure = error
        else:
            relayed += 1
            logger.info("event relayed", event_id=event.id, kind=event.kind)
    if failure is not None:
        raise failure
    return relayed
