"""Loading one chunk: compare with the store, plan, write what changed, commit (A7.3, A8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.comparison import Case
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.leases import LEASE, RENEW_BELOW, Lane, Lease, Waiting
from nbcredit.domain.records import Version
from nbcredit.domain.reserved import CORRECTS, unanswering
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import (
    Naming,
    Registration,
    StaleSubject,
    Subject,
    SubjectKey,
    revised,
)
from nbcredit.domain.submissions import ChunkResult, Kind, State, Submission
from nbcredit.usecases.chunks import (
    Affirmations,
    CaseKeeper,
    ChunkStore,
    ChunkTask,
    Claims,
    Loaded,
    StillLoaded,
    chunk_loaded,
)
from nbcredit.usecases.correcting import Correcting
from nbcredit.usecases.lanes import LaneStore, suspended
from nbcredit.usecases.planning import Planning
from nbcredit.usecases.plans import Hashes, Plan, PlanStore, SubjectStore
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.progress import counted
from nbcredit.usecases.receiving import Catalogues, Organisations
from nbcredit.usecases.remarks import Regions
from nbcredit.usecases.retracting import Retracting
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles
from nbcredit.usecases.withdrawing import Withdrawing

LOADER: Final = Actor.platform("load_chunk")
_REVISE_ATTEMPTS: Final = 5
# Only a lagging message comes before the others are in.
_OTHERS_SECONDS: Final = 60.0

# Longer than the function may live: whose claim ran out is dead.
CLAIM: Final = timedelta(seconds=170)


@dataclass(frozen=True, slots=True)
class Loading:
    """Loads chunks."""

    submissions: SubmissionStore
    chunks: ChunkStore
    claims: Claims
    lanes: LaneStore
    work: WorkFiles
    plans: PlanStore
    subjects: SubjectStore
    cases: CaseKeeper
    affirmations: Affirmations
    catalogues: Catalogues
    organisations: Organisations
    hashes: Hashes
    clock: Clock
    ids: IdFactory

    def load(self, task: ChunkTask) -> Loaded:
        """Load one chunk; whatever was done of it before is done no second time.

        Queues deliver twice, and a copy that lagged behind would write an old plan over what came
        since: one worker at a time, so a copy finds the chunk committed or waits.
        """
        now = self.clock.now()
        claim = self.claims.take(task.submission, task.number, now=now, until=now + CLAIM)
        try:
            return self._load(task, now=now)
        finally:
            self.claims.release(claim)

    def _load(self, task: ChunkTask, *, now: datetime) -> Loaded:
        control = self.chunks.control(task)
        submission, lease = control.submission, control.lease
        if control.committed or submission.state is not State.LOADING:
            return Loaded.ALREADY
        if lease is None or not lease.held_by(submission.id, now=now):
            self._suspend(submission, now=now)
            return Loaded.SUSPENDED
        if task.number == submission.correcting_chunk:
            self._insist_on_the_others(submission)
        if lease.until - now < RENEW_BELOW:
            self.lanes.renew(lease, until=now + LEASE)
        stored = self.plans.latest(submission.id, task.number)
        profiles: Mapping[SubjectKey, Subject] = {}
        if stored is not None and stored.term == lease.term:
            plan = self._with_names(stored, task, submission)
        else:
            plan, profiles = self._plan(task, submission, lease, stored)
        self._apply(plan, profiles)
        if plan.questions:
            self._hold(task, submission, plan)
        if plan.affirmed:
            affirmed = _affirmed_part(submission, task.number)
            self.affirmations.write(task.lane, submission.version, affirmed, plan.affirmed)
        part = f"load-{task.number:05d}"
        self.work.write_issues(submission.id, part, plan.issues, again=stored is not None)
        self._commit(task, submission, plan, now=now)
        return Loaded.COMMITTED

    def _insist_on_the_others(self, submission: Submission) -> None:
        """Raise `StillLoaded` while other chunks are not in: a row of theirs may be named."""
        done = {result.number for result in self.submissions.chunk_results(submission.id)}
        for number in range(submission.chunks - 1):
            if number not in done:
                raise StillLoaded(submission.id, number, retry_after=_OTHERS_SECONDS)

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
        self, task: ChunkTask, submission: Submission, lease: Lease, stored: Plan | None
    ) -> tuple[Plan, dict[SubjectKey, Subject]]:
        if submission.kind is Kind.WITHDRAWAL:
            withdrawing = Withdrawing(Retracting(submission, self.subjects, stored))
            for row in self._rows(task, submission):
                withdrawing.add(row)
            plan = withdrawing.plan(term=lease.term)
            return self.plans.keep(submission.id, task.number, plan), {}
        corrects = task.number == submission.correcting_chunk
        if corrects:
            submission = submission.in_correcting_chunk()
        item = self.catalogues.get(submission.catalogue).item(submission.item)
        planning = Planning(
            item=item,
            submission=submission,
            regions=Regions(
                item,
                self.organisations.directory(),
                submission.provider,
                submission.columns,
            ),
            hashes=self.hashes,
            store=self.subjects,
            previous=stored,
            reaffirmed=self._reaffirmed(task.lane, submission, lease),
        )
        rows: Planning | Correcting = planning
        if corrects:
            rows = Correcting(planning, Retracting(submission, self.subjects, stored))
        for row in self._rows(task, submission):
            rows.add(row)
        plan = rows.plan(term=lease.term)
        kept = self.plans.keep(submission.id, task.number, plan)
        if kept is not plan:
            kept = self._with_names(kept, task, submission)
        return kept, planning.profiles

    def _rows(self, task: ChunkTask, submission: Submission) -> list[Row]:
        """Return the rows of a chunk; those that name a record have the last one to themselves."""
        if task.number == submission.correcting_chunk:
            chunks = sorted(submission.corrections)
            rows = (row for each in chunks for row in self.work.read_chunk(submission.id, each))
            return [row for row in rows if CORRECTS in row.values]
        own = self.work.read_chunk(submission.id, task.number)
        if task.number not in submission.corrections:
            return own
        return [row for row in own if CORRECTS not in row.values]

    def _with_names(self, plan: Plan, task: ChunkTask, submission: Submission) -> Plan:
        """Return a stored plan with the names that it leaves to the rows."""
        rows = {each.row for each in plan.revisions if isinstance(each, Naming)}
        if not rows:
            return plan
        item = self.catalogues.get(submission.catalogue).item(submission.item)
        names = {
            row.number: ref.name
            for row in self._rows(task, submission)
            if row.number in rows and (ref := item.subject_of(row.values)) is not None
        }
        return replace(
            plan,
            revisions=tuple(
                replace(each, name=names[each.row]) if isinstance(each, Naming) else each
                for each in plan.revisions
            ),
        )

    def _reaffirmed(
        self, lane: Lane, submission: Submission, lease: Lease
    ) -> Mapping[str, Version]:
        """Return what later reports left standing; only a report that comes late has to ask."""
        if lease.latest is None or lease.latest <= submission.version:
            return {}
        return self.affirmations.later_than(lane, submission.version)

    def _hold(self, task: ChunkTask, submission: Submission, plan: Plan) -> None:
        """Keep the rows that wait for a decision, then what is to be decided."""
        held = {question.row for question in plan.questions}
        rows = self._rows(task, submission)
        kept = [unanswering(row) for row in rows if row.number in held]
        self.work.write_held(submission.id, task.number, kept)
        self.cases.keep(
            [
                Case(
                    submission=submission.id,
                    provider=submission.provider,
                    item=submission.item,
                    reported_at=submission.reported_at,
                    chunk=task.number,
                    question=question,
                )
                for question in plan.questions
            ]
        )

    def _apply(self, plan: Plan, profiles: Mapping[SubjectKey, Subject]) -> None:
        if plan.revisions:
            self._revise(plan.revisions, profiles)
        self.subjects.apply(plan.puts)

    def _revise(
        self,
        revisions: Sequence[Registration | Naming],
        profiles: Mapping[SubjectKey, Subject],
    ) -> None:
        for _ in range(_REVISE_ATTEMPTS):
            known = profiles or self.subjects.read([], [each.key for each in revisions])[1]
            before = [known[each.key] for each in revisions]
            after = [revised(known[each.key], each) for each in revisions]
            changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
            try:
                if changed:
                    self.subjects.update(*([list(side) for side in zip(*changed, strict=True)]))
            except StaleSubject:
                profiles = {}
            else:
                return
        raise StaleSubject(revisions[0].key)

    def _commit(
        self, task: ChunkTask, submission: Submission, plan: Plan, *, now: datetime
    ) -> None:
        counts = {outcome.value: str(count) for outcome, count in plan.counts.items()}
        self.chunks.commit(
            submission.id,
            ChunkResult(
                number=task.number, outcomes=plan.counts, issue_counts=counted(plan.issues)
            ),
            act=Act(
                action="chunk-loaded",
                actor=LOADER,
                purpose="信用信息入库",
                about=(submission.id,),
                detail={"chunk": str(task.number), "term": str(plan.term), **counts},
            ),
            event=chunk_loaded(submission, task.number, term=plan.term, id_=self.ids.new(), at=now),
        )


def _affirmed_part(submission: Submission, number: int) -> str:
    """Return where a chunk's affirmations stand; decisions share the version of a file."""
    return f"{number:05d}" + (f"-{submission.id}" if submission.follows else "")
