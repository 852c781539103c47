"""Spans of time as one types them, and what they are asked with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from nbcredit.command.calls import Client
from nbcredit.command.desk import desk_of
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.periods import SHANGHAI

_DAY: Final = timedelta(days=1)

Since = Annotated[
    str | None, typer.Option(metavar="时间", help="从何时起，北京时间；不写则为一天前。")
]
Until = Annotated[
    str | None, typer.Option(metavar="时间", help="到何时止，北京时间；不写则为现在。")
]


class BadMoment(BadRequest):
    """The text is not a moment."""

    code = "bad-moment"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是时间：请写成 2026-11-23 或 2026-11-23T08:00（北京时间）。")


def span_of(
    context: typer.Context, since: str | None, until: str | None
) -> tuple[Client, datetime, datetime]:
    desk = desk_of(context)
    end = _moment(until) if until else desk.now()
    return desk.client(), _moment(since) if since else end - _DAY, end


def days_of(begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield a span a day at a time: a day is what one call can read."""
    while end - begin > _DAY:
        yield begin, begin + _DAY
        begin += _DAY
    yield begin, end


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(text) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
