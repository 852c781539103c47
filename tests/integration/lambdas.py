"""The functions through their handlers, on queues of moto, with the events that AWS would send."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote_plus

import boto3
import pytest

from functions.answer_call import app as answer_call
from functions.load_chunk import app as load_chunk
from functions.receive_file import app as receive_file
from functions.relay_outbox import app as relay_outbox
from functions.seal_audit import app as seal_audit
from functions.settle_submission import app as settle_submission
from functions.sweep import app as sweep
from nbcredit.runtime.settings import settings
from tests.integration.stage import NAMES, SEALS, SECRET, UPLOADS, WORK, Stage

APPS: Final[tuple[ModuleType, ...]] = (
    answer_call,
    load_chunk,
    receive_file,
    relay_outbox,
    seal_audit,
    settle_submission,
    sweep,
)
PENALTY_KEY: Final = "incoming/scjg/administrative-penalty/2026-10/处罚 1+2.csv"
REGISTRY_KEY: Final = "incoming/scjg/legal-registration/2026-10/registry.csv"
ARREARS_KEY: Final = "incoming/rsj/social-insurance-arrears/2026-10/arrears.csv"

Answer = Mapping[str, Any]
Handler = Callable[[Mapping[str, Any], Any], Answer]


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a function of its invocation."""

    milliseconds: int = 140_000
    aws_request_id: str = "c3b0a1f2-0000-4000-8000-000000000001"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass(slots=True)
class Lambdas:
    """The queues with their functions; `run` lets messages and events have their consequences."""

    stage: Stage
    sqs: Any
    urls: dict[str, str]
    context: Context = field(default_factory=Context)

    def upload(self, body: bytes, key: str) -> str:
        """Put an object and its event, spelled as S3 does it; return the version."""
        s3 = boto3.client("s3")
        version = s3.put_object(Bucket=UPLOADS, Key=key, Body=body)["VersionId"]
        self.send("incoming", json.dumps({"Records": [self.event(key, version)]}))
        return version

    def event(self, key: str, version: str, *, name: str = "ObjectCreated:Put") -> dict[str, Any]:
        return {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": self.stage.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "eventName": name,
            "userIdentity": {"principalId": "AWS:AIDAUPLOADER"},
            "requestParameters": {"sourceIPAddress": "203.0.113.7"},
            "responseElements": {"x-amz-request-id": "R", "x-amz-id-2": "I"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "uploads",
                "bucket": {"name": UPLOADS, "arn": f"arn:aws:s3:::{UPLOADS}"},
                "object": {
                    "key": quote_plus(key, safe="/"),
                    "size": 1,
                    "eTag": "e",
                    "versionId": version,
                    "sequencer": "0055AED6DCD90281E5",
                },
            },
        }

    def send(self, queue: str, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.urls[queue], MessageBody=body)

    def deliver(self, queue: str, handler: Handler) -> list[str]:
        """Hand ten messages at most to a function; return the bodies of those that failed."""
        records = self.records(queue)
        if not records:
            return []
        answer = handler({"Records": records}, self.context)
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for record in records:
            if record["messageId"] not in failed:
                self.sqs.delete_message(
                    QueueUrl=self.urls[queue], ReceiptHandle=record["receiptHandle"]
                )
        return [record["body"] for record in records if record["messageId"] in failed]

    def records(self, queue: str) -> list[dict[str, Any]]:
        """Take ten messages at most from a queue, as Lambda would tell them."""
        answer = self.sqs.receive_message(
            QueueUrl=self.urls[queue], MaxNumberOfMessages=10, AttributeNames=["All"]
        )
        return [_record(each, queue) for each in answer.get("Messages", [])]

    def waiting(self, queue: str) -> int:
        """Count the messages of a queue, those in hand included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.sqs.get_queue_attributes(QueueUrl=self.urls[queue], AttributeNames=names)
        return sum(int(told["Attributes"][name]) for name in names)

    def run(self) -> None:
        """Deliver and relay until nothing moves any more; nothing may fail."""
        for _ in range(30):
            assert not self.deliver("incoming", receive_file.handler)
            assert not self.deliver("chunks", load_chunk.handler)
            assert not self.deliver("backfill", load_chunk.handler)
            assert not self.deliver("settles", settle_submission.handler)
            events = stream_records()
            if not events and not any(self.waiting(queue) for queue in self.urls):
                return
            relay_outbox.handler({"Records": events}, self.context)

    def call(self, name: str, /, **told: Any) -> dict[str, Any]:
        body = {
            "call": name,
            "caller": {"kind": "operator", "id": "chen", "organisation": "centre"},
            "purpose": "核对数据",
            **told,
        }
        answer: dict[str, Any] = answer_call.handler(body, self.context)
        return answer


def latest(lambdas: Lambdas, provider: str = "scjg") -> list[dict[str, Any]]:
    """Return the submissions of a provider, as it sees them."""
    answer = lambdas.call("list-submissions", provider=provider)
    submissions: list[dict[str, Any]] = answer["answer"]["submissions"]
    return submissions


def stream_records(name: str = "INSERT") -> list[dict[str, Any]]:
    """Return what the stream would tell of the outbox, filtered as the template does."""
    items = boto3.client("dynamodb").scan(TableName=NAMES.work)["Items"]
    return [
        {
            "eventID": item["sk"]["S"],
            "eventName": name,
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": {"pk": item["pk"], "sk": item["sk"]},
                "NewImage": item,
                "SequenceNumber": "1",
                "StreamViewType": "NEW_IMAGE",
            },
        }
        for item in sorted(items, key=lambda item: item["sk"]["S"])
        if item["pk"]["S"].startswith("OUTBOX#")
    ]


def _record(message: Mapping[str, Any], queue: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
        "awsRegion": "us-east-1",
    }


@contextmanager
def on_lambda(stage: Stage, environment: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    """Give the functions queues, keys and their environment, and take it away again."""
    sqs = boto3.client("sqs")
    urls = {
        name: sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
        for name in ("incoming", "chunks", "backfill", "settles")
    }
    secret = boto3.client("secretsmanager").create_secret(
        Name="subject-secret", SecretString=SECRET.decode()
    )
    key = boto3.client("kms").describe_key(KeyId="alias/field")["KeyMetadata"]["KeyId"]
    told = {
        "RETRY_BASE_SECONDS": "10",
        "WORK_TABLE": NAMES.work,
        "AUDIT_TABLE": NAMES.audit,
        "LEGAL_PERSONS_TABLE": NAMES.legal_persons,
        "NATURAL_PERSONS_TABLE": NAMES.natural_persons,
        "FILES_BUCKET": UPLOADS,
        "WORK_BUCKET": WORK,
        "AUDIT_BUCKET": SEALS,
        "AUDIT_KEY_ID": boto3.client("kms").describe_key(KeyId="alias/seals")["KeyMetadata"][
            "KeyId"
        ],
        "INCOMING_QUEUE_URL": urls["incoming"],
        "CHUNK_QUEUE_URL": urls["chunks"],
        "BACKFILL_QUEUE_URL": urls["backfill"],
        "SETTLE_QUEUE_URL": urls["settles"],
        "SUBJECT_SECRET_ID": secret["ARN"],
        "FIELD_KEY_ID": key,
        "AUTHORITY_KEY_ID": "alias/authority",
    }
    for name, value in told.items():
        environment.setenv(name, value)
    forget()
    yield Lambdas(stage, sqs, urls)
    forget()


def forget() -> None:
    """Empty what the functions keep between calls: the next call starts cold."""
    settings.cache_clear()
    for app in APPS:
        for kept in vars(app).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
