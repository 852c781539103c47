"""Calls about subjects and their records."""

from dataclasses import dataclass

from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.periods import business_date
from nbcredit.domain.records import RecordId
from nbcredit.domain.subjects import SubjectRef
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.answers.asked_subjects import asked_subject
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.organisations import OrganisationStore
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.records import Records
from nbcredit.usecases.verification import Verification
from nbcredit.wire import views
from nbcredit.wire.records import (
    ReadSubject,
    SubjectView,
    TraceRecord,
    TraceView,
    VerdictView,
    VerifySubject,
)


@dataclass(frozen=True, slots=True)
class RecordAnswers:
    """Answers what is on record, and whether claims hold."""

    records: Records
    verification: Verification
    catalogues: CatalogueStore
    organisations: OrganisationStore
    clock: Clock

    def all(self) -> Answers:
        return {
            ReadSubject: self._subject,
            VerifySubject: self._verify,
            TraceRecord: self._trace,
        }

    def _subject(self, call: ReadSubject, asked: Asked) -> SubjectView:
        subject, records = self.records.of_subject(
            self._ref(call), by=asked.by, purpose=call.purpose
        )
        today = self._in_force_today()
        shown = [
            views.record_view(
                record,
                form=self._form(record.catalogue, record.id.item),
                in_force=today.items.get(record.id.item),
            )
            for record in records
        ]
        return views.subject_view(subject, shown)

    def _trace(self, call: TraceRecord, asked: Asked) -> TraceView:
        record = RecordId.parse(call.record)
        traced = self.records.trace(record, by=asked.by, purpose=call.purpose)
        form = self._form(traced[0].record.catalogue, record.item)
        return views.trace_view(traced, form=form, directory=self.organisations.directory())

    def _verify(self, call: VerifySubject, asked: Asked) -> VerdictView:
        verdict = self.verification.verify(
            self._ref(call), call.claims, by=asked.by, purpose=call.purpose
        )
        return VerdictView(verdict=verdict)

    def _ref(self, call: ReadSubject | VerifySubject) -> SubjectRef:
        return asked_subject(call, self._in_force_today)

    def _in_force_today(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))

    def _form(self, version: str, item: str) -> Item:
        return self.catalogues.get(version).item(item)
