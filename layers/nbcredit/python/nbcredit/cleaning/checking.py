"""Compiles the schemas of single values to checks of cells.

The schema is the source of truth; `jsonschema` is the oracle in the tests. Only the keywords the
meta-schema allows are compiled, and an unknown one is refused rather than passed over. A list is
an array in the schema and its values joined with ";" in a clean row.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from nbcredit.cleaning import wording
from nbcredit.domain.catalogue import Field
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
RowCheck = Callable[[Values], Fault | None]


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


def tests_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, Test]]:
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
    passes = all_of([test for _, test in tests_of(schema)])
    return lambda text: all(map(passes, text.split(";")))


def all_of(tests: Sequence[Test]) -> Test:
    """Return the test that all of these make."""

    def passes(text: str) -> bool:
        for test in tests:  # noqa: SIM110 -- a generator costs more than what it asks
            if not test(text):
                return False
        return True

    return passes


def _always(_operand: object) -> Test:
    return lambda _text: True


def _equals(wanted: str) -> Test:
    return lambda text: text == wanted


def _at_most(length: int) -> Test:
    return lambda text: len(text) <= length


def _at_least(length: int) -> Test:
    return lambda text: len(text) >= length


_VALUE_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "enum": lambda options: frozenset(options).__contains__,
    "const": _equals,
    "maxLength": _at_most,
    "minLength": _at_least,
    "pattern": _matches,
    "format": lambda name: FORMATS[name],
}
# A clean list is neither empty nor repeats itself.
_LIST_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "items": _each,
    "minItems": _always,
    "uniqueItems": _always,
}


def compile_cell(field: Field, schema: Mapping[str, Any], given_in: str = "") -> CellCheck:
    """Compile a schema of a value to a check that tells the first fault of a clean one.

    It is the field's own schema, or a narrower one that a condition asks for; `given_in` is the
    unit of an amount where the provider's header names the other one.
    """
    tests = tuple(tests_of(schema))

    def check(text: str) -> Fault | None:
        for keyword, test in tests:
            if not test(text):
                code, message = wording.of_value(keyword, schema, field, text, given_in)
                return Fault(code, field.name, message)
        return None

    return check
