"""The catalogue of public credit information: what is reported, and how it may be used (A6.1).

An item is one JSON Schema 2020-12 with the platform's own keywords (`x-item`, and `x-…` on the
properties); `schemas/catalogue/item.meta.json` says which are allowed. This module reads the part
that rules outside the row check need; the row check itself is compiled in `nbcredit.cleaning`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Self

from nbcredit.domain.errors import BadRequest, Conflict, NotFound
from nbcredit.domain.names import matching_form
from nbcredit.domain.subjects import SubjectKind, SubjectRef

RESIDENT_ID: Final = "身份证"


class Disclosure(StrEnum):
    """What the public may query (公开属性)."""

    PUBLIC = "public"
    AUTHORISED = "authorised"


class Sharing(StrEnum):
    """What departments may share (共享属性)."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"


class Sensitivity(StrEnum):
    """Whether a field is stored in the clear or under the subject's own key."""

    OPEN = "open"
    PERSONAL = "personal"


class UnknownItem(NotFound):
    """The catalogue in force has no such item."""

    code = "unknown-item"

    def __init__(self, item: str) -> None:
        super().__init__(
            f"目录中没有“{item}”这一目录项：请写目录项的代码或名称，如 administrative-penalty"
            "（行政处罚）；全部代码见 nbcredit catalogue show。"
        )
        self.item = item


class CatalogueRefused(BadRequest):
    """A catalogue version has faults; all of them are listed, each with its place."""

    code = "catalogue-refused"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"目录有 {len(faults)} 处错误：" + "；".join(faults))
        self.faults = tuple(faults)


class VersionPublished(Conflict):
    """A published catalogue version never changes (A6.1)."""

    code = "catalogue-version-published"

    def __init__(self, version: str) -> None:
        super().__init__(f"目录 {version} 版已经发布，内容不能更改：请用新的版本号发布。")
        self.version = version


class EffectInThePast(BadRequest):
    """A version takes effect today or later: what was reported was judged by the one before."""

    code = "catalogue-effect-in-the-past"

    def __init__(self, effective_from: date, *, today: date) -> None:
        super().__init__(f"生效日期 {effective_from} 早于今天（{today}）：请改为今天或以后的日期。")
        self.effective_from = effective_from


class UnknownVersion(NotFound):
    """No catalogue version of this name was published."""

    code = "unknown-catalogue-version"

    def __init__(self, version: str) -> None:
        super().__init__(f"没有发布过目录 {version} 版：请核对版本号，如 2026-1。")
        self.version = version


class NoCatalogue(NotFound):
    """No catalogue version is in force on the day."""

    code = "no-catalogue"

    def __init__(self, on: date) -> None:
        super().__init__(f"{on} 没有生效的目录版本：请先发布目录。")
        self.on = on


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an item: its name in the schema, its Chinese header and its other headers."""

    name: str
    title: str
    aliases: tuple[str, ...]
    form: str
    sensitivity: Sensitivity
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SubjectWay:
    """One way to find the subject of a row; the first that fits counts."""

    kind: SubjectKind
    number: str
    name: str | None
    document_type: str | None
    role: str
    when: Mapping[str, tuple[str, ...]]

    def fits(self, values: Mapping[str, str]) -> bool:
        return bool(values.get(self.number)) and self._applies(values)

    def names_alone(self, values: Mapping[str, str]) -> bool:
        """Whether the row says that it is about an organisation, and gives its name alone.

        Who may be a person is not looked for by name, so the row has to say what it is about.
        """
        return self.may_name_alone and bool(values.get(self.name or "")) and self._applies(values)

    @property
    def may_name_alone(self) -> bool:
        return self.kind is SubjectKind.LEGAL_PERSON and bool(self.name and self.when)

    def _applies(self, values: Mapping[str, str]) -> bool:
        return all(values.get(field) in allowed for field, allowed in self.when.items())


@dataclass(frozen=True)
class Item:
    """One catalogue item in one catalogue version."""

    version: str
    schema: Mapping[str, Any]

    @classmethod
    def from_schema(cls, schema: Mapping[str, Any], *, version: str) -> Self:
        return cls(version=version, schema=schema)

    @cached_property
    def _item(self) -> Mapping[str, Any]:
        own: Mapping[str, Any] = self.schema["x-item"]
        return own

    @cached_property
    def code(self) -> str:
        return str(self._item["code"])

    @cached_property
    def name(self) -> str:
        return str(self._item["name"])

    @cached_property
    def providers(self) -> frozenset[str]:
        """Codes of the organisations that the catalogue assigns the item to (A5.1)."""
        return frozenset(self._item["providers"])

    @cached_property
    def disclosure(self) -> Disclosure:
        return Disclosure(self._item["disclosure"])

    @cached_property
    def sharing(self) -> Sharing:
        return Sharing(self._item["sharing"])

    @cached_property
    def registers_subjects(self) -> bool:
        """Whether rows of this item create and rename subjects (A8.4)."""
        return bool(self._item.get("registersSubjects", False))

    @cached_property
    def update_frequency(self) -> str:
        """How often the item is reported: a duty covers a month, a quarter … (A7.1)."""
        return str(self._item.get("updateFrequency", "monthly"))

    @cached_property
    def natural_key(self) -> tuple[str, ...]:
        """Fields that, with the subject, tell one record from another."""
        return tuple(self._item["naturalKey"])

    @cached_property
    def region_field(self) -> str:
        return str(self._item["region"]["field"])

    @cached_property
    def region_authority(self) -> str | None:
        """Field with the authority's code, whose directory entry gives the region (A5.1)."""
        authority: str | None = self._item["region"].get("authority")
        return authority

    @cached_property
    def region_authority_name(self) -> str | None:
        """Field with the authority's name, for authorities whose code is not given or not known."""
        name: str | None = self._item["region"].get("authorityName")
        return name

    @cached_property
    def validity_from(self) -> str:
        return str(self._item["validity"]["from"])

    @cached_property
    def rules(self) -> tuple[Mapping[str, Any], ...]:
        """Rules between fields that JSON Schema cannot say."""
        return tuple(self._item.get("rules", ()))

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return {
            name: Field(
                name=name,
                title=part["title"],
                aliases=tuple(part.get("x-aliases", ())),
                form=part["x-form"],
                sensitivity=Sensitivity(part.get("x-sensitivity", "open")),
                schema=part,
            )
            for name, part in self.schema["properties"].items()
        }

    @cached_property
    def personal_fields(self) -> frozenset[str]:
        return frozenset(
            name for name, field in self.fields.items() if field.sensitivity is Sensitivity.PERSONAL
        )

    @cached_property
    def subject_ways(self) -> tuple[SubjectWay, ...]:
        return tuple(
            SubjectWay(
                kind=SubjectKind(way["kind"]),
                number=way["number"],
                name=way.get("name"),
                document_type=way.get("documentType"),
                role=way.get("role", ""),
                when={field: tuple(allowed) for field, allowed in way.get("when", {}).items()},
            )
            for way in self._item["subjects"]
        )

    def subject_way(self, values: Mapping[str, str]) -> SubjectWay | None:
        """Return how the subject of a clean row is told, or `None` if no identifier fits."""
        return next((way for way in self.subject_ways if way.fits(values)), None)

    def naming_way(self, values: Mapping[str, str]) -> SubjectWay | None:
        """Return how an organisation is named in a row without any identifier that fits."""
        if self.subject_way(values) is not None:
            return None
        return next((way for way in self.subject_ways if way.names_alone(values)), None)

    def subject_of(self, values: Mapping[str, str]) -> SubjectRef | None:
        """Return the subject a clean row is about, or `None` if no identifier fits."""
        way = self.subject_way(values)
        if way is None:
            return None
        document_type = ""
        if way.kind is SubjectKind.NATURAL_PERSON:
            document_type = values.get(way.document_type or "") or RESIDENT_ID
        return SubjectRef(
            kind=way.kind,
            document_type=document_type,
            number=values[way.number],
            name=values.get(way.name, "") if way.name else "",
            role=way.role,
        )

    def natural_key_of(self, values: Mapping[str, str]) -> str:
        """Return the part of a record's identity that is not its subject.

        Brackets, width and white space do not tell two document numbers apart.
        """
        return "\n".join(matching_form(values.get(field, "")) for field in self.natural_key)


@dataclass(frozen=True)
class Catalogue:
    """One published version with its items; in force from a date on."""

    version: str
    effective_from: date
    items: Mapping[str, Item]

    def item(self, code: str) -> Item:
        """Return the item of that code, or raise `UnknownItem`."""
        try:
            return self.items[code]
        except KeyError:
            raise UnknownItem(code) from None
