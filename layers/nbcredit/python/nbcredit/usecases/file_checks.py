"""Checks of files before they are reported: the engine's own words, and nothing is kept (A8.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.cell_changes import ChangeKind
from nbcredit.domain.file_names import plain_name
from nbcredit.domain.periods import business_date
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.issue_lists import Cause
from nbcredit.usecases.ownership import check_reporter
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.receiving import Catalogues


class Counted(Protocol):
    """How many rows would end in which way."""

    @property
    def rows(self) -> int: ...
    @property
    def accepted(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def duplicate(self) -> int: ...
    @property
    def blank(self) -> int: ...


class Changed(Protocol):
    """How many cells of a column would be spelled anew in one way."""

    @property
    def header(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def kind(self) -> ChangeKind: ...
    @property
    def cells(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What would become of a file; `refused` where it is the file as a whole that is wrong."""

    file_name: str
    item: Item
    size: int
    refused: bool
    counts: Counted
    causes: Sequence[Cause]
    changes: Sequence[Changed]


class Checker(Protocol):
    """Cleans a file as it would be cleaned when reported, and forgets it."""

    def check(
        self, name: str, content: bytes, *, item: Item, catalogue: Catalogue, today: date
    ) -> Checked: ...


@dataclass(frozen=True, slots=True)
class FileChecks:
    """Tells a provider what would become of a file; that it asked is entered, the file is not."""

    checker: Callable[[], Checker]
    catalogues: Catalogues
    trail: AuditTrail
    clock: Clock

    def check(
        self, provider: str, item: str, name: str, content: bytes, *, by: Actor, purpose: str
    ) -> Checked:
        check_reporter(provider, by=by)
        today = business_date(self.clock.now())
        catalogue = self.catalogues.in_force(today)
        form = catalogue.item(item)
        told = {"provider": provider, "item": item, "size": str(len(content))}
        self.trail.record(Act(action="file-checked", actor=by, purpose=purpose, detail=told))
        return self.checker().check(
            plain_name(name), content, item=form, catalogue=catalogue, today=today
        )
