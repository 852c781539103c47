"""Calls about feedback."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.periods import business_date
from nbcredit.domain.records import RecordId
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.answering import Told
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.feedback import Feedbacks
from nbcredit.usecases.obligations import Calendars
from nbcredit.usecases.ports import Clock
from nbcredit.wire import feedback


@dataclass(frozen=True, slots=True)
class FeedbackAnswers:
    """Shows feedback, takes answers and judgements; made when the first of these calls comes."""

    feedbacks: Callable[[], Feedbacks]
    catalogues: CatalogueStore
    calendars: Calendars
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
        now, catalogue, calendar = self.clock.now(), self._catalogue(), self.calendars.calendar()
        told = [redated(each, calendar) for each in found]
        if not call.provider:
            # What is open is listed by due date, and is found by the one that it was opened with.
            told.sort(key=lambda each: each.feedback.due.on)
        return feedback.FeedbackList(
            feedback=[feedback.feedback_view(each, catalogue=catalogue, now=now) for each in told]
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
            redated(told, self.calendars.calendar()),
            catalogue=self._catalogue(),
            now=self.clock.now(),
            limit=limit,
        )

    def _catalogue(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))


def redated(told: Told, calendar: WorkingCalendar) -> Told:
    """Return what is open with the due dates of the calendar as it is now.

    They are kept as they were computed at first, what is owed for them is dated anew; what is
    closed is shown by what held for it.
    """
    if not told.feedback.is_open:
        return told
    answers = {
        row: replace(answer, due=calendar.renewed(answer.due))
        if answer.due is not None and answer.state.awaits_provider
        else answer
        for row, answer in told.answers.items()
    }
    due = calendar.renewed(told.feedback.due)
    again = tuple(each._replace(due=calendar.renewed(each.due)) for each in told.feedback.again)
    return replace(told, feedback=replace(told.feedback, due=due, again=again), answers=answers)
