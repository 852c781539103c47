from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from nbcredit.adapters.s3 import WorkBucket


@dataclass
class RefusingS3:
    """Answers every put with an error."""

    code: str
    status: int

    def put_object(self, **_: Any) -> None:
        told = {"Error": {"Code": self.code}, "ResponseMetadata": {"HTTPStatusCode": self.status}}
        raise ClientError(told, "PutObject")  # type: ignore[arg-type] # as much as is looked at


class TestPutNew:
    def test_leaves_what_is_there(self) -> None:
        bucket = WorkBucket(RefusingS3("PreconditionFailed", 412), bucket="work")

        assert not bucket.put_new("plan", b"{}")

    def test_does_not_take_another_write_under_way_for_one_that_is_there(self) -> None:
        bucket = WorkBucket(RefusingS3("ConditionalRequestConflict", 409), bucket="work")

        with pytest.raises(ClientError):
            bucket.put_new("plan", b"{}")
