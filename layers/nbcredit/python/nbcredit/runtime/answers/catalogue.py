"""Calls about the catalogue."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.documents.guides import guides
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.periods import business_date
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.catalogue import Catalogues, CatalogueStore
from nbcredit.usecases.catalogue_trials import CatalogueTrials, Question
from nbcredit.usecases.ports import Clock
from nbcredit.wire import views
from nbcredit.wire.calls import Done
from nbcredit.wire.catalogue import (
    CatalogueView,
    ColumnGuide,
    ItemGuide,
    PublishCatalogue,
    ShowCatalogue,
    ShowItem,
    ShowTemplate,
    TemplateView,
    TryCatalogue,
)
from nbcredit.wire.trials import TrialView, trial_view, tried_of


@dataclass(frozen=True, slots=True)
class CatalogueAnswers:
    """Answers which items are in force, publishes versions and tries them.

    What publishing and trying need is made when the first asks: it takes a tenth of a second.
    """

    catalogues: CatalogueStore
    publishing: Callable[[], Catalogues]
    trials: Callable[[], CatalogueTrials]
    clock: Clock

    def all(self) -> Answers:
        return {
            ShowCatalogue: self._show,
            ShowItem: self._item,
            ShowTemplate: self._template,
            PublishCatalogue: self._publish,
            TryCatalogue: self._try,
        }

    def _show(self, call: ShowCatalogue, _asked: Asked) -> CatalogueView:
        on = call.on or business_date(self.clock.now())
        return views.catalogue_view(self.catalogues.in_force(on))

    def _item(self, call: ShowItem, _asked: Asked) -> ItemGuide:
        return _guide(self._item_in_force(call.item))

    def _template(self, call: ShowTemplate, _asked: Asked) -> TemplateView:
        # The writer of workbooks takes a tenth of a second to import.
        from nbcredit.documents.templates import template  # noqa: PLC0415 -- no other call's

        item, catalogue = self._item_in_force(call.item), self._in_force()
        made = template(item, created=catalogue.effective_from)
        return TemplateView(
            file_name=f"{item.name}报送模板（{item.version}版）.xlsx",
            content=b64encode(made).decode(),
        )

    def _item_in_force(self, code: str) -> Item:
        return self._in_force().item(code)

    def _in_force(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))

    def _publish(self, call: PublishCatalogue, asked: Asked) -> Done:
        published = self.publishing().publish(
            call.version, call.schemas, call.effective_from, by=asked.by
        )
        return Done(count=len(published.items))

    def _try(self, call: TryCatalogue, asked: Asked) -> TrialView:
        question = Question(
            submission=call.submission, schema=call.item_schema, skip_rows=call.skip_rows
        )
        submission, trial = self.trials().run(
            question, by=asked.by, purpose=call.purpose, deadline=asked.deadline
        )
        then = self.catalogues.get(submission.catalogue)
        return trial_view(tried_of(submission, catalogue=then), trial)


def _guide(item: Item) -> ItemGuide:
    return ItemGuide(
        code=item.code,
        name=item.name,
        version=item.version,
        columns=[
            ColumnGuide(
                field=each.field.name,
                title=each.field.title,
                required=each.required,
                need=each.need,
                how=each.how,
                form=each.field.form,
                options=list(each.options),
                closed=each.closed,
                several=each.field.schema.get("type") == "array",
                longest=each.field.schema.get("maxLength"),
                note=each.note,
                example=each.example,
            )
            for each in guides(item)
        ],
    )
