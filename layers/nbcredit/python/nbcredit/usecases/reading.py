"""Reading a file: its rows cleaned, cut into chunks, handed over before time runs out (A8.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from nbcredit.domain.audit import Act, Outcome as ActOutcome
from nbcredit.domain.catalogue import Item
from nbcredit.domain.cell_changes import ChangeCounts, added
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.leases import Waiting
from nbcredit.domain.periods import business_date
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import (
    State,
    Submission,
)
from nbcredit.usecases.engine import Engine, Reading, Uploads
from nbcredit.usecases.obligations import ObligationStore
from nbcredit.usecases.ports import Clock, Deadline, IdFactory
from nbcredit.usecases.progress import Progress
from nbcredit.usecases.submission_dues import (
    remarks_on_duty,
)
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

CHECKPOINT_CHUNKS: Final = 20
# Enough to finish the chunk at hand and to save where the reading stands.
HANDOVER_SECONDS: Final = 20.0


class ReadingQueue(Protocol):
    """Where a reading that ran out of time is continued."""

    def resume(self, submission_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRows:
    """Turns the rows of a submission into chunks ready to load."""

    store: SubmissionStore
    uploads: Uploads
    work: WorkFiles
    engine: Engine
    queue: ReadingQueue
    clock: Clock
    ids: IdFactory
    obligations: ObligationStore
    chunk_rows: int

    def read(
        self, submission: Submission, items: Mapping[str, Item], *, deadline: Deadline
    ) -> bool:
        """Read all rows, or as many as there is time for: then hand over and return `False`.

        Raise `FileRefused` where the file turns out to be none of its item.
        """
        reading = self._opened(submission, items)
        submission = replace(submission, columns=reading.columns)
        progress, before = Progress(submission, submission.chunks), submission.changes
        if not submission.chunks:
            progress.note(reading.issues)
        for cleaned in reading:
            progress.add(cleaned)
            if progress.full(self.chunk_rows):
                self._write(progress, added(before, reading.changes))
                if deadline.remaining() < HANDOVER_SECONDS:
                    self._hand_over(progress)
                    return False
                if progress.number % CHECKPOINT_CHUNKS == 0:
                    self.store.checkpoint(progress.submission)
        progress.note(reading.closing_issues)
        progress.note(list(remarks_on_duty(submission, self.obligations)))
        if progress.pending:
            self._write(progress, added(before, reading.changes))
        self._finish(progress.submission)
        return True

    def _opened(self, submission: Submission, items: Mapping[str, Item]) -> Reading:
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

    def _hand_over(self, progress: Progress) -> None:
        now = self.clock.now()
        self.store.checkpoint(replace(progress.submission, claimed_until=now))
        self.queue.resume(progress.submission.id)

    def _finish(self, submission: Submission) -> None:
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
            act=reading_act("submission-read", done, detail={"rows": str(done.books.rows)}),
            event=Event(
                id=self.ids.new(),
                kind=EventKind.SUBMISSION_READ,
                at=now,
                subject=done.id,
                detail={"item": done.item, "provider": done.provider},
            ),
            waiting=Waiting(lane=done.lane, submission=done.id, version=done.version),
        )


def reading_act(
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
