"""`nbcredit queues` and `redrive`: what waits, what failed, and how to try again."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import typer

from nbcredit.adapters.redrive import Redrive, to_function, to_queue
from nbcredit.command.desk import Desk, desk_of, say_json
from nbcredit.command.submissions import say_table


class QueueName(StrEnum):
    """What may hold dead letters."""

    INCOMING = "incoming"
    CHUNK = "chunk"
    BACKFILL = "backfill"
    SETTLE = "settle"
    RELAY = "relay"
    SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Place:
    """A queue with its dead letters, by the outputs of the stack."""

    title: str
    dead_letters: str
    queue: str | None = None


PLACES: Final[Mapping[QueueName, Place]] = {
    QueueName.INCOMING: Place("接收文件", "IncomingDeadLettersUrl", "IncomingQueueUrl"),
    QueueName.CHUNK: Place("分块入库", "ChunkDeadLettersUrl", "ChunkQueueUrl"),
    QueueName.BACKFILL: Place("历史补报入库", "BackfillDeadLettersUrl", "BackfillQueueUrl"),
    QueueName.SETTLE: Place("结清批次", "SettleDeadLettersUrl", "SettleQueueUrl"),
    QueueName.RELAY: Place("事件转发", "RelayDeadLettersUrl"),
    QueueName.SWEEP: Place("定时巡检", "SweepDeadLettersUrl"),
}
# What the stream or the scheduler failed to deliver, the sweep finds in the tables by itself.
_REPAIRER: Final = "SweepFunction"
_COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def queues(
    context: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    desk = desk_of(context)
    depths = {
        name: (_depth(desk, place.queue), _depth(desk, place.dead_letters))
        for name, place in PLACES.items()
    }
    if json:
        say_json({name: {"waiting": both[0], "dead": both[1]} for name, both in depths.items()})
        return
    say_table(
        ("队列", "说明", "等待", "处理中", "延后", "死信"),
        [
            (
                name,
                PLACES[name].title,
                *(("-", "-", "-") if waiting is None else map(str, waiting.values())),
                str(sum((dead or {}).values())),
            )
            for name, (waiting, dead) in depths.items()
        ],
    )


def redrive(
    context: typer.Context,
    queue: Annotated[
        QueueName,
        typer.Argument(
            metavar="队列",
            help="incoming、chunk、backfill、settle、relay 或 sweep；含义见 nbcredit queues。",
        ),
    ],
) -> None:
    desk = desk_of(context)
    place, connection = PLACES[queue], desk.platform.connection
    run = secrets.token_hex(8)
    sqs = desk.platform.sqs
    if place.queue:
        way = to_queue(sqs, connection.output(place.queue), run)
    else:
        way = to_function(connection.functions(), connection.output(_REPAIRER))
    job = Redrive(sqs, connection.output(place.dead_letters), run, way)
    done = job.all(lambda moved: typer.echo(f"  已放回 {moved} 条", err=True))
    typer.echo(f"{place.title}：放回 {done.moved} 条死信。")
    if done.returned:
        typer.echo("有刚放回的消息又成了死信：请先查看函数日志，排除原因后再重做。")
        raise typer.Exit(1)


def _depth(desk: Desk, output: str | None) -> dict[str, int] | None:
    if output is None:
        return None
    answer = desk.platform.sqs.get_queue_attributes(
        QueueUrl=desk.platform.connection.output(output), AttributeNames=list(_COUNTS)
    )
    return {name: int(answer["Attributes"].get(name, 0)) for name in _COUNTS}
