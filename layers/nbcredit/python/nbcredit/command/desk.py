"""What every command works with: the platform, who acts, the clock and the terminal."""

import getpass
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import typer

from nbcredit.command.calls import Client, Invoke, LambdaInvoke, caller_of
from nbcredit.command.connection import Connection
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import business_date

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Platform:
    """One deployment as the commands use it; a client is made when it is needed."""

    connection: Connection
    carrier: Invoke | None = None

    @cached_property
    def invoke(self) -> Invoke:
        return self.carrier or LambdaInvoke(
            self.connection.functions(), self.connection.output("AnswerCallFunction")
        )

    @cached_property
    def sqs(self) -> "SQSClient":
        return self.connection.sqs()

    @property
    def outputs(self) -> Mapping[str, str]:
        return self.connection.outputs


def _system_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- the command line is the edge where time comes in


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One use of the command line."""

    connect: Callable[[], Platform]
    caller_id: str = ""
    organisation: str | None = None
    debug: bool = False
    now: Callable[[], datetime] = _system_now
    sleep: Callable[[float], None] = time.sleep

    @cached_property
    def platform(self) -> Platform:
        return self.connect()

    @property
    def today(self) -> date:
        return business_date(self.now())

    def client(self, *, otherwise: str | None = None) -> Client:
        """Return a client of the named organisation, else of `otherwise`, else of the centre."""
        organisation = (
            self.organisation or otherwise or self.platform.connection.organisation or CENTRE
        )
        caller = caller_of(id=self.caller_id or _system_user(), organisation=organisation)
        return Client(self.platform.invoke, caller)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def desk_of(context: typer.Context) -> Desk:
    return cast("Desk", context.obj)


def on_terminal() -> bool:
    return sys.stdout.isatty()


def say_json(value: Any) -> None:
    """Print for programs: UTF-8, one document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
