"""Sealing the trail, and stopping reads of persons where that is not done (A20.1, F24)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from nbcredit.domain.audit import Act, StoredEntry, start_of, verify, window_of, windows_between
from nbcredit.domain.checkpoints import (
    LATEST,
    LONGEST,
    MARGIN,
    Checkpoint,
    Head,
    leaves_of,
)
from nbcredit.domain.errors import Unavailable
from nbcredit.domain.looks import LOOKS, Look, looks_of, subject_in
from nbcredit.usecases.audit import AuditStore, AuditTrail
from nbcredit.usecases.ports import Clock, Deadline
from nbcredit.usecases.proving import UNPROVEN
from nbcredit.usecases.seals import HeadStore, SealStore, Signatures, Signer, Trust

_ENOUGH_SECONDS: Final = 60.0
_RETRY: Final = timedelta(minutes=1)


class LookIndex(Protocol):
    """Who looked at whom: places in the trail by subject."""

    def note(self, looks: Iterable[Look]) -> None:
        """Keep them; once more changes nothing."""
        ...


class TrailBirth(Protocol):
    """When the trail began."""

    def born(self) -> datetime: ...


class SealingLate(Unavailable):
    """Nobody could prove the trail of the last hours, so no person is looked at."""

    code = "audit-sealing-late"

    def __init__(self) -> None:
        super().__init__(
            "审计记录超过四小时没有封存，暂停查询自然人信息：请运维人员按手册恢复封存后再查。"
        )


@dataclass(frozen=True, slots=True)
class Sealings:
    """What a run has sealed, and how far behind it leaves the trail."""

    made: Sequence[Checkpoint]
    until: datetime
    lag: timedelta
    unproven: Mapping[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        return sum(each.entries for each in self.made)

    @property
    def faults(self) -> Mapping[str, str]:
        sealed = {place: told for each in self.made for place, told in each.faults.items()}
        return {**sealed, **self.unproven}


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals every window that nobody can write to any more, once."""

    store: AuditStore
    seals: SealStore
    heads: HeadStore
    birth: TrailBirth
    index: LookIndex
    signer: Signer
    signatures: Signatures
    clock: Clock
    # Keys that were replaced, by fingerprint: what they signed is still built on.
    earlier: frozenset[str] = frozenset()

    def run(self, *, deadline: Deadline, since: datetime | None = None) -> Sealings:
        """Seal what is due, missed runs as well; `since` is where the very first one begins."""
        head = self.heads.head()
        last, unproven = self._last(head)
        if unproven and last is None and head is not None:
            # What the next would have to follow is not there: going on would be a fork.
            reached = head.sealed_until
            return Sealings((), reached, self.clock.now() - reached, unproven)
        begin = last.until if last else window_of(since or self.birth.born())
        end = window_of(self.clock.now() - MARGIN)
        made: list[Checkpoint] = []
        while begin < end and deadline.remaining() > _ENOUGH_SECONDS:
            until = min(end, window_of(start_of(begin) + LONGEST))
            last = self._seal(last, begin, until)
            if last is None:
                break
            made.append(last)
            begin = last.until
        sealed = start_of(begin)
        return Sealings(made, sealed, self.clock.now() - sealed, unproven)

    def _last(self, head: Head | None) -> tuple[Checkpoint | None, Mapping[str, str]]:
        """Return the newest checkpoint that is ours, and what lies there and is not."""
        now = window_of(self.clock.now())
        signed = list(self.seals.checkpoints(since=head.since if head else "", until=now))
        if not signed:
            self._show_key()
            return None, {}
        trust = Trust(self.signatures, self.signer, self.earlier)
        keys = trust.keys(self.seals.public_keys())
        read = [trust.read(each, keys) for each in signed]
        last = next((each for each in reversed(read) if each is not None), None)
        if last is not None:
            self._note(last)
        return last, {f"checkpoint/?{n}": UNPROVEN for n, each in enumerate(read) if each is None}

    def _show_key(self) -> None:
        key = self.signer.public_key()
        self.seals.put_key(key, fingerprint=self.signatures.fingerprint(key))

    def _seal(self, after: Checkpoint | None, since: str, until: str) -> Checkpoint | None:
        """Return the new checkpoint, or nothing where another run was quicker."""
        last = window_of(start_of(until) - timedelta(microseconds=1))
        found = dict(self.store.partitions(windows_between(start_of(since), start_of(last))))
        checkpoint = Checkpoint.over(
            found,
            after=after,
            since=since,
            until=until,
            sealed_at=self.clock.now(),
            faults=self._faults(found, since),
        )
        # In this order whatever is cut off is done again by the next run.
        self.index.note(look for key in found for each in found[key] for look in looks_of(each))
        self.seals.put_leaves(leaves_of(found), root=checkpoint.root)
        signed = self.signer.sign(checkpoint.content)
        if signed.key not in self.seals.public_keys():
            self._show_key()
        if not self.seals.put_checkpoint(signed, since=since):
            return None
        self._note(checkpoint)
        return checkpoint

    def _faults(self, found: Mapping[str, Sequence[StoredEntry]], since: str) -> Mapping[str, str]:
        entries = [entry for key in found for entry in found[key]]
        chains = frozenset(entry.chain for entry in entries)
        born = self.store.born_between(chains, since=start_of(since))
        return verify(entries, born_in_range=born).faults

    def _note(self, last: Checkpoint) -> None:
        self.heads.note(Head(number=last.number, since=last.since, until=last.until))


@dataclass(slots=True)
class SealWatch:
    """Knows whether the trail is sealed lately; asks the store about once in four hours."""

    heads: HeadStore
    birth: TrailBirth
    clock: Clock
    _sealed: datetime | None = field(default=None, init=False)
    _asked: datetime | None = field(default=None, init=False)

    def require_fresh(self) -> None:
        """Raise `SealingLate` where the newest checkpoint is older than four hours."""
        now = self.clock.now()
        if self._is_late(now) and (self._asked is None or now - self._asked >= _RETRY):
            head = self.heads.head()
            # Before the first checkpoint the trail's own age counts.
            self._sealed = head.sealed_until if head else self.birth.born()
            self._asked = now
        if self._is_late(now):
            raise SealingLate

    def _is_late(self, now: datetime) -> bool:
        return self._sealed is None or now - self._sealed > LATEST


@dataclass(frozen=True, slots=True)
class WatchedTrail:
    """A trail that lets nobody be shown a person while it is not sealed.

    What shows something records it before it answers; whoever is refused has seen nothing.
    """

    trail: AuditTrail
    watch: SealWatch

    def record(self, act: Act) -> None:
        if act.action in LOOKS and any(subject_in(each).startswith("NP") for each in act.about):
            self.watch.require_fresh()
        self.trail.record(act)
