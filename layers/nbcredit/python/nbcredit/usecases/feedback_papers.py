"""Where the papers of a submission can be fetched: workbook, CSV of the rest, receipt (A8.5)."""

from dataclasses import dataclass, replace

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.submissions import UnknownSubmission
from nbcredit.usecases.access import READERS
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.feedback_store import FeedbackFiles
from nbcredit.usecases.submissions import SubmissionStore
from nbcredit.usecases.visibility import Sees, owns_or_oversees


@dataclass(frozen=True, slots=True)
class PapersOf:
    """Where the papers of a submission can be fetched for a while; `None` where there is none."""

    book: str | None
    rest: str | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class FeedbackPapers:
    """Hands out papers to those who may see them; each time is entered in the trail."""

    files: FeedbackFiles
    submissions: SubmissionStore
    trail: AuditTrail
    sees: Sees = owns_or_oversees

    def show(self, submission_id: str, *, by: Actor, purpose: str) -> PapersOf:
        submission = self.submissions.get(submission_id)
        act = Act(action="papers-read", actor=by, purpose=purpose, about=(submission_id,))
        if not self.sees(by, submission.provider):
            self.trail.record(replace(act, outcome=Outcome.REFUSED))
            raise UnknownSubmission(submission_id)
        self.trail.record(act)
        files, stem = self.files, _stem(submission.file.name)
        receipt = files.paper_address(submission_id, name=f"回执-{submission_id}.html")
        if by.organisation != submission.provider and by.organisation not in READERS:
            # Workbook and list hold the rows as they were written.
            return PapersOf(book=None, rest=None, receipt=receipt)
        return PapersOf(
            book=files.book_address(submission_id, name=f"待处理的行-{stem}-{submission_id}.xlsx"),
            rest=files.rest_address(submission_id, name=f"待处理的行-{stem}-{submission_id}.csv"),
            receipt=receipt,
        )


def _stem(file_name: str) -> str:
    return file_name.rpartition(".")[0] or file_name
