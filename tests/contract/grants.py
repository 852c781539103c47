"""What each role may do: function, resource, actions. The template has exactly this, no more."""

from typing import Final

Grants = dict[str, dict[str, str]]

READ: Final = "dynamodb: GetItem BatchGetItem Query"
# A transaction needs the permission of each thing it does.
CHANGE: Final = (
    "dynamodb: GetItem BatchGetItem Query PutItem UpdateItem DeleteItem ConditionCheckItem"
)
TAKE: Final = "sqs: ReceiveMessage DeleteMessage GetQueueAttributes ChangeMessageVisibility"
SEND: Final = "sqs: SendMessage"
AT_REST: Final = {"DataKey.Arn": "kms: GenerateDataKey Decrypt"}
TRACES: Final = {"*": "xray: PutTraceSegments PutTelemetryRecords"}

GRANTS: Final[dict[str, Grants]] = {}
