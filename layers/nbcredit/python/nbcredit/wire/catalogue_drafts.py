"""Calls about a catalogue that is being prepared: compare it, draft an item (A6.1)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from nbcredit.domain.catalogue_diff import ChangeKind, Meaning
from nbcredit.usecases.catalogue_drafts import Comparison
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.off_catalogue import Id


class CompareCatalogue(Call):
    """Ask what a proposed catalogue would change against the one in force."""

    call: Literal["compare-catalogue"] = "compare-catalogue"
    schemas: dict[str, dict[str, Any]]


class DraftItem(Call):
    """Ask for a draft of an item that would cover a piece of off-catalogue information."""

    call: Literal["draft-item"] = "draft-item"
    information: Id
    item: Code
    name: Annotated[str, Field(max_length=200)] = ""


class MeaningView(Wire):
    """What a change means; `breaks` where files that were right may not be any more."""

    text: str
    breaks: bool


class FieldChangeView(Wire):
    """A field that changes."""

    field: str
    title: str
    kind: ChangeKind
    kind_text: str
    meanings: list[MeaningView]


class ItemChangeView(Wire):
    """An item that changes."""

    item: str
    name: str
    kind: ChangeKind
    kind_text: str
    breaks: bool
    meanings: list[MeaningView]
    fields: list[FieldChangeView]


class ComparisonView(Wire):
    """What changes; `against` is the version in force, null where there is none."""

    against: str | None
    in_force_since: date | None
    items: int
    unchanged: int
    changes: list[ItemChangeView]


class DraftView(Wire):
    """A schema that is sound, and what the office still has to decide."""

    item: str
    item_schema: dict[str, Any]
    to_complete: list[str]


def comparison_view(comparison: Comparison) -> ComparisonView:
    against, changes = comparison.against, comparison.changes
    kept = sum(each.kind is not ChangeKind.REMOVED for each in changes)
    return ComparisonView(
        against=against.version if against else None,
        in_force_since=against.effective_from if against else None,
        items=comparison.items,
        unchanged=comparison.items - kept,
        changes=[
            ItemChangeView(
                item=each.item,
                name=each.name,
                kind=each.kind,
                kind_text=each.kind.label,
                breaks=each.breaks,
                meanings=_meanings(each.meanings),
                fields=[
                    FieldChangeView(
                        field=field.field,
                        title=field.title,
                        kind=field.kind,
                        kind_text=field.kind.label,
                        meanings=_meanings(field.meanings),
                    )
                    for field in each.fields
                ],
            )
            for each in changes
        ],
    )


def _meanings(told: Sequence[Meaning]) -> list[MeaningView]:
    return [MeaningView(text=each.text, breaks=each.breaks) for each in told]
