"""Checkpoints: what of the audit trail is sealed, each one over the one before (A20.1)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, Self

from nbcredit.domain import merkle
from nbcredit.domain.audit import GENESIS, StoredEntry, start_of
from nbcredit.domain.periods import from_utc_text, utc_text

# A window is sealed when whatever could still write to it has ended: no function lives longer than
# five minutes (a test compares the template), the rest is for clocks that differ.
MARGIN: Final = timedelta(minutes=10)
# What a run that catches up seals at once.
LONGEST: Final = timedelta(hours=6)
# reliability.md: sealing may lag by four hours, then reading about natural persons stops.
LATEST: Final = timedelta(seconds=14_400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The entries of one window and shard: how many, and the root of the tree over their hashes."""

    key: str
    entries: int
    root: str

    @classmethod
    def of(cls, key: str, entries: Sequence[StoredEntry]) -> Self:
        hashes = [each.content_hash for each in entries]
        return cls(key=key, entries=len(hashes), root=merkle.root(hashes))

    @property
    def window(self) -> str:
        return self.key.partition("#")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What a checkpoint has of one chain: from which to which entry, and the hash of the last."""

    chain: str
    first: int
    last: int
    head: str


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """All entries of the windows from `since` up to, without, `until`.

    `faults` are those of the chains at the time of sealing: what is broken is sealed as it was.
    """

    number: int
    previous: str
    since: str
    until: str
    sealed_at: datetime
    partitions: tuple[Partition, ...]
    stretches: tuple[Stretch, ...]
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def over(
        cls,
        found: Mapping[str, Sequence[StoredEntry]],
        *,
        after: "Checkpoint | None",
        since: str,
        until: str,
        sealed_at: datetime,
        faults: Mapping[str, str],
    ) -> Self:
        """Return the checkpoint over the entries of each partition, those without any left out."""
        return cls(
            number=after.number + 1 if after else 0,
            previous=after.hash if after else GENESIS,
            since=since,
            until=until,
            sealed_at=sealed_at,
            partitions=tuple(Partition.of(key, found[key]) for key in sorted(found) if found[key]),
            stretches=tuple(_stretches(entry for key in sorted(found) for entry in found[key])),
            faults=dict(faults),
        )

    @cached_property
    def by_key(self) -> Mapping[str, Partition]:
        return {each.key: each for each in self.partitions}

    @property
    def entries(self) -> int:
        return sum(each.entries for each in self.partitions)

    @property
    def root(self) -> str:
        """One hash over all that is sealed here: what a notice prints."""
        return merkle.root([each.root for each in self.partitions])

    @cached_property
    def content(self) -> str:
        """The canonical text that is signed."""
        return canonical(
            {
                "kind": "nbcredit-audit-checkpoint",
                "number": self.number,
                "previous": self.previous,
                "since": self.since,
                "until": self.until,
                "sealed_at": utc_text(self.sealed_at),
                "entries": self.entries,
                "root": self.root,
                "partitions": [[each.key, each.entries, each.root] for each in self.partitions],
                "chains": [
                    [each.chain, each.first, each.last, each.head] for each in self.stretches
                ],
                "faults": dict(self.faults),
            }
        )

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    @classmethod
    def read(cls, content: str) -> Self:
        """Read what `content` wrote."""
        told: dict[str, Any] = json.loads(content)
        return cls(
            number=told["number"],
            previous=told["previous"],
            since=told["since"],
            until=told["until"],
            sealed_at=from_utc_text(told["sealed_at"]),
            partitions=tuple(
                Partition(key=key, entries=entries, root=root)
                for key, entries, root in told["partitions"]
            ),
            stretches=tuple(
                Stretch(chain=chain, first=first, last=last, head=head)
                for chain, first, last, head in told["chains"]
            ),
            faults=told["faults"],
        )

    def covers(self, window: str) -> bool:
        return self.since <= window < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A text with its signature and the fingerprint of the key behind it; `versions` is one."""

    content: str
    signature: str
    key: str
    versions: int = 1

    @property
    def statement(self) -> str:
        return statement_of(self.content)


def statement_of(content: str) -> str:
    """Return what is signed in the name of a text: KMS takes 4,096 bytes."""
    return f"nbcredit-seal sha256:{hashlib.sha256(content.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Up to where the trail is sealed, as it is kept beside the trail."""

    number: int
    since: str
    until: str

    @property
    def sealed_until(self) -> datetime:
        return start_of(self.until)


# Of each partition what was sealed: place and hash of every entry, in order.
Leaves = Mapping[str, Sequence[tuple[str, str]]]


def leaves_of(found: Mapping[str, Sequence[StoredEntry]]) -> Leaves:
    return {
        key: [(each.place, each.content_hash) for each in entries]
        for key, entries in found.items()
        if entries
    }


def differences(
    sealed: Sequence[tuple[str, str]], found: Sequence[StoredEntry]
) -> Iterator[tuple[str, str]]:
    """Yield what differs between a partition as it was sealed and as it is found."""
    there = {each.place: each.content_hash for each in found}
    wanted = dict(sealed)
    for place, hash_ in sealed:
        if place not in there:
            yield place, "封存时有这一条，现在没有：被删除，或者库被退回到旧的状态"
        elif there[place] != hash_:
            yield place, "内容与封存时不同：封存之后被改动过"
    for place in there:
        if place not in wanted:
            yield place, "封存之后才写入：封存时没有这一条"


def canonical(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _stretches(entries: Iterable[StoredEntry]) -> Iterator[Stretch]:
    by_chain: dict[str, list[StoredEntry]] = {}
    for entry in entries:
        by_chain.setdefault(entry.chain, []).append(entry)
    for chain in sorted(by_chain):
        own = sorted(by_chain[chain], key=lambda each: each.sequence)
        yield Stretch(
            chain=chain, first=own[0].sequence, last=own[-1].sequence, head=own[-1].content_hash
        )
