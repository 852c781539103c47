"""Calls about duties of reporting, zero reports and inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from nbcredit.domain.duties import due_of
from nbcredit.domain.obligations import Obligation, State
from nbcredit.domain.periods import Period, business_date
from nbcredit.domain.submissions import Submission
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.clocks import duties_of, inbox_of, zero_reports_of
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.duties import Duties, duty_of
from nbcredit.usecases.inbox import Inbox
from nbcredit.usecases.obligations import Calendars, Obligations, ObligationStore
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.receiving import Organisations
from nbcredit.usecases.submission_dues import storing_of
from nbcredit.usecases.visibility import Visibility
from nbcredit.usecases.zero_reports import ZeroReports
from nbcredit.wire import duties, inbox
from nbcredit.wire.obligations import ObligationView, obligation_view
from nbcredit.wire.submissions import SubmissionView


@dataclass(frozen=True, slots=True)
class DutyAnswers:
    """Shows and closes the books of a period, and takes zero reports."""

    reporting: Duties
    zero_reports: ZeroReports
    obligations: Obligations
    messages: Inbox
    calendars: Calendars
    organisations: Organisations
    clock: Clock

    def all(self) -> Answers:
        return {
            duties.ReportNothing: self._report_nothing,
            duties.ShowDuties: self._show,
            duties.ClosePeriod: self._close,
            duties.ExplainObligation: self._explain,
            inbox.ShowInbox: self._inbox,
        }

    def _report_nothing(self, call: duties.ReportNothing, asked: Asked) -> ObligationView:
        duty = self.zero_reports.report(
            call.provider, call.item, call.period, by=asked.by, purpose=call.purpose
        )
        return self._view(duty)

    def _show(self, call: duties.ShowDuties, asked: Asked) -> duties.BooksView:
        due_now = Period.of(business_date(self.clock.now())).previous()
        period = Period.parse(call.period) if call.period else due_now
        provider = call.provider or ""
        books = self.reporting.show(period, provider=provider, by=asked.by)
        pending = self.obligations.of(provider or asked.by.organisation)
        return self._books(period, books, pending)

    def _close(self, call: duties.ClosePeriod, asked: Asked) -> duties.BooksView:
        period = Period.parse(call.period)
        return self._books(period, self.reporting.close(period, by=asked.by), [])

    def _explain(self, call: duties.ExplainObligation, asked: Asked) -> ObligationView:
        return self._view(self.obligations.show(call.obligation, by=asked.by))

    def _inbox(self, call: inbox.ShowInbox, asked: Asked) -> inbox.InboxView:
        found = self.messages.show(call.organisation, limit=call.limit, by=asked.by)
        return inbox.inbox_view(call.organisation, found)

    def _books(
        self, period: Period, books: Sequence[Obligation], pending: Sequence[Obligation]
    ) -> duties.BooksView:
        ordered = sorted(books, key=lambda duty: (duty.debtor, duty.id))
        return duties.BooksView(
            today=business_date(self.clock.now()),
            period=str(period),
            due_text=self.calendars.calendar().described(due_of(period).on),
            providers=[
                self._of_provider(provider, list(owed))
                for provider, owed in groupby(ordered, key=lambda duty: duty.debtor)
            ],
            pending=[self._view(each) for each in pending],
        )

    def _of_provider(self, provider: str, owed: Sequence[Obligation]) -> duties.ProviderBooks:
        found = self.organisations.directory().by_code.get(provider)
        states = [duty.state for duty in owed]
        return duties.ProviderBooks(
            provider=provider,
            provider_name=found.name if found is not None else "",
            on_time=states.count(State.ON_TIME),
            late=states.count(State.LATE),
            zero=states.count(State.ZERO),
            missing=states.count(State.MISSING),
            open=states.count(State.OPEN),
            duties=[self._view(each) for each in owed],
        )

    def _view(self, obligation: Obligation) -> ObligationView:
        today = business_date(self.clock.now())
        return obligation_view(obligation, calendar=self.calendars.calendar(), today=today)


def duty_answers(made: Parts) -> Answers:
    """Return the answers of these calls, from the parts of a function."""
    return DutyAnswers(
        reporting=duties_of(made),
        zero_reports=zero_reports_of(made),
        obligations=Obligations(made.obligations, made.calendars, Visibility(made.directory)),
        messages=inbox_of(made),
        calendars=made.calendars,
        organisations=made.directory,
        clock=made.clock,
    ).all()


@dataclass(frozen=True, slots=True)
class DueViews:
    """Shows beside a submission what it has to do with obligations."""

    store: ObligationStore
    calendars: Calendars
    clock: Clock

    def beside(self, view: SubmissionView, submission: Submission) -> SubmissionView:
        """Return the view with due date and duty as they are stored."""
        return view.model_copy(
            update={
                "due": self._view(storing_of(submission)),
                "duty": self._view(duty_of(submission)),
            }
        )

    def _view(self, expected: Obligation | None) -> ObligationView | None:
        known = self.store.find(expected.id) if expected is not None else None
        if known is None:
            return None
        today = business_date(self.clock.now())
        return obligation_view(known, calendar=self.calendars.calendar(), today=today)
