"""Calls about submissions."""

from dataclasses import dataclass

from nbcredit.domain.periods import Period
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.answers.duties import DueViews
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.submissions import Standing, Submissions
from nbcredit.wire import trials, views
from nbcredit.wire.submissions import (
    IssueList,
    ListIssues,
    ListReported,
    ListSubmissions,
    ShowSubmission,
    SubmissionList,
    SubmissionView,
)


@dataclass(frozen=True, slots=True)
class SubmissionAnswers:
    """Answers where submissions stand."""

    submissions: Submissions
    catalogues: CatalogueStore
    dues: DueViews

    def all(self) -> Answers:
        return {
            ShowSubmission: self._show,
            ListSubmissions: self._latest,
            ListReported: self._reported,
            ListIssues: self._issues,
        }

    def _show(self, call: ShowSubmission, asked: Asked) -> SubmissionView:
        standing = self.submissions.show(call.submission, by=asked.by, purpose=call.purpose)
        return self.dues.beside(self._view(standing), standing.submission)

    def _latest(self, call: ListSubmissions, asked: Asked) -> SubmissionList:
        found = self.submissions.latest(
            call.provider, limit=call.limit, by=asked.by, purpose=call.purpose
        )
        return SubmissionList(submissions=[self._view(each) for each in found])

    def _reported(self, call: ListReported, asked: Asked) -> trials.ReportedList:
        found = self.submissions.of_period(
            call.provider, Period.parse(call.period), by=asked.by, purpose=call.purpose
        )
        return trials.reported_list(found)

    def _issues(self, call: ListIssues, asked: Asked) -> IssueList:
        listed = self.submissions.issues(
            call.submission, limit=call.limit, by=asked.by, purpose=call.purpose
        )
        return views.issue_list(listed)

    def _view(self, standing: Standing) -> SubmissionView:
        catalogue = self.catalogues.get(standing.submission.catalogue)
        return views.submission_view(standing, catalogue=catalogue)
