"""Sending back what a settled submission has problems with, and taking in what it answers (A8.5).

The rows are read from the stored file version, exactly as their provider wrote them, one at a time
and no further than the last that matters. Each step leaves the same however often it is taken, and
the receipt comes last: where it is, all of it was done.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import IO, Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import Case, CaseDecided, CaseKind, CaseState, Decision
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.feedback import (
    ANSWER_DAYS,
    RECORD_ROW,
    RULE,
    Answer,
    Feedback,
    RowState,
)
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.issues import Issue
from nbcredit.domain.periods import business_date, is_backfill
from nbcredit.domain.reserved import CORRECTS, FEEDBACK
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import REPORTS, Kind, State, Submission
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.feedback import (
    PURPOSE,
    Answering,
    Told,
    opening_act,
    opening_event,
    owed,
)
from nbcredit.usecases.feedback_store import FeedbackFiles, RowsOf
from nbcredit.usecases.obligations import listed
from nbcredit.usecases.receipts import PaperReceipt, Papers
from nbcredit.usecases.receiving import Catalogues, Organisations, Uploads
from nbcredit.usecases.returned_rows import (
    MOST_IN_BOOK,
    Original,
    OriginalRow,
    Overview,
    Rereader,
    ReturnedRow,
    ReturnedSheet,
    is_error,
    overview,
    with_errors,
)
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles
from nbcredit.usecases.withdrawing import RECORD, WHY

RETURNER: Final = Actor.platform("settle_submission")
# Rows that comparison holds; any other error is why a row was refused.
HELD: Final = frozenset(kind.code for kind in CaseKind)


class HeldCases(Protocol):
    """The comparison cases of held rows."""

    def find(self, submission: Submission, row: int) -> Case | None: ...

    def decide(self, case: Case, *, act: Act, event: Event) -> None:
        """Keep a decision, or raise `CaseDecided` where somebody was faster."""
        ...


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
    cases: HeldCases
    answering: Answering
    catalogues: Catalogues
    organisations: Organisations
    most_in_book: int = MOST_IN_BOOK

    def send_back(self, submission_id: str, *, again: bool = False) -> bool:
        """Make the papers of a settled submission, and open its feedback; return whether it did.

        `again` makes anew papers that have been deleted meanwhile.
        """
        submission = self.submissions.get(submission_id)
        if submission.state is not State.SETTLED:
            return False
        if submission.kind is Kind.WITHDRAWAL:
            self._withdraw(submission)
        if submission.kind not in REPORTS:
            return False
        if self.files.has_paper(submission_id) and not again:
            return False
        item = self.catalogues.get(submission.catalogue).item(submission.item)
        told = overview(self.work.read_issues(submission_id))
        going = _Going(submission, self.answering, told.rows, self.files.read_rows(submission_id))
        due = self._due(submission)
        if told.rows or going.marked:
            self._go(submission, item, told, going, due)
        for each in going.corrected.values():
            self._correct(submission, each.told, each.rows)
        if going.rows.own:
            self._open(submission, going.rows, due)
        self.files.write_paper(
            submission_id, self.papers.receipt(self._receipt(submission, item, told, going, due))
        )
        return True

    def _go(
        self, submission: Submission, item: Item, told: Overview, going: "_Going", due: DueDate
    ) -> None:
        """Go through the file once, writing what goes back as it comes."""
        file = submission.file
        original = self.rereader.open(
            self.uploads.blocks(file.key, file.version_id),
            form=file.format,
            encoding=file.encoding,
            item=item,
            others=self.catalogues.get(submission.catalogue).items.values(),
        )
        read = with_errors(original.rows, self.work.read_issues(submission.id))
        rows = going.through(original, read)
        if told.rows:
            sheet = _sheet(submission, item, told, original, due)
            sheet = replace(sheet, rest=max(0, told.rows - self.most_in_book))
            with self.files.book(submission.id) as stream:
                self.books.write_book(sheet, islice(rows, self.most_in_book), stream)
            if sheet.rest:
                with self.files.rest(submission.id) as text:
                    self.books.write_rest(sheet, islice(rows, sheet.rest), text)
        for _ in rows:
            raise AssertionError(f"{submission.id} has more rows with errors than were counted")
        self.files.write_rows(submission.id, going.rows)

    def _correct(
        self, submission: Submission, earlier: Told, rows: Mapping[int, FeedbackRow]
    ) -> None:
        """Answer rows of earlier feedback by rows of this submission that were accepted."""
        at, by = submission.reported_at, submission.reported_by
        given = [
            Answer(
                row=row,
                state=RowState.CORRECTED,
                at=at,
                first_at=at,
                by=by.id,
                by_row=str(by_row),
            )
            for row, by_row in sorted(rows.items())
        ]
        self.answering.answer(earlier, given, by=by)
        for row in sorted(earlier.rows.held & rows.keys()):
            self._drop(submission, FeedbackRow(earlier.feedback.id, row), rows[row])

    def _drop(self, submission: Submission, held: FeedbackRow, by_row: FeedbackRow) -> None:
        """Decide the case of a held row that was reported anew: nothing of it is to be stored."""
        case = self.cases.find(self.submissions.get(held.feedback), held.row)
        if case is None or case.decision is not None:
            return
        decision = Decision(
            state=CaseState.DROPPED,
            under="",
            reason=f"已改好重报：批次 {by_row.feedback} 第 {by_row.row} 行",
            by=submission.reported_by,
            at=_settled_at(submission),
        )
        told = {"case": case.id, "kind": case.question.kind.value, "decision": decision.state.value}
        act = Act(
            action="case-decided",
            actor=RETURNER,
            purpose=PURPOSE,
            about=(case.submission, submission.id),
            detail={**told, "reason": decision.reason},
        )
        event = Event(
            id=self.answering.ids.new(),
            kind=EventKind.CASE_DECIDED,
            at=decision.at,
            subject=case.submission,
            detail={
                **told,
                "row": str(case.question.row),
                "item": case.item,
                "provider": case.provider,
            },
        )
        with suppress(CaseDecided):
            self.cases.decide(case.decided(decision), act=act, event=event)

    def _withdraw(self, submission: Submission) -> None:
        """Answer what was asked about records that have been withdrawn."""
        refused = {issue.row for issue in filter(is_error, self.work.read_issues(submission.id))}
        for number in range(submission.chunks):
            for row in self.work.read_chunk(submission.id, number):
                if row.number not in refused:
                    self._withdrawn(submission, row)

    def _withdrawn(self, submission: Submission, row: Row) -> None:
        at, by = submission.reported_at, submission.reported_by
        for feedback in self.answering.store.about_record(row.values[RECORD]):
            told = self.answering.told(feedback)
            if told.state_of(RECORD_ROW).is_settled:
                continue
            given = Answer(
                row=RECORD_ROW,
                state=RowState.WITHDRAWN,
                at=at,
                first_at=at,
                by=by.id,
                reason=row.values[WHY],
                by_row=str(FeedbackRow(submission.id, row.number)),
            )
            self.answering.answer(told, [given], by=by)

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
        self, submission: Submission, item: Item, told: Overview, going: "_Going", due: DueDate
    ) -> PaperReceipt:
        provider = self.organisations.directory().by_code.get(submission.provider)
        return PaperReceipt(
            submission=submission,
            item_name=item.name,
            provider_name=provider.name if provider is not None else submission.provider,
            causes=told.causes,
            back=told.rows,
            carried=len(going.rows.carried),
            due=due if going.rows.own else None,
            answers=sum(len(each.rows) for each in going.corrected.values()),
            strays=going.strays,
        )


@dataclass(slots=True)
class _Corrected:
    """Rows of an earlier feedback that this submission answers, and by which of its rows."""

    told: Told
    rows: dict[int, FeedbackRow] = field(default_factory=dict)


@dataclass(slots=True)
class _Going:
    """What is found on one way through a file; `before` is what an earlier one found.

    A row that is still wrong keeps the number, and with it the due date, of the feedback that it
    answers; a number is taken by the first row that has it.
    """

    submission: Submission
    answering: Answering
    left: int
    before: RowsOf | None
    corrected: dict[str, _Corrected] = field(default_factory=dict)
    strays: list[int] = field(default_factory=list)
    _rejected: set[int] = field(default_factory=set)
    _held: set[int] = field(default_factory=set)
    _carried: dict[int, FeedbackRow] = field(default_factory=dict)
    _taken: set[FeedbackRow] = field(default_factory=set)
    _known: dict[str, Told | None] = field(default_factory=dict)

    @property
    def marked(self) -> bool:
        """Whether rows may say that they answer something."""
        return not self.submission.columns.keys().isdisjoint((FEEDBACK, CORRECTS))

    @property
    def rows(self) -> RowsOf:
        return RowsOf(frozenset(self._rejected), frozenset(self._held), dict(self._carried))

    def through(
        self, original: Original, rows: Iterable[tuple[OriginalRow, tuple[Issue, ...]]]
    ) -> Iterator[ReturnedRow]:
        """Yield the rows that go back; the end is where no further row matters."""
        for row, errors in rows:
            earlier = self._earlier(original, row)
            if errors:
                self.left -= 1
                yield self._back(row, errors, earlier)
            elif earlier is not None:
                self._take(earlier, row.number)
            if not (self.left or self.marked):
                return

    def _back(
        self, row: OriginalRow, errors: tuple[Issue, ...], earlier: FeedbackRow | None
    ) -> ReturnedRow:
        if earlier is not None:
            self._carried[row.number] = earlier
        elif any(error.code in HELD for error in errors):
            self._held.add(row.number)
        else:
            self._rejected.add(row.number)
        own = FeedbackRow(self.submission.id, row.number)
        return ReturnedRow(row.number, row.cells, errors, earlier or own)

    def _take(self, earlier: FeedbackRow, number: int) -> None:
        told = self._known[earlier.feedback]
        if told is None:
            raise AssertionError(f"{earlier} is answered, and is not known")
        found = self.corrected.setdefault(earlier.feedback, _Corrected(told))
        found.rows[earlier.row] = FeedbackRow(self.submission.id, number)

    def _earlier(self, original: Original, row: OriginalRow) -> FeedbackRow | None:
        """Return the row of an earlier feedback that this one answers."""
        told = _cell(original, row, FEEDBACK)
        record = _cell(original, row, CORRECTS)
        named = [FeedbackRow.read(told)] if told else []
        named += self._about(record) if record else []
        for each in named:
            if each is not None and each not in self._taken and self._waits(each, row.number):
                self._taken.add(each)
                return each
        if told:
            self.strays.append(row.number)
        return None

    def _about(self, record: str) -> list[FeedbackRow]:
        found = self.answering.store.about_record(record)
        return [FeedbackRow(each.id, RECORD_ROW) for each in found if each.is_open]

    def _waits(self, earlier: FeedbackRow, number: int) -> bool:
        """Whether that row waits for an answer, or this very row has been taken for it before."""
        if self.before is not None and self.before.carried.get(number) == earlier:
            return True
        told = self._told(earlier.feedback)
        if told is None or earlier.row not in told.rows.own:
            return False
        answer = told.answers.get(earlier.row)
        if answer is None or not answer.state.is_settled:
            return True
        return answer.by_row == str(FeedbackRow(self.submission.id, number))

    def _told(self, feedback_id: str) -> Told | None:
        """Return the feedback, if it is one of this provider's own for this item."""
        if feedback_id not in self._known:
            found = self.answering.store.find(feedback_id)
            ours = (
                found is not None
                and found.provider == self.submission.provider
                and found.item == self.submission.item
            )
            self._known[feedback_id] = self.answering.told(found) if found and ours else None
        return self._known[feedback_id]


def _cell(original: Original, row: OriginalRow, name: str) -> str:
    index = original.fields.get(name)
    if index is None or row.cells is None or index >= len(row.cells):
        return ""
    return row.cells[index].strip()


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
