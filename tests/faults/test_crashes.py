"""F06: a crash around any write, then a retry, ends as if nothing had happened."""

from datetime import timedelta
from typing import Final

import pytest

from tests.faults.breaking import Crash
from tests.faults.runs import PAST_THE_CLAIM, PAST_THE_LEASE, CleanRun, ended

# How often the way of the two files writes or sends; the clean run counts it anew.
WRITES: Final = 60


@pytest.mark.fault("F06")
@pytest.mark.requirement("A7.3")
@pytest.mark.requirement("A8.5")
class TestCrash:
    def test_can_come_at_each_of_these_writes(self, clean: CleanRun) -> None:
        assert clean.writes == WRITES

    @pytest.mark.parametrize("write", range(1, WRITES + 1))
    def test_before_a_write_changes_nothing_in_the_end(self, clean: CleanRun, write: int) -> None:
        crash = Crash(at=write)

        assert ended(clean.tape, [crash], pause=PAST_THE_CLAIM) == clean.ending
        assert crash.dead

    @pytest.mark.parametrize("write", range(1, WRITES + 1))
    def test_after_a_write_that_costs_the_lease_changes_nothing_in_the_end(
        self, clean: CleanRun, write: int
    ) -> None:
        crash = Crash(at=write, after=True)

        assert ended(clean.tape, [crash], pause=PAST_THE_LEASE) == clean.ending
        assert crash.dead

    @pytest.mark.parametrize("write", range(3, WRITES, 13))
    @pytest.mark.parametrize("pause", [PAST_THE_CLAIM, PAST_THE_LEASE])
    def test_may_come_again_during_the_retry(
        self, clean: CleanRun, write: int, pause: timedelta
    ) -> None:
        crashes = [Crash(at=write, after=True), Crash(at=3), Crash(at=2, after=True)]

        assert ended(clean.tape, crashes, pause=pause) == clean.ending
