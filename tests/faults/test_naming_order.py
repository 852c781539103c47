"""F03: corrections and withdrawals that name a record end alike in every order of processing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.entries import Entry
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.reserved import CORRECTS_HEADER
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import Kind
from nbcredit.usecases.entering import Entrance
from nbcredit.usecases.receiving import Upload
from nbcredit.usecases.withdrawing import withdrawal_row
from tests.faults.endings import ending_of
from tests.faults.scenes import BLANK, PENALTIES, penalties, penalty
from tests.faults.tapes import Tape
from tests.integration.stage import Stage, a_stage

WANG = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
FIRST, SECOND, THIRD = (f"甬市监处罚〔2026〕{number}号" for number in (1, 2, 3))
CONTENTS = ("警告", "通报批评", "罚款")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is told of the first record, whenever it is processed."""

    what: str
    content: str
    number: int = 1
    period: str = "2026-10"


@dataclass(frozen=True, slots=True)
class Scene:
    """A stored record, and the file that a decided row of it came with."""

    tape: Tape
    record: RecordId
    original: str
    row: Row


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with a_stage() as stage:
        stage.report(penalties([penalty(1)], period="2026-08").body, period="2026-08")
        original = stage.report(penalties([penalty(9)], period="2026-09").body, period="2026-09")
        record = next(each for each in stage.records() if each.values["decision_number"] == FIRST)
        yield Scene(Tape.of(stage), record.id, original.id, Row.of(7, record.values))


def things() -> st.SearchStrategy[list[Told]]:
    contents, numbers = st.sampled_from(CONTENTS), st.sampled_from([1, 2, 3])
    periods = st.sampled_from(["2026-07", "2026-10", "2026-11"])
    one = st.one_of(
        st.builds(Told, st.just("report"), contents, numbers, periods),
        st.builds(Told, st.just("correction"), contents, numbers, periods),
        st.builds(Told, st.just("correction"), contents, numbers, periods),
        st.builds(Told, st.just("withdrawal"), st.just("")),
        st.builds(Told, st.just("decision"), contents),
    )
    return st.lists(one, min_size=2, max_size=4).filter(
        lambda told: sum(each.what == "decision" for each in told) < 2
    )


def prepared(stage: Stage, scene: Scene, told: Sequence[Told]) -> list[Upload | Entry]:
    """Let everything be told, each a second after the one before, and nothing be processed."""
    made: list[Upload | Entry] = []
    for place, each in enumerate(told):
        stage.clock.forward(timedelta(seconds=1))
        match each.what:
            case "withdrawal":
                made.append(
                    Entry(
                        kind=Kind.WITHDRAWAL,
                        token=str(place),
                        provider="scjg",
                        item=PENALTIES,
                        period="2026-11",
                        catalogue="2026-1",
                        rows=[withdrawal_row(1, scene.record, "误报")],
                        by=WANG,
                        at=stage.clock.now(),
                    )
                )
            case "decision":
                original = stage.submission(scene.original)
                row = Row.of(7, {**scene.row.values, "penalty_content": each.content})
                made.append(
                    Entry.decided(original, [row], token="case", by=WANG, at=stage.clock.now())
                )
            case _:
                row_ = penalty(each.number, 处罚内容=each.content)
                if each.what == "correction":
                    row_ |= {CORRECTS_HEADER: str(scene.record)}
                delivery = penalties([row_, *[BLANK] * place], period=each.period)
                made.append(delivery.put(stage))
    return made


def processed(scene: Scene, told: Sequence[Told], order: Sequence[int], *, together: bool) -> Stage:
    stage = scene.tape.rewound()
    made = prepared(stage, scene, told)
    entrance = Entrance(stage.parts.submissions, stage.parts.work_files, stage.clock, stage.ids)
    for place in order:
        each = made[place]
        if isinstance(each, Entry):
            entrance.admit(each)
        else:
            stage.queues.uploads.append(each)
        if not together:
            stage.run()
    stage.run()
    return stage


def told_of(record: Record) -> tuple[Any, ...]:
    """Return what stands; of equal reports either may be the one that is kept."""
    return (
        dict(record.values),
        record.withdrawn,
        record.replaces,
        record.replaced_by,
        record.row if record.version.correction else None,
        record.version if record.version.correction else None,
    )


def standing(stage: Stage) -> dict[str, tuple[Any, ...]]:
    ending_of(stage)
    return {str(each.id): told_of(each) for each in stage.records()}


@pytest.mark.fault("F03")
@pytest.mark.requirement("A7.3")
class TestOrderOfProcessing:
    @settings(
        max_examples=14,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(told=things(), data=st.data())
    def test_never_decides_what_corrections_and_withdrawals_leave(
        self, scene: Scene, told: list[Told], data: st.DataObject
    ) -> None:
        order = data.draw(st.permutations(range(len(told))), label="order")
        together = data.draw(st.booleans(), label="together")
        expected = standing(processed(scene, told, range(len(told)), together=False))

        stage = processed(scene, told, order, together=together)

        assert standing(stage) == expected
        self._assert_the_last_that_names_it_decides(stage, scene, told)

    def _assert_the_last_that_names_it_decides(
        self, stage: Stage, scene: Scene, told: Sequence[Told]
    ) -> None:
        naming = [each for each in told if each.what in ("correction", "withdrawal")]
        record = stage.subjects.versions(scene.record)[0]
        if not naming:
            assert not record.withdrawn
            return
        last = naming[-1]
        if last.what == "correction" and last.number == 1:
            assert (record.withdrawn, record.values["penalty_content"]) == (False, last.content)
            return
        assert record.withdrawn
        assert bool(record.replaced_by) == (last.what == "correction")
        if record.replaced_by:
            now = stage.subjects.versions(RecordId.parse(record.replaced_by))[0]
            assert (now.withdrawn, now.values["penalty_content"]) == (False, last.content)
