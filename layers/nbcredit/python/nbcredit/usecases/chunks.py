"""Chunks as they are loaded: what is known of one, and the right to work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from nbcredit.domain.audit import Act
from nbcredit.domain.comparison import Case
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import BACKFILL, CORRECTING, Event, EventKind
from nbcredit.domain.leases import Lane, Lease
from nbcredit.domain.records import Version
from nbcredit.domain.submissions import ChunkResult, Submission


class Loaded(StrEnum):
    """What became of a chunk's message."""

    COMMITTED = "committed"
    ALREADY = "already"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class ChunkTask:
    """Which chunk to load."""

    submission: str
    number: int
    lane: Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What decides whether a chunk may be loaded, read in one request."""

    submission: Submission
    lease: Lease | None
    committed: bool


class ChunkStore(Protocol):
    """What is known of chunks."""

    def control(self, task: ChunkTask) -> Control: ...

    def commit(self, submission_id: str, result: ChunkResult, *, act: Act, event: Event) -> None:
        """Close the chunk's books, once; a second time changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to load one chunk for a while; `place` is where it is kept."""

    place: str


class StillLoaded(Conflict):
    """Another worker loads the chunk, or died at it and its claim has not run out yet."""

    code = "still-loaded"

    def __init__(self, submission_id: str, number: int, *, retry_after: float) -> None:
        super().__init__(f"批次 {submission_id} 的第 {number} 块正在入库。")
        self.retry_after = retry_after


class Claims(Protocol):
    """Who works on a chunk."""

    def take(self, submission_id: str, number: int, *, now: datetime, until: datetime) -> Claim:
        """Return the claim, or raise `StillLoaded` while somebody else has it."""
        ...

    def release(self, claim: Claim) -> None: ...


class Affirmations(Protocol):
    """Records that a later report found unchanged without writing them."""

    def write(self, lane: Lane, version: Version, part: str, keys: Sequence[str]) -> None: ...

    def later_than(self, lane: Lane, version: Version) -> dict[str, Version]: ...


class CaseKeeper(Protocol):
    """Where the questions of held rows wait to be decided."""

    def keep(self, cases: Sequence[Case]) -> None:
        """Write the open cases of a chunk; a second time writes the same."""
        ...


def chunk_loaded(
    submission: Submission, number: int, *, term: int, id_: str, at: datetime
) -> Event:
    """Return the event that tells of a chunk, with all that decides what comes next."""
    return Event(
        id=id_,
        kind=EventKind.CHUNK_LOADED,
        at=at,
        subject=submission.id,
        detail={
            "chunk": str(number),
            "chunks": str(submission.chunks),
            "term": str(term),
            "item": submission.item,
            "provider": submission.provider,
            CORRECTING: "yes" if submission.corrections else "no",
            BACKFILL: "yes" if submission.backfill else "no",
        },
    )
