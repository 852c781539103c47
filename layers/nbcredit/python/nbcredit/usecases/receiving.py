"""Receiving a file: identify the submission, read, clean and cut it into chunks (A5.1, A8.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome as ActOutcome
from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.errors import Conflict
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.organisations import Directory
from nbcredit.domain.periods import business_date
from nbcredit.domain.submissions import (
    FileRefused,
    Kind,
    State,
    StoredFile,
    Submission,
    UnknownSubmission,
    submission_id,
)
from nbcredit.domain.upload_keys import BadUploadKey, UploadKey, api_name
from nbcredit.domain.uploads import PreparedUpload
from nbcredit.usecases.announcing import Announcement, Announcements
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.engine import Engine, Facts, Uploads
from nbcredit.usecases.obligations import Calendars, ObligationStore
from nbcredit.usecases.ownership import owner_faults
from nbcredit.usecases.ports import Clock, Deadline, IdFactory
from nbcredit.usecases.progress import CHUNK_ROWS, counted
from nbcredit.usecases.reading import ReadingQueue, ReadingRows, reading_act
from nbcredit.usecases.submission_dues import (
    STORING_DAYS,
    STORING_RULE,
    duty_of_place,
)
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

CLAIM: Final = timedelta(seconds=170)


class Catalogues(Protocol):
    """The published catalogue."""

    def in_force(self, on: date) -> Catalogue: ...

    def get(self, version: str) -> Catalogue: ...


class Organisations(Protocol):
    """The directory of organisations."""

    def directory(self) -> Directory: ...


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
        act = reading_act("submission-received", submission, detail={"sha256": facts.sha256})
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
        act = reading_act("submission-reopened", reopened)
        self.store.move(reopened, act=act, fence=known.fence)
        return reopened

    def _repeated(self, arrived: Submission, known: Submission) -> Receipt:
        if known.kind is Kind.API and known.file.version_id == arrived.file.version_id:
            # The event of what a call has put and received itself: nobody repeated anything.
            return Receipt(arrived.id, Received.REPEATED)
        self.trail.record(reading_act("upload-repeated", arrived, outcome=ActOutcome.REFUSED))
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
        act = reading_act(
            "submission-refused", refused, outcome=ActOutcome.REFUSED, detail={"codes": codes}
        )
        return refused, act

    def _read(self, submission: Submission, *, deadline: Deadline) -> Receipt:
        items = self.catalogues.get(submission.catalogue).items
        try:
            read = self._rows.read(submission, items, deadline=deadline)
        except FileRefused as refusal:
            return self._refuse(submission, refusal.issues)
        return Receipt(submission.id, Received.READ if read else Received.HANDED_OVER)

    @property
    def _rows(self) -> ReadingRows:
        return ReadingRows(
            store=self.store,
            uploads=self.uploads,
            work=self.work,
            engine=self.engine,
            queue=self.queue,
            clock=self.clock,
            ids=self.ids,
            obligations=self.obligations,
            chunk_rows=self.chunk_rows,
        )


def _misplaced() -> Issue:
    return Issue(
        code=IssueCode.BAD_PLACE,
        row=0,
        message="文件应放在 incoming/单位代码/目录项/报送期/文件名：请按这个位置重新上传。",
    )


def _comes_again(known: Submission, arrived: Submission) -> bool:
    """Tell a refused file that was uploaded anew from a repeated event of the refused upload."""
    return known.state is State.REFUSED and known.file.version_id != arrived.file.version_id
