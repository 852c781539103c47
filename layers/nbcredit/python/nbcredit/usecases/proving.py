"""Proving the trail: its chains against themselves, its windows against their checkpoints (F58)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from nbcredit.domain import merkle
from nbcredit.domain.audit import (
    GENESIS,
    WINDOW,
    StoredEntry,
    Verdict,
    start_of,
    verify,
    window_of,
    windows_between,
)
from nbcredit.domain.checkpoints import (
    LONGEST,
    Checkpoint,
    Leaves,
    Partition,
    differences,
)
from nbcredit.usecases.audit import AuditStore
from nbcredit.usecases.seals import HeadStore, SealStore, Trust

UNPROVEN: Final = "检查点的签名不对：不是平台签的，或者被改动过"
_TWICE: Final = "检查点有第二个版本：有人试图替换它"
_BROKEN: Final = "检查点与前一个衔接不上：中间缺少，或者出现了分叉"
_LOST: Final = "检查点不见了：登记过它，封存处却没有"

Found = Mapping[str, Sequence[StoredEntry]]
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proving:
    """Finds what is wrong with the trail between two moments."""

    store: AuditStore
    seals: SealStore
    heads: HeadStore
    trust: Trust

    def verdict(self, *, since: datetime, until: datetime) -> Verdict:
        verdict = self._verdict(since, until)
        if not verdict.whole:
            # While one window is read, an entry of another, already read, may be written, and its
            # successor is then found without it. At a second reading such an entry is there.
            verdict = self._verdict(since, until).confirming(verdict)
        return verdict

    def _verdict(self, since: datetime, until: datetime) -> Verdict:
        checkpoints, faults = self.checkpoints(since=since, until=until)
        found = dict(self.store.partitions(windows_between(since, until)))
        # What was sealed names the bad entry itself, the chain often the one behind it.
        for place, reason in self._unlike_sealed(found, checkpoints):
            faults.setdefault(place, reason)
        entries = [entry for key in found for entry in found[key]]
        born = self.store.born_between(frozenset(entry.chain for entry in entries), since=since)
        chains = verify(entries, born_in_range=born)
        return replace(
            chains,
            faults={**faults, **{k: v for k, v in chains.faults.items() if k not in faults}},
            checkpoints=len(checkpoints),
            sealed_until=start_of(checkpoints[-1].until) if checkpoints else None,
        )

    def checkpoints(
        self, *, since: datetime, until: datetime
    ) -> tuple[list[Checkpoint], dict[str, str]]:
        """Return the checkpoints over that time whose signatures hold, and what is wrong."""
        first, end = window_of(since - LONGEST), window_of(until + WINDOW)
        keys = self.trust.keys(self.seals.public_keys())
        faults: dict[str, str] = {}
        good: list[Checkpoint] = []
        for signed in self.seals.checkpoints(since=first, until=end):
            checkpoint = self.trust.read(signed, keys)
            if checkpoint is None:
                faults.setdefault(f"checkpoint/{good[-1].number + 1 if good else '?'}", UNPROVEN)
                continue
            place = f"checkpoint/{checkpoint.number}"
            if signed.versions > 1:
                faults.setdefault(place, _TWICE)
            if not _continues(checkpoint, good[-1] if good else None):
                faults.setdefault(place, _BROKEN)
            good.append(checkpoint)
        head = self.heads.head()
        if head and first <= head.since < end and (not good or good[-1].number < head.number):
            faults.setdefault(f"checkpoint/{head.number}", _LOST)
        return [each for each in good if each.until > window_of(since)], faults

    def _unlike_sealed(self, found: Found, checkpoints: Sequence[Checkpoint]) -> Iterator[Fault]:
        for checkpoint in checkpoints:
            unlike = [
                key
                for key in found
                if checkpoint.covers(key.partition("#")[0])
                and not _is_sealed(checkpoint.by_key.get(key), key, found[key])
            ]
            leaves = self.seals.leaves(checkpoint.root) if unlike else None
            for key in unlike:
                yield from _named(key, found[key], checkpoint, leaves)


def _continues(checkpoint: Checkpoint, before: Checkpoint | None) -> bool:
    if before is None:
        return checkpoint.number > 0 or checkpoint.previous == GENESIS
    return (checkpoint.number, checkpoint.previous, checkpoint.since) == (
        before.number + 1,
        before.hash,
        before.until,
    )


def _is_sealed(sealed: Partition | None, key: str, entries: Sequence[StoredEntry]) -> bool:
    if sealed is None:
        return not entries
    return sealed == Partition.of(key, entries)


def _named(
    key: str, entries: Sequence[StoredEntry], checkpoint: Checkpoint, leaves: Leaves | None
) -> Iterator[Fault]:
    sealed = checkpoint.by_key.get(key)
    told = (leaves or {}).get(key, ())
    if sealed and merkle.root([hash_ for _, hash_ in told]) != sealed.root:
        # Without the list of what was sealed there is only the partition to name.
        yield key, "这一段与封存时不同"
        return
    yield from differences(told if sealed else (), entries)
