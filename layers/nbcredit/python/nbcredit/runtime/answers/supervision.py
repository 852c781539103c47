"""Calls of supervision."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbcredit.adapters.dynamodb.supervision import (
    Applications,
    DynamoActivity,
    WaitingAnswers,
    WaitingCases,
)
from nbcredit.domain.obligations import Obligation
from nbcredit.domain.periods import Period, business_date
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.clocks import duties_of
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.obligations import Calendars, place_of
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.punctuality import Punctuality
from nbcredit.usecases.supervision import Supervision
from nbcredit.usecases.urging import Urging
from nbcredit.usecases.worklists import Wanted, Worklists
from nbcredit.wire import supervision as wire
from nbcredit.wire.obligations import ObligationView, obligation_view


@dataclass(frozen=True, slots=True)
class SupervisionAnswers:
    """Lists what is open, shows records, urges."""

    worklists: Worklists
    punctuality: Punctuality
    urging: Urging
    calendars: Calendars
    clock: Clock

    def all(self) -> Answers:
        return {
            wire.ListObligations: self._list,
            wire.ListQueues: self._queues,
            wire.UrgeObligation: self._urge,
            wire.ShowRecord: self._record,
            wire.ShowRegions: self._regions,
        }

    def _list(self, call: wire.ListObligations, asked: Asked) -> wire.ObligationList:
        wanted = Wanted(
            organisation=call.organisation or "",
            kind=call.kind,
            overdue=call.overdue,
            after=call.after,
            limit=call.limit,
        )
        found = self.worklists.obligations(wanted, by=asked.by)
        more = place_of(found[-1]) if len(found) == call.limit else ""
        return wire.ObligationList(obligations=self._views(found), next=more)

    def _queues(self, _call: wire.ListQueues, asked: Asked) -> wire.QueueList:
        return wire.queue_list(self.worklists.queues(by=asked.by))

    def _urge(self, call: wire.UrgeObligation, asked: Asked) -> wire.UrgeView:
        urged = self.urging.urge(call.obligation, call.note, by=asked.by, purpose=call.purpose)
        return wire.urge_view(urged)

    def _record(self, call: wire.ShowRecord, asked: Asked) -> wire.RecordView:
        month = Period.parse(call.month)
        record = self.punctuality.record(call.organisation, month, by=asked.by)
        return wire.record_view(
            record, duties=self._views(record.duties), pending=self._views(record.open)
        )

    def _regions(self, call: wire.ShowRegions, asked: Asked) -> wire.RegionsView:
        month = Period.parse(call.month)
        records = self.punctuality.regions(month, by=asked.by)
        return wire.regions_view(str(month), str(month.previous()), records)

    def _views(self, owed: Sequence[Obligation]) -> list[ObligationView]:
        today, calendar = business_date(self.clock.now()), self.calendars.calendar()
        return [obligation_view(each, calendar=calendar, today=today) for each in owed]


def supervision_answers(made: Parts) -> Answers:
    """Return the answers of these calls, from the parts of a function."""
    sources = (WaitingCases(), WaitingAnswers(made.connection), Applications())
    supervision = Supervision(made.directory)
    return SupervisionAnswers(
        worklists=Worklists(made.obligations, sources, supervision, made.clock),
        punctuality=Punctuality(
            duties=duties_of(made),
            activity=DynamoActivity(made.connection),
            owed=made.obligations,
            urges=made.urges,
            supervision=supervision,
            clock=made.clock,
        ),
        urging=Urging(made.obligations, made.urges, supervision, made.clock, made.ids),
        calendars=made.calendars,
        clock=made.clock,
    ).all()
