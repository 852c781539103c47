"""What is noted while a file is loaded goes away by itself, what people look up stays."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.scenes import csv_file, penalty
from tests.integration.stage import Stage, a_stage, items_of


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        yield stage


class TestNotesOfLoading:
    def test_outlive_the_rows_they_are_about_and_then_expire(self, stage: Stage) -> None:
        submission = stage.report(csv_file([penalty(1)])).id
        own = {
            item["sk"]: int(item.get("expires_at", 0))
            for item in items_of("work")
            if item["pk"] == f"SUB#{submission}"
        }

        assert own.keys() == {"META", "CHUNK#00000", "PROGRESS"}
        assert own["META"] == 0
        for note in ("CHUNK#00000", "PROGRESS"):
            left = datetime.fromtimestamp(own[note], tz=UTC) - stage.clock.now()
            # The rows of a chunk stay for sixty days: who loads it later has nothing to load.
            assert timedelta(days=60) < left <= timedelta(days=180)
