"""Settling a submission: close its books, make its receipt, free its lane (A8.1, A8.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.periods import utc_text
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import (
    BooksDoNotBalance,
    ChunkResult,
    State,
    Submission,
    merged_counts,
)
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

SETTLER: Final = Actor.platform("settle_submission")


class Settled(StrEnum):
    """What became of a request to settle."""

    SETTLED = "settled"
    ALREADY = "already"
    NOT_YET = "not-yet"


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles submissions whose last chunk is in."""

    store: SubmissionStore
    files: WorkFiles
    clock: Clock
    ids: IdFactory

    def settle(self, submission_id: str) -> Settled:
        """Close the books; raise `BooksDoNotBalance` rather than lose or double a row."""
        submission = self.store.get(submission_id)
        if submission.state is not State.LOADING:
            return Settled.ALREADY
        chunks = self.store.chunk_results(submission_id)
        if {chunk.number for chunk in chunks} != set(range(submission.chunks)):
            return Settled.NOT_YET
        settled = self._closed(submission, chunks)
        self.files.write_issue_list(submission_id)
        self.files.write_change_list(submission_id)
        self.files.write_receipt(submission_id, _receipt(settled))
        self.store.move(
            settled,
            act=_act(settled),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.SUBMISSION_SETTLED,
                at=self.clock.now(),
                subject=submission_id,
                detail={"item": settled.item, "provider": settled.provider},
            ),
            release=True,
        )
        return Settled.SETTLED

    def _closed(self, submission: Submission, chunks: Sequence[ChunkResult]) -> Submission:
        books = submission.books.plus(chunk.outcomes for chunk in chunks)
        if not books.balanced:
            raise BooksDoNotBalance(submission.id, books)
        return replace(
            submission.to(State.SETTLED),
            books=books,
            issue_counts=merged_counts(
                submission.issue_counts, *(chunk.issue_counts for chunk in chunks)
            ),
            settled_at=self.clock.now(),
        )


def _receipt(submission: Submission) -> dict[str, object]:
    """Return what a provider may hold against us: number, hash, counts and times."""
    return {
        "submission": submission.id,
        "provider": submission.provider,
        "item": submission.item,
        "period": submission.period,
        "catalogue": submission.catalogue,
        "file": submission.file.name,
        "size": submission.file.size,
        "sha256": submission.file.sha256,
        "reported_at": utc_text(submission.reported_at),
        "settled_at": utc_text(submission.settled_at) if submission.settled_at else "",
        "rows": submission.books.rows,
        "outcomes": {outcome.value: submission.books[outcome] for outcome in Outcome},
        "issues": dict(sorted(submission.issue_counts.items())),
    }


def _act(submission: Submission) -> Act:
    books = submission.books
    return Act(
        action="submission-settled",
        actor=SETTLER,
        purpose="信用信息入库",
        about=(submission.id,),
        detail={
            "rows": str(books.rows),
            **{outcome.value: str(books[outcome]) for outcome in Outcome if books[outcome]},
        },
    )
