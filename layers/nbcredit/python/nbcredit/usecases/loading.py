"""Loading one chunk: compare with the store, plan, write what changed, commit (A7.3, A8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.leases import LEASE, RENEW_BELOW, Lane, Lease, Waiting
from nbcredit.domain.records import Version
from nbcredit.domain.subjects import Registration, StaleSubject, Subject, SubjectKey, registered
from nbcredit.domain.submissions import ChunkResult, State, Submission
from nbcredit.usecases.lanes import LaneStore, suspended
from nbcredit.usecases.planning import Planning
from nbcredit.usecases.plans import Hashes, Plan, PlanStore, SubjectStore
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Catalogues, Organisations
from nbcredit.usecases.remarks import Regions
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

LOADER: Final = Actor.platform("load_chunk")
_REGISTER_ATTEMPTS: Final = 5


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


class Affirmations(Protocol):
    """Records that a later report found unchanged without writing them."""

    def write(self, lane: Lane, version: Version, number: int, keys: Sequence[str]) -> None: ...

    def later_than(self, lane: Lane, version: Version) -> dict[str, Version]: ...


@dataclass(frozen=True, slots=True)
class Loading:
    """Loads chunks."""

    submissions: SubmissionStore
    chunks: ChunkStore
    lanes: LaneStore
    work: WorkFiles
    plans: PlanStore
    subjects: SubjectStore
    affirmations: Affirmations
    catalogues: Catalogues
    organisations: Organisations
    hashes: Hashes
    clock: Clock
    ids: IdFactory

    def load(self, task: ChunkTask) -> Loaded:
        """Load one chunk; whatever was done of it before is done no second time."""
        now = self.clock.now()
        control = self.chunks.control(task)
        submission, lease = control.submission, control.lease
        if control.committed or submission.state is not State.LOADING:
            return Loaded.ALREADY
        if lease is None or not lease.held_by(submission.id, now=now):
            self._suspend(submission, now=now)
            return Loaded.SUSPENDED
        if lease.until - now < RENEW_BELOW:
            self.lanes.renew(lease, until=now + LEASE)
        plan, profiles = self._plan(task, submission, lease)
        self._apply(plan, profiles)
        if plan.affirmed:
            self.affirmations.write(task.lane, submission.version, task.number, plan.affirmed)
        self.work.write_issues(submission.id, f"load-{task.number:05d}", plan.issues)
        self._commit(task, submission, plan, now=now)
        return Loaded.COMMITTED

    def _suspend(self, submission: Submission, *, now: datetime) -> None:
        """Queue again for a lane that was lost; whoever is started loads what is not committed."""
        again = suspended(submission)
        self.submissions.move(
            again,
            act=Act(
                action="loading-suspended",
                actor=LOADER,
                purpose="信用信息入库",
                about=(submission.id,),
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.SUBMISSION_READ,
                at=now,
                subject=submission.id,
                detail={"item": submission.item, "provider": submission.provider},
            ),
            waiting=Waiting(
                lane=submission.lane, submission=submission.id, version=submission.version
            ),
        )

    def _plan(
        self, task: ChunkTask, submission: Submission, lease: Lease
    ) -> tuple[Plan, dict[SubjectKey, Subject]]:
        stored = self.plans.latest(submission.id, task.number)
        if stored is not None and stored.term == lease.term:
            return stored, {}
        item = self.catalogues.get(submission.catalogue).item(submission.item)
        planning = Planning(
            item=item,
            submission=submission,
            regions=Regions(item, self.organisations.directory(), submission.provider),
            hashes=self.hashes,
            store=self.subjects,
            previous=stored,
            reaffirmed=self._reaffirmed(task.lane, submission, lease),
        )
        for row in self.work.read_chunk(submission.id, task.number):
            planning.add(row)
        plan = planning.plan(term=lease.term)
        return self.plans.keep(submission.id, task.number, plan), planning.profiles

    def _reaffirmed(
        self, lane: Lane, submission: Submission, lease: Lease
    ) -> Mapping[str, Version]:
        """Return what later reports left standing; only a report that comes late has to ask."""
        if lease.latest is None or lease.latest <= submission.version:
            return {}
        return self.affirmations.later_than(lane, submission.version)

    def _apply(self, plan: Plan, profiles: Mapping[SubjectKey, Subject]) -> None:
        if plan.registrations:
            self._register(plan.registrations, profiles)
        self.subjects.apply(plan.puts)

    def _register(
        self, registrations: Sequence[Registration], profiles: Mapping[SubjectKey, Subject]
    ) -> None:
        for _ in range(_REGISTER_ATTEMPTS):
            known = profiles or self.subjects.read([], [each.key for each in registrations])[1]
            before = [known[each.key] for each in registrations]
            after = [registered(known[each.key], each) for each in registrations]
            changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
            try:
                if changed:
                    self.subjects.update(*([list(side) for side in zip(*changed, strict=True)]))
            except StaleSubject:
                profiles = {}
            else:
                return
        raise StaleSubject(registrations[0].key)

    def _commit(
        self, task: ChunkTask, submission: Submission, plan: Plan, *, now: datetime
    ) -> None:
        counts = {outcome.value: str(count) for outcome, count in plan.counts.items()}
        issue_counts: dict[str, int] = {}
        for issue in plan.issues:
            issue_counts[issue.code.value] = issue_counts.get(issue.code.value, 0) + 1
        self.chunks.commit(
            submission.id,
            ChunkResult(number=task.number, outcomes=plan.counts, issue_counts=issue_counts),
            act=Act(
                action="chunk-loaded",
                actor=LOADER,
                purpose="信用信息入库",
                about=(submission.id,),
                detail={"chunk": str(task.number), "term": str(plan.term), **counts},
            ),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.CHUNK_LOADED,
                at=now,
                subject=submission.id,
                detail={
                    "chunk": str(task.number),
                    "chunks": str(submission.chunks),
                    "item": submission.item,
                },
            ),
        )
