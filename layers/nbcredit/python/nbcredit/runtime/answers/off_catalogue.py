"""Calls about off-catalogue information."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.cleaning.lookups import asked_legal_person, asked_natural_person
from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.identifiers import is_credit_code, is_resident_id
from nbcredit.domain.periods import business_date
from nbcredit.domain.subjects import SubjectRef
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.off_catalogue import Mention, OffCatalogue, Report
from nbcredit.usecases.ports import Clock
from nbcredit.wire.off_catalogue import (
    CloseOffCatalogue,
    CoverOffCatalogue,
    DeliverAttachment,
    DeliveredAttachmentView,
    InformationList,
    InformationView,
    ListOffCatalogue,
    PrepareAttachment,
    ReportOffCatalogue,
    ShowOffCatalogue,
    SubjectBody,
    information_view,
    shown_view,
)
from nbcredit.wire.uploads import FormView, form_view


class BadMention(BadRequest):
    """A subject is named by a number that cannot be right."""

    code = "bad-mention"

    def __init__(self, place: int) -> None:
        super().__init__(
            f"第 {place} 个主体的统一社会信用代码或证件号码不对：请核对号码，每个主体写其中一种。"
        )
        self.place = place


@dataclass(frozen=True, slots=True)
class OffCatalogueAnswers:
    """Answers them; what seals personal parts is made when the first asks."""

    off_catalogue: Callable[[], OffCatalogue]
    catalogues: CatalogueStore
    clock: Clock

    def all(self) -> Answers:
        return {
            PrepareAttachment: self._prepare,
            DeliverAttachment: self._deliver,
            ReportOffCatalogue: self._report,
            ListOffCatalogue: self._list,
            ShowOffCatalogue: self._show,
            CoverOffCatalogue: self._cover,
            CloseOffCatalogue: self._close,
        }

    def _prepare(self, call: PrepareAttachment, asked: Asked) -> FormView:
        return form_view(
            self.off_catalogue().prepare_file(call.provider, call.file.told, by=asked.by)
        )

    def _deliver(self, call: DeliverAttachment, asked: Asked) -> DeliveredAttachmentView:
        number = self.off_catalogue().deliver_file(
            call.provider, call.name, call.content, by=asked.by
        )
        return DeliveredAttachmentView(upload=number)

    def _report(self, call: ReportOffCatalogue, asked: Asked) -> InformationView:
        report = Report(
            provider=call.provider,
            title=call.title,
            legal_basis=call.legal_basis,
            description=call.description,
            subjects=[
                Mention(ref=self._ref(each, place), name=each.name)
                for place, each in enumerate(call.subjects, start=1)
            ],
            upload=call.upload,
        )
        return information_view(self.off_catalogue().report(report, by=asked.by))

    def _list(self, call: ListOffCatalogue, asked: Asked) -> InformationList:
        found = self.off_catalogue().all(call.provider or "", by=asked.by)
        return InformationList(information=[information_view(each) for each in found])

    def _show(self, call: ShowOffCatalogue, asked: Asked) -> InformationView:
        shown = self.off_catalogue().show(call.information, by=asked.by, purpose=call.purpose)
        return shown_view(shown)

    def _cover(self, call: CoverOffCatalogue, asked: Asked) -> InformationView:
        covered = self.off_catalogue().cover(
            call.information,
            item=call.item,
            version=call.version,
            by=asked.by,
            purpose=call.purpose,
        )
        return information_view(covered)

    def _close(self, call: CloseOffCatalogue, asked: Asked) -> InformationView:
        closed = self.off_catalogue().close(
            call.information, submission=call.submission, by=asked.by, purpose=call.purpose
        )
        return information_view(closed)

    def _ref(self, body: SubjectBody, place: int) -> SubjectRef:
        code, number = body.credit_code or "", body.document_number or ""
        if bool(code.strip()) == bool(number.strip()):
            raise BadMention(place)
        if code.strip():
            ref = asked_legal_person(code)
            right = is_credit_code(ref.number)
        else:
            catalogue = self.catalogues.in_force(business_date(self.clock.now()))
            ref = asked_natural_person(body.document_type, number, catalogue=catalogue)
            right = ref.document_type != RESIDENT_ID or is_resident_id(ref.number)
        if not right:
            raise BadMention(place)
        return ref
