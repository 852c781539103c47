"""Trying a changed catalogue on last month's files, on the platform: nothing is stored (A6.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from nbcredit.command.calls import CallFailed, CallRefused, Client
from nbcredit.domain.catalogue import NoCatalogue
from nbcredit.domain.errors import Refusal
from nbcredit.domain.periods import Period
from nbcredit.domain.submissions import State
from nbcredit.wire.catalogue import CatalogueView, ShowCatalogue, TryCatalogue
from nbcredit.wire.submissions import ListReported
from nbcredit.wire.trials import ReportedList, ReportedView, TrialView, joined

PURPOSE: Final = "目录发布前试读"
_FORBIDDEN: Final = 403
_UNREAD: Final = "还在读取，请稍后再试"

Schemas = Mapping[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Untried:
    """A file of which the trial cannot say everything, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlatformTrials:
    """Asks the platform for the files of one period and what would become of each."""

    client: Client
    schemas: Schemas
    period: Period
    today: date

    def ready(self) -> Iterable[TrialView | Untried]:
        """Find out who reports, which shows whether the platform answers, and begin."""
        providers = sorted(self._providers())
        return (
            result
            for provider in providers
            for each in self._reported(provider)
            for result in self._tried(each)
        )

    def _providers(self) -> set[str]:
        """Return who reports by the catalogue of the period, today's, and the changed one."""
        following = Period.of(date(self.period.year, self.period.month, 28) + timedelta(days=4))
        last = date(following.year, following.month, 1) - timedelta(days=1)
        found = {each for schema in self.schemas.values() for each in schema["x-item"]["providers"]}
        for day in {last, self.today}:
            found |= self._providers_on(day)
        return found

    def _providers_on(self, day: date) -> set[str]:
        call = ShowCatalogue(caller=self.client.caller, purpose=PURPOSE, on=day)
        try:
            view = CatalogueView.model_validate(self.client.call(call))
        except CallRefused as refused:
            if refused.problem.code == NoCatalogue.code:
                return set()
            raise
        return {each for item in view.items for each in item.providers}

    def _reported(self, provider: str) -> list[ReportedView]:
        call = ListReported(
            caller=self.client.caller, purpose=PURPOSE, provider=provider, period=str(self.period)
        )
        return ReportedList.model_validate(self.client.call(call)).submissions

    def _tried(self, reported: ReportedView) -> Iterator[TrialView | Untried]:
        if reported.state == State.READING:
            yield Untried(reported.file_name, _UNREAD)
            return
        view: TrialView | None = None
        try:
            while view is None or view.partial:
                view = self._part(reported, view)
        except (CallRefused, CallFailed) as refusal:
            _raise_forbidden(refusal)
            # The other files of the month are not to suffer from this one.
            yield Untried(reported.file_name, _how_far(refusal, view))
        if view is not None:
            yield view

    def _part(self, reported: ReportedView, before: TrialView | None) -> TrialView:
        call = TryCatalogue(
            caller=self.client.caller,
            purpose=PURPOSE,
            submission=reported.submission,
            item_schema=self.schemas.get(reported.item),
            skip_rows=before.rows if before is not None else 0,
        )
        part = TrialView.model_validate(self.client.call(call))
        return part if before is None else joined(before, part)


def _raise_forbidden(refusal: Refusal) -> None:
    if isinstance(refusal, CallRefused) and refusal.problem.status == _FORBIDDEN:
        raise refusal


def _how_far(refusal: Refusal, view: TrialView | None) -> str:
    tried = f"只试了前 {view.rows} 行；" if view is not None else ""
    return f"{tried}{refusal}"
