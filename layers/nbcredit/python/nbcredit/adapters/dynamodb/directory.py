"""The directory of organisations: read often, changed rarely."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger
from nbcredit.adapters.dynamodb.tables import TRANSACTION_LIMIT, WorkModel, chunked
from nbcredit.domain.audit import Act
from nbcredit.domain.organisations import Directory, Organisation, OrganisationKind
from nbcredit.usecases.ports import Clock

_DIRECTORY: Final = "DIRECTORY"
_FRESH: Final = timedelta(minutes=1)
# The audit entry takes a place in each transaction.
_A_TRANSACTION: Final = TRANSACTION_LIMIT - 1


class OrganisationItem(WorkModel):
    """One organisation."""

    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    credit_code = UnicodeAttribute()
    region = UnicodeAttribute()

    @classmethod
    def of(cls, organisation: Organisation) -> "OrganisationItem":
        return cls(
            _DIRECTORY,
            f"ORG#{organisation.code}",
            name=organisation.name,
            kind=organisation.kind.value,
            credit_code=organisation.credit_code,
            region=organisation.region,
        )

    def organisation(self) -> Organisation:
        return Organisation(
            code=self.sk.removeprefix("ORG#"),
            name=self.name,
            kind=OrganisationKind(self.kind),
            credit_code=self.credit_code,
            region=self.region,
        )


class DynamoDirectory:
    """The directory, kept in memory for a minute."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._known: tuple[datetime, Directory] | None = None

    def directory(self) -> Directory:
        now = self._clock.now()
        if self._known is None or now - self._known[0] >= _FRESH:
            items = OrganisationItem.query(_DIRECTORY, consistent_read=True)
            self._known = now, Directory.of([item.organisation() for item in items])
        return self._known[1]

    def save(self, organisations: Sequence[Organisation], *, act: Act) -> None:
        for some in chunked(organisations, _A_TRANSACTION):
            with self._ledger.transaction(act) as tx:
                for organisation in some:
                    tx.save(OrganisationItem.of(organisation))
        self._known = None
