"""Batches of SQS: each message stands alone, and one that failed comes back when it makes sense."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from nbcredit.domain.errors import Refusal

_LONGEST_PAUSE: Final = 720

logger = Logger()


class SqsBatch:
    """Runs a handler for each message and reports those that failed.

    Nothing escapes: an exception would hold back the whole batch for the queue's visibility time.
    """

    def __init__(
        self, handle: Callable[[Mapping[str, Any]], None], *, client: Any, url: str, base: float
    ) -> None:
        self._handle = handle
        self._client = client
        self._url = url
        self._base = base

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        failed = [record for record in event["Records"] if not self._succeeds(record)]
        return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in failed]}

    def _succeeds(self, record: Mapping[str, Any]) -> bool:
        try:
            self._handle(record)
        except Exception as error:
            code = error.code if isinstance(error, Refusal) else type(error).__name__
            logger.exception("message failed", message_id=record["messageId"], code=code)
            self._come_back(record, error)
            return False
        return True

    def _come_back(self, record: Mapping[str, Any], error: Exception) -> None:
        """Shorten the wait: the queue's own is six times the function's time-out."""
        wanted = getattr(error, "retry_after", None)
        pause = wanted if wanted is not None else self._base * 2 ** (receives(record) - 1)
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=min(_LONGEST_PAUSE, max(1, round(pause))),
            )
        except (BotoCoreError, ClientError):
            logger.exception("visibility not changed", message_id=record["messageId"])


def queue_of(event: Mapping[str, Any], *urls: str) -> str:
    """Return which of the queues a batch came from: one batch is of one queue."""
    name = str(event["Records"][0].get("eventSourceARN", "")).rpartition(":")[2]
    return next((url for url in urls if url.rpartition("/")[2] == name), urls[0])


def receives(record: Mapping[str, Any]) -> int:
    """Return how often the message has been taken from the queue, this time included."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
