"""Calls about submissions."""

from dataclasses import dataclass

from nbcredit.domain.periods import Period
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.answers.duties import DueViews
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.submissions import Standing, Submissions
from nbcredit.wire import calls, trials, views


@dataclass(frozen=True, slots=True)
class SubmissionAnswers:
    """Answers where submissions stand."""

    submissions: Submissions
    catalogues: CatalogueStore
    dues: DueViews

    def all(self) -> Answers:
        return {
            calls.ShowSubmission: self._show,
            calls.ListSubmissions: self._latest,
            calls.ListReported: self._reported,
            calls.ListIssues: self._issues,
        }

    def _show(self, call: calls.ShowSubmission, asked: Asked) -> calls.SubmissionView:
        standing = self.submissions.show(call.submission, by=asked.by)
        return self.dues.beside(self._view(standing), standing.submission)

    def _latest(self, call: calls.ListSubmissions, asked: Asked) -> calls.SubmissionList:
        found = self.submissions.latest(call.provider, limit=call.limit, by=asked.by)
        return calls.SubmissionList(submissions=[self._view(each) for each in found])

    def _reported(self, call: calls.ListReported, asked: Asked) -> trials.ReportedList:
        found = self.submissions.of_period(call.provider, Period.parse(call.period), by=asked.by)
        return trials.reported_list(found)

    def _issues(self, call: calls.ListIssues, asked: Asked) -> calls.IssueList:
        submission, issues = self.submissions.issues(
            call.submission, limit=call.limit, by=asked.by, purpose=call.purpose
        )
        files = self.submissions.files
        return views.issue_list(
            submission.issue_counts,
            issues,
            download=files.issue_list_address(submission.id),
            changes_download=files.change_list_address(submission.id),
        )

    def _view(self, standing: Standing) -> calls.SubmissionView:
        catalogue = self.catalogues.get(standing.submission.catalogue)
        return views.submission_view(standing, catalogue=catalogue)
