"""F10, F11, F13: a store that does not take all, or nothing, or is in somebody's way."""

from typing import Any

import pytest

from nbcredit.adapters.dynamodb.ledger import Unmet, insist
from nbcredit.adapters.dynamodb.tables import (
    ATTEMPTS,
    StoreBusy,
    batch_get,
    batch_put,
)
from tests.faults.breaking import (
    WRITES,
    Failing,
    Partial,
    cancelled,
    clients_of,
    refused_by_aws,
)
from tests.faults.endings import ending_of
from tests.faults.runs import CleanRun, run_through, started
from tests.integration.stage import NAMES, Stage, items_of

KEYS = [("LP#batch", f"REC#{number}") for number in range(60)]


@pytest.fixture
def stage(clean: CleanRun) -> Stage:
    return clean.tape.rewound()


def puts() -> list[dict[str, Any]]:
    return [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in KEYS]


@pytest.mark.fault("F10")
class TestBatch:
    @pytest.mark.parametrize("takes", [0, 1, 10, 24])
    def test_is_written_again_until_all_of_it_is_taken(self, stage: Stage, takes: int) -> None:
        partial = Partial(takes=takes, times=2)
        partial.strike(clients_of(stage)["dynamodb"])

        batch_put(stage.parts.connection, NAMES.legal_persons, puts())

        stored = [item["sk"] for item in items_of(NAMES.legal_persons) if item["pk"] == KEYS[0][0]]
        assert len(stored) == len(KEYS)
        assert partial.cut == 2

    @pytest.mark.parametrize("takes", [0, 1, 40])
    def test_is_read_again_until_all_of_it_is_given(self, stage: Stage, takes: int) -> None:
        batch_put(stage.parts.connection, NAMES.legal_persons, puts())
        Partial(takes=takes, times=2).strike(clients_of(stage)["dynamodb"])

        found = list(batch_get(stage.parts.connection, NAMES.legal_persons, KEYS))

        assert sorted(item["sk"]["S"] for item in found) == sorted(sk for _, sk in KEYS)

    def test_that_is_never_taken_is_given_up_in_seconds(self, stage: Stage) -> None:
        partial = Partial(takes=0)
        partial.strike(clients_of(stage)["dynamodb"])

        with pytest.raises(StoreBusy):
            batch_put(stage.parts.connection, NAMES.legal_persons, puts())
        assert partial.cut == ATTEMPTS


@pytest.mark.fault("F10")
@pytest.mark.requirement("A8.5")
class TestUnprocessedItems:
    @pytest.mark.parametrize("takes", [0, 1, 4])
    def test_change_nothing_in_the_end(self, clean: CleanRun, takes: int) -> None:
        stage = started(clean.tape, [])
        Partial(takes=takes, times=3).strike(clients_of(stage)["dynamodb"])

        stage.run()

        assert ending_of(stage) == clean.ending


@pytest.mark.fault("F11")
@pytest.mark.requirement("A8.5")
class TestBusyStore:
    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("ProvisionedThroughputExceededException", 400),
            ("ThrottlingException", 400),
            ("RequestLimitExceeded", 400),
            ("InternalServerError", 500),
            ("ServiceUnavailable", 503),
        ],
    )
    def test_is_told_as_busy(self, stage: Stage, code: str, status: int) -> None:
        Failing(refused_by_aws(code, status)).strike(clients_of(stage)["dynamodb"], "GetItem")

        with pytest.raises(StoreBusy):
            stage.submission("NOBODY")

    @pytest.mark.parametrize("operation", ["BatchGetItem", "Query", *WRITES["dynamodb"]])
    def test_lets_the_message_come_back_and_loses_nothing(
        self, clean: CleanRun, operation: str
    ) -> None:
        stage = started(clean.tape, [])
        busy = Failing(refused_by_aws("ThrottlingException"), times=2, lets=1)
        busy.strike(clients_of(stage)["dynamodb"], operation)

        run_through(stage)

        assert ending_of(stage) == clean.ending

    @pytest.mark.parametrize("code", ["SlowDown", "InternalError"])
    @pytest.mark.parametrize("operation", ["GetObject", "PutObject", "ListObjectsV2"])
    def test_may_be_a_bucket(self, clean: CleanRun, code: str, operation: str) -> None:
        stage = started(clean.tape, [])
        busy = Failing(refused_by_aws(code, 503), times=1, lets=1)
        busy.strike(clients_of(stage)["s3"], operation)

        run_through(stage)

        assert busy.failed == 1
        assert ending_of(stage) == clean.ending


@pytest.mark.fault("F13")
class TestCancelledTransaction:
    @pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
    def test_by_a_conflict_is_tried_again(self, clean: CleanRun, code: str) -> None:
        stage = started(clean.tape, [])
        conflict = Failing(cancelled("None", code), times=3)
        conflict.strike(clients_of(stage)["dynamodb"], "TransactWriteItems")

        stage.run()

        assert conflict.failed == 3
        assert ending_of(stage) == clean.ending

    @pytest.mark.parametrize(
        ("codes", "raised"),
        [
            (("ConditionalCheckFailed", "None"), Unmet),
            (("TransactionConflict", "ConditionalCheckFailed"), Unmet),
        ],
    )
    def test_by_a_condition_is_an_answer(
        self, stage: Stage, codes: tuple[str, ...], raised: type[Exception]
    ) -> None:
        failing = Failing(cancelled(*codes))
        failing.strike(clients_of(stage)["dynamodb"], "TransactWriteItems")
        connection = stage.parts.connection
        item = {"TableName": NAMES.work, "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}

        with pytest.raises(raised):
            insist(
                lambda: connection.transact_write_items(
                    condition_check_items=[], delete_items=[], put_items=[item], update_items=[]
                )
            )
        assert failing.failed == 1
