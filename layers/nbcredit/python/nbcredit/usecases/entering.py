"""Entering rows that no file brings: the same lane, chunks, plans and books, within a call (A7.1).

Nothing here stores in a way of its own. A call takes the steps that queues would take, and leaves
what others do meanwhile, or what it dies before, to them: every step may be taken twice.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.entries import Batch, Entry
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.domain.leases import Waiting
from nbcredit.domain.periods import Period, business_date
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import (
    ENDED,
    StaleSubmission,
    State,
    Submission,
    UnknownSubmission,
    submission_id,
)
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.usecases.announcing import Announcement, Announcements
from nbcredit.usecases.chunks import ChunkTask, StillLoaded
from nbcredit.usecases.lanes import Lanes
from nbcredit.usecases.loading import Loading
from nbcredit.usecases.ownership import check_reporter, insist_on_duty
from nbcredit.usecases.plans import PlanStore
from nbcredit.usecases.ports import Clock, Deadline, IdFactory
from nbcredit.usecases.receiving import Catalogues, Organisations, Receiving, StillRead, Upload
from nbcredit.usecases.settling import Settled, Settling
from nbcredit.usecases.submissions import Standing, SubmissionStore, WorkFiles

ENTERER: Final = Actor.platform("answer_call")
PURPOSE: Final = "信用信息报送"
# Others who load the same chunk are done in a moment, or dead.
PAUSE: Final = 0.2
PAUSES: Final = 40
# Enough to end the step at hand and to answer.
RESERVE: Final = 15.0


class Drop(Protocol):
    """Where files arrive, for putting rows there as a file would be."""

    def put(self, key: str, body: bytes) -> str:
        """Put the file; return the version of the object."""
        ...


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How one row of a call ended, as far as it has."""

    number: int
    outcome: Outcome | None
    issues: tuple[Issue, ...] = ()


class _Step(Enum):
    """What became of the attempt to take a submission further."""

    TAKEN = auto()
    SOON = auto()
    LATER = auto()


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets clean rows queue for their lane; who goes on from there is told by the event."""

    store: SubmissionStore
    work: WorkFiles
    clock: Clock
    ids: IdFactory

    def admit(self, entry: Entry) -> str:
        """Register the rows, once, and return the id of their submission."""
        submission = entry.submission
        try:
            self.store.get(submission.id)
        except UnknownSubmission:
            # Its place is its content: whoever writes it, writes the same.
            self.work.write_chunk(submission.id, 0, entry.rows)
            self.store.register(
                submission,
                act=_act("rows-entered", submission, entry),
                event=Event(
                    id=self.ids.new(),
                    kind=EventKind.SUBMISSION_READ,
                    at=self.clock.now(),
                    subject=submission.id,
                    detail={"item": submission.item, "provider": submission.provider},
                ),
                waiting=Waiting(
                    lane=submission.lane, submission=submission.id, version=submission.version
                ),
            )
        return submission.id


@dataclass(frozen=True, slots=True)
class Entering:
    """Takes rows of calls the way of a file, as far as their lane is free."""

    store: SubmissionStore
    announcements: Announcements
    drop: Drop
    work: WorkFiles
    plans: PlanStore
    receiving: Callable[[], Receiving]
    lanes: Lanes
    loading: Loading
    settling: Settling
    catalogues: Catalogues
    organisations: Organisations
    clock: Clock
    ids: IdFactory
    sleep: Callable[[float], None]

    def report(self, batch: Batch, *, deadline: Deadline) -> Standing:
        """Report a few rows; the same rows again are the same submission, and its answer."""
        body = batch.body
        sha256 = hashlib.sha256(body).hexdigest()
        place = batch.place(sha256)
        self._check_owner(place, batch.by)
        identity = submission_id(
            provider=batch.provider, item=batch.item, period=batch.period, sha256=sha256
        )
        known = self._known(identity)
        try:
            if known is None or known.state is State.REFUSED:
                self._arrive(identity, place, body, by=batch.by, deadline=deadline)
            elif known.state is State.READING:
                self.receiving().resume(identity, deadline=deadline)
        except (StillRead, StaleSubmission):
            # Somebody else reads it.
            pass
        return self.go_on(identity, deadline)

    def this_month(self) -> str:
        """Return the period of what is reported as it arises (A7.1)."""
        return str(Period.of(business_date(self.clock.now())))

    def enter(self, entry: Entry, *, deadline: Deadline) -> Standing:
        """Enter clean rows; the same entry again is the same submission."""
        submission = Entrance(self.store, self.work, self.clock, self.ids).admit(entry)
        return self.go_on(submission, deadline)

    def issues_of(self, submission: Submission) -> list[Issue]:
        """Return the problems of a few rows: their caller has just told us what they quote."""
        return list(self.work.read_issues(submission.id))

    def rows_of(self, submission: Submission, issues: Sequence[Issue]) -> list[RowEnd]:
        """Return how each row of a call has ended, `None` where that is not decided yet.

        Nothing of rows is known before they are read, of a batch that was refused as a whole, and
        once the plans have been deleted.
        """
        accepted = self._accepted(submission)
        if accepted is None:
            return []
        told: dict[int, list[Issue]] = {}
        for issue in issues:
            told.setdefault(issue.row, []).append(issue)
        return [
            RowEnd(
                number,
                accepted[number] if number in accepted else _end_in_reading(told.get(number, ())),
                tuple(told.get(number, ())),
            )
            for number in range(1, submission.books.rows + 1)
        ]

    def _accepted(self, submission: Submission) -> Mapping[int, Outcome | None] | None:
        match submission.state:
            case State.SETTLED:
                plans = [
                    self.plans.latest(submission.id, number) for number in range(submission.chunks)
                ]
                found: dict[int, Outcome | None] = {}
                for plan in plans:
                    if plan is None:
                        return None
                    found.update(plan.outcomes)
                return found
            case State.WAITING | State.LOADING:
                return {
                    row.number: None
                    for number in range(submission.chunks - bool(submission.corrections))
                    for row in self.work.read_chunk(submission.id, number)
                }
        return None

    def _check_owner(self, place: UploadKey, by: Actor) -> None:
        """Refuse what is not the caller's to report, before anything is kept of it (F45)."""
        check_reporter(place.provider, by=by)
        on = business_date(self.clock.now())
        insist_on_duty(
            place,
            on=on,
            catalogue=self.catalogues.in_force(on),
            directory=self.organisations.directory(),
        )

    def _known(self, submission_id: str) -> Submission | None:
        try:
            return self.store.get(submission_id)
        except UnknownSubmission:
            return None

    def _arrive(
        self, submission_id: str, place: UploadKey, body: bytes, *, by: Actor, deadline: Deadline
    ) -> None:
        """Put the rows where files arrive, and receive them before their event does.

        If this dies the event does it all; what is announced says who reported, and when.
        """
        announced = Announcement(by=by, at=self.clock.now())
        self.announcements.announce(submission_id, announced)
        version = self.drop.put(str(place), body)
        upload = Upload(key=str(place), version_id=version, at=announced.at, by=by)
        self.receiving().receive(upload, deadline=deadline)

    def go_on(self, submission_id: str, deadline: Deadline) -> Standing:
        """Take every step that is free to be taken; wait a little for others who take one."""
        pauses = 0
        while True:
            submission = self.store.get(submission_id)
            if submission.state in ENDED:
                break
            step = self._step(submission)
            if step is _Step.LATER:
                submission = self.store.get(submission_id)
                break
            if step is _Step.SOON:
                pauses += 1
                if pauses > PAUSES or deadline.remaining() < RESERVE:
                    break
                self.sleep(PAUSE)
        return Standing.of(submission)

    def _step(self, submission: Submission) -> _Step:
        try:
            match submission.state:
                case State.WAITING:
                    return self._start(submission)
                case State.LOADING:
                    return self._load(submission)
        except (StillLoaded, StaleSubmission):
            pass
        return _Step.SOON

    def _start(self, submission: Submission) -> _Step:
        self.lanes.start_next(submission.lane, by=ENTERER)
        waits = self.store.get(submission.id).state is State.WAITING
        return _Step.LATER if waits else _Step.TAKEN

    def _load(self, submission: Submission) -> _Step:
        done = {result.number for result in self.store.chunk_results(submission.id)}
        for number in range(submission.chunks):
            if number not in done:
                self.loading.load(ChunkTask(submission.id, number, submission.lane))
        settled = self.settling.settle(submission.id)
        return _Step.SOON if settled is Settled.NOT_YET else _Step.TAKEN


def _end_in_reading(issues: Sequence[Issue]) -> Outcome:
    """Tell how a row ended that never came to be compared, by what was said of it."""
    if any(issue.severity is Severity.ERROR for issue in issues):
        return Outcome.REJECTED
    repeats = any(issue.code is IssueCode.REPEATED_ROW for issue in issues)
    return Outcome.DUPLICATE if repeats else Outcome.BLANK


def _act(action: str, submission: Submission, entry: Entry) -> Act:
    return Act(
        action=action,
        actor=submission.reported_by,
        purpose=PURPOSE,
        about=(submission.id, *entry.about),
        detail={
            "provider": submission.provider,
            "item": submission.item,
            "period": submission.period,
            "kind": submission.kind.value,
            **({"follows": submission.follows} if submission.follows else {}),
            "rows": str(len(entry.rows)),
        },
    )
