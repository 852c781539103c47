"""Sending back what a settled submission has problems with, and taking in what it answers (A8.5).

The rows are read from the stored file version, exactly as their provider wrote them, one at a time
and no further than the last that matters. What was found is kept before anything is done about it,
so that whoever begins again goes on. Each step leaves the same however often it is taken, and the
receipt comes last: where it is, all of it was done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import IO, Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.catalogue import Item
from nbcredit.domain.feedback import ANSWER_DAYS, RULE, Answer, Feedback, RowState
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.periods import business_date, is_backfill
from nbcredit.domain.submissions import REPORTS, Kind, State, Submission
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.answering import Answering
from nbcredit.usecases.earlier_rows import EarlierRows
from nbcredit.usecases.engine import Uploads
from nbcredit.usecases.feedback import ReturnQueue
from nbcredit.usecases.feedback_owed import opening_act, opening_event, owed
from nbcredit.usecases.feedback_store import FeedbackFiles, RowsOf
from nbcredit.usecases.held_rows import HeldRows
from nbcredit.usecases.obligations import listed
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.reading import HANDOVER_SECONDS
from nbcredit.usecases.receipts import PaperReceipt, Papers
from nbcredit.usecases.receiving import Catalogues, Organisations
from nbcredit.usecases.returned_rows import (
    MOST_IN_BOOK,
    Original,
    Overview,
    Rereader,
    ReturnedRow,
    ReturnedSheet,
    overview,
    with_errors,
)
from nbcredit.usecases.returned_way import Way, as_before
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles
from nbcredit.usecases.withdrawn_records import WithdrawnRecords

RETURNER: Final = Actor.platform("settle_submission")


class OutOfTime(Exception):
    """The function is about to be stopped: what is left is done by the next."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Stops the work between two of its steps when its time is nearly over."""

    deadline: Deadline

    def __call__(self) -> None:
        if self.deadline.remaining() < HANDOVER_SECONDS:
            raise OutOfTime


class Books(Protocol):
    """Writes rows that go back as files that people open in a spreadsheet."""

    def write_book(
        self, sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[bytes]
    ) -> None: ...

    def write_rest(
        self, sheet: ReturnedSheet, rows: Iterable[ReturnedRow], stream: IO[str]
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Returning:
    """Sends rows back, and settles those that earlier feedback waits for."""

    submissions: SubmissionStore
    work: WorkFiles
    uploads: Uploads
    rereader: Rereader
    files: FeedbackFiles
    books: Books
    papers: Papers
    held: HeldRows
    answering: Answering
    withdrawn: WithdrawnRecords
    catalogues: Catalogues
    organisations: Organisations
    queue: ReturnQueue
    most_in_book: int = MOST_IN_BOOK

    def send_back(self, submission_id: str, *, again: bool = False, deadline: Deadline) -> bool:
        """Make the papers of a settled submission, and open its feedback; return whether it did.

        `again` makes anew papers that have been deleted meanwhile. What its time does not suffice
        for is left to the queue.
        """
        submission = self.submissions.get(submission_id)
        if submission.state is not State.SETTLED:
            return False
        done = self.files.has_paper(submission_id)
        try:
            if submission.kind is Kind.WITHDRAWAL:
                self.withdrawn.answer(submission, pace=Pace(deadline))
            if submission.kind not in REPORTS or (done and not again):
                return False
            self._send_back(submission, done=done, pace=Pace(deadline))
        except OutOfTime:
            self.queue.send(submission_id)
            return False
        return True

    def _send_back(self, submission: Submission, *, done: bool, pace: Pace) -> None:
        item = self.catalogues.get(submission.catalogue).item(submission.item)
        told, due = overview(self.work.read_issues(submission.id)), self._due(submission)
        rows = self.files.read_rows(submission.id)
        if rows is None or done:
            rows = self._go(submission, item, told, rows, due)
        if not done:
            self._follow(submission, rows, due, pace)
        receipt = self._receipt(submission, item, told, rows, due)
        self.files.write_paper(submission.id, self.papers.receipt(receipt))

    def _follow(self, submission: Submission, rows: RowsOf, due: DueDate, pace: Pace) -> None:
        """Have the consequences of what was found in the file."""
        for feedback, by_row in rows.corrected.items():
            self._correct(submission, self.answering.get(feedback), by_row, pace)
        self._hold_again(submission, rows, pace)
        if rows.own:
            self._open(submission, rows, due)
        if rows.held or rows.held_again:
            self.held.follow_earlier(submission)

    def _go(
        self,
        submission: Submission,
        item: Item,
        told: Overview,
        before: RowsOf | None,
        due: DueDate,
    ) -> RowsOf:
        """Go through the file once, writing what goes back as it comes; keep what was found."""
        way = Way(submission, EarlierRows(submission, item, self.answering), told.rows)
        if not (told.rows or way.marked):
            return RowsOf()
        file = submission.file
        original = self.rereader.open(
            self.uploads.blocks(file.key, file.version_id),
            form=file.format,
            encoding=file.encoding,
            item=item,
            others=self.catalogues.get(submission.catalogue).items.values(),
        )
        read = with_errors(original.rows, self.work.read_issues(submission.id))
        if before is not None:
            as_then = islice(as_before(submission, before, read), told.rows)
            self._write_books(submission, _sheet(submission, item, told, original, due), as_then)
            return before
        rows = way.through(original, read)
        self._write_books(submission, _sheet(submission, item, told, original, due), rows)
        for _ in rows:
            raise AssertionError(f"{submission.id} has more rows with errors than were counted")
        if way.marks:
            self.files.write_marks(submission.id, way.marks)
        self.files.write_rows(submission.id, way.rows)
        return way.rows

    def _write_books(
        self, submission: Submission, sheet: ReturnedSheet, rows: Iterable[ReturnedRow]
    ) -> None:
        back = sheet.overview.rows
        if not back:
            return
        sheet = replace(sheet, rest=max(0, back - self.most_in_book))
        with self.files.book(submission.id) as stream:
            self.books.write_book(sheet, islice(rows, self.most_in_book), stream)
        if sheet.rest:
            with self.files.rest(submission.id) as text:
                self.books.write_rest(sheet, islice(rows, sheet.rest), text)

    def _correct(
        self, submission: Submission, earlier: Feedback, by_row: Mapping[int, int], pace: Pace
    ) -> None:
        """Answer rows of earlier feedback by rows of this submission that were accepted."""
        at, by = submission.reported_at, submission.reported_by
        given = (
            Answer(
                row=row,
                state=RowState.CORRECTED,
                at=at,
                first_at=at,
                by=by.id,
                by_row=str(FeedbackRow(submission.id, number)),
            )
            for row, number in sorted(by_row.items())
        )
        self.answering.answer(earlier, given, by=by, pace=pace, evented=False)
        self.held.overtake(earlier, by_row.keys(), by=by, pace=pace)
        self.answering.settle(earlier.id)

    def _hold_again(self, submission: Submission, rows: RowsOf, pace: Pace) -> None:
        """Let the cases of rows that were held once more stand for their rows."""
        again: dict[str, set[int]] = {}
        for number in sorted(rows.held_again):
            pace()
            earlier = rows.carried[number]
            self.held.hold_again(submission, number, earlier)
            again.setdefault(earlier.feedback, set()).add(earlier.row)
        for feedback, held in again.items():
            found = self.answering.get(feedback)
            self.held.overtake(found, held, by=submission.reported_by, pace=pace)

    def _open(self, submission: Submission, rows: RowsOf, due: DueDate) -> None:
        opened = Feedback(
            id=submission.id,
            provider=submission.provider,
            item=submission.item,
            period=submission.period,
            opened_at=_settled_at(submission),
            opened_by=RETURNER.id,
            due=due,
            rows=len(rows.own),
            held=len(rows.held),
            submission=submission.id,
            file_name=submission.file.name,
            history=is_backfill(submission.period, reported_at=submission.reported_at),
        )
        self.answering.store.open(
            opened,
            owed=listed(self.answering.obligations.opening(owed(opened))),
            act=opening_act(opened, by=RETURNER),
            event=opening_event(opened, id_=self.answering.ids.new()),
        )

    def _due(self, submission: Submission) -> DueDate:
        at = _settled_at(submission)
        return self.answering.obligations.due_after(at, ANSWER_DAYS, rule=RULE)

    def _receipt(
        self, submission: Submission, item: Item, told: Overview, rows: RowsOf, due: DueDate
    ) -> PaperReceipt:
        provider = self.organisations.directory().by_code.get(submission.provider)
        return PaperReceipt(
            submission=submission,
            item_name=item.name,
            provider_name=provider.name if provider is not None else submission.provider,
            causes=told.causes,
            back=told.rows,
            carried=len(rows.carried),
            due=due if rows.own else None,
            answers=sum(len(by_row) for by_row in rows.corrected.values()),
            strays=rows.strays,
        )


def _sheet(
    submission: Submission, item: Item, told: Overview, original: Original, due: DueDate
) -> ReturnedSheet:
    return ReturnedSheet(
        submission=submission.id,
        provider=submission.provider,
        item=item.code,
        item_name=item.name,
        period=submission.period,
        file_name=submission.file.name,
        read=submission.books.rows,
        made=business_date(_settled_at(submission)),
        due=due.on.isoformat(),
        titles=original.titles,
        fields=original.fields,
        overview=told,
    )


def _settled_at(submission: Submission) -> datetime:
    if submission.settled_at is None:
        raise AssertionError(f"{submission.id} is settled without a moment")
    return submission.settled_at
