"""Workers that lag behind, and what half-done work leaves when others overtake it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.records import Record
from nbcredit.domain.subjects import SubjectKind, SubjectRef
from nbcredit.domain.submissions import State
from nbcredit.domain.verification import Verdict
from nbcredit.usecases.access import Access
from nbcredit.usecases.cases import Choice
from nbcredit.usecases.chunks import ChunkTask, Loaded, StillLoaded
from nbcredit.usecases.loading import CLAIM
from nbcredit.usecases.verification import Verification
from tests.faults.breaking import Killed
from tests.faults.scenes import (
    CITIZEN_ID,
    REGISTRY,
    SOCIAL,
    Delivery,
    arrears,
    company,
    csv_file,
    penalties,
    penalty,
    registration,
    registry,
)
from tests.integration.stage import CENTRE, NAMES, SealedToday, Stage, items_of

PAST_THE_LEASE = timedelta(minutes=16)


class Hooked:
    """A part of the platform with one of its methods in other hands."""

    def __init__(self, part: Any, **methods: Callable[..., Any]) -> None:
        self._part = part
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._part, name)


def facts(fact: str, *, period: str) -> Delivery:
    return penalties([penalty(1, of=1, 违法事实=fact)], period=period)


def until_loading(stage: Stage, delivery: Delivery) -> ChunkTask:
    stage.receive(delivery.put(stage))
    queues = stage.queues
    while not (queues.chunks or queues.backfill):
        stage.step()
    return (queues.chunks or queues.backfill)[0]


def told(records: Sequence[Record]) -> list[str]:
    return [record.values["facts"] for record in records]


def history(stage: Stage) -> list[str]:
    """Return the facts of all versions of the one record, the current one first."""
    (record,) = list(stage.records())
    return told(stage.subjects.versions(record.id))


@pytest.mark.fault("F08")
@pytest.mark.fault("F16")
class TestASecondCopyOfAChunk:
    def test_waits_while_the_first_is_at_work(self, stage: Stage) -> None:
        task = until_loading(stage, facts("九月", period="2026-09"))
        other = stage.restarted()
        apply = stage.subjects.apply

        def slowly(puts: Sequence[Any]) -> None:
            with pytest.raises(StillLoaded):
                other.loading.load(task)
            apply(puts)

        first = replace(stage.loading, subjects=Hooked(stage.subjects, apply=slowly))

        assert first.load(task) is Loaded.COMMITTED
        assert other.loading.load(task) is Loaded.ALREADY

    def test_takes_over_when_the_first_cannot_live_any_more(self, stage: Stage) -> None:
        task = until_loading(stage, facts("九月", period="2026-09"))
        now = stage.clock.now()
        stage.parts.claims.take(task.submission, task.number, now=now, until=now + CLAIM)
        with pytest.raises(StillLoaded) as busy:
            stage.loading.load(task)
        stage.clock.forward(timedelta(seconds=busy.value.retry_after))

        assert stage.loading.load(task) is Loaded.COMMITTED


@pytest.mark.fault("F06")
@pytest.mark.requirement("A7.3")
class TestAHalfWrittenChunk:
    def test_that_is_overtaken_keeps_all_versions(self, stage: Stage) -> None:
        stage.report(facts("原始", period="2026-08").body, period="2026-08")
        late = until_loading(stage, facts("九月", period="2026-09"))
        apply = stage.subjects.apply

        def heads_only(puts: Sequence[Any]) -> None:
            apply([put for put in puts if put["sk"]["S"].startswith("REC#")])
            raise Killed

        broken = replace(stage.loading, subjects=Hooked(stage.subjects, apply=heads_only))
        with suppress(Killed):
            broken.load(late)
        stage.queues.backfill.clear()
        stage.clock.forward(PAST_THE_LEASE)
        stage.receive(facts("十月", period="2026-10").put(stage))
        stage.run()
        stage.queues.chunks.append(late)
        stage.run()

        assert history(stage) == ["十月", "九月", "原始"]

    def test_that_is_planned_anew_leaves_no_old_remarks(self, stage: Stage) -> None:
        late = until_loading(stage, penalties([penalty(1, of=9)]))

        def fail(*_: Any, **__: Any) -> None:
            raise Killed

        broken = replace(stage.loading, chunks=Hooked(stage.parts.submissions, commit=fail))
        with suppress(Killed):
            broken.load(late)
        stage.queues.chunks.clear()
        stage.clock.forward(PAST_THE_LEASE)
        stage.report(registry([registration(9)]).body, item=REGISTRY)
        stage.queues.chunks.append(late)
        stage.run()

        listed = [issue.code for issue in stage.parts.work_files.read_issues(late.submission)]
        assert IssueCode.PROVISIONAL_SUBJECT not in listed
        assert not stage.submission(late.submission).issue_counts


@pytest.mark.fault("F02")
@pytest.mark.requirement("A14.1")
class TestTheNameOfWhomNobodyRegisters:
    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_is_that_of_the_earliest_report_once_what_is_held_is_decided(
        self, stage: Stage, order: tuple[int, int]
    ) -> None:
        uploads = [
            Delivery(csv_file([row]), SOCIAL, period, provider="rsj").put(stage)
            for row, period in (
                (arrears("2026-01"), "2026-09"),
                (arrears("2026-02", 姓名="郑另名"), "2026-10"),
            )
        ]

        for place in order:
            stage.receive(uploads[place])
            stage.run()
        # Whichever comes second is held, and renames nobody until somebody has looked.
        [case] = stage.cases.waiting("rsj", limit=9, by=CENTRE)
        stage.cases.decide(
            case.id,
            Choice(store=True),
            reason="同一人，姓名以最早报送的为准",
            by=CENTRE,
            purpose="测试",
            deadline=stage.deadline,
        )
        stage.run()

        ref = SubjectRef(SubjectKind.NATURAL_PERSON, "身份证", CITIZEN_ID, "")
        verification = Verification(
            stage.subjects, stage.hashes, Access(stage.parts.ledger, SealedToday())
        )
        verdict = verification.verify(ref, {"name": "郑另名"}, by=CENTRE, purpose="测试")
        assert verdict is Verdict.CANNOT_VERIFY

    def test_proves_nothing_of_an_organisation(self, stage: Stage) -> None:
        stage.report(penalties([penalty(1, of=9)]).body)

        ref = SubjectRef(SubjectKind.LEGAL_PERSON, "", company(9), "")
        verification = Verification(
            stage.subjects, stage.hashes, Access(stage.parts.ledger, SealedToday())
        )
        name = penalty(1, of=9)["行政相对人名称"]
        verdict = verification.verify(ref, {"name": name}, by=CENTRE, purpose="测试")

        assert verdict is Verdict.NO_RECORD
        assert not [each for each in items_of(NAMES.legal_persons) if each["pk"][:5] == "NAME#"]


@pytest.mark.fault("F15")
class TestAPoisonEvent:
    def test_holds_up_no_other_at_the_sweep(self, stage: Stage) -> None:
        poison = Event(
            id=stage.ids.new(),
            kind=EventKind.LOADING_STARTED,
            at=stage.clock.now(),
            subject="NOSUCH",
        )
        act = Act(action="x", actor=CENTRE, purpose="测试")
        with stage.parts.ledger.transaction(act, event=poison):
            pass
        receipt = stage.receive(facts("十月", period="2026-10").put(stage))
        stage.clock.forward(timedelta(hours=1))

        for _ in range(2):
            with pytest.raises(KeyError):
                stage.sweep()
            stage.clock.forward(timedelta(hours=1))

        assert stage.submission(receipt.submission).state is State.LOADING
        assert stage.queues.chunks
