"""The queues."""

import json
from collections.abc import Sequence
from typing import Any, Final

from nbcredit.domain.errors import Unavailable
from nbcredit.usecases.chunks import ChunkTask

_BATCH: Final = 10
_ATTEMPTS: Final = 3


class QueueBusy(Unavailable):
    """SQS did not take all messages."""

    code = "queue-busy"

    def __init__(self, left: int) -> None:
        super().__init__("队列繁忙，稍后会自动重试。")
        self.left = left


class Chunks:
    """Chunks to be loaded."""

    def __init__(self, client: Any, *, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, tasks: Sequence[ChunkTask]) -> None:
        for start in range(0, len(tasks), _BATCH):
            self._send(tasks[start : start + _BATCH])

    def _send(self, tasks: Sequence[ChunkTask]) -> None:
        pending = [
            {"Id": str(place), "MessageBody": json.dumps(_task_told(task))}
            for place, task in enumerate(tasks)
        ]
        for _ in range(_ATTEMPTS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=pending)
            failed = {each["Id"] for each in answer.get("Failed", ())}
            pending = [each for each in pending if each["Id"] in failed]
            if not pending:
                return
        raise QueueBusy(len(pending))


class Settles:
    """Submissions whose last chunk is in."""

    def __init__(self, client: Any, *, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, submission_id: str, *, again: bool = False) -> None:
        told = {"submission": submission_id, **({"again": True} if again else {})}
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(told))


class Readings:
    """Readings that ran out of time."""

    def __init__(self, client: Any, *, url: str) -> None:
        self._client = client
        self._url = url

    def resume(self, submission_id: str) -> None:
        self._client.send_message(
            QueueUrl=self._url, MessageBody=json.dumps({"resume": submission_id})
        )


def _task_told(task: ChunkTask) -> dict[str, object]:
    return {
        "submission": task.submission,
        "chunk": task.number,
        "item": task.lane.item,
        "provider": task.lane.provider,
    }
