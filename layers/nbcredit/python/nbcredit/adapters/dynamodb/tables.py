"""The four tables, the one connection all models share, and batches that lose nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import SystemRandom
from time import sleep
from typing import Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from nbcredit.domain.errors import Unavailable

T = TypeVar("T")

# What DynamoDB takes in one request.
GET_LIMIT: Final = 100
PUT_LIMIT: Final = 25
TRANSACTION_LIMIT: Final = 100

# Some six seconds of patience; after that the message goes back to its queue.
ATTEMPTS: Final = 8
_FIRST_PAUSE: Final = 0.05
_JITTER: Final = SystemRandom()

_BUSY: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)

# An item as DynamoDB spells it: {"pk": {"S": "…"}, …}.
RawItem = Mapping[str, Mapping[str, Any]]


class StoreBusy(Unavailable):
    """DynamoDB does not answer, or did not take all of a batch however often it was asked."""

    code = "store-busy"

    def __init__(self, operation: str) -> None:
        super().__init__("数据库繁忙，没有丢失数据：请稍后重试，文件会自动重试。")
        self.operation = operation


class LegalPersonsModel(Model):
    """An item about a legal person or other organisation."""

    class Meta:
        table_name = "legal-persons"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class NaturalPersonsModel(Model):
    """An item about a natural person."""

    class Meta:
        table_name = "natural-persons"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class WorkModel(Model):
    """An item of the platform's work: submissions, lanes, catalogue, directory, outbox."""

    class Meta:
        table_name = "work"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class AuditModel(Model):
    """An entry of the audit trail."""

    class Meta:
        table_name = "audit"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


@dataclass(frozen=True, slots=True)
class TableNames:
    """The tables' names in this deployment; empty where a function has no business with one."""

    work: str
    audit: str
    legal_persons: str = ""
    natural_persons: str = ""


class _Requests(Connection):
    """The one client of the process; what is only a matter of time becomes `StoreBusy`."""

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        try:
            return super().dispatch(operation_name, operation_kwargs)
        except ClientError as error:
            if error.response["Error"]["Code"] in _BUSY:
                raise StoreBusy(operation_name) from error
            raise
        except BotoCoreError as error:
            raise StoreBusy(operation_name) from error


def connect(names: TableNames) -> Connection:
    """Bind the models to the deployment's tables and to one shared client.

    A client costs 0.3 seconds of a cold start, and PynamoDB would make one a table.
    """
    requests = _Requests(connect_timeout_seconds=3, read_timeout_seconds=10, max_retry_attempts=4)
    bound: tuple[tuple[type[Model], str], ...] = (
        (LegalPersonsModel, names.legal_persons),
        (NaturalPersonsModel, names.natural_persons),
        (WorkModel, names.work),
        (AuditModel, names.audit),
    )
    for model, name in bound:
        if name:
            model.Meta.table_name = name
            model._connection = None  # noqa: SLF001 -- PynamoDB has no public way to share a client
            connection: TableConnection = model._get_connection()  # noqa: SLF001 -- as above
            requests.add_meta_table(connection.get_meta_table())
            connection.connection = requests
    return requests


def batch_get(
    connection: Connection, table: str, keys: Iterable[tuple[str, str]]
) -> Iterator[RawItem]:
    """Yield the items that exist, a hundred keys a request."""
    for some in chunked(keys, GET_LIMIT):
        pending: list[Any] = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in some]
        for attempt in range(ATTEMPTS):
            answer = connection.dispatch(
                "BatchGetItem",
                {"RequestItems": {table: {"Keys": pending, "ConsistentRead": True}}},
            )
            yield from answer["Responses"].get(table, [])
            pending = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not pending:
                break
            pause(attempt)
        else:
            raise StoreBusy("BatchGetItem")


def batch_put(connection: Connection, table: str, items: Iterable[RawItem]) -> None:
    """Write items, twenty-five a request, again until every one is taken."""
    for some in chunked(items, PUT_LIMIT):
        pending: list[Any] = [{"PutRequest": {"Item": item}} for item in some]
        for attempt in range(ATTEMPTS):
            answer = connection.dispatch("BatchWriteItem", {"RequestItems": {table: pending}})
            pending = answer.get("UnprocessedItems", {}).get(table, [])
            if not pending:
                break
            pause(attempt)
        else:
            raise StoreBusy("BatchWriteItem")


def chunked(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most that many things."""
    iterator = iter(things)
    while some := list(islice(iterator, size)):
        yield some


def pause(attempt: int) -> None:
    """Wait before another attempt: longer each time, never all workers at once."""
    sleep(_FIRST_PAUSE * 2**attempt * (0.5 + _JITTER.random() / 2))
