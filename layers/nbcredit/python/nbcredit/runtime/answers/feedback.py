"""Calls about feedback."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.periods import business_date
from nbcredit.domain.records import RecordId
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.feedback import Feedbacks, Told
from nbcredit.usecases.ports import Clock
from nbcredit.wire import feedback


@dataclass(frozen=True, slots=True)
class FeedbackAnswers:
    """Shows feedback, takes answers and judgements; made when the first of these calls comes."""

    feedbacks: Callable[[], Feedbacks]
    catalogues: CatalogueStore
    clock: Clock

    def all(self) -> Answers:
        return {
            feedback.ListFeedback: self._list,
            feedback.ShowFeedback: self._show,
            feedback.ShowPapers: self._papers,
            feedback.AnswerFeedback: self._answer,
            feedback.JudgeAnswer: self._judge,
            feedback.OpenFeedback: self._open,
        }

    def _list(self, call: feedback.ListFeedback, asked: Asked) -> feedback.FeedbackList:
        found = self.feedbacks().latest(call.provider or "", limit=call.limit, by=asked.by)
        now, catalogue = self.clock.now(), self._catalogue()
        return feedback.FeedbackList(
            feedback=[feedback.feedback_view(each, catalogue=catalogue, now=now) for each in found]
        )

    def _show(self, call: feedback.ShowFeedback, asked: Asked) -> feedback.FeedbackDetail:
        told = self.feedbacks().show(call.feedback, by=asked.by, purpose=call.purpose)
        return self._detail(told, limit=call.limit)

    def _papers(self, call: feedback.ShowPapers, asked: Asked) -> feedback.PapersView:
        found = self.feedbacks().papers(
            call.submission, anew=call.anew, by=asked.by, purpose=call.purpose
        )
        return feedback.papers_view(found, anew=call.anew)

    def _answer(self, call: feedback.AnswerFeedback, asked: Asked) -> feedback.FeedbackDetail:
        told = self.feedbacks().answer(
            call.feedback,
            call.rows,
            call.answer,
            reason=call.reason,
            by=asked.by,
            purpose=call.purpose,
        )
        return self._detail(told)

    def _judge(self, call: feedback.JudgeAnswer, asked: Asked) -> feedback.FeedbackDetail:
        told = self.feedbacks().judge(
            call.feedback,
            call.rows,
            accept=call.accept,
            reason=call.reason,
            by=asked.by,
            purpose=call.purpose,
        )
        return self._detail(told)

    def _open(self, call: feedback.OpenFeedback, asked: Asked) -> feedback.FeedbackDetail:
        told = self.feedbacks().open_on_record(
            RecordId.parse(call.record), call.question, by=asked.by, purpose=call.purpose
        )
        return self._detail(told)

    def _detail(self, told: Told, *, limit: int = 100) -> feedback.FeedbackDetail:
        return feedback.feedback_detail(
            told, catalogue=self._catalogue(), now=self.clock.now(), limit=limit
        )

    def _catalogue(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))
