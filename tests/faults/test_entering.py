"""F06, F09, F12: a call that dies, comes twice or is overtaken by its own event ends as one."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.entries import Batch
from nbcredit.domain.errors import Conflict
from nbcredit.domain.records import RecordId
from nbcredit.domain.reserved import CORRECTS_HEADER
from nbcredit.domain.submissions import Kind, State, UnknownSubmission
from nbcredit.usecases.receiving import Upload
from tests.faults.breaking import WRITES as OPERATIONS, Crash, Killed, LostAnswers, clients_of
from tests.faults.endings import Ending, ending_of
from tests.faults.runs import PAST_THE_CLAIM, PAST_THE_LEASE
from tests.faults.scenes import PENALTIES, penalties, penalty, penalty_of_citizen
from tests.faults.tapes import Tape
from tests.integration.stage import UPLOADS, Stage, a_stage, client

# How often the call writes; the clean run counts it anew.
WRITES: Final = 27
WANG = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
FUNCTION = Actor(kind=ActorKind.PROVIDER, id="AROA:answer-call", organisation="scjg")


@dataclass(frozen=True, slots=True)
class Scene:
    """What is stored before the call, the call, and how it ends when nothing breaks."""

    tape: Tape
    batch: Batch
    submission: str
    before: Ending
    ending: Ending
    writes: int
    known: frozenset[str]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with a_stage() as stage:
        stage.report(penalties([penalty(1), penalty(2), penalty(3)]).body)
        named = next(
            each.id
            for each in stage.records()
            if each.values["decision_number"] == "甬市监处罚〔2026〕2号"
        )
        batch = Batch(
            provider="scjg",
            item=PENALTIES,
            period="2026-11",
            rows=[
                penalty(1, 处罚内容="通报批评"),
                penalty_of_citizen(4),
                {**penalty(5), CORRECTS_HEADER: str(named)},
                penalty(6, 处罚决定日期="2026-13-01"),
                penalty(3),
            ],
            by=WANG,
        )
        tape, known = Tape.of(stage), frozenset(versions())
        before = ending_of(tape.rewound())
        run, watch = begun(tape), Crash(at=0)
        watch.strike(run)
        done = run.entering.report(batch, deadline=run.deadline).submission
        assert done.state is State.SETTLED
        writes = watch.writes
        tell_all(run, known)
        run.run()
        yield Scene(tape, batch, done.id, before, ending_of(run), writes, known)


def begun(tape: Tape) -> Stage:
    """Begin again, a second later: the ids that a new stage counts are those of its moment."""
    stage = tape.rewound()
    stage.clock.forward(timedelta(seconds=1))
    return stage


def versions() -> dict[str, str]:
    """Return what was put where files arrive, by version."""
    listed = client("s3").list_object_versions(Bucket=UPLOADS)["Versions"]
    return {each["VersionId"]: each["Key"] for each in listed}


def tell_all(stage: Stage, known: frozenset[str]) -> None:
    """Let S3 tell of every object that was put since, in the name of the function that put it."""
    for version, key in versions().items():
        if version not in known:
            stage.queues.uploads.append(
                Upload(key=key, version_id=version, at=stage.clock.now(), by=FUNCTION)
            )


def call(stage: Stage, scene: Scene) -> State:
    return stage.entering.report(scene.batch, deadline=stage.deadline).submission.state


def worked_off(stage: Stage) -> None:
    """Run until nothing is left; what is in another's hands comes again when it may."""
    for _ in range(4):
        with suppress(Conflict):
            stage.run()
            return
        stage.clock.forward(PAST_THE_CLAIM)
    stage.run()


def is_known(stage: Stage, scene: Scene) -> bool:
    with suppress(UnknownSubmission):
        stage.submission(scene.submission)
        return True
    return False


def died(scene: Scene, crash: Crash, *, pause: timedelta) -> tuple[Stage, frozenset[str]]:
    """Make the call in an environment that dies, and return the next one."""
    stage, known = begun(scene.tape), frozenset(versions())
    crash.strike(stage)
    with suppress(Killed):
        call(stage, scene)
    assert crash.dead
    again = stage.restarted()
    again.queues.sending = type(again.queues)().sending
    # Whoever was told nothing asks again at once; who was, waits until the claim has run out.
    if is_known(again, scene):
        again.clock.forward(pause)
    return again, known


@pytest.mark.fault("F06")
@pytest.mark.requirement("A7.1")
class TestCrashOfACall:
    def test_can_come_at_each_of_these_writes(self, scene: Scene) -> None:
        assert scene.writes == WRITES

    @pytest.mark.parametrize("write", range(1, WRITES + 1, 2))
    def test_before_a_write_is_made_good_by_the_same_call(self, scene: Scene, write: int) -> None:
        stage, known = died(scene, Crash(at=write), pause=PAST_THE_CLAIM)

        call(stage, scene)
        tell_all(stage, known)
        worked_off(stage)

        assert ending_of(stage) == scene.ending

    @pytest.mark.parametrize("write", range(1, WRITES + 1, 2))
    def test_after_a_write_is_made_good_by_the_event(self, scene: Scene, write: int) -> None:
        stage, known = died(scene, Crash(at=write, after=True), pause=PAST_THE_LEASE)

        tell_all(stage, known)
        worked_off(stage)

        if is_known(stage, scene):
            assert ending_of(stage) == scene.ending
            submission = stage.submission(scene.submission)
            assert (submission.kind, submission.reported_by) == (Kind.API, WANG)
        else:
            assert not frozenset(versions()) - known
            assert ending_of(stage) == scene.before


@dataclass(slots=True)
class Meanwhile:
    """Lets something else happen in another environment just before the n-th write."""

    at: int
    act: Callable[[Stage], None]
    writes: int = 0
    stage: Stage = field(init=False)

    def strike(self, stage: Stage) -> None:
        self.stage = stage
        for service, client_ in clients_of(stage).items():
            for operation in OPERATIONS[service]:
                client_.meta.events.register(f"before-call.{service}.{operation}", self._before)

    def _before(self, **_told: Any) -> None:
        self.writes += 1
        if self.writes == self.at:
            self.act(self.stage.restarted())


@pytest.mark.fault("F09")
@pytest.mark.requirement("A7.1")
class TestRace:
    @pytest.mark.parametrize(
        ("other", "write"),
        # Each write is a moment for one of them; all were tried with all.
        [(("event", "queues", "call")[write % 3], write) for write in range(2, WRITES + 1)],
    )
    def test_with_its_event_the_queues_or_itself_is_harmless(
        self, scene: Scene, write: int, other: str
    ) -> None:
        stage, known = begun(scene.tape), frozenset(versions())

        def act(elsewhere: Stage) -> None:
            with suppress(Conflict):
                match other:
                    case "event":
                        tell_all(elsewhere, known)
                        elsewhere.run()
                    case "queues":
                        elsewhere.sweep()
                        elsewhere.run()
                    case "call":
                        call(elsewhere, scene)

        Meanwhile(at=write, act=act).strike(stage)
        call(stage, scene)
        tell_all(stage, known)
        worked_off(stage)

        assert ending_of(stage) == scene.ending
        submission = stage.submission(scene.submission)
        assert (submission.kind, submission.reported_by) == (Kind.API, WANG)
        assert call(stage, scene) is State.SETTLED


@pytest.mark.fault("F12")
@pytest.mark.requirement("A7.1")
class TestLostAnswers:
    def test_change_nothing(self, scene: Scene) -> None:
        stage, known = begun(scene.tape), frozenset(versions())
        LostAnswers().strike(stage)

        call(stage, scene)
        tell_all(stage, known)
        worked_off(stage)

        assert ending_of(stage) == scene.ending


@pytest.mark.fault("F06")
@pytest.mark.requirement("A7.3")
class TestCrashOfAWithdrawal:
    def test_is_made_good_by_the_same_call(self, scene: Scene) -> None:
        record = RecordId.parse(scene.batch.rows[2][CORRECTS_HEADER])  # type: ignore[arg-type]
        clean, watch = begun(scene.tape), Crash(at=0)
        watch.strike(clean)
        withdraw(clean, record)
        clean.run()
        expected = ending_of(clean)

        for write in range(1, watch.writes + 1, 2):
            stage, crash = begun(scene.tape), Crash(at=write, after=write % 4 == 1)
            crash.strike(stage)
            with suppress(Killed):
                withdraw(stage, record)
            again = stage.restarted()
            again.queues.sending = type(again.queues)().sending
            if any(each.withdrawn for each in again.records()):
                again.clock.forward(PAST_THE_CLAIM)
            with suppress(Conflict):
                withdraw(again, record)
            again.clock.forward(PAST_THE_CLAIM)
            worked_off(again)

            assert ending_of(again) == expected


def withdraw(stage: Stage, record: RecordId) -> None:
    stage.withdrawals.withdraw([record], reason="误报", by=WANG, deadline=stage.deadline)
