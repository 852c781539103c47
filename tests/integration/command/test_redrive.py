from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from mypy_boto3_sqs import SQSClient

from nbcredit.adapters.redrive import (
    RUN_ATTRIBUTE,
    Redrive,
    RedriveStopped,
    to_function,
    to_queue,
)


@pytest.fixture
def sqs() -> Iterator[SQSClient]:
    with mock_aws():
        yield boto3.client("sqs", region_name="us-east-1")


@pytest.fixture
def dead(sqs: SQSClient) -> str:
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    sqs.send_message(
        QueueUrl=url,
        MessageBody="a",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "chunk"}},
    )
    return url


def depth(sqs: SQSClient, url: str) -> int:
    names = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return sum(int(value) for name, value in names.items() if "NumberOfMessages" in name)


@pytest.mark.fault("F13")
class TestRedrive:
    def test_keeps_what_the_message_carries(self, sqs: SQSClient, dead: str) -> None:
        queue = sqs.create_queue(QueueName="queue")["QueueUrl"]

        done = Redrive(sqs, dead, "run", to_queue(sqs, queue, "run")).all(lambda _moved: None)

        (message,) = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
        assert done.moved == 1
        assert message["MessageAttributes"]["kind"]["StringValue"] == "chunk"

    def test_stops_at_a_letter_that_it_has_moved_already(self, sqs: SQSClient, dead: str) -> None:
        sqs.send_message(
            QueueUrl=dead,
            MessageBody="poison",
            MessageAttributes={RUN_ATTRIBUTE: {"DataType": "String", "StringValue": "run"}},
        )
        queue = sqs.create_queue(QueueName="queue")["QueueUrl"]

        done = Redrive(sqs, dead, "run", to_queue(sqs, queue, "run")).all(lambda _moved: None)

        assert done.returned == 1
        assert depth(sqs, dead) >= 1

    def test_loses_nothing_when_the_queue_does_not_take_the_letter(
        self, sqs: SQSClient, dead: str
    ) -> None:
        way = to_queue(sqs, dead.replace("/dead", "/nowhere"), "run")

        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            Redrive(sqs, dead, "run", way).all(lambda _moved: None)

        assert depth(sqs, dead) == 1

    @pytest.mark.parametrize(("error", "left"), [(None, 0), ("Unhandled", 1)])
    def test_hands_letters_without_a_queue_to_the_function_that_repairs(
        self, sqs: SQSClient, dead: str, error: str | None, left: int
    ) -> None:
        functions = boto3.client("lambda", region_name="us-east-1")
        answer = {"StatusCode": 200} | ({"FunctionError": error} if error else {})
        with Stubber(functions) as stub:
            stub.add_response("invoke", answer, {"FunctionName": "sweep", "Payload": b"{}"})
            job = Redrive(sqs, dead, "run", to_function(functions, "sweep"))
            if error:
                with pytest.raises(RedriveStopped):
                    job.all(lambda _moved: None)
            else:
                assert job.all(lambda _moved: None).moved == 1

        assert depth(sqs, dead) == left
