"""Entries, a locked store in memory, and a signer whose key is of this process."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nbcredit.adapters.signatures import fingerprint_of
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import GENESIS, Act, Entry, StoredEntry, partition_of
from nbcredit.domain.checkpoints import Head, Leaves, Signed, statement_of

NOON: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # Monday
AUDITOR: Final = Actor(kind=ActorKind.OPERATOR, id="chen", organisation="centre")


def entries(name: str, *, length: int) -> Iterator[Entry]:
    previous = GENESIS
    for sequence in range(length):
        entry = Entry(
            chain=name,
            sequence=sequence,
            previous=previous,
            at=NOON + timedelta(minutes=sequence),
            act=Act(action="test", actor=Actor.platform("test"), purpose="测试"),
        )
        previous = entry.hash
        yield entry


def stored(entry: Entry) -> StoredEntry:
    return StoredEntry(
        chain=entry.chain,
        sequence=entry.sequence,
        content=entry.content,
        hash=entry.hash,
        partition=partition_of(entry.window, entry.shard),
    )


def a_chain(name: str, *, length: int = 4, first: int = 0) -> list[StoredEntry]:
    return [stored(entry) for entry in entries(name, length=first + length)][first:]


@dataclass
class FakeSigner:
    """Signs as KMS does."""

    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def public_key(self) -> str:
        return (
            self.secret.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode()
        )

    def sign(self, content: str) -> Signed:
        made = self.secret.sign(statement_of(content).encode(), ec.ECDSA(hashes.SHA256()))
        return Signed(
            content=content,
            signature=base64.b64encode(made).decode(),
            key=fingerprint_of(self.public_key()),
        )


@dataclass
class FakeSeals:
    """Keeps what comes first, and gives it back."""

    signed: dict[str, Signed] = field(default_factory=dict)
    sealed: dict[str, Leaves] = field(default_factory=dict)
    digests: dict[date, Signed] = field(default_factory=dict)
    pems: dict[str, str] = field(default_factory=dict)

    def checkpoints(self, *, since: str, until: str) -> Iterable[Signed]:
        return [self.signed[each] for each in sorted(self.signed) if since <= each < until]

    def put_checkpoint(self, signed: Signed, *, since: str) -> bool:
        return self.signed.setdefault(since, signed) is signed

    def leaves(self, root: str) -> Leaves | None:
        return self.sealed.get(root)

    def put_leaves(self, leaves: Leaves, *, root: str) -> None:
        if leaves:
            self.sealed.setdefault(root, leaves)

    def digest(self, day: date) -> Signed | None:
        return self.digests.get(day)

    def put_digest(self, signed: Signed, *, day: date) -> bool:
        return self.digests.setdefault(day, signed) is signed

    def public_keys(self) -> Mapping[str, str]:
        return self.pems

    def put_key(self, public_key: str, *, fingerprint: str) -> None:
        self.pems.setdefault(fingerprint, public_key)


@dataclass
class FakeHeads:
    """Keeps the newest head; the trail was born at noon."""

    kept: Head | None = None
    birth: datetime = NOON
    asked: int = 0

    def head(self) -> Head | None:
        self.asked += 1
        return self.kept

    def note(self, head: Head) -> None:
        self.kept = head

    def born(self) -> datetime:
        return self.birth


@dataclass
class FakeTrail:
    """Keeps the acts that are recorded."""

    acts: list[Act] = field(default_factory=list)

    def record(self, act: Act) -> None:
        self.acts.append(act)


@dataclass
class FakeAuditStore:
    """Shows another trail at each reading, the last one from then on."""

    readings: list[list[StoredEntry]]

    def partitions(self, windows: Iterable[str]) -> Iterable[tuple[str, Sequence[StoredEntry]]]:
        entries = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        wanted = list(windows)
        found: dict[str, list[StoredEntry]] = {}
        for entry in entries:
            if entry.partition.partition("#")[0] in wanted:
                found.setdefault(entry.partition, []).append(entry)
        return sorted(found.items(), key=lambda each: wanted.index(each[0].partition("#")[0]))

    def born_between(self, chains: frozenset[str], *, since: datetime) -> frozenset[str]:  # noqa: ARG002 -- all of them
        return chains
