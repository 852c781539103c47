import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from nbcredit.adapters.signatures import EcdsaSignatures
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import (
    SHARDS,
    Entry,
    Outcome,
    StoredEntry,
    shard_of,
    verify,
    window_of,
    windows_between,
)
from nbcredit.usecases.audit import MOST, Audit, BadSpan
from nbcredit.usecases.proving import Proving
from nbcredit.usecases.seals import Trust
from tests.audit_builders import (
    AUDITOR,
    NOON,
    FakeAuditStore,
    FakeHeads,
    FakeSeals,
    FakeTrail,
    a_chain,
    entries,
)


def rewritten(entry: StoredEntry, **changes: object) -> StoredEntry:
    """Return the entry with another content and the hash that fits it."""
    content = json.dumps(
        {**json.loads(entry.content), **changes},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return replace(entry, content=content, hash=hashlib.sha256(content.encode()).hexdigest())


def moved(entry: StoredEntry, sequence: int, **changes: object) -> StoredEntry:
    """Return the entry rewritten for another place of its chain."""
    return replace(rewritten(entry, sequence=sequence, **changes), sequence=sequence)


Tampering = Callable[[list[StoredEntry]], Sequence[StoredEntry]]


@pytest.mark.fault("F58")
@pytest.mark.requirement("A20.1")
class TestVerify:
    def test_finds_whole_chains_whole_in_any_order(self) -> None:
        trail = [*a_chain("A"), *a_chain("B", length=1), *a_chain("C", length=9)]

        verdict = verify(reversed(trail), born_in_range=frozenset("ABC"))

        assert verdict.whole
        assert (verdict.entries, verdict.chains) == (14, 3)

    def test_takes_the_tail_of_a_chain_that_was_born_earlier(self) -> None:
        assert verify(a_chain("A", first=3), born_in_range=frozenset()).whole

    def test_finds_nothing_wrong_with_nothing(self) -> None:
        assert verify([], born_in_range=frozenset()).whole

    @pytest.mark.parametrize(
        ("tampering", "first_bad"),
        [
            pytest.param(
                lambda c: [
                    c[0],
                    replace(c[1], content=c[1].content.replace("测试", "别的")),
                    *c[2:],
                ],
                "A/1",
                id="edit",
            ),
            pytest.param(
                lambda c: [c[0], rewritten(c[1], purpose="别的"), *c[2:]],
                "A/2",
                id="edit with a fitting hash",
            ),
            pytest.param(lambda c: [c[0], *c[2:]], "A/2", id="delete"),
            pytest.param(lambda c: c[1:], "A/1", id="delete the head"),
            pytest.param(
                lambda c: [c[0], rewritten(c[0], sequence=1), *c[1:]],
                "A/0",
                id="insert a copy",
            ),
            pytest.param(
                lambda c: [*c[:2], *(moved(entry, entry.sequence + 1) for entry in c[1:])],
                "A/2",
                id="insert and renumber",
            ),
            pytest.param(
                lambda c: [c[0], moved(c[2], 1), moved(c[1], 2), c[3]],
                "A/1",
                id="reorder",
            ),
            pytest.param(
                lambda c: [c[0], replace(c[2], sequence=1), replace(c[1], sequence=2), c[3]],
                "A/1",
                id="reorder the places only",
            ),
            pytest.param(
                lambda c: [*c[:3], replace(a_chain("B")[3], chain="A")],
                "A/3",
                id="move from another chain",
            ),
            pytest.param(
                lambda c: [*c, replace(c[1], sequence=4)],
                "A/4",
                id="repeat at the end",
            ),
        ],
    )
    def test_names_the_first_bad_entry_after(self, tampering: Tampering, first_bad: str) -> None:
        tampered = tampering(a_chain("A"))

        verdict = verify([*tampered, *a_chain("Z")], born_in_range=frozenset("AZ"))

        assert not verdict.whole
        assert verdict.first_bad == first_bad
        assert verdict.reason


class TestEntry:
    def test_hashes_all_it_says(self) -> None:
        (entry,) = entries("A", length=1)
        changes: list[Entry] = [
            replace(entry, chain="B"),
            replace(entry, sequence=1),
            replace(entry, previous="f" * 64),
            replace(entry, at=NOON + timedelta(microseconds=1)),
            *(
                replace(entry, act=replace(entry.act, **told))
                for told in (
                    {"action": "x"},
                    {"actor": Actor.platform("x")},
                    {"purpose": "x"},
                    {"about": ("x",)},
                    {"agreement": "x"},
                    {"detail": {"x": "y"}},
                    {"actor": replace(entry.act.actor, address="x")},
                    {"actor": replace(entry.act.actor, certificate="x")},
                    {"actor": replace(entry.act.actor, request="x")},
                    {"outcome": Outcome.REFUSED},
                )
            ),
        ]

        assert len({each.hash for each in [entry, *changes]}) == 1 + len(changes)


class TestWindow:
    @pytest.mark.parametrize(
        ("moment", "window"),
        [
            (NOON, "2026-11-23T12:00"),
            (NOON + timedelta(minutes=9, seconds=59), "2026-11-23T12:00"),
            (NOON + timedelta(minutes=10), "2026-11-23T12:10"),
        ],
    )
    def test_is_ten_minutes_long(self, moment: datetime, window: str) -> None:
        assert window_of(moment) == window

    def test_between_two_moments_leaves_none_out(self) -> None:
        found = list(windows_between(NOON + timedelta(minutes=5), NOON + timedelta(minutes=25)))

        assert found == ["2026-11-23T12:00", "2026-11-23T12:10", "2026-11-23T12:20"]


class TestShard:
    def test_is_one_of_sixteen_and_always_the_same(self) -> None:
        shards = [shard_of(f"chain {number}") for number in range(500)]

        assert set(shards) == set(range(SHARDS))
        assert shards == [shard_of(f"chain {number}") for number in range(500)]


def verdict_on(*readings: list[StoredEntry]) -> tuple[str, str]:
    """Return the first bad entry and what of it is in the trail."""
    trail = FakeTrail()
    proving = Proving(
        FakeAuditStore(list(readings)), FakeSeals(), FakeHeads(), Trust(EcdsaSignatures())
    )
    verdict = Audit(proving, trail).verify(
        since=NOON, until=NOON + timedelta(hours=1), by=AUDITOR, purpose="测试"
    )
    (act,) = trail.acts
    return verdict.first_bad, act.detail["first_bad"]


@pytest.mark.requirement("A20.1")
class TestVerifying:
    @pytest.mark.parametrize("span", [MOST + timedelta(seconds=1), timedelta(), timedelta(days=-1)])
    def test_of_more_than_a_call_can_read_is_refused_and_entered(self, span: timedelta) -> None:
        trail = FakeTrail()
        proving = Proving(FakeAuditStore([]), FakeSeals(), FakeHeads(), Trust(EcdsaSignatures()))

        with pytest.raises(BadSpan, match="最长 2 天"):
            Audit(proving, trail).verify(since=NOON, until=NOON + span, by=AUDITOR, purpose="测试")

        (act,) = trail.acts
        assert (act.action, act.outcome) == ("audit-verified", Outcome.REFUSED)


@pytest.mark.fault("F58")
@pytest.mark.requirement("A20.1")
class TestVerifyingWhileOthersWrite:
    def test_reads_again_what_came_while_it_read(self) -> None:
        chain = a_chain("A")

        assert verdict_on([*chain[:1], *chain[2:]], chain) == ("", "")

    def test_names_what_is_missing_at_both_readings(self) -> None:
        chain = a_chain("A")

        assert verdict_on([*chain[:1], *chain[2:]]) == ("A/2", "A/2")

    def test_does_not_name_what_only_the_second_reading_lacks(self) -> None:
        early, late = a_chain("A"), a_chain("B")

        assert verdict_on([*early[:1], *early[2:], *late], [*early, *late[:1], *late[2:]]) == (
            "",
            "",
        )

    def test_names_a_changed_entry_behind_one_that_came_late(self) -> None:
        chain = [*a_chain("A")[:3], replace(a_chain("A")[3], hash="0" * 64)]

        assert verdict_on([*chain[:1], *chain[2:]], chain) == ("A/3", "A/3")
