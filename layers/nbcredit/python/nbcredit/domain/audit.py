"""The audit trail: who did or read what about whom, chained so that a change shows (A20.1)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import Unavailable
from nbcredit.domain.periods import from_utc_text, utc_text

WINDOW: Final = timedelta(minutes=10)
SHARDS: Final = 16

# A chain starts from the last sealed checkpoint; before the first seal there is this.
GENESIS: Final = "0" * 64


class AuditUnavailable(Unavailable):
    """The trail cannot be written, so what it should witness does not happen."""

    code = "audit-unavailable"

    def __init__(self) -> None:
        super().__init__("审计记录暂时写不进去，操作没有执行：请稍后重试。")


class Outcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What happened, before it has a place in a chain; `about` holds pseudonyms, never numbers."""

    action: str
    actor: Actor
    purpose: str
    about: tuple[str, ...] = ()
    agreement: str = ""
    outcome: Outcome = Outcome.DONE
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An act at its place in a chain."""

    chain: str
    sequence: int
    previous: str
    at: datetime
    act: Act

    @property
    def content(self) -> str:
        """The canonical text whose hash the next entry carries."""
        act = self.act
        return json.dumps(
            {
                "chain": self.chain,
                "sequence": self.sequence,
                "previous": self.previous,
                "at": utc_text(self.at),
                "action": act.action,
                "actor": {
                    "kind": act.actor.kind.value,
                    "id": act.actor.id,
                    "organisation": act.actor.organisation,
                    "address": act.actor.address,
                    "certificate": act.actor.certificate,
                },
                "request": act.actor.request,
                "purpose": act.purpose,
                "about": list(act.about),
                "agreement": act.agreement,
                "outcome": act.outcome.value,
                "detail": dict(act.detail),
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    @property
    def window(self) -> str:
        return window_of(self.at)

    @property
    def shard(self) -> int:
        return shard_of(self.chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as it was found: its text, the hash stored beside it, and in which partition."""

    chain: str
    sequence: int
    content: str
    hash: str
    partition: str = ""

    @property
    def place(self) -> str:
        return f"{self.chain}/{self.sequence}"

    @property
    def previous(self) -> str:
        return str(json.loads(self.content)["previous"])

    @property
    def content_hash(self) -> str:
        """The hash of what it says, whatever is stored beside it."""
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a verification found: of each bad entry, by its `chain/sequence`, what is wrong."""

    entries: int
    chains: int
    faults: Mapping[str, str] = field(default_factory=dict)
    checkpoints: int = 0
    sealed_until: datetime | None = None

    @property
    def whole(self) -> bool:
        return not self.faults

    @property
    def first_bad(self) -> str:
        """The first bad entry, empty where all is whole."""
        return next(iter(self.faults), "")

    @property
    def reason(self) -> str:
        return self.faults.get(self.first_bad, "")

    def confirming(self, earlier: "Verdict") -> Self:
        """Return this verdict with those faults only that an earlier one found as well."""
        lasting = {place: told for place, told in self.faults.items() if place in earlier.faults}
        return replace(self, faults=lasting)


def start_of(window: str) -> datetime:
    """Return the moment a window begins."""
    return from_utc_text(f"{window}:00.000000Z")


def window_of(moment: datetime) -> str:
    """Return the ten-minute window a moment falls into, as the text of its start."""
    text = utc_text(moment)
    return f"{text[:15]}0"


def windows_between(since: datetime, until: datetime) -> Iterable[str]:
    """Yield every window from the one of `since` to the one of `until`."""
    start = start_of(window_of(since))
    while start <= until:
        yield window_of(start)
        start += WINDOW


def partition_of(window: str, shard: int) -> str:
    """Return the key under which a window's entries of a shard are kept."""
    return f"{window}#{shard:02d}"


def shard_of(chain: str) -> int:
    return hashlib.sha256(chain.encode()).digest()[0] % SHARDS


def verify(entries: Iterable[StoredEntry], *, born_in_range: frozenset[str]) -> Verdict:
    """Check hashes and links of whole chains; name the bad entries.

    `born_in_range` names the chains that began in the range, whose first entry must be there.
    Entries cut off the end of a chain are caught by the checkpoints (`domain.checkpoints`).
    """
    by_chain: dict[str, list[StoredEntry]] = {}
    for entry in entries:
        by_chain.setdefault(entry.chain, []).append(entry)
    count = sum(len(chain) for chain in by_chain.values())
    faults: dict[str, str] = {}
    for name in sorted(by_chain):
        chain = sorted(by_chain[name], key=_sequence)
        for place, reason in _faults(chain, whole=name in born_in_range):
            faults.setdefault(place, reason)
    return Verdict(entries=count, chains=len(by_chain), faults=faults)


def _sequence(entry: StoredEntry) -> int:
    return entry.sequence


def _faults(chain: Iterable[StoredEntry], *, whole: bool) -> Iterator[tuple[str, str]]:
    before: StoredEntry | None = None
    for entry in chain:
        fault = _fault(entry, before, whole=whole)
        if fault is not None:
            yield entry.place, fault
        before = entry


def _fault(entry: StoredEntry, before: StoredEntry | None, *, whole: bool) -> str | None:
    if entry.content_hash != entry.hash:
        return "内容与其校验值不符：该条被改动过"
    told = json.loads(entry.content)
    home = partition_of(window_of(from_utc_text(told["at"])), shard_of(told["chain"]))
    if (told["chain"], told["sequence"]) != (entry.chain, entry.sequence) or (
        entry.partition not in ("", home)
    ):
        return "内容与其位置不符：该条被移动过"
    if before is None:
        headless = whole and (entry.sequence != 0 or entry.previous != GENESIS)
        return "链的开头缺失" if headless else None
    if entry.sequence != before.sequence + 1:
        return f"缺少第 {before.sequence + 1} 条"
    return "与前一条的衔接断开" if entry.previous != before.hash else None
