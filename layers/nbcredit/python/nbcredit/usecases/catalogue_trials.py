"""Trying changed schemas on files that were reported, before they are published (A6.1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Catalogue, CatalogueRefused, Item
from nbcredit.domain.errors import Conflict, Forbidden
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.organisations import OFFICE
from nbcredit.domain.periods import business_date
from nbcredit.domain.submissions import FileFormat, FileRefused, State, Submission
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.catalogue import SchemaChecker, check_catalogue
from nbcredit.usecases.engine import Engine, Reading, Uploads
from nbcredit.usecases.ownership import owner_faults
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.receiving import Catalogues, Organisations
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles
from nbcredit.usecases.trial_counts import (
    NOTHING,
    Cause,
    Ends,
    RowsThen,
    Tally,
    Was,
    guarded,
    refused_whole,
)

# The answer has to be on its way before the function ends.
LEFT_SECONDS: Final = 12.0
# How often the time is looked at; so many rows at least are tried in a call.
ROWS_BETWEEN: Final = 500
# What no schema changes: the file lies at a wrong place, or is too large to be read at all.
_FOR_EVER: Final = frozenset({IssueCode.BAD_PLACE.value, IssueCode.TOO_LARGE.value})


class NotAllowedToTry(Forbidden):
    """A trial reads what was reported: only the office, which publishes, may make it."""

    code = "not-allowed-to-try"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"新目录由市信用办在发布前试读，“{organisation}”不能试读已报送的文件。")
        self.organisation = organisation


class NotReadYet(Conflict):
    """The file is being read for the first time: there is nothing to compare with."""

    code = "not-read-yet"

    def __init__(self, submission_id: str) -> None:
        super().__init__(f"批次 {submission_id} 还在读取：请稍后再试读。")
        self.submission_id = submission_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One file under one schema; no schema where the item is no longer in the catalogue."""

    submission: str
    schema: dict[str, Any] | None
    skip_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would become of one part of a file: `refusal` says why of none of it.

    `before` is of the whole file, everything else of the rows of this part.
    """

    before: Ends | None
    after: Ends = NOTHING
    rows: int = 0
    newly_rejected: int = 0
    newly_accepted: int = 0
    causes: tuple[Cause, ...] = ()
    refusal: tuple[Issue, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueTrials:
    """Reads what was reported under schemas that are not published; nothing is stored."""

    store: SubmissionStore
    uploads: Uploads
    work: WorkFiles
    engine: Engine
    catalogues: Catalogues
    organisations: Organisations
    checker: SchemaChecker
    trail: AuditTrail

    def run(
        self, question: Question, *, by: Actor, purpose: str, deadline: Deadline
    ) -> tuple[Submission, Trial]:
        """Try one file from the row on that is asked for, until its end or while there is time.

        A part knows nothing of the rows before it, so that repeats are counted as `Tally` says.
        """
        if by.kind is not ActorKind.OPERATOR or by.organisation != OFFICE:
            raise NotAllowedToTry(by.organisation)
        submission = self.store.get(question.submission)
        if submission.state is State.READING:
            raise NotReadYet(submission.id)
        self._check(submission, question.schema)
        self.trail.record(_act(submission, question, by=by, purpose=purpose))
        return submission, self._tried(submission, question, deadline)

    def _check(self, submission: Submission, schema: dict[str, Any] | None) -> None:
        if schema is None:
            return
        faults = check_catalogue({submission.item: schema}, checker=self.checker)
        if faults:
            raise CatalogueRefused(faults)

    def _tried(self, submission: Submission, question: Question, deadline: Deadline) -> Trial:
        refused = submission.state is State.REFUSED
        before = None if refused else Ends.of(submission.books)
        if question.schema is None:
            return Trial(before=before, refusal=(_gone(submission.item),))
        then = self.catalogues.get(submission.catalogue)
        item = guarded(question.schema, then.items.get(submission.item))
        refusal = (*self._owner_faults(submission, item), *_kept(submission))
        if refusal:
            return Trial(before=before, refusal=refusal)
        tally = Tally(item, self._was(submission), resumed=question.skip_rows > 0)
        try:
            reading = self._opened(submission, item, then, skip_rows=question.skip_rows)
            partial = count(reading, tally, deadline=deadline)
        except FileRefused as error:
            return Trial(before=before, refusal=error.issues)
        return told(tally, before=before, partial=partial)

    def _owner_faults(self, submission: Submission, item: Item) -> Iterable[Issue]:
        on = business_date(submission.reported_at)
        key = UploadKey(
            submission.provider, submission.item, submission.period, submission.file.name
        )
        tried = Catalogue(version="", effective_from=date.min, items={item.code: item})
        directory = self.organisations.directory()
        return owner_faults(key, on=on, catalogue=tried, directory=directory)

    def _was(self, submission: Submission) -> Callable[[int], Was]:
        if submission.state is State.REFUSED:
            return refused_whole
        return RowsThen(self.work.read_issues(submission.id))

    def _opened(
        self, submission: Submission, item: Item, then: Catalogue, *, skip_rows: int
    ) -> Reading:
        file = submission.file
        return self.engine.read(
            self.uploads.blocks(file.key, file.version_id),
            form=file.format,
            encoding=file.encoding,
            item=item,
            others={**then.items, item.code: item}.values(),
            today=business_date(submission.reported_at),
            skip_rows=skip_rows,
            known=(),
        )


def count(reading: Reading, tally: Tally, *, deadline: Deadline) -> bool:
    """Count the rows; return whether time ran out before the last."""
    for row in reading:
        tally.add(row)
        if tally.rows % ROWS_BETWEEN == 0 and deadline.remaining() < LEFT_SECONDS:
            return True
    return False


def told(tally: Tally, *, before: Ends | None, partial: bool = False) -> Trial:
    """Return what was counted."""
    return Trial(
        before=before,
        after=tally.ends,
        rows=tally.rows,
        newly_rejected=tally.newly_rejected,
        newly_accepted=tally.newly_accepted,
        causes=tally.causes,
        partial=partial,
    )


def _kept(submission: Submission) -> tuple[Issue, ...]:
    """Return why a refused file stays refused under any schema."""
    if submission.state is not State.REFUSED:
        return ()
    codes = submission.issue_counts.keys()
    unread = not submission.file.encoding and submission.file.format is not FileFormat.WORKBOOK
    if not (unread or codes & _FOR_EVER):
        return ()
    return tuple(
        Issue(code=IssueCode(code), row=0, message=submission.reason) for code in sorted(codes)[:1]
    )


def _gone(item: str) -> Issue:
    return Issue(
        code=IssueCode.UNKNOWN_ITEM,
        row=0,
        value=item,
        message=f"新目录中没有“{item}”这一项：以后报送会被整个退回。",
    )


def _act(submission: Submission, question: Question, *, by: Actor, purpose: str) -> Act:
    return Act(
        action="catalogue-tried",
        actor=by,
        purpose=purpose,
        about=(submission.id,),
        detail={
            "provider": submission.provider,
            "item": submission.item,
            "period": submission.period,
            "from_row": str(question.skip_rows),
        },
    )
