"""F04, F15, F16, F28: messages that are none of ours, poisoned, redriven, or of another form."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.load_chunk import app as load_chunk
from functions.receive_file import app as receive_file
from functions.settle_submission import app as settle_submission
from nbcredit.adapters.redrive import Redrive, to_queue
from tests.faults.endings import actions, ending_of
from tests.faults.scenes import REGISTRY_FILE
from tests.integration.lambdas import REGISTRY_KEY, Lambdas, latest, on_lambda
from tests.integration.stage import Stage


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with on_lambda(stage, monkeypatch) as lambdas:
        yield lambdas


@pytest.mark.fault("F04")
@pytest.mark.requirement("A5.1")
class TestObjectKey:
    @pytest.mark.parametrize(
        "name",
        [
            "处罚 十月.csv",
            "1+2=3.csv",
            "100%2F完.csv",
            "a b+c%20d.csv",
            "%E4%B8%AD.csv",
            "x/y/z.csv",
        ],
    )
    def test_is_decoded_exactly_once(self, lambdas: Lambdas, name: str) -> None:
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY.replace("registry.csv", name))

        lambdas.run()

        (done,) = latest(lambdas)
        assert (done["file_name"], done["state"]) == (name, "settled")

    @pytest.mark.parametrize("key", ["somewhere/else.csv", "incoming/x.csv"])
    def test_elsewhere_is_ignored_with_its_reason(self, lambdas: Lambdas, key: str) -> None:
        lambdas.upload(b"x", key)

        lambdas.run()

        assert latest(lambdas) == []
        assert actions().count("upload-ignored") == 1

    def test_misplaced_by_a_provider_is_answered_to_it(self, lambdas: Lambdas) -> None:
        lambdas.upload(b"x", "incoming/scjg/administrative-penalty/a.csv")

        lambdas.run()

        (refused,) = latest(lambdas)
        assert refused["state"] == "refused"
        assert refused["reason"]


@pytest.mark.fault("F04")
@pytest.mark.fault("F28")
class TestEvent:
    @pytest.mark.parametrize(
        "name",
        ["ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated", "ObjectTagging:Put"],
    )
    def test_of_another_kind_is_ignored(self, lambdas: Lambdas, name: str) -> None:
        event = lambdas.event(REGISTRY_KEY, "v", name=name)
        lambdas.send("incoming", json.dumps({"Records": [event]}))

        lambdas.run()

        assert latest(lambdas) == []

    def test_that_tests_the_bucket_is_ignored(self, lambdas: Lambdas) -> None:
        told = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}
        lambdas.send("incoming", json.dumps(told))

        lambdas.run()

        assert latest(lambdas) == []

    @pytest.mark.fault("F01")
    def test_told_ten_times_in_one_message_and_again_is_one_submission(
        self, lambdas: Lambdas
    ) -> None:
        version = lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        event = lambdas.event(REGISTRY_KEY, version)
        for _ in range(2):
            lambdas.send("incoming", json.dumps({"Records": [event] * 10}))
        lambdas.run()

        (done,) = latest(lambdas)
        assert done["balanced"]
        assert actions().count("upload-repeated") == 20

    def test_with_more_than_we_know_is_understood(self, lambdas: Lambdas) -> None:
        version = boto3.client("s3").put_object(
            Bucket="uploads", Key=REGISTRY_KEY, Body=REGISTRY_FILE.body
        )["VersionId"]
        event = {**lambdas.event(REGISTRY_KEY, version), "glacierEventData": {"x": 1}}
        lambdas.send("incoming", json.dumps({"Records": [event], "Next": "unknown"}))

        lambdas.run()

        assert len(latest(lambdas)) == 1

    @pytest.mark.parametrize(
        "body",
        [
            "not json",
            "null",
            "[]",
            "{}",
            '{"Records": null}',
            '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
            '{"Event": "s3:OtherEvent"}',
            '{"detail-type": "Object Created", "detail": {}}',
            '{"resume": ""}',
        ],
    )
    def test_of_unknown_form_fails_and_goes_to_the_dead_letters(
        self, lambdas: Lambdas, body: str
    ) -> None:
        lambdas.send("incoming", body)

        assert lambdas.deliver("incoming", receive_file.handler) == [body]

    @pytest.mark.parametrize(
        "body", ["not json", "{}", '{"submission": "X", "chunk": -1, "item": "i", "provider": "p"}']
    )
    def test_of_our_own_queues_has_one_form(self, lambdas: Lambdas, body: str) -> None:
        lambdas.send("chunks", body)
        lambdas.send("settles", body)

        assert lambdas.deliver("chunks", load_chunk.handler) == [body]
        assert lambdas.deliver("settles", settle_submission.handler) == [body]


POISON = '{"submission": "NOBODYS", "chunk": 0, "item": "x", "provider": "y"}'


@pytest.mark.fault("F15")
class TestPoison:
    def test_holds_back_none_of_the_nine_others(self, lambdas: Lambdas) -> None:
        lambdas.send("incoming", POISON)
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        for _ in range(8):
            lambdas.send("incoming", json.dumps({"Event": "s3:TestEvent"}))

        assert lambdas.deliver("incoming", receive_file.handler) == [POISON]

        assert lambdas.waiting("incoming") == 1
        assert actions().count("submission-read") == 1

    def test_comes_back_soon_and_later_each_time(self, lambdas: Lambdas) -> None:
        lambdas.send("incoming", POISON)
        waits: list[int] = []
        client: Any = receive_file.parts().sqs
        client.meta.events.register(
            "provide-client-params.sqs.ChangeMessageVisibility",
            lambda params, **_: waits.append(params["VisibilityTimeout"]),
        )
        (message,) = lambdas.records("incoming")

        for count in ("1", "2", "3", "5", "9"):
            message["attributes"]["ApproximateReceiveCount"] = count
            answer = receive_file.handler({"Records": [message]}, lambdas.context)
            assert answer["batchItemFailures"] == [{"itemIdentifier": message["messageId"]}]

        assert waits == [10, 20, 40, 160, 720]

    def test_whose_receipt_is_gone_is_reported_all_the_same(self, lambdas: Lambdas) -> None:
        lambdas.send("incoming", POISON)
        (message,) = lambdas.records("incoming")
        message["receiptHandle"] = "gone"

        answer = receive_file.handler({"Records": [message]}, lambdas.context)

        assert len(answer["batchItemFailures"]) == 1


@pytest.mark.fault("F16")
class TestRedrive:
    def test_twice_changes_nothing_more(self, lambdas: Lambdas) -> None:
        dead = lambdas.sqs.create_queue(QueueName="dead")["QueueUrl"]
        version = lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        lambdas.run()
        before = ending_of(lambdas.stage)
        event = json.dumps({"Records": [lambdas.event(REGISTRY_KEY, version)]})
        submission = latest(lambdas)[0]["submission"]
        chunk = {"submission": submission, "chunk": 0, "item": "legal-registration"}
        letters = {
            "incoming": event,
            "chunks": json.dumps({**chunk, "provider": "scjg"}),
            "settles": json.dumps({"submission": submission}),
        }

        for run in ("first", "second"):
            for queue, body in letters.items():
                lambdas.sqs.send_message(QueueUrl=dead, MessageBody=body)
                hand_on = to_queue(lambdas.sqs, lambdas.urls[queue], run)
                redrive = Redrive(lambdas.sqs, dead, run, hand_on)
                assert redrive.all(lambda _: None).moved == 1
            lambdas.run()

        assert ending_of(lambdas.stage) == before

    def test_after_the_cause_is_gone_brings_the_file_in(self, lambdas: Lambdas) -> None:
        event = lambdas.event(REGISTRY_KEY, "not-there-yet")
        lambdas.send("incoming", json.dumps({"Records": [event]}))
        (letter,) = lambdas.deliver("incoming", receive_file.handler)
        version = boto3.client("s3").put_object(
            Bucket="uploads", Key=REGISTRY_KEY, Body=REGISTRY_FILE.body
        )["VersionId"]

        lambdas.sqs.purge_queue(QueueUrl=lambdas.urls["incoming"])
        for _ in range(2):
            lambdas.send("incoming", letter.replace("not-there-yet", version))
        lambdas.run()

        assert [each["state"] for each in latest(lambdas)] == ["settled"]
