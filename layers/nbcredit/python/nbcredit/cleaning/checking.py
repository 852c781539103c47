"""Compiles an item's JSON Schema to checks of cells and rows.

The schema is the source of truth; `jsonschema` is the oracle in the tests. Only the keywords the
meta-schema allows are compiled, and an unknown one is refused rather than passed over. A list is
an array in the schema and its values joined with ";" in a clean row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from nbcredit.cleaning import wording
from nbcredit.domain.catalogue import Field, Item
from nbcredit.domain.identifiers import is_credit_code, is_resident_id
from nbcredit.domain.issues import IssueCode

Values = Mapping[str, str]
ANNOTATIONS: Final = frozenset({"title", "description", "examples", "type"})


class Fault(NamedTuple):
    """One finding about one field, before it has a place in a file."""

    code: IssueCode
    field: str
    message: str


Test = Callable[[str], bool]
CellCheck = Callable[[str], Fault | None]
RowCheck = Callable[[Values], Iterator[Fault]]
Predicate = Callable[[Values], bool]


class UncompilableSchemaError(ValueError):
    """The schema uses what the compiler does not know."""


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def _is_day(text: str) -> bool:
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": _is_day,
    "month": lambda text: _MONTH.fullmatch(text) is not None,
    "credit-code": is_credit_code,
    "resident-id": is_resident_id,
}


def _tests(schema: Mapping[str, Any]) -> Iterator[tuple[str, Test]]:
    """Yield each keyword of a value's schema with the test it stands for."""
    makers = _LIST_TESTS if schema.get("type") == "array" else _VALUE_TESTS
    for keyword, operand in schema.items():
        if keyword in ANNOTATIONS or keyword.startswith("x-"):
            continue
        if keyword not in makers:
            raise UncompilableSchemaError(keyword)
        yield keyword, makers[keyword](operand)


def _matches(pattern: str) -> Test:
    search = re.compile(pattern).search
    return lambda text: search(text) is not None


def _each(schema: Mapping[str, Any]) -> Test:
    tests = tuple(test for _, test in _tests(schema))
    return lambda text: all(test(part) for part in text.split(";") for test in tests)


def _always(_operand: object) -> Test:
    return lambda _text: True


_VALUE_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "enum": lambda options: frozenset(options).__contains__,
    "const": lambda wanted: lambda text: bool(text == wanted),
    "maxLength": lambda most: lambda text: len(text) <= most,
    "minLength": lambda least: lambda text: len(text) >= least,
    "pattern": _matches,
    "format": lambda name: FORMATS[name],
}
# A clean list is neither empty nor repeats itself.
_LIST_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "items": _each,
    "minItems": _always,
    "uniqueItems": _always,
}


def compile_cell(field: Field) -> CellCheck:
    """Compile a property to a check that tells the first fault of a clean value."""
    return _cell_check(field, field.schema)


def _cell_check(field: Field, schema: Mapping[str, Any]) -> CellCheck:
    tests = tuple(_tests(schema))

    def check(text: str) -> Fault | None:
        for keyword, test in tests:
            if not test(text):
                code, message = wording.of_value(keyword, schema, field, text)
                return Fault(code, field.name, message)
        return None

    return check


def _holds(schema: Mapping[str, Any]) -> Predicate:
    """Compile a schema of a row to a plain yes or no."""
    parts = [part for keyword, operand in schema.items() for part in _parts(keyword, operand)]
    match parts:
        case [only]:
            return only
        case [first, second]:
            return lambda values: first(values) and second(values)
    return lambda values: all(part(values) for part in parts)


def _parts(keyword: str, operand: Any) -> Iterator[Predicate]:
    match keyword:
        case "required":
            yield _has(frozenset(operand))
        case "properties":
            yield from (_fits(name, part) for name, part in operand.items())
        case "not":
            yield _opposite(_holds(operand))
        case "anyOf":
            yield _either(tuple(_holds(way) for way in operand))
        case _:
            raise UncompilableSchemaError(keyword)


def _has(names: frozenset[str]) -> Predicate:
    if len(names) == 1:
        (name,) = names
        return lambda values: name in values
    return lambda values: values.keys() >= names


def _opposite(predicate: Predicate) -> Predicate:
    return lambda values: not predicate(values)


def _either(ways: tuple[Predicate, ...]) -> Predicate:
    return lambda values: any(way(values) for way in ways)


def _fits(name: str, schema: Mapping[str, Any]) -> Predicate:
    if schema.keys() == {"const"}:
        wanted = schema["const"]
        return lambda values: values.get(name, wanted) == wanted
    tests = tuple(test for _, test in _tests(schema))

    def fits(values: Values) -> bool:
        text = values.get(name)
        return text is None or all(test(text) for test in tests)

    return fits


def compile_row(item: Item) -> RowCheck:
    """Compile what the schema asks of a row beyond its cells: required fields and conditions."""
    fields = item.fields
    required = tuple(item.schema.get("required", ()))
    always = frozenset(required)
    conditions = tuple(_condition(part, fields) for part in item.schema.get("allOf", ()))

    def check(values: Values) -> Iterator[Fault]:
        if not values.keys() >= always:
            for name in required:
                if name not in values:
                    yield Fault(IssueCode.REQUIRED, name, wording.required(fields[name]))
        for applies, demands in conditions:
            if applies(values):
                for demand in demands:
                    yield from demand(values)

    return check


def _condition(
    part: Mapping[str, Any], fields: Mapping[str, Field]
) -> tuple[Predicate, tuple[RowCheck, ...]]:
    if not part.keys() <= {"if", "then"} | ANNOTATIONS:
        raise UncompilableSchemaError(", ".join(part))
    when = wording.condition(part["if"], fields)
    return _holds(part["if"]), tuple(_demands(part["then"], when, fields))


def _demands(
    schema: Mapping[str, Any], when: str, fields: Mapping[str, Field]
) -> Iterator[RowCheck]:
    for keyword, operand in schema.items():
        match keyword:
            case "required":
                for name in operand:
                    yield _needs(name, wording.required_when(when, fields[name]))
            case "anyOf":
                names = [name for way in operand for name in way["required"]]
                message = wording.one_of_required_when(when, [fields[name] for name in names])
                yield _needs_any(_holds({"anyOf": operand}), names[0], message)
            case "properties":
                for name, part in operand.items():
                    yield _narrows(name, _cell_check(fields[name], part))
            case _:
                raise UncompilableSchemaError(keyword)


def _needs(name: str, message: str) -> RowCheck:
    fault = Fault(IssueCode.REQUIRED_FOR_KIND, name, message)
    return lambda values: iter(()) if name in values else iter((fault,))


def _needs_any(holds: Predicate, name: str, message: str) -> RowCheck:
    fault = Fault(IssueCode.REQUIRED_FOR_KIND, name, message)
    return lambda values: iter(()) if holds(values) else iter((fault,))


def _narrows(name: str, check: CellCheck) -> RowCheck:
    def narrowed(values: Values) -> Iterator[Fault]:
        text = values.get(name)
        if text is not None and (fault := check(text)) is not None:
            yield fault

    return narrowed
