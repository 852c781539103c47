"""What must agree between the parts of an item's schema, beyond the meta-schema."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from typing import Any, Final

from nbcredit.domain.reserved import RESERVED, UNREAD_HEADERS

Schema = Mapping[str, Any]

_HEADER_SPACE: Final = re.compile(r"\s+")
_RULE_FIELDS: Final = ("field", "than", "type", "number", "amount", "text")
# Headers of the platform's own columns, which an item would hide.
_RESERVED: Final = frozenset(
    {
        *UNREAD_HEADERS,
        *(name for each in RESERVED.values() for name in (each.title, *each.aliases)),
    }
)
_BROKEN: Final = (AttributeError, KeyError, TypeError, ValueError)
_DATES: Final = frozenset({"date", "open-date", "month"})


def faults_between_parts(schema: Schema, *, sound: bool = True) -> Iterator[str]:
    """Yield each fault between the parts, with its JSON pointer first.

    Of a schema that is not `sound`, because the meta-schema refuses it, they are those that can be
    found in what there is.
    """
    for check in (
        _unknown_fields,
        _repeated_headers,
        _misplaced_dates,
        _stray_options,
        _conditions_on_lists,
    ):
        # A part that is missing or misshapen is told already; it ends one check, not the others.
        with nullcontext() if sound else suppress(*_BROKEN):
            yield from check(schema)


def _named_fields(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield every place that names a field, with the name."""
    for place, name in enumerate(schema["required"]):
        yield f"/required/{place}", name
    for place, condition in enumerate(schema.get("allOf", ())):
        for keyword in ("if", "then"):
            yield from _in_condition(f"/allOf/{place}/{keyword}", condition[keyword])
    item = schema["x-item"]
    for place, name in enumerate(item["naturalKey"]):
        yield f"/x-item/naturalKey/{place}", name
    yield from _under("/x-item/region", item["region"], ("field", "authority", "authorityName"))
    yield from _under("/x-item/validity", item["validity"], ("from", "until"))
    for place, rule in enumerate(item.get("rules", ())):
        yield from _under(f"/x-item/rules/{place}", rule, _RULE_FIELDS)
    for place, way in enumerate(item["subjects"]):
        pointer = f"/x-item/subjects/{place}"
        yield from _under(pointer, way, ("number", "name", "documentType"))
        yield from ((f"{pointer}/when/{name}", name) for name in way.get("when", {}))


def _under(pointer: str, part: Schema, keywords: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((f"{pointer}/{word}", part[word]) for word in keywords if word in part)


def _in_condition(pointer: str, part: Schema) -> Iterator[tuple[str, str]]:
    for place, name in enumerate(part.get("required", ())):
        yield f"{pointer}/required/{place}", name
    for name in part.get("properties", {}):
        yield f"{pointer}/properties/{name}", name
    if "not" in part:
        yield from _in_condition(f"{pointer}/not", part["not"])
    for place, way in enumerate(part.get("anyOf", ())):
        yield from _in_condition(f"{pointer}/anyOf/{place}", way)


def _unknown_fields(schema: Schema) -> Iterator[str]:
    known = schema["properties"]
    for pointer, name in _named_fields(schema):
        if name not in known:
            yield f"{pointer}：没有“{name}”这个字段。"


def _repeated_headers(schema: Schema) -> Iterator[str]:
    owners: dict[str, str] = {}
    for name, part in schema["properties"].items():
        spellings = {
            _HEADER_SPACE.sub("", spelling).casefold()
            for spelling in (part["title"], name, *part.get("x-aliases", ()))
        }
        for spelling in sorted(spellings):
            if spelling in _RESERVED:
                yield f"/properties/{name}：列名“{spelling}”是平台自己用的，请换一个。"
            owner = owners.setdefault(spelling, name)
            if owner != name:
                yield f"/properties/{name}：列名“{spelling}”已属于“{owner}”。"


def _misplaced_dates(schema: Schema) -> Iterator[str]:
    item, parts = schema["x-item"], schema["properties"]
    places = [
        *((f"/x-item/validity/{key}", item["validity"].get(key)) for key in ("from", "until")),
        *(
            (f"/x-item/rules/{place}/{key}", rule.get(key))
            for place, rule in enumerate(item.get("rules", ()))
            if rule["rule"] in {"not-after-today", "not-before"}
            for key in ("field", "than")
        ),
    ]
    for pointer, name in places:
        if name in parts and parts[name]["x-form"] not in _DATES:
            yield f"{pointer}：字段“{name}”不是日期。"


def _stray_options(schema: Schema) -> Iterator[str]:
    parts = schema["properties"]
    for name, part in parts.items():
        options = _options(part)
        for word, option in part.get("x-synonyms", {}).items():
            if option not in options:
                yield f"/properties/{name}/x-synonyms/{word}：“{option}”不是可选的值。"
    for place, way in enumerate(schema["x-item"]["subjects"]):
        for name, values in way.get("when", {}).items():
            options = _options(parts.get(name, {}))
            for value in values:
                if options and value not in options:
                    yield f"/x-item/subjects/{place}/when/{name}：“{value}”不是可选的值。"
    for place, rule in enumerate(schema["x-item"].get("rules", ())):
        if rule["rule"] == "known-values" and "x-known" not in parts.get(rule["field"], {}):
            yield f"/x-item/rules/{place}/field：字段“{rule['field']}”没有 x-known。"


def _options(part: Schema) -> tuple[str, ...]:
    listed = part.get("enum") or part.get("items", {}).get("enum") or part.get("x-known", ())
    return tuple(listed)


def _conditions_on_lists(schema: Schema) -> Iterator[str]:
    parts = schema["properties"]
    for place, condition in enumerate(schema.get("allOf", ())):
        for keyword in ("if", "then"):
            for name in condition[keyword].get("properties", {}):
                if parts.get(name, {}).get("type") == "array":
                    pointer = f"/allOf/{place}/{keyword}/properties/{name}"
                    yield f"{pointer}：多值字段“{name}”不能用在条件中。"
