from typing import Any

import pytest

from tests.contract.deployment import functions, of_type, spelled, watching, written
from tests.contract.permits import Asked, denied

QUEUES = of_type(written(), "AWS::SQS::Queue")
FED = {
    spelled(event["Properties"]["Queue"]).removesuffix(".Arn"): function
    for function in functions().values()
    for event in function.get("Events", {}).values()
    if event["Type"] == "SQS"
}
SET_ASIDE = {name for name in QUEUES if name.endswith("DeadLetters")}
ALARMS = of_type(watching(), "AWS::CloudWatch::Alarm").values()


def watched(metric: str) -> set[str]:
    return {
        spelled(alarm["Dimensions"][0]["Value"])
        for alarm in ALARMS
        if alarm["MetricName"] == metric
    }


class TestQueues:
    def test_are_worked_off_or_hold_dead_letters(self) -> None:
        assert QUEUES.keys() == FED.keys() | SET_ASIDE

    @pytest.mark.fault("F15")
    @pytest.mark.parametrize("queue", FED)
    def test_hide_a_message_six_times_as_long_as_its_function_may_run(self, queue: str) -> None:
        assert QUEUES[queue]["VisibilityTimeout"] >= 6 * FED[queue]["Timeout"]

    @pytest.mark.fault("F15")
    @pytest.mark.parametrize("queue", FED)
    def test_set_a_message_aside_after_five_receives_in_a_queue_of_its_own(
        self, queue: str
    ) -> None:
        redrive = QUEUES[queue]["RedrivePolicy"]
        targets = [
            spelled(QUEUES[each]["RedrivePolicy"]["deadLetterTargetArn"])
            for each in FED
            if each != queue
        ]

        assert redrive["maxReceiveCount"] == 5
        assert spelled(redrive["deadLetterTargetArn"]) not in targets

    @pytest.mark.parametrize("queue", QUEUES)
    def test_keep_messages_for_fourteen_days_encrypted(self, queue: str) -> None:
        assert QUEUES[queue]["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert spelled(QUEUES[queue]["KmsMasterKeyId"]) == "DataKey.Arn"

    @pytest.mark.parametrize("queue", QUEUES)
    @pytest.mark.parametrize("action", ["sqs:SendMessage", "sqs:ReceiveMessage"])
    def test_take_and_give_nothing_without_tls(self, queue: str, action: str) -> None:
        def asked(secure: str) -> Asked:
            return Asked(action, f"{queue}.Arn", (("aws:SecureTransport", secure),))

        assert denied(asked("false"))
        assert not denied(asked("true"))

    def test_of_uploads_takes_them_from_the_bucket_of_this_account_only(self) -> None:
        policy = written()["IncomingQueuePolicy"]["Properties"]
        allowed = statements(policy)[0]["Condition"]
        bucket = written()["FilesBucket"]["Properties"]["BucketName"]

        assert spelled(allowed["ArnEquals"]["aws:SourceArn"]).endswith(f":::{spelled(bucket)}")
        assert spelled(allowed["StringEquals"]["aws:SourceAccount"]) == "AWS::AccountId"


@pytest.mark.requirement("A20.2")
class TestAlarms:
    def test_tell_of_every_dead_letter(self) -> None:
        assert watched("ApproximateNumberOfMessagesVisible") == SET_ASIDE

    def test_tell_of_work_that_waits(self) -> None:
        assert watched("ApproximateAgeOfOldestMessage") == FED.keys()

    @pytest.mark.parametrize("metric", ["Errors", "Throttles"])
    def test_tell_of_every_function(self, metric: str) -> None:
        assert watched(metric) == functions().keys()

    def test_tell_of_a_stream_that_falls_behind(self) -> None:
        readers = {
            name
            for name, function in functions().items()
            for event in function.get("Events", {}).values()
            if event["Type"] == "DynamoDB"
        }

        assert watched("IteratorAge") == readers

    def test_go_to_the_topic(self) -> None:
        assert all(spelled(alarm["AlarmActions"][0]) == "Topic" for alarm in ALARMS)

    def test_get_the_names_they_ask_for(self) -> None:
        given = written()["Alarms"]["Properties"]["Parameters"]

        assert {name: spelled(value).partition(".")[0] for name, value in given.items()} == {
            name: name for name in given
        }


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found
