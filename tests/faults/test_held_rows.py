"""F06, F08 with held rows; and no order of registrations, files and decisions that shows."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.comparison import CaseState
from nbcredit.domain.rows import Outcome
from nbcredit.usecases.cases import Choice
from tests.faults.breaking import Crash, Killed
from tests.faults.endings import Ending, ending_of
from tests.faults.runs import PAST_THE_CLAIM, PAST_THE_LEASE, taken_up
from tests.faults.scenes import (
    Delivery,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.faults.tapes import Tape
from tests.integration.stage import NAMES, Stage, a_stage, items_of

PROVIDER: Final = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
A, B = "宁波甲测试有限公司", "宁波乙测试有限公司"

# Of each kind one, between rows that are stored.
FILE: Final = penalties(
    [
        penalty(1, of=1, 行政相对人名称=A),
        penalty(2, of=1, 行政相对人名称=B),
        penalty(3, of=9, 行政相对人名称=A),
        penalty(4, 行政相对人名称=A, 统一社会信用代码=""),
        penalty(5, of=2, 处罚决定日期="2026-05-06"),
        penalty_of_citizen(6),
        penalty_of_citizen(7, 行政相对人名称="李别名"),
        penalty(8, of=9),
    ]
)
HELD: Final = [3, 4, 5, 6, 8]


def decide_all(stage: Stage) -> None:
    """Have every row that waits stored under its own identifier."""
    for case in stage.cases.waiting("scjg", limit=100, by=PROVIDER):
        stage.cases.decide(
            case.id,
            Choice(store=True),
            reason="核对无误",
            by=PROVIDER,
            purpose="比对处理",
            deadline=stage.deadline,
        )
    stage.run()


def kept_cases() -> list[tuple[str, CaseState]]:
    found = [item for item in items_of(NAMES.work) if item["pk"].startswith("CASES#")]
    assert len({item["sk"].partition("#")[2] for item in found}) == len(found)
    rows = sorted((item["sk"].rpartition("#")[2], item["sk"][:4]) for item in found)
    return [(row, CaseState.OPEN if state == "OPEN" else CaseState.STORED) for row, state in rows]


@pytest.fixture(scope="module")
def before() -> Iterator[Tape]:
    with a_stage() as stage:
        rows = [
            registration(1, 企业名称=A),
            registration(2, 登记状态="注销", 注销日期="2026-03-31"),
        ]
        stage.report(registry(rows).body, item="legal-registration")
        yield Tape.of(stage)


def begun(before: Tape, *crashes: Crash) -> Stage:
    stage = before.rewound()
    stage.queues.uploads.append(FILE.put(stage))
    for crash in crashes:
        crash.strike(stage)
    return stage


@dataclass(frozen=True, slots=True)
class Unbroken:
    """How the file ends when nothing breaks, and which of its writes load its chunk."""

    ending: Ending
    cases: list[tuple[str, CaseState]]
    loading: range


@pytest.fixture(scope="module")
def unbroken(before: Tape) -> Unbroken:
    watch = Crash(at=0)
    stage = begun(before, watch)
    while not stage.queues.chunks:
        stage.step()
    first = watch.writes + 1
    stage.step()
    last = watch.writes
    stage.run()
    return Unbroken(ending_of(stage), kept_cases(), range(first, last + 1))


@pytest.mark.fault("F06")
@pytest.mark.requirement("A8.4")
class TestCrashWhileRowsAreHeld:
    def test_leaves_a_case_for_each_where_there_is_none(self, unbroken: Unbroken) -> None:
        assert unbroken.cases == [(f"{row:08d}", CaseState.OPEN) for row in HELD]
        assert len(unbroken.loading) >= 8

    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("pause", [PAST_THE_CLAIM, PAST_THE_LEASE])
    def test_changes_neither_books_nor_cases(
        self, before: Tape, unbroken: Unbroken, *, after: bool, pause: timedelta
    ) -> None:
        # Half of the writes with the one pause, half with the other.
        writes = unbroken.loading[pause == PAST_THE_LEASE :: 2]
        for write in writes:
            crash = Crash(at=write, after=after)
            stage = begun(before, crash)

            with suppress(Killed):
                stage.run()
            again = taken_up(stage, pause=pause)
            again.run()

            assert crash.dead
            assert (ending_of(again), kept_cases()) == (unbroken.ending, unbroken.cases), write


@pytest.mark.fault("F08")
@pytest.mark.requirement("A8.4")
class TestLostLease:
    def test_holds_no_row_that_was_stored_and_stores_none_that_was_held(
        self, before: Tape, unbroken: Unbroken
    ) -> None:
        # It dies before its commit; meanwhile the other name is registered.
        crash = Crash(at=unbroken.loading[-2])
        stage = begun(before, crash)
        with suppress(Killed):
            stage.run()
        task = stage.queues.chunks[0]
        other = Stage(stage.clock)
        renamed = registry([registration(1, 企业名称=B)], period="2026-11")
        other.report(renamed.body, item="legal-registration", period="2026-11")

        again = taken_up(stage, pause=PAST_THE_LEASE)
        again.run()

        done = again.submission(task.submission)
        assert done.books.by_outcome == {Outcome.NEW: 3, Outcome.HELD: 5}
        assert kept_cases() == [(f"{row:08d}", CaseState.OPEN) for row in HELD]


def files() -> st.SearchStrategy[list[Delivery]]:
    """Return registrations of two names, and penalties under both, of a month each."""
    periods = ["2026-07", "2026-08", "2026-09", "2026-10"]
    names = st.sampled_from([A, B])
    registered = st.builds(
        lambda period, name: registry([registration(5, 企业名称=name)], period=period),
        st.sampled_from(periods),
        names,
    )
    reported = st.builds(
        lambda period, name, number, content: penalties(
            [penalty(number, of=5, 行政相对人名称=name, 处罚内容=content)], period=period
        ),
        st.sampled_from(periods),
        names,
        st.integers(1, 2),
        st.sampled_from(["警告", "通报批评"]),
    )
    people = st.builds(
        lambda period, name: penalties([penalty_of_citizen(9, 行政相对人名称=name)], period=period),
        st.sampled_from(periods),
        st.sampled_from(["郑测试", "李别名"]),
    )
    return st.lists(
        st.one_of(registered, reported, people),
        min_size=2,
        max_size=3,
        unique_by=lambda each: each.body,
    )


def end_of(stage: Stage) -> tuple[object, ...]:
    ending = ending_of(stage)
    return stage.heads(), ending.profiles, ending.lookups


@pytest.mark.fault("F02")
@pytest.mark.requirement("A8.4")
@pytest.mark.requirement("A7.3")
class TestOrder:
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(told=files(), data=st.data())
    def test_of_registrations_files_and_decisions_shows_nowhere(
        self, before: Tape, told: Sequence[Delivery], data: st.DataObject
    ) -> None:
        ends = []
        for _ in range(2):
            order = data.draw(st.permutations(range(len(told))), label="order")
            decides = data.draw(
                st.lists(st.booleans(), min_size=len(told), max_size=len(told)), label="decides"
            )
            stage = before.rewound()
            uploads = [each.put(stage) for each in told]
            for place, decide in zip(order, decides, strict=True):
                stage.queues.uploads.append(uploads[place])
                stage.run()
                if decide:
                    decide_all(stage)
            decide_all(stage)
            ends.append(end_of(stage))

        assert ends[0] == ends[1]
