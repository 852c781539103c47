from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from nbcredit.adapters.signatures import EcdsaSignatures, fingerprint_of
from nbcredit.domain import merkle
from nbcredit.domain.audit import Act, StoredEntry
from nbcredit.domain.checkpoints import LATEST, MARGIN, Checkpoint, Head, Signed
from nbcredit.domain.looks import Look
from nbcredit.usecases.digests import Digests
from nbcredit.usecases.proving import Proving
from nbcredit.usecases.sealing import Sealing, SealingLate, SealWatch, WatchedTrail
from nbcredit.usecases.seals import Trust
from tests.audit_builders import (
    AUDITOR,
    NOON,
    FakeAuditStore,
    FakeHeads,
    FakeSeals,
    FakeSigner,
    FakeTrail,
    a_chain,
)

HASHES = [f"{number:064x}" for number in range(1, 18)]


@dataclass
class HandClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass
class Left:
    seconds: float = 1000.0

    def remaining(self) -> float:
        return self.seconds


@dataclass
class FakeLooks:
    noted: set[Look] = field(default_factory=set)

    def note(self, looks: Iterable[Look]) -> None:
        self.noted.update(looks)


@dataclass
class Scene:
    """A trail in memory with its sealer."""

    clock: HandClock
    trail: list[StoredEntry]
    seals: FakeSeals = field(default_factory=FakeSeals)
    heads: FakeHeads = field(default_factory=FakeHeads)
    signer: FakeSigner = field(default_factory=FakeSigner)

    @property
    def sealing(self) -> Sealing:
        return Sealing(
            store=FakeAuditStore([self.trail]),
            seals=self.seals,
            heads=self.heads,
            birth=self.heads,
            index=FakeLooks(),
            signer=self.signer,
            signatures=EcdsaSignatures(),
            clock=self.clock,
        )

    @property
    def proving(self) -> Proving:
        trust = Trust(EcdsaSignatures(), self.signer)
        return Proving(FakeAuditStore([self.trail]), self.seals, self.heads, trust)

    @property
    def digests(self) -> Digests:
        return Digests(self.seals, self.proving, self.signer)

    def sealed(self) -> list[Checkpoint]:
        return [Checkpoint.read(self.seals.signed[each].content) for each in self.seals.signed]


def a_scene(*, after: timedelta, length: int = 30) -> Scene:
    return Scene(HandClock(NOON + after), a_chain("A", length=length))


@pytest.mark.requirement("A20.1")
class TestMerkle:
    def test_is_that_of_rfc_6962(self) -> None:
        # The empty tree and the tree of one empty leaf hash, as in the RFC's own examples.
        assert merkle.root([]) == (
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )

    @pytest.mark.parametrize("size", range(1, len(HASHES) + 1))
    def test_proves_each_of_its_leaves_and_nothing_else(self, size: int) -> None:
        hashes = HASHES[:size]
        root = merkle.root(hashes)

        for index, each in enumerate(hashes):
            beside = merkle.path(hashes, index)
            assert merkle.climbed(each, index=index, size=size, beside=beside) == root
            assert merkle.climbed("f" * 64, index=index, size=size, beside=beside) != root
            assert merkle.climbed(each, index=index, size=size, beside=[*beside, each]) == ""
            assert merkle.climbed(each, index=index + size, size=size, beside=beside) != root

    def test_changes_with_each_leaf_and_with_their_order(self) -> None:
        roots = {merkle.root(HASHES[:count]) for count in range(len(HASHES) + 1)} | {
            merkle.root(HASHES[::-1])
        }

        assert len(roots) == len(HASHES) + 2


@pytest.mark.requirement("A20.1")
class TestSealing:
    @pytest.mark.parametrize(
        ("minutes", "until"),
        [
            (10, None),
            (19, None),
            (20, "2026-11-23T12:10"),
            (29, "2026-11-23T12:10"),
            (45, "2026-11-23T12:30"),
        ],
    )
    def test_waits_until_nobody_can_write_any_more(self, minutes: int, until: str | None) -> None:
        scene = a_scene(after=timedelta(minutes=minutes))

        scene.sealing.run(deadline=Left())

        assert [each.until for each in scene.sealed()] == ([until] if until else [])

    @pytest.mark.parametrize("forged", ["not json", None])
    def test_builds_on_nothing_that_its_own_key_did_not_sign(self, forged: str | None) -> None:
        scene = a_scene(after=timedelta(minutes=25))
        scene.sealing.run(deadline=Left())
        (good,) = scene.sealed()
        thief = FakeSigner()
        scene.seals.put_key(thief.public_key(), fingerprint=fingerprint_of(thief.public_key()))
        told = thief.sign(replace(good, number=7).content if forged is None else forged)
        scene.seals.put_checkpoint(told, since="2026-11-23T12:05")
        scene.clock.moment += timedelta(minutes=10)

        sealings = scene.sealing.run(deadline=Left())

        assert [(each.number, each.previous) for each in sealings.made] == [(1, good.hash)]
        assert sealings.unproven.keys() <= sealings.faults.keys()
        assert len(sealings.unproven) == 1
        verdict = scene.proving.verdict(since=NOON, until=scene.clock.moment)
        assert "checkpoint/1" in verdict.faults

    def test_makes_up_for_runs_that_were_missed(self) -> None:
        scene = a_scene(after=timedelta(hours=40))

        sealings = scene.sealing.run(deadline=Left())

        assert [each.number for each in sealings.made] == list(range(7))
        assert sealings.entries == 30
        assert sealings.lag <= MARGIN + timedelta(minutes=10)
        assert scene.proving.verdict(since=NOON, until=scene.clock.now()).whole

    def test_tells_the_same_a_second_time_and_seals_nothing_twice(self) -> None:
        scene = a_scene(after=timedelta(hours=1))
        first = scene.sealing.run(deadline=Left())

        again = scene.sealing.run(deadline=Left())

        assert (again.made, again.until) == ([], first.until)

    def test_leaves_what_it_has_no_time_for(self) -> None:
        scene = a_scene(after=timedelta(hours=1))

        assert scene.sealing.run(deadline=Left(20)).made == []
        assert scene.sealing.run(deadline=Left()).made

    def test_yields_to_a_run_that_was_quicker(self) -> None:
        scene = a_scene(after=timedelta(hours=1))
        other = replace(scene, seals=FakeSeals({"2026-11-23T12:00": scene.signer.sign("{}")}))
        other.heads.kept = None
        sealing = replace(other.sealing, seals=_LateToTell(other.seals))

        assert sealing.run(deadline=Left()).made == []

    def test_begins_where_it_is_told_and_otherwise_with_the_trail(self) -> None:
        scene = a_scene(after=timedelta(hours=1))
        early = NOON - timedelta(hours=2)

        scene.sealing.run(deadline=Left(), since=early)

        assert scene.sealed()[0].since == "2026-11-23T10:00"

    def test_shows_the_public_key_beside(self) -> None:
        scene = a_scene(after=timedelta(hours=1))

        scene.sealing.run(deadline=Left())

        pem = scene.signer.public_key()
        assert scene.seals.pems == {fingerprint_of(pem): pem}


class _LateToTell(FakeSeals):
    """Tells of no checkpoint before it is put over."""

    def __init__(self, real: FakeSeals) -> None:
        super().__init__(real.signed, real.sealed, real.digests, real.pems)

    def checkpoints(self, *, since: str, until: str) -> list[Signed]:  # noqa: ARG002 -- there is none
        return []


@pytest.mark.requirement("A20.1")
class TestDigests:
    def test_prove_every_day_that_is_sealed_to_its_end_once(self) -> None:
        scene = a_scene(after=timedelta(hours=60))
        until = scene.sealing.run(deadline=Left()).until

        made = scene.digests.run(sealed_until=until, deadline=Left())

        assert [day.isoformat() for day in made] == ["2026-11-23", "2026-11-24", "2026-11-25"]
        assert all(verdict.whole for verdict in made.values())
        assert scene.digests.run(sealed_until=until, deadline=Left()) == {}

    def test_tell_of_a_day_that_is_not_whole(self) -> None:
        scene = a_scene(after=timedelta(hours=60))
        until = scene.sealing.run(deadline=Left()).until
        del scene.trail[7]

        (first, *_) = scene.digests.run(sealed_until=until, deadline=Left()).values()

        assert first.first_bad == "A/7"


@pytest.mark.requirement("A20.1")
@pytest.mark.fault("F24")
class TestSealWatch:
    @pytest.mark.parametrize(
        ("since_sealed", "late"),
        [
            (timedelta(minutes=20), False),
            (LATEST, False),
            (LATEST + timedelta(seconds=1), True),
            (timedelta(days=3), True),
        ],
    )
    @pytest.mark.parametrize("sealed_before", [True, False])
    def test_stops_after_four_hours(
        self, *, since_sealed: timedelta, sealed_before: bool, late: bool
    ) -> None:
        heads = FakeHeads(birth=NOON)
        if sealed_before:
            heads.birth = NOON - timedelta(days=9)
            heads.kept = Head(number=3, since="2026-11-23T11:50", until="2026-11-23T12:00")
        watch = SealWatch(heads, heads, HandClock(NOON + since_sealed))

        if late:
            with pytest.raises(SealingLate):
                watch.require_fresh()
        else:
            watch.require_fresh()

    def test_asks_once_while_all_is_well_and_once_a_minute_while_not(self) -> None:
        heads = FakeHeads(birth=NOON)
        clock = HandClock(NOON)
        watch = SealWatch(heads, heads, clock)

        for _ in range(50):
            clock.moment += timedelta(minutes=4)
            watch.require_fresh()
        assert heads.asked == 1
        clock.moment = NOON + timedelta(hours=5)
        for _ in range(6):
            clock.moment += timedelta(seconds=20)
            with pytest.raises(SealingLate):
                watch.require_fresh()
        assert heads.asked == 3

        heads.kept = Head(number=0, since="2026-11-23T12:00", until="2026-11-23T17:00")
        clock.moment += timedelta(minutes=1)
        watch.require_fresh()


@pytest.mark.requirement("A20.1")
@pytest.mark.fault("F24")
class TestWatchedTrail:
    @pytest.mark.parametrize(
        ("action", "about", "stopped"),
        [
            ("case-read", "NP1#0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJK", True),
            ("off-catalogue-read", "LP#91330200MA2AAAAA0A", False),
            ("case-decided", "NP1#0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJK", False),
            ("case-read", "01M6CWACM00000000000000004", False),
        ],
    )
    def test_shows_no_person_while_it_is_not_sealed(
        self, action: str, about: str, *, stopped: bool
    ) -> None:
        heads, kept = FakeHeads(birth=NOON), FakeTrail()
        watch = SealWatch(heads, heads, HandClock(NOON + timedelta(hours=5)))
        act = Act(action=action, actor=AUDITOR, purpose="测试", about=(about,))

        with pytest.raises(SealingLate) if stopped else nullcontext():
            WatchedTrail(kept, watch).record(act)

        assert kept.acts == ([] if stopped else [act])
