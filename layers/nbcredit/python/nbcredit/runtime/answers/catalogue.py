"""Calls about the catalogue."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.domain.periods import business_date
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.catalogue import Catalogues, CatalogueStore
from nbcredit.usecases.catalogue_trials import CatalogueTrials, Question
from nbcredit.usecases.ports import Clock
from nbcredit.wire import views
from nbcredit.wire.calls import Done
from nbcredit.wire.catalogue import CatalogueView, PublishCatalogue, ShowCatalogue, TryCatalogue
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
            PublishCatalogue: self._publish,
            TryCatalogue: self._try,
        }

    def _show(self, call: ShowCatalogue, _asked: Asked) -> CatalogueView:
        on = call.on or business_date(self.clock.now())
        return views.catalogue_view(self.catalogues.in_force(on))

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
