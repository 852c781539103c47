"""Publishing catalogue versions, each in force from a date on (A6.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.catalogue import (
    Catalogue,
    CatalogueRefused,
    EffectInThePast,
    Item,
    NoCatalogue,
)
from nbcredit.domain.errors import Forbidden
from nbcredit.domain.item_schemas import faults_between_parts
from nbcredit.domain.organisations import OFFICE
from nbcredit.domain.periods import business_date
from nbcredit.usecases.ports import Clock

Schemas = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One version as the office publishes it; its content never changes."""

    version: str
    effective_from: date
    schemas: Schemas
    published_at: datetime
    published_by: Actor

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(
            version=self.version,
            effective_from=self.effective_from,
            items={
                code: Item.from_schema(schema, version=self.version)
                for code, schema in self.schemas.items()
            },
        )


class SchemaChecker(Protocol):
    """Checks a schema against the catalogue's meta-schema."""

    def faults(self, schema: Mapping[str, Any]) -> Sequence[str]:
        """Return every fault, each beginning with the JSON pointer of its place."""
        ...


class CatalogueStore(Protocol):
    """Where published versions are kept."""

    def publish(self, publication: Publication) -> None:
        """Keep a new version, or raise `VersionPublished`."""
        ...

    def in_force(self, on: date) -> Catalogue:
        """Return the version with the latest date of effect up to a day, or raise `NoCatalogue`.

        Of two with the same date of effect the one published later is in force.
        """
        ...

    def get(self, version: str) -> Catalogue:
        """Return a published version."""
        ...


class NotTheOffice(Forbidden):
    """Only the office publishes the catalogue (A4.1)."""

    code = "not-the-office"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"目录由市信用办发布，“{organisation}”不能发布。")
        self.organisation = organisation


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Publish a catalogue version, and find the one in force."""

    store: CatalogueStore
    checker: SchemaChecker
    clock: Clock

    def publish(
        self, version: str, schemas: Schemas, effective_from: date, *, by: Actor
    ) -> Catalogue:
        """Publish a version, or raise `CatalogueRefused` or `EffectInThePast`."""
        if by.organisation != OFFICE:
            raise NotTheOffice(by.organisation)
        faults = check_catalogue(schemas, checker=self.checker)
        if faults:
            raise CatalogueRefused(faults)
        now = self.clock.now()
        self._check_effect(effective_from, today=business_date(now))
        publication = Publication(
            version=version,
            effective_from=effective_from,
            schemas=schemas,
            published_at=now,
            published_by=by,
        )
        self.store.publish(publication)
        return publication.catalogue

    def in_force(self, on: date) -> Catalogue:
        return self.store.in_force(on)

    def _check_effect(self, effective_from: date, *, today: date) -> None:
        if effective_from >= today:
            return
        try:
            self.store.in_force(today)
        except NoCatalogue:
            # The first catalogue may reach back: nothing was judged by another one.
            return
        raise EffectInThePast(effective_from, today=today)


def check_catalogue(schemas: Schemas, *, checker: SchemaChecker) -> list[str]:
    """Return every fault of every schema, each with its file and its place."""
    if not schemas:
        return ["目录是空的：至少要有一个目录项。"]
    return list(_faults(schemas, checker))


def _faults(schemas: Schemas, checker: SchemaChecker) -> Iterator[str]:
    for code, schema in sorted(schemas.items()):
        faults = checker.faults(schema)
        yield from (f"{code}.json{fault}" for fault in faults)
        between = faults_between_parts(schema, sound=not faults)
        yield from (f"{code}.json{fault}" for fault in between)
        item = schema.get("x-item")
        named = item.get("code", code) if isinstance(item, Mapping) else code
        if named != code:
            yield f"{code}.json/x-item/code：代码是“{named}”，与文件名不同。"
