"""Published catalogue versions: written once, with all their items, and never changed."""

import json
from datetime import date
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import (
    Catalogue,
    Item,
    NoCatalogue,
    UnknownVersion,
    VersionPublished,
)
from nbcredit.domain.periods import utc_text
from nbcredit.usecases.catalogue import Publication

_VERSIONS: Final = "CATALOGUE"


class VersionItem(WorkModel):
    """A published version and its date of effect."""

    version = UnicodeAttribute()
    effective_from = UnicodeAttribute()
    published_at = UnicodeAttribute()
    published_by = UnicodeAttribute()


class SchemaItem(WorkModel):
    """The schema of one item in one version."""

    body = UnicodeAttribute()


class DynamoCatalogues:
    """Catalogue versions in the work table; a version once read stays in memory."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, Catalogue] = {}

    def publish(self, publication: Publication) -> None:
        version = publication.version
        act = Act(
            action="catalogue-published",
            actor=publication.published_by,
            purpose="发布目录",
            about=(version,),
            detail={"effective_from": publication.effective_from.isoformat()},
        )
        try:
            with self._ledger.transaction(act) as tx:
                tx.save(
                    VersionItem(
                        _VERSIONS,
                        version,
                        version=version,
                        effective_from=publication.effective_from.isoformat(),
                        published_at=utc_text(publication.published_at),
                        published_by=publication.published_by.id,
                    ),
                    condition=VersionItem.pk.does_not_exist(),
                )
                for code, schema in publication.schemas.items():
                    body = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
                    tx.save(SchemaItem(f"{_VERSIONS}#{version}", f"ITEM#{code}", body=body))
        except Unmet as error:
            raise VersionPublished(version) from error

    def in_force(self, on: date) -> Catalogue:
        published = [
            item
            for item in VersionItem.query(_VERSIONS, consistent_read=True)
            if item.effective_from <= on.isoformat()
        ]
        if not published:
            raise NoCatalogue(on)
        latest = max(published, key=lambda item: (item.effective_from, item.published_at))
        return self.get(latest.version)

    def get(self, version: str) -> Catalogue:
        if version not in self._known:
            self._known[version] = self._read(version)
        return self._known[version]

    def _read(self, version: str) -> Catalogue:
        try:
            about = VersionItem.get(_VERSIONS, version, consistent_read=True)
        except VersionItem.DoesNotExist as error:
            raise UnknownVersion(version) from error
        items = {}
        for item in SchemaItem.query(f"{_VERSIONS}#{version}", consistent_read=True):
            code = item.sk.removeprefix("ITEM#")
            items[code] = Item.from_schema(json.loads(item.body), version=version)
        return Catalogue(
            version=version,
            effective_from=date.fromisoformat(about.effective_from),
            items=items,
        )
