"""The way of two files, broken and taken up again."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from nbcredit.domain.leases import LEASE
from tests.faults.breaking import Crash, Killed
from tests.faults.endings import Ending, ending_of
from tests.faults.scenes import PENALTY_FILE, REGISTRY_FILE, stored_before
from tests.faults.tapes import Tape
from tests.integration.stage import Stage, a_stage

PAST_THE_CLAIM: Final = timedelta(minutes=4)
PAST_THE_LEASE: Final = LEASE + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CleanRun:
    """What the files do when nothing breaks."""

    tape: Tape
    ending: Ending
    writes: int
    sends: int


def clean_run() -> Iterator[CleanRun]:
    with a_stage() as stage:
        stored_before(stage)
        tape = Tape.of(stage)
        watch = Crash(at=0)
        run = started(tape, [watch])
        run.run()
        yield CleanRun(tape, ending_of(run), watch.writes, watch.sends)


def started(tape: Tape, crashes: Sequence[Crash]) -> Stage:
    """Begin with both files uploaded, the first crash already on its way."""
    stage = tape.rewound()
    stage.queues.uploads += [each.put(stage) for each in (REGISTRY_FILE, PENALTY_FILE)]
    for crash in crashes:
        crash.strike(stage)
    return stage


def ended(tape: Tape, crashes: Sequence[Crash], *, pause: timedelta) -> Ending:
    """Run, crash and take up again, once for each crash, then run to the end."""
    stage = started(tape, crashes[:1])
    for following in (*crashes[1:], None):
        with suppress(Killed):
            stage.run()
        stage = taken_up(stage, pause=pause)
        if following is not None:
            following.strike(stage)
    stage.run()
    return ending_of(stage)


def taken_up(stage: Stage, *, pause: timedelta) -> Stage:
    """Return the next environment: what was in hand is delivered again after a pause."""
    again = stage.restarted()
    again.queues.sending = type(again.queues)().sending
    deliver_again(again, pause=pause)
    return again


def deliver_again(stage: Stage, *, pause: timedelta) -> None:
    """Let the queues deliver again what was in hand, to whatever environment is there."""
    stage.clock.forward(pause)
    stage.queues.uploads = [replace(each, redelivered=True) for each in stage.queues.uploads]


def run_through(stage: Stage, *, receives: int = 5) -> None:
    """Run in one environment that fails now and then, as a queue would: five times at most."""
    for _ in range(receives - 1):
        with suppress(Exception):
            stage.run()
            return
        deliver_again(stage, pause=PAST_THE_CLAIM)
    stage.run()
