import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from nbcredit.adapters.schema_checker import JsonSchemaChecker
from nbcredit.cleaning.checking import compile_cell
from nbcredit.cleaning.normalising import normaliser_of
from nbcredit.cleaning.row_checking import RowChecker
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.catalogue import (
    Catalogue,
    CatalogueRefused,
    EffectInThePast,
    NoCatalogue,
    VersionPublished,
)
from nbcredit.usecases.catalogue import Catalogues, NotTheOffice, Publication, check_catalogue
from tests.cleaning_builders import CATALOGUE, SHIPPED, a_schema, an_item

META = json.loads((CATALOGUE / "item.meta.json").read_text(encoding="utf-8"))
CHECKER = JsonSchemaChecker(META)
OFFICE = Actor(kind=ActorKind.OPERATOR, id="wang", organisation="office")
Change = Callable[[dict[str, Any]], object]


def the_schemas() -> dict[str, Any]:
    return {code: copy.deepcopy(dict(a_schema(code))) for code in SHIPPED}


@dataclass
class FakeCatalogueStore:
    published: dict[str, Publication] = field(default_factory=dict)

    def publish(self, publication: Publication) -> None:
        if publication.version in self.published:
            raise VersionPublished(publication.version)
        self.published[publication.version] = publication

    def in_force(self, on: date) -> Catalogue:
        started = [each for each in self.published.values() if each.effective_from <= on]
        if not started:
            raise NoCatalogue(on)
        return max(started, key=lambda each: (each.effective_from, each.published_at)).catalogue

    def get(self, version: str) -> Catalogue:
        return self.published[version].catalogue


class FixedClock:
    """Monday evening in UTC, when it is Tuesday 2026-11-24 in Ningbo."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@pytest.fixture
def catalogues() -> Catalogues:
    return Catalogues(store=FakeCatalogueStore(), checker=CHECKER, clock=FixedClock())


class TestMetaSchema:
    def test_is_a_schema_itself(self) -> None:
        Draft202012Validator.check_schema(META)

    @pytest.mark.requirement("A6.1")
    def test_accepts_the_shipped_items(self) -> None:
        assert check_catalogue(the_schemas(), checker=CHECKER) == []

    def test_allows_the_forms_that_the_engine_knows(self) -> None:
        for form in META["$defs"]["property"]["properties"]["x-form"]["enum"]:
            assert normaliser_of({"x-form": form})("宁波") in {"宁波"}

    def test_allows_the_rules_that_the_engine_knows(self) -> None:
        known = {rule["rule"] for code in SHIPPED for rule in an_item(code).rules}
        allowed: set[str] = set()
        for way in META["$defs"]["rule"]["oneOf"]:
            name = way["properties"]["rule"]
            allowed |= set(name.get("enum", [name.get("const")]))

        assert known == allowed

    @pytest.mark.parametrize("code", SHIPPED)
    def test_accepts_only_what_compiles(self, code: str) -> None:
        item = an_item(code)

        assert RowChecker(item).verdict(0).faults
        assert all(compile_cell(field, field.schema) for field in item.fields.values())


def drop(*path: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        for name in path[:-1]:
            schema = schema[name]
        del schema[path[-1]]

    return change


def put(value: object, *path: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        for name in path[:-1]:
            schema = schema[name]
        schema[path[-1]] = value

    return change


@pytest.mark.requirement("A6.1")
class TestFaults:
    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            (drop("x-item", "providers"), "/x-item"),
            (drop("x-item", "naturalKey"), "/x-item"),
            (put("secret", "x-item", "disclosure"), "/x-item/disclosure"),
            (put("conditional", "x-item", "sharing"), "/x-item"),
            (put("私", "x-item", "sharingReason"), "/x-item"),
            (put("other", "x-item", "code"), "/x-item/code"),
            (put(["nothing"], "x-item", "naturalKey"), "/x-item/naturalKey/0"),
            (put({"field": "nothing"}, "x-item", "region"), "/x-item/region/field"),
            (put({"from": "facts"}, "x-item", "validity"), "/x-item/validity/from"),
            (put({"from": "never"}, "x-item", "validity"), "/x-item/validity/from"),
            (put([{"rule": "magic"}], "x-item", "rules"), "/x-item/rules/0"),
            (
                put([{"rule": "not-after-today", "field": "gone"}], "x-item", "rules"),
                "/x-item/rules/0/field",
            ),
            (
                put([{"rule": "known-values", "field": "facts"}], "x-item", "rules"),
                "/x-item/rules/0/field",
            ),
            (
                put([{"kind": "legal-person", "number": "gone"}], "x-item", "subjects"),
                "/x-item/subjects/0/number",
            ),
            (
                put(
                    [
                        {
                            "kind": "legal-person",
                            "number": "credit_code",
                            "when": {"party_kind": ["公司"]},
                        }
                    ],
                    "x-item",
                    "subjects",
                ),
                "/x-item/subjects/0/when/party_kind",
            ),
            (put(["gone"], "required"), "/required/0"),
            (put("whatever", "properties", "facts", "x-form"), "/properties/facts/x-form"),
            (put("[", "properties", "facts", "pattern"), "/properties/facts/pattern"),
            (drop("properties", "facts", "maxLength"), "/properties/facts"),
            (put(5000, "properties", "facts", "maxLength"), "/properties/facts/maxLength"),
            (put(["处罚内容"], "properties", "facts", "x-aliases"), "/properties/penalty_content"),
            (
                put({"甲": "乙"}, "properties", "party_kind", "x-synonyms"),
                "/properties/party_kind/x-synonyms/甲",
            ),
            (put([{"if": {"required": ["gone"]}, "then": {"required": ["facts"]}}], "allOf"),
             "/allOf/0/if/required/0"),
            (put([{"if": {"minProperties": 3}, "then": {}}], "allOf"), "/allOf/0/if"),
            (put(1, "unheardOf"), "/"),
            (put(["罚款"], "properties", "penalty_kinds", "enum"), "/properties/penalty_kinds"),
            (put([{"if": {"properties": {"penalty_kinds": {"const": "罚款"}}},
                   "then": {"required": ["facts"]}}], "allOf"),
             "/allOf/0/if/properties/penalty_kinds"),
        ],
    )  # fmt: skip
    def test_are_told_with_their_place(self, change: Change, pointer: str) -> None:
        schemas = the_schemas()
        change(schemas["administrative-penalty"])

        faults = check_catalogue(schemas, checker=CHECKER)

        assert any(
            fault.startswith(f"administrative-penalty.json{pointer}：") for fault in faults
        ), faults

    def test_are_told_all_at_once(self) -> None:
        schemas = the_schemas()
        drop("x-item", "region")(schemas["legal-registration"])
        put(["nothing"], "x-item", "naturalKey")(schemas["administrative-penalty"])
        put(["nothing"], "required")(schemas["administrative-penalty"])

        assert len(check_catalogue(schemas, checker=CHECKER)) == 3

    def test_are_told_all_at_once_of_one_item_too(self) -> None:
        schemas = the_schemas()
        schema = schemas["administrative-penalty"]
        drop("x-item", "region")(schema)
        put(["处罚内容"], "properties", "facts", "x-aliases")(schema)
        put(["nothing"], "required")(schema)
        put("other", "x-item", "code")(schema)

        told = check_catalogue(schemas, checker=CHECKER)

        assert len(told) == 4, told

    @pytest.mark.parametrize(
        "schema",
        [
            {},
            {"x-item": [], "properties": []},
            {"x-item": {"subjects": 1}, "properties": {"a": None}, "required": [{}]},
        ],
    )
    def test_of_a_broken_schema_are_those_of_its_structure(self, schema: dict[str, Any]) -> None:
        assert check_catalogue({"x": schema}, checker=CHECKER)

    def test_of_an_empty_catalogue(self) -> None:
        assert len(check_catalogue({}, checker=CHECKER)) == 1


@pytest.mark.requirement("A6.1")
class TestPublishing:
    def test_puts_a_version_in_force_from_its_date_on(self, catalogues: Catalogues) -> None:
        catalogues.publish("2026-1", the_schemas(), date(2026, 1, 1), by=OFFICE)
        changed = the_schemas()
        put(["scjg"], "x-item", "providers")(changed["administrative-penalty"])
        catalogues.publish("2026-2", changed, date(2026, 12, 1), by=OFFICE)

        before = catalogues.in_force(date(2026, 11, 30))
        after = catalogues.in_force(date(2026, 12, 1))

        assert (before.version, after.version) == ("2026-1", "2026-2")
        assert after.item("administrative-penalty").providers == {"scjg"}
        assert "zjj" in before.item("administrative-penalty").providers

    def test_never_changes_a_published_version(self, catalogues: Catalogues) -> None:
        catalogues.publish("2026-1", the_schemas(), date(2026, 1, 1), by=OFFICE)

        with pytest.raises(VersionPublished):
            catalogues.publish("2026-1", the_schemas(), date(2027, 1, 1), by=OFFICE)

    def test_takes_effect_today_at_the_earliest(self, catalogues: Catalogues) -> None:
        catalogues.publish("2026-1", the_schemas(), date(2026, 1, 1), by=OFFICE)

        with pytest.raises(EffectInThePast):
            catalogues.publish("2026-2", the_schemas(), date(2026, 11, 23), by=OFFICE)
        catalogues.publish("2026-3", the_schemas(), date(2026, 11, 24), by=OFFICE)

        assert catalogues.in_force(date(2026, 11, 23)).version == "2026-1"
        assert catalogues.in_force(date(2026, 11, 24)).version == "2026-3"

    def test_may_reach_back_until_a_version_is_in_force(self, catalogues: Catalogues) -> None:
        catalogues.publish("2027-1", the_schemas(), date(2027, 1, 1), by=OFFICE)

        catalogues.publish("2026-1", the_schemas(), date(2026, 1, 1), by=OFFICE)

        assert catalogues.in_force(date(2026, 11, 24)).version == "2026-1"

    def test_is_the_right_of_the_office_alone(self, catalogues: Catalogues) -> None:
        department = replace(OFFICE, organisation="scjg")

        with pytest.raises(NotTheOffice):
            catalogues.publish("2026-1", the_schemas(), date(2026, 1, 1), by=department)

    def test_refuses_a_bad_version_with_all_its_faults(self, catalogues: Catalogues) -> None:
        schemas = the_schemas()
        drop("x-item", "region")(schemas["legal-registration"])
        drop("x-item", "region")(schemas["administrative-penalty"])

        with pytest.raises(CatalogueRefused) as refusal:
            catalogues.publish("2026-1", schemas, date(2026, 1, 1), by=OFFICE)

        assert len(refusal.value.faults) == 2
        with pytest.raises(NoCatalogue):
            catalogues.in_force(date(2026, 11, 23))


@pytest.mark.requirement("A5.1")
class TestShippedItems:
    @pytest.mark.parametrize(
        ("code", "providers"),
        [
            ("administrative-penalty",
             {"scjg", "zjj", "zfj", "sthjj", "yjj", "swj", "gaj", "jtj", "rsj"}),
            ("legal-registration", {"scjg", "mzj", "bwb"}),
            ("social-insurance-arrears", {"rsj", "swj"}),
        ],
    )  # fmt: skip
    def test_are_assigned_to_their_providers(self, code: str, providers: set[str]) -> None:
        assert an_item(code).providers == providers

    @pytest.mark.parametrize("code", SHIPPED)
    def test_take_the_region_from_a_column_or_the_authority(self, code: str) -> None:
        item = an_item(code)

        assert item.fields[item.region_field].title == "地方编码"
        assert item.region_field not in item.schema["required"]
        assert item.region_authority == "authority_code"
