"""Calls about subjects and their records."""

from dataclasses import dataclass

from nbcredit.cleaning.lookups import asked_legal_person, asked_natural_person
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.periods import business_date
from nbcredit.domain.records import RecordId
from nbcredit.domain.subjects import SubjectRef
from nbcredit.runtime.answering import Answers, Asked
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


class SubjectNotNamed(BadRequest):
    """A look-up names its subject by credit code or by document number."""

    code = "subject-not-named"

    def __init__(self) -> None:
        super().__init__("请给出统一社会信用代码，或者证件号码。")


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
        if call.credit_code and call.credit_code.strip():
            return asked_legal_person(call.credit_code)
        if call.document_number and call.document_number.strip():
            return asked_natural_person(
                call.document_type, call.document_number, catalogue=self._in_force_today()
            )
        raise SubjectNotNamed

    def _in_force_today(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))

    def _form(self, version: str, item: str) -> Item:
        return self.catalogues.get(version).item(item)
