"""Receiving a file: identify the submission, read, clean and cut it into chunks (A5.1, A8.2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome as ActOutcome
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.cell_changes import ChangeCounts, added
from nbcredit.domain.errors import Conflict
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.issues import Issue, IssueCode, Place
from nbcredit.domain.leases import Waiting
from nbcredit.domain.organisations import Directory
from nbcredit.domain.periods import business_date
from nbcredit.domain.rows import CleanedRow, Row
from nbcredit.domain.submissions import (
    BadUploadKey,
    FileFormat,
    FileRefused,
    Kind,
    State,
    StoredFile,
    Submission,
    UnknownSubmission,
    UploadKey,
    api_name,
    submission_id,
)
from nbcredit.domain.uploads import PreparedUpload
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.obligations import Calendars, ObligationStore
from nbcredit.usecases.ownership import owner_faults
from nbcredit.usecases.ports import Clock, Deadline, IdFactory
from nbcredit.usecases.progress import CHUNK_ROWS, Progress, counted
from nbcredit.usecases.submission_dues import (
    STORING_DAYS,
    STORING_RULE,
    duty_of_place,
    remarks_on_duty,
)
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

CHECKPOINT_CHUNKS: Final = 20
# Enough to finish the chunk at hand and to save where the reading stands.
HANDOVER_SECONDS: Final = 20.0
CLAIM: Final = timedelta(seconds=170)


class Facts(Protocol):
    """What one pass over a file's bytes tells."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def format(self) -> FileFormat: ...
    @property
    def encoding(self) -> str: ...
    @property
    def issues(self) -> Sequence[Issue]:
        """Return why the file as a whole is refused; empty where it can be read."""
        ...


class Reading(Protocol):
    """A file whose header is understood."""

    @property
    def issues(self) -> Sequence[Issue]: ...
    @property
    def closing_issues(self) -> Sequence[Issue]:
        """Return the issues of the file that are known once all rows have been read."""
        ...

    @property
    def columns(self) -> Mapping[str, Place]: ...
    @property
    def changes(self) -> ChangeCounts:
        """Return what was changed so far in the rows that were not passed over."""
        ...

    def __iter__(self) -> Iterator[CleanedRow]: ...


class Engine(Protocol):
    """The cleaning engine, as receiving needs it."""

    def inspect(self, blocks: Iterable[bytes]) -> Facts: ...

    def read(
        self,
        blocks: Iterable[bytes],
        *,
        form: FileFormat,
        encoding: str,
        item: Item,
        others: Iterable[Item],
        today: date,
        skip_rows: int,
        known: Iterable[Row],
    ) -> Reading:
        """Read the header, or raise `FileRefused`.

        The first `skip_rows` rows are passed over; `known` are those of them that were accepted;
        `others` are the items that a file of the wrong one is recognised by.
        """
        ...


class Uploads(Protocol):
    """The bucket that providers upload to."""

    def blocks(self, key: str, version_id: str) -> Iterator[bytes]:
        """Yield the bytes of exactly that version; raise `FileGone` where it is not there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Who reports by a call, and since when: told before the rows are put where files arrive."""

    by: Actor
    at: datetime


class Announcements(Protocol):
    """What calls have announced, for whoever registers their rows: the call, or the event."""

    def announce(self, submission_id: str, announcement: Announcement) -> None:
        """Keep who reports it; what was announced before of the same rows is written over."""
        ...

    def announced(self, submission_id: str) -> Announcement | None: ...


class Catalogues(Protocol):
    """The published catalogue."""

    def in_force(self, on: date) -> Catalogue: ...

    def get(self, version: str) -> Catalogue: ...


class Organisations(Protocol):
    """The directory of organisations."""

    def directory(self) -> Directory: ...


class ReadingQueue(Protocol):
    """Where a reading that ran out of time is continued."""

    def resume(self, submission_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One object that arrived; `redelivered` where the same message had been taken before.

    `form` is what was told of it where it came by a form of the platform.
    """

    key: str
    version_id: str
    at: datetime
    by: Actor
    redelivered: bool = False
    form: PreparedUpload | None = None


class StillRead(Conflict):
    """Another worker reads the file, or died at it and its claim has not run out yet."""

    code = "still-read"

    def __init__(self, submission_id: str, *, retry_after: float) -> None:
        super().__init__(f"批次 {submission_id} 正在读取。")
        self.retry_after = retry_after


class Received(StrEnum):
    """What became of an upload event."""

    READ = "read"
    REFUSED = "refused"
    REPEATED = "repeated"
    IGNORED = "ignored"
    HANDED_OVER = "handed-over"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The submission an upload belongs to, and what became of it."""

    submission: str
    received: Received


@dataclass(frozen=True, slots=True)
class Receiving:
    """Turns uploads into submissions with chunks ready to load."""

    store: SubmissionStore
    announcements: Announcements
    uploads: Uploads
    work: WorkFiles
    engine: Engine
    catalogues: Catalogues
    organisations: Organisations
    queue: ReadingQueue
    trail: AuditTrail
    clock: Clock
    ids: IdFactory
    calendars: Calendars
    obligations: ObligationStore
    chunk_rows: int = CHUNK_ROWS

    def receive(self, upload: Upload, *, deadline: Deadline) -> Receipt:
        """Receive one upload; the same bytes for the same duty are one submission."""
        misplaced: list[Issue] = []
        try:
            place = UploadKey.parse(upload.key)
        except BadUploadKey as error:
            place, misplaced = UploadKey.guessed(upload.key), [_misplaced()]
            if place.provider not in self.organisations.directory().by_code:
                return self._ignored(upload, reason=error.code)
        facts = self.engine.inspect(self.uploads.blocks(upload.key, upload.version_id))
        if upload.form and not upload.form.fits(size=facts.size, sha256=facts.sha256):
            return self._ignored(upload, reason="not-as-announced")
        submission = self._identified(upload, place, facts)
        faults = misplaced or [*self._owner_faults(place, submission), *facts.issues]
        if faults:
            return self._register_refused(submission, faults)
        act = _act("submission-received", submission, detail={"sha256": facts.sha256})
        if not self.store.register(submission, act=act):
            return self._again(submission, redelivered=upload.redelivered, deadline=deadline)
        return self._read(submission, deadline=deadline)

    def resume(self, submission_id: str, *, deadline: Deadline) -> Receipt:
        """Go on with a reading that was handed over."""
        known = self.store.get(submission_id)
        return self._again(known, redelivered=True, deadline=deadline)

    def _ignored(self, upload: Upload, *, reason: str) -> Receipt:
        act = Act(
            action="upload-ignored",
            actor=upload.by,
            purpose="信用信息报送",
            outcome=ActOutcome.REFUSED,
            detail={"reason": reason, "version": upload.version_id},
        )
        self.trail.record(act)
        return Receipt("", Received.IGNORED)

    def _identified(self, upload: Upload, place: UploadKey, facts: Facts) -> Submission:
        identity = submission_id(
            provider=place.provider, item=place.item, period=place.period, sha256=facts.sha256
        )
        told = self._announced(identity, place, facts)
        at, by = (told.at, told.by) if told else (upload.at, upload.by)
        catalogue = self.catalogues.in_force(business_date(at))
        return Submission(
            id=identity,
            kind=Kind.API if told else Kind.FILE,
            provider=place.provider,
            item=place.item,
            period=place.period,
            file=StoredFile(
                key=upload.key,
                version_id=upload.version_id,
                name=upload.form.name if upload.form else place.name,
                size=facts.size,
                sha256=facts.sha256,
                format=facts.format,
                encoding=facts.encoding,
            ),
            reported_at=at,
            reported_by=by,
            catalogue=catalogue.version,
            claimed_until=self.clock.now() + CLAIM,
            due=self.calendars.calendar().due_at(at, STORING_DAYS, rule=STORING_RULE),
            duty=duty_of_place(place, catalogue=catalogue),
        )

    def _announced(self, identity: str, place: UploadKey, facts: Facts) -> Announcement | None:
        """Return what a call told of its rows; only the name that calls give is asked about."""
        if place.name != api_name(facts.sha256):
            return None
        return self.announcements.announced(identity)

    def _owner_faults(self, place: UploadKey, submission: Submission) -> Iterator[Issue]:
        on = business_date(submission.reported_at)
        return owner_faults(
            place,
            on=on,
            catalogue=self.catalogues.in_force(on),
            directory=self.organisations.directory(),
        )

    def _again(self, arrived: Submission, *, redelivered: bool, deadline: Deadline) -> Receipt:
        """Deal with bytes that are known: a repeat, or our own work after a crash."""
        known = self.store.get(arrived.id)
        now = self.clock.now()
        if _comes_again(known, arrived):
            return self._read(self._reopened(arrived, known), deadline=deadline)
        if known.state is not State.READING:
            return self._repeated(arrived, known)
        if known.claimed_until <= now:
            return self._read(self.store.claim(known, until=now + CLAIM), deadline=deadline)
        # The event of rows whose call still reads them: it is what goes on if the call dies.
        if redelivered or known.kind is Kind.API:
            left = (known.claimed_until - now).total_seconds()
            raise StillRead(known.id, retry_after=left)
        return self._repeated(arrived, known)

    def _reopened(self, arrived: Submission, known: Submission) -> Submission:
        """Begin again with a file that was refused: catalogue or directory may have changed."""
        reopened = replace(arrived, fence=known.fence + 1)
        act = _act("submission-reopened", reopened)
        self.store.move(reopened, act=act, fence=known.fence)
        return reopened

    def _repeated(self, arrived: Submission, known: Submission) -> Receipt:
        if known.kind is Kind.API and known.file.version_id == arrived.file.version_id:
            # The event of what a call has put and received itself: nobody repeated anything.
            return Receipt(arrived.id, Received.REPEATED)
        self.trail.record(_act("upload-repeated", arrived, outcome=ActOutcome.REFUSED))
        return Receipt(arrived.id, Received.REPEATED)

    def _register_refused(self, submission: Submission, issues: Sequence[Issue]) -> Receipt:
        """Refuse what need not be read at all; the first write of it is already the last state."""
        try:
            known = self.store.get(submission.id)
        except UnknownSubmission:
            refused, act = self._refused(submission, issues)
            if self.store.register(refused, act=act):
                return Receipt(submission.id, Received.REFUSED)
            return self._repeated(submission, refused)
        if _comes_again(known, submission):
            return self._refuse(self._reopened(submission, known), issues)
        return self._repeated(submission, known)

    def _refuse(self, submission: Submission, issues: Sequence[Issue]) -> Receipt:
        refused, act = self._refused(submission, issues)
        self.store.move(refused, act=act)
        return Receipt(submission.id, Received.REFUSED)

    def _refused(self, submission: Submission, issues: Sequence[Issue]) -> tuple[Submission, Act]:
        self.work.write_refusal(submission.id, issues)
        self.work.write_issue_list(submission.id)
        refused = replace(
            submission.to(State.REFUSED),
            reason="；".join(issue.message for issue in issues),
            issue_counts=counted(issues),
            settled_at=self.clock.now(),
        )
        codes = " ".join(sorted(refused.issue_counts))
        act = _act(
            "submission-refused", refused, outcome=ActOutcome.REFUSED, detail={"codes": codes}
        )
        return refused, act

    def _read(self, submission: Submission, *, deadline: Deadline) -> Receipt:
        try:
            return self._read_rows(submission, deadline=deadline)
        except FileRefused as refusal:
            return self._refuse(submission, refusal.issues)

    def _read_rows(self, submission: Submission, *, deadline: Deadline) -> Receipt:
        reading = self._opened(submission)
        submission = replace(submission, columns=reading.columns)
        progress, before = Progress(submission, submission.chunks), submission.changes
        if not submission.chunks:
            progress.note(reading.issues)
        for cleaned in reading:
            progress.add(cleaned)
            if progress.full(self.chunk_rows):
                self._write(progress, added(before, reading.changes))
                if deadline.remaining() < HANDOVER_SECONDS:
                    return self._hand_over(progress)
                if progress.number % CHECKPOINT_CHUNKS == 0:
                    self.store.checkpoint(progress.submission)
        progress.note(reading.closing_issues)
        progress.note(list(remarks_on_duty(submission, self.obligations)))
        if progress.pending:
            self._write(progress, added(before, reading.changes))
        return self._finish(progress.submission)

    def _opened(self, submission: Submission) -> Reading:
        items = self.catalogues.get(submission.catalogue).items
        file = submission.file
        return self.engine.read(
            self.uploads.blocks(file.key, file.version_id),
            form=file.format,
            encoding=file.encoding,
            item=items[submission.item],
            others=items.values(),
            today=business_date(submission.reported_at),
            skip_rows=submission.books.rows,
            known=self._known(submission),
        )

    def _known(self, submission: Submission) -> Iterator[Row]:
        for number in range(submission.chunks):
            yield from self.work.read_chunk(submission.id, number)

    def _write(self, progress: Progress, changes: ChangeCounts) -> None:
        submission = progress.submission
        self.work.write_chunk(submission.id, progress.number, progress.rows)
        part = f"read-{progress.number:05d}"
        again = submission.fence > 1
        self.work.write_issues(submission.id, part, progress.issues, again=again)
        self.work.write_changes(submission.id, part, progress.changes, again=again)
        progress.turn(changes)

    def _hand_over(self, progress: Progress) -> Receipt:
        now = self.clock.now()
        self.store.checkpoint(replace(progress.submission, claimed_until=now))
        self.queue.resume(progress.submission.id)
        return Receipt(progress.submission.id, Received.HANDED_OVER)

    def _finish(self, submission: Submission) -> Receipt:
        done = submission.to(State.WAITING)
        if done.corrections:
            # The rows that name a record are loaded together, when all others are in.
            done = replace(done, chunks=done.chunks + 1)
        now = self.clock.now()
        if done.fence > 1:
            # It may have been refused before.
            self.work.write_refusal(done.id, [])
        self.store.move(
            done,
            act=_act("submission-read", done, detail={"rows": str(done.books.rows)}),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.SUBMISSION_READ,
                at=now,
                subject=done.id,
                detail={"item": done.item, "provider": done.provider},
            ),
            waiting=Waiting(lane=done.lane, submission=done.id, version=done.version),
        )
        return Receipt(done.id, Received.READ)


def _misplaced() -> Issue:
    return Issue(
        code=IssueCode.BAD_PLACE,
        row=0,
        message="文件应放在 incoming/单位代码/目录项/报送期/文件名：请按这个位置重新上传。",
    )


def _comes_again(known: Submission, arrived: Submission) -> bool:
    """Tell a refused file that was uploaded anew from a repeated event of the refused upload."""
    return known.state is State.REFUSED and known.file.version_id != arrived.file.version_id


def _act(
    action: str,
    submission: Submission,
    *,
    outcome: ActOutcome = ActOutcome.DONE,
    detail: Mapping[str, str] | None = None,
) -> Act:
    return Act(
        action=action,
        actor=submission.reported_by,
        purpose="信用信息报送",
        about=(submission.id,),
        outcome=outcome,
        detail={
            "provider": submission.provider,
            "item": submission.item,
            "period": submission.period,
            **(detail or {}),
        },
    )
