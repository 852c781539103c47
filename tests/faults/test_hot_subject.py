"""F14: many rows of one enterprise, and no item that grows with them."""

import json

import boto3
import pytest

from tests.faults.scenes import company, penalties, penalty
from tests.integration.stage import NAMES, Stage

ROWS = 120


@pytest.mark.fault("F14")
@pytest.mark.requirement("A3.1")
class TestHotSubject:
    def test_gets_an_item_a_record_and_none_that_grows(self, stage: Stage) -> None:
        sizes = []
        for first in (0, ROWS):
            rows = [penalty(first + number, of=1) for number in range(ROWS)]
            done = stage.report(penalties(rows).body)
            assert done.books.balanced
            sizes.append(largest_item(NAMES.legal_persons))

        assert len(stage.heads()) == 2 * ROWS
        assert sizes[0] <= sizes[1] <= sizes[0] + 10
        assert sizes[1] < 4_000

    def test_keeps_a_version_an_item_however_often_a_record_changes(self, stage: Stage) -> None:
        for change in range(12):
            stage.report(penalties([penalty(1, of=1, 处罚内容=f"罚款{change + 100}元")]).body)

        (record,) = stage.records()
        assert len(stage.subjects.versions(record.id)) == 12
        assert record.id.subject.text == f"LP#{company(1)}"
        assert largest_item(NAMES.legal_persons) < 4_000


def largest_item(table: str) -> int:
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return max(len(json.dumps(item, default=lambda sealed: "x" * len(sealed))) for item in items)
