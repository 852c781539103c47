"""Submissions as they are kept and looked up (A5.3, A8.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.cell_changes import CellChange
from nbcredit.domain.events import Event
from nbcredit.domain.issues import Issue
from nbcredit.domain.leases import Waiting
from nbcredit.domain.periods import SHANGHAI, Period
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import (
    ENDED,
    REPORTS,
    ChunkResult,
    State,
    Submission,
    UnknownSubmission,
)
from nbcredit.usecases.access import READERS
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.visibility import Sees, owns_or_oversees


class SubmissionStore(Protocol):
    """Keeps submissions; every change is written with its audit entry and its event."""

    def register(
        self,
        submission: Submission,
        *,
        act: Act,
        event: Event | None = None,
        waiting: Waiting | None = None,
    ) -> bool:
        """Store a new submission; return `False`, changing nothing, where its id is known.

        One that has nothing to be read is `waiting` for its lane from the first.
        """
        ...

    def get(self, submission_id: str) -> Submission:
        """Return the submission, or raise `UnknownSubmission`."""
        ...

    def claim(self, submission: Submission, *, until: datetime) -> Submission:
        """Take over the reading with a higher fence, or raise `StaleSubmission`."""
        ...

    def checkpoint(self, submission: Submission) -> None:
        """Save how far the reading is; raise `StaleSubmission` where the fence has moved."""
        ...

    def move(
        self,
        submission: Submission,
        *,
        act: Act,
        event: Event | None = None,
        waiting: Waiting | None = None,
        release: bool = False,
        fence: int | None = None,
    ) -> None:
        """Save a change of state, once; raise `StaleSubmission` where somebody was faster.

        `fence` is the one to be found stored, where the submission carries a new one.

        `waiting` queues it for its lane; `release` frees the lane it holds.
        """
        ...

    def latest(self, provider: str, *, limit: int) -> Sequence[Submission]:
        """Return the provider's submissions, newest first."""
        ...

    def reported(self, provider: str, *, since: datetime) -> Sequence[Submission]:
        """Return the provider's submissions that were first reported since, oldest first."""
        ...

    def chunk_results(self, submission_id: str) -> Sequence[ChunkResult]: ...

    def chunks_done(self, submission_id: str) -> int: ...

    def note_chunks_done(self, submission_id: str, numbers: frozenset[int], *, at: datetime) -> int:
        """Remember chunks as done, each once; return how many are done."""
        ...


class WorkFiles(Protocol):
    """The intermediate files of submissions; writing one again leaves the same file."""

    def write_chunk(self, submission_id: str, number: int, rows: Sequence[Row]) -> None: ...

    def read_chunk(self, submission_id: str, number: int) -> list[Row]: ...

    def write_held(self, submission_id: str, number: int, rows: Sequence[Row]) -> None:
        """Keep the rows of a chunk that wait for a decision, for as long as it takes."""
        ...

    def read_held(self, submission_id: str, number: int) -> list[Row]: ...

    def write_issues(
        self, submission_id: str, part: str, issues: Sequence[Issue], *, again: bool
    ) -> None:
        """Keep the issues of a part; `again` where an earlier attempt may have left others."""
        ...

    def write_refusal(self, submission_id: str, issues: Sequence[Issue]) -> None:
        """Keep why a file was refused, in place of its rows' issues; none takes that back."""
        ...

    def read_issues(self, submission_id: str) -> Iterable[Issue]:
        """Yield all issues in the order of the rows, or of a refused file why it was."""
        ...

    def write_changes(
        self, submission_id: str, part: str, changes: Sequence[CellChange], *, again: bool
    ) -> None:
        """Keep the listed changes of a part; `again` as with issues."""
        ...

    def write_issue_list(self, submission_id: str) -> None:
        """Make the issue list that providers open in a spreadsheet."""
        ...

    def write_change_list(self, submission_id: str) -> None:
        """Make the list of changes that providers open in a spreadsheet, if there are any."""
        ...

    def write_receipt(self, submission_id: str, receipt: Mapping[str, object]) -> None: ...

    def issue_list_address(self, submission_id: str) -> str | None:
        """Return where the issue list can be fetched for a while, `None` where there is none."""
        ...

    def change_list_address(self, submission_id: str) -> str | None:
        """Return where the list of changes can be fetched, `None` where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A submission and how much of it is loaded."""

    submission: Submission
    chunks_done: int

    @classmethod
    def of(cls, submission: Submission) -> Self:
        """Return where one stands that is not loading: all of it is in, or nothing."""
        return cls(submission, submission.chunks if submission.state in ENDED else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIssues:
    """The first issues of a submission, and where the whole lists are for who may fetch them.

    They are `withheld` from whoever sees the submission, but not what its cells hold.
    """

    submission: Submission
    issues: Sequence[Issue]
    withheld: bool
    download: str | None = None
    changes_download: str | None = None


@dataclass(frozen=True, slots=True)
class Submissions:
    """Looks submissions up: a provider its own, a county its region's, centre and office all."""

    store: SubmissionStore
    files: WorkFiles
    trail: AuditTrail
    sees: Sees = owns_or_oversees

    def show(self, submission_id: str, *, by: Actor, purpose: str) -> Standing:
        return self._standing(self._visible(submission_id, "submission-read", by, purpose))

    def latest(self, provider: str, *, limit: int, by: Actor, purpose: str) -> list[Standing]:
        """Return the provider's submissions, newest first; of another provider there are none."""
        if not self.sees(by, provider):
            self._refuse("submissions-listed", provider, by, purpose)
            return []
        return [self._standing(each) for each in self.store.latest(provider, limit=limit)]

    def of_period(
        self, provider: str, period: Period, *, by: Actor, purpose: str
    ) -> list[Submission]:
        """Return the provider's reports of a period, oldest first; of another there are none.

        A file may have been refused before its period began, and come again in it.
        """
        if not self.sees(by, provider):
            self._refuse("submissions-listed", provider, by, purpose)
            return []
        month = period.previous()
        since = datetime(month.year, month.month, 1, tzinfo=SHANGHAI)
        found = self.store.reported(provider, since=since)
        return [each for each in found if each.period == str(period) and each.kind in REPORTS]

    def issues(self, submission_id: str, *, limit: int, by: Actor, purpose: str) -> ListedIssues:
        """Return the first issues: they quote rows, so the reading is entered.

        As with its papers, cells are for their provider and the centre; others see where they are.
        """
        submission = self._visible(submission_id, "issues-read", by, purpose)
        act = Act(action="issues-read", actor=by, purpose=purpose, about=(submission_id,))
        self.trail.record(act)
        issues = list(islice(self.files.read_issues(submission_id), limit))
        if by.organisation != submission.provider and by.organisation not in READERS:
            issues = [each.without_cells() for each in issues]
            return ListedIssues(submission=submission, issues=issues, withheld=True)
        return ListedIssues(
            submission=submission,
            issues=issues,
            withheld=False,
            download=self.files.issue_list_address(submission_id),
            changes_download=self.files.change_list_address(submission_id),
        )

    def _visible(self, submission_id: str, action: str, by: Actor, purpose: str) -> Submission:
        """Return the submission, or raise `UnknownSubmission` just as if there were none."""
        submission = self.store.get(submission_id)
        if not self.sees(by, submission.provider):
            self._refuse(action, submission_id, by, purpose)
            raise UnknownSubmission(submission_id)
        return submission

    def _refuse(self, action: str, about: str, by: Actor, purpose: str) -> None:
        """Enter that somebody asked for what is another's: the answer does not tell (A20.1)."""
        act = Act(
            action=action,
            actor=by,
            purpose=purpose,
            about=(about,),
            outcome=Outcome.REFUSED,
            detail={"code": "of-another-organisation"},
        )
        self.trail.record(act)

    def _standing(self, submission: Submission) -> Standing:
        if submission.state is State.LOADING:
            return Standing(submission, self.store.chunks_done(submission.id))
        return Standing.of(submission)
