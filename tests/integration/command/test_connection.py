import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from nbcredit.command.connection import (
    Connection,
    MissingOutput,
    NoConnection,
    UnknownStack,
    find,
    outputs_of,
)

LOCAL: dict[str, Any] = {
    "endpoint_url": "http://127.0.0.1:4566",
    "region": "us-east-1",
    "access_key_id": "local",
    "secret_access_key": "local",
    "stack": "nbcredit-local",
    "outputs": {"FilesBucket": "local-files"},
    "pid": 1,
    "default_providers": {"legal-registration": "scjg"},
}


def a_stack(name: str, region: str | None) -> Connection:
    return Connection(outputs={"FilesBucket": f"files-of-{name}"}, region=region)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "cloud.json").write_text(json.dumps(LOCAL), encoding="utf-8")
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    return deep


class TestFind:
    def test_takes_the_local_cloud_of_a_parent_folder(self, folder: Path) -> None:
        connection = find(stack=None, region=None, environment={}, folder=folder)

        assert connection.output("FilesBucket") == "local-files"
        assert connection.default_providers == {"legal-registration": "scjg"}
        assert connection.sqs().meta.endpoint_url == "http://127.0.0.1:4566"

    @pytest.mark.parametrize(
        ("stack", "environment"),
        [("prod", {}), (None, {"NBCREDIT_STACK": "prod"}), ("prod", {"NBCREDIT_STACK": "dev"})],
    )
    def test_prefers_a_named_stack(
        self, folder: Path, stack: str | None, environment: dict[str, str]
    ) -> None:
        connection = find(
            stack=stack,
            region="cn-north-1",
            environment=environment,
            folder=folder,
            read_stack=a_stack,
        )

        assert connection.output("FilesBucket") == "files-of-prod"
        assert connection.region == "cn-north-1"

    def test_refuses_where_nothing_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(NoConnection):
            find(stack=None, region=None, environment={}, folder=tmp_path)


class TestOutput:
    def test_is_named_where_it_is_missing(self, folder: Path) -> None:
        connection = find(stack=None, region=None, environment={}, folder=folder)

        with pytest.raises(MissingOutput, match="ChunkQueueUrl"):
            connection.output("ChunkQueueUrl")

    def test_never_shows_the_keys(self, folder: Path) -> None:
        connection = find(stack=None, region=None, environment={}, folder=folder)

        assert "secret" not in repr(connection)
        assert "keys" not in repr(connection)


class TestOutputsOf:
    def test_reads_them_by_logical_id(self) -> None:
        client = boto3.client("cloudformation", region_name="cn-north-1")
        stack = {
            "StackName": "prod",
            "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
            "StackStatus": "CREATE_COMPLETE",
            "Outputs": [{"OutputKey": "FilesBucket", "OutputValue": "files"}],
        }
        with Stubber(client) as stub:
            stub.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "prod"})

            assert outputs_of(client, "prod") == {"FilesBucket": "files"}

    def test_says_which_stack_is_not_there(self) -> None:
        client = boto3.client("cloudformation", region_name="cn-north-1")
        with Stubber(client) as stub:
            stub.add_client_error("describe_stacks", "ValidationError")

            with pytest.raises(UnknownStack, match="cn-north-1 中没有可读取的堆栈“prod”"):
                outputs_of(client, "prod")
