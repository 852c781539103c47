"""Calls about comparison cases."""

from dataclasses import dataclass

from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.cases import Cases
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.submissions import Standing
from nbcredit.wire import views
from nbcredit.wire.cases import (
    CaseList,
    DecideCase,
    DecidedView,
    ListCases,
    ShowCase,
    ShownCaseView,
    case_view,
    shown_view,
)
from nbcredit.wire.submissions import SubmissionView


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """Lists, shows and decides cases."""

    cases: Cases
    catalogues: CatalogueStore

    def all(self) -> Answers:
        return {
            ListCases: self._list,
            ShowCase: self._show,
            DecideCase: self._decide,
        }

    def _list(self, call: ListCases, asked: Asked) -> CaseList:
        found = self.cases.waiting(call.provider or "", limit=call.limit, by=asked.by)
        return CaseList(cases=[case_view(each) for each in found])

    def _show(self, call: ShowCase, asked: Asked) -> ShownCaseView:
        shown = self.cases.show(
            call.case, beside=call.beside or "", by=asked.by, purpose=call.purpose
        )
        catalogue = self.catalogues.get(shown.submission.catalogue)
        return shown_view(shown, catalogue.item(shown.submission.item))

    def _decide(self, call: DecideCase, asked: Asked) -> DecidedView:
        decided = self.cases.decide(
            call.case,
            call.choice,
            reason=call.reason,
            by=asked.by,
            purpose=call.purpose,
            deadline=asked.deadline,
        )
        standing = decided.standing
        return DecidedView(
            case=case_view(decided.case),
            stored_by=self._view(standing) if standing is not None else None,
        )

    def _view(self, standing: Standing) -> SubmissionView:
        catalogue = self.catalogues.get(standing.submission.catalogue)
        return views.submission_view(standing, catalogue=catalogue)
