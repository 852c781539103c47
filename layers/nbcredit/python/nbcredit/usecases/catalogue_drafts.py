"""What a proposed catalogue would change, and drafts of items from what is outside it (A6.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Catalogue, CatalogueRefused, NoCatalogue
from nbcredit.domain.catalogue_diff import ItemChange, compare
from nbcredit.domain.errors import Conflict
from nbcredit.domain.item_drafts import draft_of
from nbcredit.domain.off_catalogue import Information
from nbcredit.domain.organisations import CENTRE, OFFICE
from nbcredit.domain.periods import business_date
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.catalogue import CatalogueStore, SchemaChecker, Schemas, check_catalogue
from nbcredit.usecases.off_catalogue import NotForProviders
from nbcredit.usecases.ports import Clock


class ItemKnown(Conflict):
    """The catalogue in force has an item of this code."""

    code = "item-known"

    def __init__(self, item: str) -> None:
        super().__init__(f"现行目录已有目录项 {item}：请换一个代码，或直接把信息纳入该目录项。")
        self.item = item


class Pieces(Protocol):
    """Off-catalogue information without its subjects' names."""

    def get(self, information_id: str) -> Information: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes against the version in force, `None` where there is none yet."""

    against: Catalogue | None
    changes: Sequence[ItemChange]
    items: int


@dataclass(frozen=True, slots=True)
class CatalogueDrafts:
    """Compares and drafts; what checks a schema is made when the first asks."""

    catalogues: CatalogueStore
    checker: Callable[[], SchemaChecker]
    information: Pieces
    trail: AuditTrail
    clock: Clock

    def compare(self, schemas: Schemas) -> Comparison:
        """Return what a sound catalogue would change, or raise `CatalogueRefused`."""
        faults = check_catalogue(schemas, checker=self.checker())
        if faults:
            raise CatalogueRefused(faults)
        try:
            current = self.catalogues.in_force(business_date(self.clock.now()))
        except NoCatalogue:
            return Comparison(None, compare({}, schemas), len(schemas))
        known = {code: item.schema for code, item in current.items.items()}
        return Comparison(current, compare(known, schemas), len(schemas))

    def draft(
        self, information_id: str, *, code: str, name: str, by: Actor, purpose: str
    ) -> dict[str, Any]:
        """Return a schema for an item that would cover a piece; that it was read is entered."""
        if by.organisation not in (CENTRE, OFFICE):
            raise NotForProviders
        current = self.catalogues.in_force(business_date(self.clock.now()))
        if code in current.items:
            raise ItemKnown(code)
        information = self.information.get(information_id)
        act = Act(
            action="item-drafted",
            actor=by,
            purpose=purpose,
            about=(information.id,),
            detail={"item": code},
        )
        self.trail.record(act)
        model = current.items[min(current.items)]
        return draft_of(information, code=code, name=name or information.title, model=model)
