"""Obligations to test with, and a store of them in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.obligations import Kind, Obligation, StaleObligation, obligation_id
from nbcredit.domain.working_days import DueDate, WorkingCalendar
from nbcredit.usecases.obligations import Change, place_of

ACT = Act(
    action="tested",
    actor=Actor(kind=ActorKind.OPERATOR, id="tester", organisation="centre"),
    purpose="测试",
)
OBLIGATION = Obligation(
    kind=Kind.FEEDBACK,
    reference="F-1",
    debtor="scjg",
    title="答复反馈 F-1",
    due=DueDate(
        on=date(2026, 10, 10), rule="A8.6", start=date(2026, 9, 28), days=5, edition="2026-1"
    ),
    opened_at=datetime(2026, 9, 28, 2, 0, tzinfo=UTC),
)


def an_obligation(**changes: Any) -> Obligation:
    return replace(OBLIGATION, **changes)


@dataclass
class FakeObligations:
    """Keeps obligations in memory, under the same conditions as the table."""

    kept: dict[str, Obligation] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)

    def find(self, obligation_id: str) -> Obligation | None:
        return self.kept.get(obligation_id)

    def pending(self, debtor: str) -> Sequence[Obligation]:
        owed = [each for each in self.kept.values() if each.debtor == debtor and each.state.pending]
        return sorted(owed, key=lambda each: (each.due.on, each.id))

    def open_ones(self, *, after: str = "") -> Iterator[Obligation]:
        owed = [each for each in self.kept.values() if each.state.pending]
        yield from sorted((e for e in owed if place_of(e) > after), key=place_of)

    def duties(self, period: str, *, provider: str = "") -> Sequence[Obligation]:
        start = obligation_id(Kind.REPORTING, f"{period}/{provider}/" if provider else f"{period}/")
        return [self.kept[each] for each in sorted(self.kept) if each.startswith(start)]

    def write(self, changes: Sequence[Change], *, act: Act) -> None:
        for change in changes:
            known = self.kept.get(change.after.id)
            read = change.before.revision if change.before is not None else 0
            if (known.revision if known is not None else 0) != read:
                raise StaleObligation
        for change in changes:
            after = replace(change.after, revision=change.after.revision + 1)
            self.kept[after.id] = after
        self.acts.append(act)


@dataclass
class FixedCalendar:
    """A calendar that a test may put another in place of."""

    known: WorkingCalendar

    def calendar(self) -> WorkingCalendar:
        return self.known
