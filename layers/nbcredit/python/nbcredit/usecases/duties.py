"""Duties of reporting: opened from the catalogue, closed once the due date is over (A7.1)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Catalogue, Item, NoCatalogue
from nbcredit.domain.duties import Reports, due_of, duty_period, duty_reference, is_history
from nbcredit.domain.errors import Conflict, Forbidden
from nbcredit.domain.obligations import Kind, Obligation, State
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import Period, business_date
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.obligations import TOGETHER, Change, ObligationStore, insist
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.visibility import Sees, owns_or_oversees


class Catalogues(Protocol):
    """The published catalogue."""

    def in_force(self, on: date) -> Catalogue: ...


class PeriodNotOver(Conflict):
    """The due date of the period has not passed."""

    code = "period-not-over"

    def __init__(self, period: Period) -> None:
        due = due_of(period).on
        super().__init__(f"报送期 {period} 到 {due} 24:00 才截止：请在截止之后结账。")
        self.period = period


class NotTheCloser(Forbidden):
    """The centre closes periods."""

    code = "not-the-closer"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"报送期由信用中心结账，“{organisation}”不能结账。")


class NotYourDuties(Forbidden):
    """A provider sees its own duties; centre and office see all."""

    code = "not-your-duties"

    def __init__(self, organisation: str) -> None:
        super().__init__(
            f"“{organisation}”只能查看本单位的报送情况：请用 --provider 写本单位代码。"
        )


@dataclass(frozen=True, slots=True)
class Duties:
    """Opens, closes and shows the duties of a period; each can be repeated."""

    store: ObligationStore
    catalogues: Catalogues
    clock: Clock
    sees: Sees = owns_or_oversees

    def open(self, period: Period, *, by: Actor) -> int:
        """Open what is owed for a period and not open yet; return how many were."""

        def opened(known: Obligation) -> Obligation:
            return _owed(known, closed=False)

        return self._bring(period, opened, Act(action="duties-opened", actor=by, purpose="报送"))

    def is_opened(self, period: Period) -> bool:
        """Whether the duties of a period were opened while the platform was there for them."""
        found = self.store.duties(str(period))
        return any(each.reports is not None and each.reports.owed for each in found)

    def close(self, period: Period, *, by: Actor) -> Sequence[Obligation]:
        """Settle what is owed for a period whose due date is over, and return its books."""
        if by.kind is not ActorKind.PLATFORM and by.organisation != CENTRE:
            raise NotTheCloser(by.organisation)
        if due_of(period).kept_at(self.clock.now()):
            raise PeriodNotOver(period)

        def closed(known: Obligation) -> Obligation:
            return _owed(known, closed=True)

        act = Act(action="period-closed", actor=by, purpose="报送期结账", about=(str(period),))
        self._bring(period, closed, act)
        return self.books(period)

    def books(self, period: Period, *, provider: str = "") -> list[Obligation]:
        """Return how the duties of a period stand, those included that are not opened yet."""
        found = self._wanted(period, provider=provider)
        return [_owed(duty, closed=False) for _, duty in found]

    def show(self, period: Period, *, provider: str, by: Actor) -> list[Obligation]:
        """Return the books to an organisation that may see them, to a county its region's."""
        if by.kind is ActorKind.COUNTY and not provider:
            return [each for each in self.books(period) if self.sees(by, each.debtor)]
        if not self.sees(by, provider):
            raise NotYourDuties(by.organisation)
        return self.books(period, provider=provider)

    def _bring(self, period: Period, brought: Callable[[Obligation], Obligation], act: Act) -> int:
        """Bring every duty to where it should be, some at a time; return how many moved."""
        moved = 0

        def some() -> list[Change]:
            nonlocal moved
            changes = list(islice(_changes(self._wanted(period), brought), TOGETHER))
            moved += len(changes)
            return changes

        while insist(self.store, some, act=act):
            pass
        return moved

    def _wanted(
        self, period: Period, *, provider: str = ""
    ) -> Iterator[tuple[Obligation | None, Obligation]]:
        """Yield each duty as it is stored and, for what is missing there, as it would begin."""
        known = {each.id: each for each in self.store.duties(str(period), provider=provider)}
        now = self.clock.now()
        for item in self._items(period):
            for each in sorted(item.providers):
                if provider and each != provider:
                    continue
                new = reporting(each, item, period, at=now)
                stored = known.get(new.id)
                yield stored, replace(stored, title=new.title) if stored is not None else new

    def _items(self, period: Period) -> Iterator[Item]:
        """Yield the items that a report of this period is owed for."""
        try:
            items = self.catalogues.in_force(period.last_day).items
        except NoCatalogue:
            return
        for _, item in sorted(items.items()):
            if duty_period(period, frequency=item.update_frequency) == period:
                yield item


def reporting(provider: str, item: Item, period: Period, *, at: datetime) -> Obligation:
    """Return a provider's duty to report an item for a period, before anything is known of it."""
    return Obligation(
        kind=Kind.REPORTING,
        reference=duty_reference(provider=provider, item=item.code, period=str(period)),
        debtor=provider,
        title=f"报送 {period} 的“{item.name}”",
        due=due_of(period),
        opened_at=at,
        state=State.NOT_OWED,
        history=is_history(period, on=business_date(at)),
        reports=Reports(),
    )


def duty_of(submission: Submission) -> Obligation | None:
    """Return the duty that a submission discharges, before anything is known of it."""
    if not submission.duty:
        return None
    period, at = Period.parse(submission.duty), submission.reported_at
    return Obligation(
        kind=Kind.REPORTING,
        reference=duty_reference(
            provider=submission.provider, item=submission.item, period=submission.duty
        ),
        debtor=submission.provider,
        title=f"报送 {period} 的“{submission.item}”",
        due=due_of(period),
        opened_at=at,
        state=State.NOT_OWED,
        history=is_history(period, on=business_date(at)),
        reports=Reports(),
    )


def _owed(duty: Obligation, *, closed: bool) -> Obligation:
    reports = duty.reports or Reports()
    return duty.with_reports(replace(reports, owed=True, closed=reports.closed or closed))


def _changes(
    wanted: Iterator[tuple[Obligation | None, Obligation]],
    brought: Callable[[Obligation], Obligation],
) -> Iterator[Change]:
    for stored, duty in wanted:
        after = brought(duty)
        if after != stored:
            yield Change(stored, after)
