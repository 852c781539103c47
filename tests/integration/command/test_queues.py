import json

import pytest

from tests.integration.command.platforms import Stage, a_stage


def dead(stage: Stage, *bodies: str) -> None:
    for body in bodies:
        stage.connection.sqs().send_message(
            QueueUrl=stage.connection.output("ChunkDeadLettersUrl"), MessageBody=body
        )


def bodies_in(stage: Stage, output: str) -> set[str]:
    sqs, found = stage.connection.sqs(), set()
    url = stage.connection.output(output)
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found |= {message["Body"] for message in messages}
    return found


@pytest.mark.fault("F13")
class TestRedrive:
    def test_moves_every_dead_letter_back_to_its_queue(self) -> None:
        with a_stage() as stage:
            dead(stage, "a", "b", "c")

            result = stage.run("redrive", "chunk")

            assert result.exit_code == 0, result.output
            assert "放回 3 条" in result.stdout
            assert bodies_in(stage, "ChunkQueueUrl") == {"a", "b", "c"}
            assert bodies_in(stage, "ChunkDeadLettersUrl") == set()

    def test_can_be_repeated(self) -> None:
        with a_stage() as stage:
            dead(stage, "a")
            stage.run("redrive", "chunk")

            assert "放回 0 条" in stage.run("redrive", "chunk").stdout
            assert bodies_in(stage, "ChunkQueueUrl") == {"a"}


class TestQueues:
    def test_shows_what_waits_and_what_failed(self) -> None:
        with a_stage() as stage:
            dead(stage, "a", "b")

            told = json.loads(stage.run("queues", "--json").stdout)

        assert sum(told["chunk"]["dead"].values()) == 2
        assert sum(told["incoming"]["waiting"].values()) == 0
        assert told["relay"]["waiting"] is None
