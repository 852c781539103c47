"""F07: the time runs out while a file is read."""

import pytest

from nbcredit.domain.rows import Outcome
from nbcredit.usecases.receiving import Received
from tests.faults.breaking import Crash, Killed
from tests.faults.endings import Ending, ending_of
from tests.faults.runs import PAST_THE_CLAIM, taken_up
from tests.faults.scenes import BLANK, Delivery, penalties, penalty
from tests.integration.stage import Stage, a_stage

# Duplicates and conflicts stand in other chunks than what they repeat.
FILE = penalties(
    [
        penalty(1, of=1),
        penalty(2, of=1),
        penalty(3, of=2),
        penalty(1, of=1),
        penalty(4, of=1, 处罚决定日期="昨天"),
        BLANK,
        penalty(2, of=1, 违法事实="另一种说法。"),
        penalty(5, of=1),
        penalty(3, of=2),
    ]
)
BOOKS = {
    Outcome.NEW: 4,
    Outcome.DUPLICATE: 2,
    Outcome.REJECTED: 2,
    Outcome.BLANK: 1,
}


def read_whole(delivery: Delivery, *, chunk_rows: int) -> Ending:
    with a_stage() as stage:
        stage.chunk_rows = chunk_rows
        stage.queues.uploads.append(delivery.put(stage))
        stage.run()
        return ending_of(stage)


@pytest.mark.fault("F07")
@pytest.mark.requirement("A8.5")
class TestDeadline:
    @pytest.mark.parametrize("chunk_rows", [1, 3, 9, 10])
    def test_hands_over_at_a_chunk_boundary_without_losing_or_doubling_a_row(
        self, chunk_rows: int
    ) -> None:
        whole = read_whole(FILE, chunk_rows=chunk_rows)
        with a_stage() as stage:
            stage.chunk_rows = chunk_rows
            stage.deadline.seconds = 19

            receipt = stage.receive(FILE.put(stage))
            handed_over = receipt.received
            stage.restarted().run()

            assert ending_of(stage) == whole
            assert stage.submission(receipt.submission).books.by_outcome == BOOKS
        assert handed_over is (Received.HANDED_OVER if chunk_rows < 10 else Received.READ)

    def test_that_is_far_lets_the_reading_go_on(self, stage: Stage) -> None:
        stage.chunk_rows = 2
        stage.deadline.seconds = 20

        assert stage.receive(FILE.put(stage)).received is Received.READ

    def test_repeats_a_continuation_harmlessly(self, stage: Stage) -> None:
        stage.chunk_rows = 3
        stage.deadline.seconds = 0
        submission = stage.receive(FILE.put(stage)).submission
        stage.deadline.seconds = 1000

        received = [
            stage.receiving.resume(submission, deadline=stage.deadline).received for _ in range(3)
        ]

        assert received == [Received.READ, Received.REPEATED, Received.REPEATED]

    @pytest.mark.fault("F06")
    @pytest.mark.parametrize("write", range(1, 16, 4))
    def test_and_a_crash_in_the_same_reading_change_nothing(self, write: int) -> None:
        whole = read_whole(FILE, chunk_rows=3)
        with a_stage() as stage:
            stage.chunk_rows = 3
            stage.deadline.seconds = 0
            stage.queues.uploads.append(FILE.put(stage))
            Crash(at=write).strike(stage)
            with pytest.raises(Killed):
                stage.run()

            again = taken_up(stage, pause=PAST_THE_CLAIM)
            again.run()

            assert ending_of(again) == whole
