"""F08: a worker that lost its lane, and the one that took over."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest

from nbcredit.domain.leases import LEASE, RENEW_BELOW, Lane
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import StaleSubmission, State
from nbcredit.usecases.chunks import ChunkTask, Loaded
from tests.faults.breaking import Killed, clients_of
from tests.faults.endings import Ending, actions, ending_of
from tests.faults.runs import PAST_THE_LEASE, deliver_again, taken_up
from tests.faults.scenes import PENALTIES, Delivery, penalties, penalty, penalty_of_citizen
from tests.integration.stage import NAMES, Stage, a_stage, items_of

LANE: Final = Lane(PENALTIES, "scjg")
FIRST: Final = penalties([penalty(1, of=1), penalty(2, of=1), penalty_of_citizen(3)])
SECOND: Final = penalties(
    [
        penalty(1, of=1, 处罚内容="罚款1元"),
        penalty(2, of=1, 处罚内容="罚款2元"),
        penalty_of_citizen(3, 处罚内容="罚款3元"),
        penalty(4, of=1),
    ]
)


def waiting(stage: Stage, delivery: Delivery) -> str:
    return stage.receive(delivery.put(stage)).submission


def started(stage: Stage, delivery: Delivery) -> ChunkTask:
    """Let a file come as far as the queue of its only chunk."""
    submission = waiting(stage, delivery)
    while not stage.queues.chunks:
        assert stage.step()
    return ChunkTask(submission, 0, LANE)


@pytest.mark.fault("F08")
@pytest.mark.requirement("A8.5")
class TestLostLease:
    def test_suspends_the_submission_which_starts_again_with_a_new_term(self, stage: Stage) -> None:
        task = started(stage, FIRST)
        stage.clock.forward(PAST_THE_LEASE)

        assert stage.loading.load(task) is Loaded.SUSPENDED
        assert stage.submission(task.submission).state is State.WAITING
        assert stage.loading.load(task) is Loaded.ALREADY
        stage.run()

        assert stage.submission(task.submission).books.by_outcome == {Outcome.NEW: 3}
        assert actions().count("loading-started") == 2
        lease, _ = stage.parts.lane_store.look(LANE)
        assert lease is not None
        assert lease.term == 2

    def test_lets_another_submission_go_first(self, stage: Stage) -> None:
        task = started(stage, SECOND)
        stage.clock.forward(PAST_THE_LEASE)
        other = waiting(stage, FIRST)

        stage.run()

        assert ending_of(stage).books.keys() == {task.submission, other}
        contents = {each["penalty_content"] for each in stage.heads().values()}
        assert contents == {"罚款2000元"}

    def test_is_renewed_long_before_it_ends(self, stage: Stage) -> None:
        task = started(stage, FIRST)
        stage.clock.forward(LEASE - RENEW_BELOW + timedelta(seconds=1))

        assert stage.loading.load(task) is Loaded.COMMITTED

        lease, _ = stage.parts.lane_store.look(LANE)
        assert lease is not None
        assert lease.until == stage.clock.moment + LEASE

    @pytest.mark.parametrize("takes", [0, 2, 5])
    def test_keeps_history_and_changes_of_rows_that_were_half_written(self, takes: int) -> None:
        with a_stage() as stage:
            unbroken = loaded(stage)
        with a_stage() as stage:
            unlucky = loaded(stage, Backwards(takes=takes))

        assert unlucky == unbroken


def loaded(stage: Stage, death: "Backwards | None" = None) -> Ending:
    """Load both files, the second one with a death in its first batch if one is given."""
    stage.queues.uploads.append(FIRST.put(stage))
    stage.run()
    stage.queues.uploads.append(SECOND.put(stage))
    if death is None:
        stage.run()
        return ending_of(stage)
    death.strike(stage)
    with pytest.raises(Killed):
        stage.run()
    again = taken_up(stage, pause=PAST_THE_LEASE)
    again.run()
    return ending_of(again)


@dataclass(frozen=True, slots=True)
class Backwards:
    """Writes only the last items of a batch, then dies: a batch knows no order."""

    takes: int

    def strike(self, stage: Stage) -> None:
        client = clients_of(stage)["dynamodb"]
        client.meta.events.register(
            "provide-client-params.dynamodb.BatchWriteItem", self._turn_around
        )
        client.meta.events.register("after-call.dynamodb.BatchWriteItem", self._die)

    def _turn_around(self, params: dict[str, object], **_told: object) -> None:
        requests = params["RequestItems"]
        assert isinstance(requests, dict)
        for table, puts in requests.items():
            requests[table] = puts[::-1][: self.takes + 1]

    def _die(self, **_told: object) -> None:
        raise Killed


@pytest.mark.fault("F08")
class TestZombie:
    def test_that_read_is_fenced_by_the_next_reader(self, stage: Stage) -> None:
        upload = FIRST.put(stage)
        stage.chunk_rows = 1
        stage.deadline.seconds = 0
        zombie = stage.submission(stage.receive(upload).submission)
        stage.restarted().run()
        before = ending_of(stage)

        for late in (stage.parts.submissions.checkpoint, stage.receiving._rows._finish):
            with pytest.raises(StaleSubmission):
                late(zombie)

        assert ending_of(stage) == before

    def test_that_loads_finds_its_chunk_committed(self, stage: Stage) -> None:
        task = started(stage, FIRST)
        zombie = stage.restarted()
        control = zombie.parts.submissions.control(task)
        assert control.lease is not None
        plan, _ = zombie.loading._plan(task, control.submission, control.lease, None)
        stage.clock.forward(PAST_THE_LEASE)
        stage.run()
        before = ending_of(stage)

        zombie.loading._commit(task, control.submission, plan, now=stage.clock.moment)

        assert ending_of(stage) == before

    def test_that_renews_learns_that_the_lane_has_passed_on(self, stage: Stage) -> None:
        started(stage, FIRST)
        lease, _ = stage.parts.lane_store.look(LANE)
        assert lease is not None
        stage.clock.forward(PAST_THE_LEASE)
        waiting(stage, SECOND)
        stage.run()

        with pytest.raises(StaleSubmission):
            stage.parts.lane_store.renew(lease, until=stage.clock.moment + LEASE)

    def test_that_settles_settles_nothing_twice(self, stage: Stage) -> None:
        task = started(stage, FIRST)
        stage.run()
        before = ending_of(stage)

        stage.settling.settle(task.submission)

        assert ending_of(stage) == before


@pytest.mark.fault("F09")
@pytest.mark.requirement("A7.3")
class TestLane:
    def test_starts_the_oldest_version_first(self, stage: Stage) -> None:
        busy = started(stage, penalties([penalty(9, of=3)]))
        november = waiting(stage, penalties([penalty(1, of=1)], period="2026-11"))
        october = waiting(stage, FIRST)
        stage.run()

        assert started_in_order() == [busy.submission, october, november]

    @pytest.mark.fault("F21")
    def test_starts_what_is_due_now_before_history(self, stage: Stage) -> None:
        busy = started(stage, penalties([penalty(9, of=3)]))
        periods = ("2024-11", "2026-09", "2026-11", "2026-10", "2025-03")
        ids = {
            period: waiting(stage, penalties([penalty(1, of=1)], period=period))
            for period in periods
        }
        stage.run()

        in_order = ("2026-10", "2026-11", "2024-11", "2025-03", "2026-09")
        assert started_in_order() == [busy.submission, *(ids[period] for period in in_order)]

    def test_of_another_provider_does_not_wait(self, stage: Stage) -> None:
        started(stage, FIRST)
        other = waiting(stage, penalties([penalty(7, of=5)], provider="zjj"))
        while stage.queues.chunks[-1].submission != other:
            assert stage.relaying.outbox.waiting(older_than=timedelta(seconds=-1))
            for event in stage.relaying.outbox.waiting(older_than=timedelta(seconds=-1)):
                stage.relaying.relay(event)

        assert stage.submission(other).state is State.LOADING

    def test_left_idle_by_a_lost_event_is_started_by_the_sweep(self, stage: Stage) -> None:
        submission = waiting(stage, FIRST)
        (event,) = stage.parts.outbox.waiting(older_than=timedelta(seconds=-1))
        stage.parts.outbox.remove(event)
        assert stage.submission(submission).state is State.WAITING

        swept = stage.sweep()
        stage.run()

        assert swept == (0, 1)
        assert ending_of(stage).books[submission].by_outcome == {Outcome.NEW: 3}

    def test_whose_events_the_stream_missed_is_relayed_by_the_sweep(self, stage: Stage) -> None:
        submission = waiting(stage, FIRST)
        for _ in range(9):
            deliver_again(stage, pause=timedelta(minutes=6))
            stage.sweep()
            while stage.queues.chunks:
                stage.loading.load(stage.queues.chunks.pop(0))
            while stage.queues.settles:
                stage.settling.settle(stage.queues.settles.pop(0))

        assert ending_of(stage).books[submission].by_outcome == {Outcome.NEW: 3}


def started_in_order() -> list[str]:
    """Return the submissions as they were started, from the one chain of the stage."""
    entries = sorted(items_of(NAMES.audit), key=lambda item: item["sk"])
    acts = [json.loads(item["content"]) for item in entries]
    return [act["about"][0] for act in acts if act["action"] == "loading-started"]
