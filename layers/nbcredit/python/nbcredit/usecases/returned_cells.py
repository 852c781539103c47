"""One row that went back, as its provider wrote it, to be corrected where it is shown (A8.6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.errors import Conflict
from nbcredit.domain.feedback import Feedback, UnknownFeedback, UnknownFeedbackRows
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.issues import Issue, Severity
from nbcredit.domain.records import RecordId
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.access import READERS
from nbcredit.usecases.answering import Answering
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.engine import Uploads
from nbcredit.usecases.receiving import Catalogues
from nbcredit.usecases.records import RecordReader
from nbcredit.usecases.returned_rows import Rereader
from nbcredit.usecases.submissions import SubmissionStore, WorkFiles

# What a call can read again; the rows of a larger file are corrected in its workbook.
LARGEST: Final = 16_000_000


class FileTooLargeToShow(Conflict):
    """The file is read again for one row only where that is quick."""

    code = "file-too-large-to-show"

    def __init__(self) -> None:
        super().__init__("文件较大，不能在页面中逐行更正：请下载标出错误的工作簿，改好后上传。")


@dataclass(frozen=True, slots=True)
class ReturnedCells:
    """A row with its values by field, and what is wrong with it."""

    feedback: Feedback
    row: FeedbackRow
    values: Mapping[str, str]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class ReturnedCellsReader:
    """Shows rows to their provider and to the centre; each time is entered in the trail."""

    answering: Answering
    submissions: SubmissionStore
    uploads: Uploads
    work: WorkFiles
    rereader: Callable[[], Rereader]
    reader: RecordReader
    catalogues: Catalogues
    trail: AuditTrail

    def show(self, number: FeedbackRow, *, by: Actor, purpose: str) -> ReturnedCells:
        feedback = self._visible(number.feedback, by=by, purpose=purpose)
        if number.row not in self.answering.rows_of(feedback).own:
            raise UnknownFeedbackRows(feedback.id, [number.row])
        if feedback.record:
            return ReturnedCells(feedback, number, self._stored(feedback), ())
        submission = self.submissions.get(feedback.submission)
        if submission.file.size > LARGEST:
            raise FileTooLargeToShow
        return ReturnedCells(
            feedback,
            number,
            self._written(submission, number.row),
            tuple(_errors(self.work.read_issues(submission.id), number.row)),
        )

    def _visible(self, feedback_id: str, *, by: Actor, purpose: str) -> Feedback:
        """Return the feedback to whoever may read its rows, or refuse as if there were none."""
        feedback = self.answering.store.find(feedback_id)
        act = Act(action="returned-row-read", actor=by, purpose=purpose, about=(feedback_id,))
        if feedback is None or not (
            by.organisation == feedback.provider or by.organisation in READERS
        ):
            self.trail.record(replace(act, outcome=Outcome.REFUSED))
            raise UnknownFeedback(feedback_id)
        self.trail.record(act)
        return feedback

    def _stored(self, feedback: Feedback) -> Mapping[str, str]:
        """Return the record that is asked about, unless somebody else's report stands there now."""
        versions = self.reader.versions(RecordId.parse(feedback.record))
        if not versions or versions[0].provider != feedback.provider:
            return {}
        return versions[0].values

    def _written(self, submission: Submission, row: int) -> Mapping[str, str]:
        file, catalogue = submission.file, self.catalogues.get(submission.catalogue)
        original = self.rereader().open(
            self.uploads.blocks(file.key, file.version_id),
            form=file.format,
            encoding=file.encoding,
            item=catalogue.item(submission.item),
            others=catalogue.items.values(),
        )
        cells = next((each.cells for each in original.rows if each.number == row), None)
        if cells is None:
            return {}
        return {
            field: cells[place] for field, place in original.fields.items() if place < len(cells)
        }


def _errors(issues: Iterable[Issue], row: int) -> Iterator[Issue]:
    """Yield the errors of a row: issues come in the order of the rows."""
    for issue in issues:
        if issue.row > row:
            return
        if issue.row == row and issue.severity is Severity.ERROR:
            yield issue
