"""Compiles what an item's JSON Schema asks of a row beyond its cells.

What conditions ask of a row is asked of single values: is the field there, does it pass a test.
Each such question has a bit. The row is the sum of its values' bits, and what follows from a sum
is worked out once: rows of a file have few different ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from nbcredit.cleaning import wording
from nbcredit.cleaning.checking import (
    ANNOTATIONS,
    CellCheck,
    Fault,
    RowCheck,
    Test,
    UncompilableSchemaError,
    Values,
    all_of,
    compile_cell,
    tests_of,
)
from nbcredit.domain.catalogue import Field, Item, SubjectWay
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.subjects import SubjectKind

# Tells from the bits of a row whether a condition holds.
Condition = Callable[[int], bool]


class Bits:
    """The questions that conditions ask of single values, each with a bit of its own."""

    def __init__(self) -> None:
        self._count = 0
        self._present: dict[str, int] = {}
        self._tests: dict[str, list[tuple[Test, int]]] = {}

    def _next(self) -> int:
        bit = 1 << self._count
        self._count += 1
        return bit

    def present(self, name: str) -> int:
        """Return the bit that says that the field has a value."""
        return self._present.get(name) or self._present.setdefault(name, self._next())

    def passing(self, name: str, test: Test) -> int:
        """Return a bit that says that the field's value passes the test."""
        bit = self._next()
        self._tests.setdefault(name, []).append((test, bit))
        return bit

    def tests(self, name: str) -> bool:
        """Tell whether the field's value has more bits than the one that says that it is there."""
        return name in self._tests

    def of(self, name: str, value: str) -> int:
        """Return the bits of a value."""
        bits = self._present.get(name, 0)
        for test, bit in self._tests.get(name, ()):
            if test(value):
                bits |= bit
        return bits

    def of_row(self, values: Values) -> int:
        bits = 0
        for name, value in values.items():
            bits |= self.of(name, value)
        return bits

    def holds(self, schema: Mapping[str, Any]) -> Condition:
        """Compile a schema of a row to a plain yes or no."""
        parts = [part for word, operand in schema.items() for part in self._parts(word, operand)]
        return lambda bits: all(part(bits) for part in parts)

    def _parts(self, keyword: str, operand: Any) -> Iterator[Condition]:
        match keyword:
            case "required":
                yield self.has(operand)
            case "properties":
                yield from (self._fits(name, part) for name, part in operand.items())
            case "not":
                holds = self.holds(operand)
                yield lambda bits: not holds(bits)
            case "anyOf":
                ways = [self.holds(way) for way in operand]
                yield lambda bits: any(way(bits) for way in ways)
            case _:
                raise UncompilableSchemaError(keyword)

    def has(self, names: Iterable[str]) -> Condition:
        needed = 0
        for name in names:
            needed |= self.present(name)
        return lambda bits: bits & needed == needed

    def _fits(self, name: str, schema: Mapping[str, Any]) -> Condition:
        passing = self.passing(name, all_of([test for _, test in tests_of(schema)]))
        present = self.present(name)
        return lambda bits: bool(bits & passing) or not bits & present


class Owner(NamedTuple):
    """Where a row says whose record it is."""

    kind: str
    number: str
    document_type: str | None


class Verdict(NamedTuple):
    """What follows from the bits of a row.

    `checks` look at values once more because of what else is in the row, `rules` are those between
    cells that are there, and `owner` is how the subject is told. `named` is the way in which an
    organisation is named where nothing but its identifier is missing: the row is compared by that.
    """

    faults: tuple[Fault, ...]
    checks: tuple[RowCheck, ...]
    rules: tuple[RowCheck, ...]
    owner: Owner | None
    named: SubjectWay | None


# A condition, what it finds missing, and what it has to look at again.
_Demand = tuple[Condition, Fault | None, RowCheck | None]
_MOST_VERDICTS: Final = 4096


class RowChecker:
    """Judges rows by their bits, beyond what is wrong with single cells."""

    def __init__(self, item: Item, rules: Iterable[tuple[Sequence[str], RowCheck]] = ()) -> None:
        self.bits = Bits()
        self._demands = [*_required(item, self.bits), *_conditions(item, self.bits)]
        self._rules = [(self.bits.has(names), rule) for names, rule in rules]
        self._owners = [(_way_holds(way, self.bits), _owner(way)) for way in item.subject_ways]
        self._namings = [
            (_way_names(way, self.bits), way) for way in item.subject_ways if way.may_name_alone
        ]
        self._verdicts: dict[int, Verdict] = {}

    def verdict(self, bits: int) -> Verdict:
        """Return what follows from the bits of a row."""
        known = self._verdicts.get(bits)
        if known is not None:
            return known
        if len(self._verdicts) >= _MOST_VERDICTS:
            self._verdicts.clear()
        demands = [(fault, check) for holds, fault, check in self._demands if holds(bits)]
        faults = tuple(fault for fault, _ in demands if fault is not None)
        owner = next((owner for fits, owner in self._owners if fits(bits)), None)
        made = self._verdicts[bits] = Verdict(
            faults=faults,
            checks=tuple(check for _, check in demands if check is not None),
            rules=tuple(rule for applies, rule in self._rules if applies(bits)),
            owner=owner,
            named=self._named(bits, faults) if owner is None else None,
        )
        return made

    def _named(self, bits: int, faults: Sequence[Fault]) -> SubjectWay | None:
        for names, way in self._namings:
            if names(bits):
                missing = all(_asks_for(fault, way.number) for fault in faults)
                return way if missing else None
        return None

    def faults(self, values: Values) -> list[Fault]:
        """Return what the schema finds in a row beyond its cells."""
        verdict = self.verdict(self.bits.of_row(values))
        looked = (check(values) for check in verdict.checks)
        return [*verdict.faults, *(fault for fault in looked if fault is not None)]


def _required(item: Item, bits: Bits) -> Iterator[_Demand]:
    for name in item.schema.get("required", ()):
        fault = Fault(IssueCode.REQUIRED, name, wording.required(item.fields[name]))
        yield _lacks(bits.present(name)), fault, None


def _conditions(item: Item, bits: Bits) -> Iterator[_Demand]:
    fields = item.fields
    for part in item.schema.get("allOf", ()):
        if not part.keys() <= {"if", "then"} | ANNOTATIONS:
            raise UncompilableSchemaError(", ".join(part))
        when = wording.condition(part["if"], fields)
        applies = bits.holds(part["if"])
        for fails, fault, check in _demands(part["then"], when, fields, bits):
            yield _both(applies, fails), fault, check


def _demands(
    schema: Mapping[str, Any], when: str, fields: Mapping[str, Field], bits: Bits
) -> Iterator[_Demand]:
    for keyword, operand in schema.items():
        match keyword:
            case "required":
                for name in operand:
                    message = wording.required_when(when, fields[name])
                    fault = Fault(IssueCode.REQUIRED_FOR_KIND, name, message)
                    yield _lacks(bits.present(name)), fault, None
            case "anyOf":
                names = [name for way in operand for name in way["required"]]
                message = wording.one_of_required_when(when, [fields[name] for name in names])
                fault = Fault(IssueCode.REQUIRED_FOR_KIND, names[0], message)
                yield _opposite(bits.holds({"anyOf": operand})), fault, None
            case "properties":
                for name, part in operand.items():
                    check = _narrows(name, compile_cell(fields[name], part))
                    yield bits.has((name,)), None, check
            case _:
                raise UncompilableSchemaError(keyword)


def _lacks(bit: int) -> Condition:
    return lambda bits: not bits & bit


def _both(one: Condition, other: Condition) -> Condition:
    return lambda bits: one(bits) and other(bits)


def _opposite(condition: Condition) -> Condition:
    return lambda bits: not condition(bits)


def _narrows(name: str, check: CellCheck) -> RowCheck:
    return lambda values: check(values[name])


def _owner(way: SubjectWay) -> Owner:
    is_person = way.kind is SubjectKind.NATURAL_PERSON
    return Owner(way.kind.value, way.number, (way.document_type or "") if is_person else None)


def _way_holds(way: SubjectWay, bits: Bits) -> Condition:
    parts = [bits.has((way.number,))]
    for name, allowed in way.when.items():
        passing = bits.passing(name, frozenset(allowed).__contains__)
        parts.append(_any_of(passing))
    return lambda held: all(part(held) for part in parts)


def _way_names(way: SubjectWay, bits: Bits) -> Condition:
    named = bits.has((way.name or "",))
    parts = [named]
    for name, allowed in way.when.items():
        parts.append(_any_of(bits.passing(name, frozenset(allowed).__contains__)))
    return lambda held: all(part(held) for part in parts)


def _asks_for(fault: Fault, number: str) -> bool:
    """Whether a fault is that rows of this kind need the identifier."""
    return fault.code is IssueCode.REQUIRED_FOR_KIND and fault.field == number


def _any_of(bit: int) -> Condition:
    return lambda bits: bool(bits & bit)
