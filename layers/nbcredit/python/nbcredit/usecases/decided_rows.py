"""Rows of decided cases on their way into the store (A8.4)."""

from dataclasses import dataclass

from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import Case, CaseState, filed_under
from nbcredit.domain.entries import Entry
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.case_store import CaseStore
from nbcredit.usecases.entering import Entrance
from nbcredit.usecases.receiving import Catalogues
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """Has decided rows stored whoever decided them dies: it follows every decision."""

    store: CaseStore
    submissions: SubmissionStore
    work: WorkFiles
    catalogues: Catalogues
    entrance: Entrance

    def follow(self, event: Event) -> None:
        if event.kind is not EventKind.CASE_DECIDED:
            return
        submission = self.submissions.get(event.subject)
        case = self.store.find(submission, int(event.detail["row"]))
        if case is not None and case.state is CaseState.STORED:
            item, row = held_row(case, submission, self.work, self.catalogues)
            self.entrance.admit(entry_of(case, submission, item, row))


def held_row(
    case: Case, submission: Submission, work: WorkFiles, catalogues: Catalogues
) -> tuple[Item, Row]:
    """Return the row of a case, with the item it was reported under."""
    item = catalogues.get(submission.catalogue).item(submission.item)
    rows = work.read_held(submission.id, case.chunk)
    row = next((each for each in rows if each.number == case.question.row), None)
    if row is None:
        raise AssertionError(f"the row of case {case.id} is not kept")
    return item, row


def entry_of(case: Case, submission: Submission, item: Item, row: Row) -> Entry:
    """Return the entry of a row that was decided to be stored: one for each case, for ever."""
    decision = case.decision
    if decision is None or decision.state is not CaseState.STORED:
        raise AssertionError(f"case {case.id} is not to be stored")
    return Entry.decided(
        submission,
        [filed_under(row, item, decision.under)],
        token=case.id,
        by=decision.by,
        at=decision.at,
    )
