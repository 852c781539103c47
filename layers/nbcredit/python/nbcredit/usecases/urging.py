"""Urging a debtor: a message, and an entry in its record, once a day an obligation (A4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.obligations import Obligation, UnknownObligation
from nbcredit.domain.off_catalogue import refuse_numbers
from nbcredit.domain.periods import business_date
from nbcredit.domain.urging import NotASupervisor, NothingToUrge, Urge
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Organisations
from nbcredit.usecases.supervision import Supervision

_RELAY: Final = Actor.platform("relay_outbox")


class KnownObligations(Protocol):
    """What is owed, by its id."""

    def find(self, obligation_id: str) -> Obligation | None: ...


class UrgeStore(Protocol):
    """Keeps who urged whom about what."""

    def keep(self, urge: Urge, *, act: Act, event: Event) -> bool:
        """Store it; `False`, changing nothing, where the debtor was urged that day."""
        ...

    def find(self, debtor: str, day: date, obligation: str) -> Urge | None: ...

    def of(self, debtor: str, *, since: date, until: date) -> Sequence[Urge]:
        """Return what a debtor was urged about from a day on, before another, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Urging:
    """Urges once a day."""

    obligations: KnownObligations
    store: UrgeStore
    supervision: Supervision
    clock: Clock
    ids: IdFactory

    def urge(self, obligation_id: str, note: str, *, by: Actor, purpose: str) -> Urge:
        """Urge the debtor of what is still to be done; on the same day the first one stands."""
        self.supervision.region_of(by)
        refuse_numbers(催办说明=note)
        owed = self.obligations.find(obligation_id)
        if owed is None or not self.supervision.supervises(by, owed.debtor):
            raise UnknownObligation(obligation_id)
        if by.organisation == owed.debtor:
            raise NotASupervisor
        if not owed.state.pending:
            raise NothingToUrge(owed)
        now = self.clock.now()
        urge = Urge(
            obligation=owed.id,
            debtor=owed.debtor,
            title=owed.title,
            due_on=owed.due.on,
            day=business_date(now),
            at=now,
            by=by,
            note=note,
        )
        act = Act(
            action="urged",
            actor=by,
            purpose=purpose,
            about=(owed.debtor,),
            detail={"obligation": owed.id},
        )
        event = Event(
            id=self.ids.new(),
            kind=EventKind.URGED,
            at=now,
            subject=owed.id,
            detail={"debtor": owed.debtor, "day": str(urge.day)},
        )
        if self.store.keep(urge, act=act, event=event):
            return urge
        return self.store.find(urge.debtor, urge.day, urge.obligation) or urge


@dataclass(frozen=True, slots=True)
class UrgeMessages:
    """Tells the debtor; a second time changes nothing."""

    store: UrgeStore
    organisations: Organisations
    inbox: Inbox

    def follow(self, event: Event) -> None:
        if event.kind is not EventKind.URGED:
            return
        day = date.fromisoformat(event.detail["day"])
        urge = self.store.find(event.detail["debtor"], day, event.subject)
        if urge is None:
            return
        directory = self.organisations.directory().by_code
        who = urge.by.organisation
        name = directory[who].name if who in directory else who
        late = urge.due_on < urge.day
        message = Message(
            organisation=urge.debtor,
            day=urge.day,
            topic=f"urged-{urge.obligation}",
            at=urge.at,
            subject=f"催办：{urge.title}",
            lines=(
                f"{name}催办：{'已逾期' if late else '即将到期'}，期限 {urge.due_on}。",
                *((urge.note,) if urge.note else ()),
                f"事项 {urge.obligation}：nbcredit duties {urge.obligation}",
            ),
        )
        self.inbox.leave(message, by=_RELAY)
