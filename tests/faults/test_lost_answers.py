"""F12: a write was done, and nobody was told."""

import pytest

from tests.faults.breaking import NO_ANSWER, WRITES, Failing, LostAnswers, clients_of
from tests.faults.endings import ending_of
from tests.faults.runs import CleanRun, run_through, started


@pytest.mark.fault("F12")
@pytest.mark.requirement("A8.5")
@pytest.mark.requirement("A20.1")
class TestLostAnswer:
    @pytest.mark.fault("F13")
    def test_to_every_write_once_changes_nothing_in_the_end(self, clean: CleanRun) -> None:
        stage = started(clean.tape, [])
        lost = LostAnswers()
        lost.strike(stage)

        run_through(stage)

        assert lost.lost >= clean.writes - clean.sends
        assert ending_of(stage) == clean.ending

    @pytest.mark.parametrize("operation", WRITES["dynamodb"])
    @pytest.mark.parametrize("lets", [0, 2])
    def test_that_never_comes_leaves_the_work_to_the_next_receive(
        self, clean: CleanRun, operation: str, lets: int
    ) -> None:
        stage = started(clean.tape, [])
        silence = Failing(NO_ANSWER, times=1, lets=lets, after=True)
        silence.strike(clients_of(stage)["dynamodb"], operation)

        run_through(stage)

        assert silence.failed <= 1
        assert ending_of(stage) == clean.ending

    @pytest.mark.parametrize("lets", range(0, 10, 3))
    def test_of_a_bucket_leaves_the_work_to_the_next_receive(
        self, clean: CleanRun, lets: int
    ) -> None:
        stage = started(clean.tape, [])
        silence = Failing(NO_ANSWER, times=1, lets=lets, after=True)
        silence.strike(clients_of(stage)["s3"], "PutObject")

        run_through(stage)

        assert silence.failed == 1
        assert ending_of(stage) == clean.ending
