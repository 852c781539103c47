"""Obligations in the work table: each by its id, and what is pending by its debtor."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.obligations import Kind, Obligation, StaleObligation
from nbcredit.usecases.obligations import Change, place_of

_OBLIGATION = TypeAdapter(Obligation)
_OPEN: Final = "OWED#OPEN"


class ObligationItem(WorkModel):
    """An obligation; the duties of a period lie side by side, every other has its own place."""

    revision = NumberAttribute()
    body = UnicodeAttribute()

    @staticmethod
    def key_of(obligation_id: str) -> tuple[str, str]:
        kind, _, reference = obligation_id.partition("/")
        if kind == Kind.REPORTING:
            period, provider, item = reference.split("/")
            return f"OWED#DUTIES#{period}", f"{provider}#{item}"
        return f"OWED#{kind}#{reference}", "META"

    @classmethod
    def of(cls, obligation: Obligation) -> "ObligationItem":
        return cls(
            *cls.key_of(obligation.id), revision=obligation.revision, body=_spelled(obligation)
        )

    def obligation(self) -> Obligation:
        return _OBLIGATION.validate_json(self.body)


class PendingItem(WorkModel):
    """What a debtor still has to do, at the place of its due date."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, obligation: Obligation) -> "PendingItem":
        return cls(
            f"OWED#BY#{obligation.debtor}",
            place_of(obligation),
            body=_spelled(obligation),
        )

    def obligation(self) -> Obligation:
        return _OBLIGATION.validate_json(self.body)


class OpenItem(WorkModel):
    """What anybody still has to do, at the place of its due date: the same as at its debtor."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, obligation: Obligation) -> "OpenItem":
        return cls(_OPEN, place_of(obligation), body=_spelled(obligation))

    def obligation(self) -> Obligation:
        return _OBLIGATION.validate_json(self.body)


class DynamoObligations:
    """Obligations in the work table."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def find(self, obligation_id: str) -> Obligation | None:
        try:
            key = ObligationItem.key_of(obligation_id)
            return ObligationItem.get(*key, consistent_read=True).obligation()
        except (ObligationItem.DoesNotExist, ValueError):
            return None

    def pending(self, debtor: str) -> Sequence[Obligation]:
        found = PendingItem.query(f"OWED#BY#{debtor}", consistent_read=True)
        return [item.obligation() for item in found]

    def open_ones(self, *, after: str = "") -> Iterator[Obligation]:
        behind = OpenItem.sk > after if after else None
        for item in OpenItem.query(_OPEN, behind, consistent_read=True):
            yield item.obligation()

    def duties(self, period: str, *, provider: str = "") -> Sequence[Obligation]:
        only = ObligationItem.sk.startswith(f"{provider}#") if provider else None
        found = ObligationItem.query(f"OWED#DUTIES#{period}", only, consistent_read=True)
        return [item.obligation() for item in found]

    def write(self, changes: Sequence[Change], *, act: Act) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                write_changes(tx, changes)
        except Unmet as error:
            raise StaleObligation from error


def write_changes(tx: TransactWrite, changes: Iterable[Change]) -> None:
    """Take changes into a transaction: it fails as a whole where one was read too long ago."""
    for change in changes:
        before, after = change.before, replace(change.after, revision=change.after.revision + 1)
        condition = (
            ObligationItem.pk.does_not_exist()
            if before is None
            else ObligationItem.revision == before.revision
        )
        tx.save(ObligationItem.of(after), condition=condition)
        new = PendingItem.of(after) if after.state.pending else None
        if before is not None and before.state.pending:
            old = PendingItem.of(before)
            if new is None or new.sk != old.sk:
                tx.delete(old)
                tx.delete(OpenItem.of(before))
        if new is not None:
            tx.save(new)
            tx.save(OpenItem.of(after))


def _spelled(obligation: Obligation) -> str:
    return _OBLIGATION.dump_json(obligation).decode()
