"""Calls about a catalogue that is being prepared."""

from dataclasses import dataclass

from nbcredit.domain.item_drafts import TO_COMPLETE
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.catalogue_drafts import CatalogueDrafts
from nbcredit.wire.catalogue_drafts import (
    CompareCatalogue,
    ComparisonView,
    DraftItem,
    DraftView,
    comparison_view,
)


@dataclass(frozen=True, slots=True)
class CatalogueDraftAnswers:
    """Compares a catalogue with the one in force, and drafts items."""

    drafts: CatalogueDrafts

    def all(self) -> Answers:
        return {CompareCatalogue: self._compare, DraftItem: self._draft}

    def _compare(self, call: CompareCatalogue, _asked: Asked) -> ComparisonView:
        return comparison_view(self.drafts.compare(call.schemas))

    def _draft(self, call: DraftItem, asked: Asked) -> DraftView:
        schema = self.drafts.draft(
            call.information, code=call.item, name=call.name, by=asked.by, purpose=call.purpose
        )
        return DraftView(item=call.item, item_schema=schema, to_complete=list(TO_COMPLETE))
