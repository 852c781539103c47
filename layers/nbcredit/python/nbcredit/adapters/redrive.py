"""Bring messages of a dead-letter queue back to work, one by one (F13).

A message is deleted only after it was handed on: a break in between hands it on twice, which the
functions bear, and never loses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nbcredit.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef, MessageTypeDef

RUN_ATTRIBUTE: Final = "nbcredit-redrive"
_VISIBLE_AGAIN: Final = 60
_HTTP_ERRORS: Final = 300


class RedriveStopped(Unavailable):
    """A function that should take a dead letter failed; the letter stays where it is."""

    code = "redrive-stopped"

    def __init__(self, function: str, moved: int) -> None:
        super().__init__(
            f"函数 {function} 没有成功处理死信，已处理 {moved} 条，其余仍在死信队列："
            "请先排除故障再重做。"
        )
        self.moved = moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What one run did; `returned` are letters that this run had moved and that failed again."""

    moved: int
    returned: int


@dataclass(frozen=True, slots=True)
class Redrive:
    """One run over one dead-letter queue."""

    sqs: "SQSClient"
    dead_letters: str
    run: str
    hand_on: Callable[["MessageTypeDef"], None]

    def all(self, tell: Callable[[int], None]) -> Redriven:
        """Hand on letter after letter until none is left that this run has not seen."""
        moved = returned = 0
        while (message := self._next()) is not None:
            if _run_of(message) == self.run:
                returned += 1
                break
            self.hand_on(message)
            self.sqs.delete_message(
                QueueUrl=self.dead_letters, ReceiptHandle=message["ReceiptHandle"]
            )
            moved += 1
            tell(moved)
        return Redriven(moved=moved, returned=returned)

    def _next(self) -> "MessageTypeDef | None":
        answer = self.sqs.receive_message(
            QueueUrl=self.dead_letters,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=1,
            VisibilityTimeout=_VISIBLE_AGAIN,
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        return messages[0] if messages else None


def _run_of(message: "MessageTypeDef") -> str | None:
    mark = message.get("MessageAttributes", {}).get(RUN_ATTRIBUTE)
    return mark.get("StringValue") if mark else None


def to_queue(sqs: "SQSClient", queue: str, run: str) -> Callable[["MessageTypeDef"], None]:
    """Return the way back to a queue; the run's mark tells a letter that failed again."""

    def hand_on(message: "MessageTypeDef") -> None:
        attributes: dict[str, MessageAttributeValueTypeDef] = {}
        attributes.update(message.get("MessageAttributes", {}))  # type: ignore[arg-type]
        attributes[RUN_ATTRIBUTE] = {"DataType": "String", "StringValue": run}
        sqs.send_message(QueueUrl=queue, MessageBody=message["Body"], MessageAttributes=attributes)

    return hand_on


def to_function(functions: "LambdaClient", name: str) -> Callable[["MessageTypeDef"], None]:
    """Return the way to a function that repairs what the letter stands for."""
    moved = 0

    def hand_on(_message: "MessageTypeDef") -> None:
        nonlocal moved
        answer = functions.invoke(FunctionName=name, Payload=b"{}")
        if answer.get("FunctionError") or answer["StatusCode"] >= _HTTP_ERRORS:
            raise RedriveStopped(name, moved)
        moved += 1

    return hand_on
