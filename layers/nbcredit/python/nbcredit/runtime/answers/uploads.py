"""Calls about uploads by form."""

from dataclasses import dataclass

from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.uploads import Preparing
from nbcredit.wire import uploads


@dataclass(frozen=True, slots=True)
class UploadAnswers:
    """Gives out forms."""

    preparing: Preparing

    def all(self) -> Answers:
        return {
            uploads.PrepareUpload: self._prepare,
            uploads.DeliverFile: self._deliver,
            uploads.ShowUploadPlace: self._place,
        }

    def _place(self, _call: uploads.ShowUploadPlace, _asked: Asked) -> uploads.UploadPlace:
        return uploads.UploadPlace(url=self.preparing.place(), largest=self.preparing.largest)

    def _deliver(self, call: uploads.DeliverFile, asked: Asked) -> uploads.DeliveredView:
        delivered = self.preparing.deliver(
            provider=call.provider,
            item=call.item,
            period=call.period,
            name=call.name,
            content=call.content,
            by=asked.by,
        )
        return uploads.delivered_view(delivered)

    def _prepare(self, call: uploads.PrepareUpload, asked: Asked) -> uploads.FormView:
        prepared = self.preparing.prepare(
            provider=call.provider,
            item=call.item,
            period=call.period,
            file=call.file.told,
            by=asked.by,
        )
        return uploads.form_view(prepared)
