"""What the relay and the sweep are made of: the same parts."""

from nbcredit.adapters.dynamodb.changes import DynamoChangeLog
from nbcredit.runtime.settings import RelayOutboxSettings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.relaying import Relaying, Sweeping


def relaying_of(told: RelayOutboxSettings) -> Relaying:
    return _relaying(Parts.of(told), told)


def sweeping_of(told: RelayOutboxSettings) -> Sweeping:
    made = Parts.of(told)
    return Sweeping(_relaying(made, told), made.outbox, made.lanes, made.clock)


def _relaying(made: Parts, told: RelayOutboxSettings) -> Relaying:
    return Relaying(
        outbox=made.outbox,
        lanes=made.lanes,
        submissions=made.submissions,
        plans=made.plans,
        changes=DynamoChangeLog(made.connection),
        chunks=made.chunks(told.chunk_queue_url),
        settles=made.settles(told.settle_queue_url),
    )
