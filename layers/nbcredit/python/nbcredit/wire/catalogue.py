"""Calls about the catalogue: show it, publish a version, try one; and how it is shown."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call


class ShowCatalogue(Call):
    """Ask for the items of the catalogue in force on a day (today where none is named)."""

    call: Literal["show-catalogue"] = "show-catalogue"
    on: date | None = None


class ShowItem(Call):
    """Ask how each column of an item is filled in, by the catalogue in force."""

    call: Literal["show-item"] = "show-item"
    item: Code


class ShowTemplate(Call):
    """Ask for the workbook that an item is filled in with and reported."""

    call: Literal["show-template"] = "show-template"
    item: Code


class PublishCatalogue(Call):
    """Publish a catalogue version, in force from a date on; the office's alone."""

    call: Literal["publish-catalogue"] = "publish-catalogue"
    version: Annotated[str, Field(pattern=r"^20\d\d-[1-9]\d?$", examples=["2026-1"])]
    effective_from: date
    schemas: dict[str, dict[str, Any]]


class TryCatalogue(Call):
    """Ask what would become of a submission's file under a schema; the office's alone.

    `item_schema` is the changed schema of the submission's item, null where it has none any more.
    """

    call: Literal["try-catalogue"] = "try-catalogue"
    submission: str
    item_schema: dict[str, Any] | None
    skip_rows: Annotated[int, Field(ge=0)] = 0


class ItemView(Wire):
    """A catalogue item as a provider needs it: its headers and who reports it."""

    code: str
    name: str
    providers: list[str]
    headers: dict[str, list[str]]
    required: list[str]
    disclosure: str
    sharing: str


class CatalogueView(Wire):
    """The catalogue in force."""

    version: str
    effective_from: date
    items: list[ItemView]


class ColumnGuide(Wire):
    """One column: its name and header, when it is needed, and how it is filled in.

    `closed` where no value is taken that is not among the options, `several` where it may have
    more than one of them.
    """

    field: str
    title: str
    required: bool
    need: str
    how: str
    form: str
    options: list[str]
    closed: bool
    several: bool
    longest: int | None
    note: str
    example: str


class ItemGuide(Wire):
    """An item as whoever fills it in needs it, its columns in their order."""

    code: str
    name: str
    version: str
    columns: list[ColumnGuide]


class TemplateView(Wire):
    """A template: the bytes of the workbook in Base64."""

    file_name: str
    content: str
