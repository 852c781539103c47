"""The trail in its store, sealed in a locked bucket, and everything one could do to it (F58)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from moto import mock_aws

from nbcredit.adapters.dynamodb.audit_store import DynamoHeads, DynamoLooks
from nbcredit.adapters.dynamodb.ledger import Ledger
from nbcredit.adapters.kms_signer import KmsSigner
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Outcome, Verdict
from nbcredit.domain.checkpoints import MARGIN, Checkpoint
from nbcredit.runtime.sealing import proving_of, sealing_of, seals_of
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.sealing import Sealings
from tests.integration.stage import (
    NAMES,
    SEALS,
    START,
    CountingIds,
    HandClock,
    Patient,
    client,
    items_of,
    make_seals,
    make_tables,
)

LISI = Actor(kind=ActorKind.OPERATOR, id="lisi", organisation="centre", address="192.0.2.7")
PERSON = "NP1#0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJK"


@dataclass(eq=False)
class Trail:
    """A platform whose people only look at things, at times that the test says."""

    clock: HandClock
    ids: CountingIds
    parts: Parts

    @cached_property
    def signer(self) -> KmsSigner:
        return KmsSigner(client("kms"), key_id="alias/seals")

    def environment(self) -> Ledger:
        return Ledger(self.parts.connection, clock=self.clock, ids=self.ids)

    def seal(self) -> Sealings:
        return sealing_of(self.parts, SEALS, self.signer).run(deadline=Patient(), since=START)

    def verdict(self) -> Verdict:
        proving = proving_of(self.parts, SEALS)
        return proving.verdict(since=START, until=self.clock.now())

    def checkpoints(self) -> list[Checkpoint]:
        found = seals_of(self.parts, SEALS).checkpoints(since="", until="9999-12-31T23:50")
        return [Checkpoint.read(each.content) for each in found]


def look(ledger: Ledger, **told: Any) -> None:
    ledger.record(Act(action="subject-read", actor=LISI, purpose="核对", about=(PERSON,), **told))


@pytest.fixture
def trail() -> Iterator[Trail]:
    with mock_aws():
        make_tables()
        make_seals()
        clock = HandClock()
        ids = CountingIds(clock)
        yield Trail(clock, ids, Parts(NAMES, "", clock, ids))


@pytest.fixture
def sealed(trail: Trail) -> Trail:
    """Two environments write for twenty minutes; all is sealed, one more act is not."""
    one, other = trail.environment(), trail.environment()
    for _ in range(4):
        look(one)
        look(one, outcome=Outcome.REFUSED)
        look(other)
        trail.clock.forward(timedelta(minutes=5))
    trail.clock.forward(timedelta(minutes=15))
    trail.seal()
    look(one)
    return trail


def items(chain: int) -> list[dict[str, Any]]:
    """Return the stored entries of the second or third chain there is, in order."""
    found = [each for each in items_of(NAMES.audit) if "content" in each]
    names = sorted({each["sk"].partition("#")[0] for each in found})
    own = [each for each in found if each["sk"].startswith(names[chain])]
    return sorted(own, key=lambda each: each["sk"])


def put(item: dict[str, Any], **changes: str) -> None:
    spelled = {name: {"S": value} for name, value in {**item, **changes}.items()}
    client("dynamodb").put_item(TableName=NAMES.audit, Item=spelled)


def delete(item: dict[str, Any]) -> None:
    key = {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
    client("dynamodb").delete_item(TableName=NAMES.audit, Key=key)


def rewritten(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an entry that says something else, with the hash that fits."""
    content = json.dumps(
        {**json.loads(item["content"]), **changes},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return {**item, "content": content, "hash": sha256(content.encode()).hexdigest()}


def edit(chain: list[dict[str, Any]]) -> str:
    put(chain[2], content=chain[2]["content"].replace("核对", "闲逛"))
    return place(chain[2])


def edit_and_rehash(chain: list[dict[str, Any]]) -> str:
    put(rewritten(chain[2], purpose="闲逛"))
    return place(chain[2])


def rewrite_all_that_follows(chain: list[dict[str, Any]]) -> str:
    previous = None
    for item in chain[2:]:
        changes = {"purpose": "闲逛"} if previous is None else {"previous": previous}
        new = rewritten(item, **changes)
        put(new)
        previous = new["hash"]
    return place(chain[2])


def remove(chain: list[dict[str, Any]]) -> str:
    delete(chain[2])
    return place(chain[2])


def cut_the_tail(chain: list[dict[str, Any]]) -> str:
    for item in chain[-3:]:
        delete(item)
    return place(chain[-3])


def remove_a_whole_chain(chain: list[dict[str, Any]]) -> str:
    for item in chain:
        delete(item)
    return place(chain[0])


def insert(chain: list[dict[str, Any]]) -> str:
    foreign = rewritten(chain[0], chain="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    put({**foreign, "sk": "01ARZ3NDEKTSV4RRFFQ69G5FAV#00000000"})
    return "01ARZ3NDEKTSV4RRFFQ69G5FAV/0"


def reorder(chain: list[dict[str, Any]]) -> str:
    one, other = chain[2], chain[3]
    put({**one, "content": other["content"], "hash": other["hash"]})
    put({**other, "content": one["content"], "hash": one["hash"]})
    return place(one)


def move_to_another_window(chain: list[dict[str, Any]]) -> str:
    delete(chain[0])
    put({**chain[0], "pk": chain[-1]["pk"]})
    return place(chain[0])


def restore_an_old_snapshot(chain: list[dict[str, Any]]) -> str:
    """Put the whole table back to how it was after the first window."""
    newer = [item for item in items_of(NAMES.audit) if item["pk"] > chain[0]["pk"][:16] + "~"]
    sealed = [item for item in newer if item["pk"] < chain[-1]["pk"][:16] + "~"]
    for item in newer:
        if "content" in item:
            delete(item)
    return place(min((each for each in sealed), key=lambda each: (each["pk"], each["sk"])))


def place(item: dict[str, Any]) -> str:
    chain, _, sequence = item["sk"].partition("#")
    return f"{chain}/{int(sequence)}"


@pytest.mark.fault("F58")
@pytest.mark.requirement("A20.1")
class TestProof:
    def test_holds_for_what_is_sealed_and_for_what_is_not_yet(self, sealed: Trail) -> None:
        verdict = sealed.verdict()

        assert verdict.whole, verdict.faults
        assert verdict.entries == 13
        assert verdict.checkpoints == 1
        assert verdict.sealed_until is not None
        assert sealed.clock.now() - verdict.sealed_until >= MARGIN

    @pytest.mark.parametrize(
        "tampering",
        [
            edit,
            edit_and_rehash,
            rewrite_all_that_follows,
            remove,
            cut_the_tail,
            remove_a_whole_chain,
            insert,
            reorder,
            move_to_another_window,
            restore_an_old_snapshot,
        ],
    )
    def test_names_the_first_bad_entry_after(
        self, sealed: Trail, tampering: Callable[[list[dict[str, Any]]], str]
    ) -> None:
        first_bad = tampering(items(0)[:-1])

        verdict = sealed.verdict()

        assert verdict.first_bad == first_bad, verdict.faults
        assert verdict.reason

    @pytest.mark.parametrize("tampering", [edit_and_rehash, remove, insert])
    def test_names_at_least_the_partition_without_the_leaves(
        self, sealed: Trail, tampering: Callable[[list[dict[str, Any]]], str]
    ) -> None:
        empty("leaves/")
        tampering(items(0)[:-1])

        assert not sealed.verdict().whole


def empty(folder: str) -> None:
    s3 = client("s3")
    for each in s3.list_object_versions(Bucket=SEALS, Prefix=folder)["Versions"]:
        s3.delete_object(Bucket=SEALS, Key=each["Key"], VersionId=each["VersionId"])


@pytest.mark.fault("F58")
@pytest.mark.requirement("A20.1")
class TestCheckpoints:
    @pytest.fixture
    def many(self, trail: Trail) -> Trail:
        one = trail.environment()
        for _ in range(3):
            look(one)
            trail.clock.forward(timedelta(minutes=10))
            trail.seal()
        trail.clock.forward(timedelta(minutes=20))
        trail.seal()
        return trail

    def test_follow_each_other_without_a_gap(self, many: Trail) -> None:
        found = many.checkpoints()

        assert [each.number for each in found] == list(range(len(found)))
        assert len(found) == 3
        for earlier, later in pairwise(found):
            assert (later.previous, later.since) == (earlier.hash, earlier.until)

    def test_are_made_once(self, many: Trail) -> None:
        before = many.checkpoints()

        assert many.seal().made == []
        assert many.checkpoints() == before

    def test_go_on_where_the_head_was_not_noted(self, many: Trail) -> None:
        number = len(many.checkpoints())
        client("dynamodb").delete_item(
            TableName=NAMES.audit, Key={"pk": {"S": "SEALED"}, "sk": {"S": "HEAD"}}
        )

        many.clock.forward(timedelta(minutes=10))
        many.seal()

        assert [each.number for each in many.checkpoints()][-1] == number
        assert many.verdict().whole

    def test_are_missed_where_one_is_gone(self, many: Trail) -> None:
        (*_, last) = keys("checkpoints/")
        s3 = client("s3")
        for each in s3.list_object_versions(Bucket=SEALS, Prefix=last)["Versions"]:
            s3.delete_object(Bucket=SEALS, Key=last, VersionId=each["VersionId"])

        assert many.verdict().first_bad == f"checkpoint/{len(keys('checkpoints/'))}"

    def test_show_that_one_was_put_over_another(self, many: Trail) -> None:
        first, second, *_ = keys("checkpoints/")
        body = client("s3").get_object(Bucket=SEALS, Key=first)["Body"].read()
        client("s3").put_object(Bucket=SEALS, Key=second, Body=body)

        assert many.verdict().first_bad == "checkpoint/1"

    def test_count_only_with_a_signature_of_the_platform(self, many: Trail) -> None:
        (*_, last) = keys("checkpoints/")
        body = json.loads(client("s3").get_object(Bucket=SEALS, Key=last)["Body"].read())
        content = body["content"].replace('"faults":{}', '"faults":{"x":"y"}')
        forged = json.dumps({**body, "content": content}).encode()
        for each in client("s3").list_object_versions(Bucket=SEALS, Prefix=last)["Versions"]:
            client("s3").delete_object(Bucket=SEALS, Key=last, VersionId=each["VersionId"])
        client("s3").put_object(Bucket=SEALS, Key=last, Body=forged)

        verdict = many.verdict()

        assert verdict.first_bad.startswith("checkpoint/")
        assert "签名" in verdict.reason

    def test_seal_what_is_broken_as_it_is_and_say_so(self, trail: Trail) -> None:
        one = trail.environment()
        for _ in range(3):
            look(one)
        bad = edit(items(0))
        trail.clock.forward(timedelta(minutes=30))

        assert bad in trail.seal().faults


def keys(folder: str) -> list[str]:
    listed = client("s3").list_objects_v2(Bucket=SEALS, Prefix=folder)
    return [each["Key"] for each in listed.get("Contents", ())]


@pytest.mark.requirement("A20.1")
class TestLooks:
    def test_are_found_by_subject_with_the_entry_itself(self, sealed: Trail) -> None:
        looks = DynamoLooks(sealed.parts.connection)

        found = looks.latest(PERSON, limit=5)

        assert len(found) == 5
        assert found == sorted(found, reverse=True)
        assert len(looks.entries(found)) == 5
        assert len(looks.latest(PERSON, limit=50)) == 12

    def test_are_noted_for_whoever_asks_how_late_sealing_is(self, sealed: Trail) -> None:
        head = DynamoHeads(sealed.parts.connection).head()

        assert head is not None
        assert head.sealed_until <= sealed.clock.now() - MARGIN
