"""Ways to break: hooks on the clients of a stage, below the platform's own code."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.models import botocore_stubber

from tests.integration.stage import Stage

WRITES: Final = {
    "dynamodb": (
        "BatchWriteItem",
        "DeleteItem",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
    ),
    "s3": ("PutObject",),
}


class Killed(BaseException):
    """The environment is gone: nothing may catch this."""


@dataclass(slots=True)
class Crash:
    """Kills the environment before or after its n-th write; a dead environment writes no more."""

    at: int
    after: bool = False
    writes: int = 0
    sends: int = 0
    dead: bool = field(default=False)

    def strike(self, stage: Stage) -> None:
        """Watch every write of the stage, the sends to its queues included."""
        for service, client in clients_of(stage).items():
            for operation in WRITES[service]:
                client.meta.events.register(f"before-call.{service}.{operation}", self._before)
                client.meta.events.register(f"after-call.{service}.{operation}", self._after)
        stage.queues.sending = self._sending

    def _before(self, **_told: Any) -> None:
        self.writes += 1
        if self.dead or (self.writes == self.at and not self.after):
            self.dead = True
            raise Killed

    def _after(self, **_told: Any) -> None:
        if self.writes == self.at and self.after:
            self.dead = True
            raise Killed

    @contextmanager
    def _sending(self) -> Iterator[None]:
        self.sends += 1
        self._before()
        yield
        self._after()


def clients_of(stage: Stage) -> dict[str, Any]:
    return {"dynamodb": stage.parts.connection.client, "s3": stage.parts.s3}


@dataclass(slots=True)
class LostAnswers:
    """Lets the first answer to every write get lost: what the client repeats was applied.

    Moto knows no request tokens, so this is also a retry that comes later than ten minutes.
    """

    lost: int = 0

    def strike(self, stage: Stage) -> None:
        for service, client in clients_of(stage).items():
            for operation in WRITES[service]:
                name = f"before-send.{service}.{operation}"
                client.meta.events.register_first(name, self._applied_once)

    def _applied_once(self, event_name: str, request: Any, **_told: Any) -> None:
        self.lost += 1
        botocore_stubber(event_name, request)
        if hasattr(request.body, "seek"):
            request.body.seek(0)


@dataclass(slots=True)
class Failing:
    """Answers some requests with an error instead of doing them; `lets` counts those let through.

    `times` bounds how often it fails; `after` fails only once the request was applied.
    """

    error: Exception
    times: int = 1_000_000
    lets: int = 0
    after: bool = False
    failed: int = 0

    def strike(self, client: Any, *operations: str) -> None:
        service = client.meta.service_model.service_name
        moment = "after-call" if self.after else "before-call"
        for operation in operations:
            client.meta.events.register(f"{moment}.{service}.{operation}", self._fail)

    def _fail(self, **_told: Any) -> None:
        if self.lets > 0:
            self.lets -= 1
        elif self.failed < self.times:
            self.failed += 1
            raise self.error


def refused_by_aws(code: str, status: int = 400) -> ClientError:
    told: Any = {
        "Error": {"Code": code, "Message": "told by a test"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(told, "Test")


def cancelled(*codes: str) -> ClientError:
    """Return the error of a transaction that was not done, with a reason for each item."""
    told: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "told by a test"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(told, "TransactWriteItems")


NO_ANSWER: Final = ReadTimeoutError(endpoint_url="test")


@dataclass(slots=True)
class Partial:
    """Takes only the first so many items of a batch and tells the others as unprocessed."""

    takes: int
    times: int = 1_000_000
    cut: int = 0
    _asked: dict[str, list[Any]] = field(default_factory=dict)
    _left: dict[str, list[Any]] = field(default_factory=dict)

    def strike(self, client: Any) -> None:
        events = client.meta.events
        for operation in ("BatchWriteItem", "BatchGetItem"):
            events.register(f"provide-client-params.dynamodb.{operation}", self._note)
            events.register(f"before-call.dynamodb.{operation}", self._take)
            events.register(f"after-call.dynamodb.{operation}", self._tell)

    def _note(self, params: dict[str, Any], **_told: Any) -> None:
        self._asked = {table: _listed(asked) for table, asked in params["RequestItems"].items()}

    def _take(self, params: dict[str, Any], **_told: Any) -> tuple[Any, dict[str, Any]] | None:
        self._left = {}
        if self.cut == self.times:
            return None
        self.cut += 1
        self._left = {table: items[self.takes :] for table, items in self._asked.items()}
        if not self.takes:
            return AWSResponse("", 200, HTTPHeaders(), None), {"Responses": {}}
        body = json.loads(params["body"])
        for asked in body["RequestItems"].values():
            del _listed(asked)[self.takes :]
        params["body"] = json.dumps(body).encode()
        return None

    def _tell(self, parsed: dict[str, Any], model: Any, **_told: Any) -> None:
        left = {table: items for table, items in self._left.items() if items}
        if model.name == "BatchGetItem":
            parsed["UnprocessedKeys"] = {table: {"Keys": keys} for table, keys in left.items()}
        else:
            parsed["UnprocessedItems"] = left


def _listed(asked: Any) -> list[Any]:
    listed: list[Any] = asked["Keys"] if isinstance(asked, dict) else asked
    return listed
