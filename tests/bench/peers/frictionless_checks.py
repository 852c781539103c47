"""frictionless with custom checks: constraints in the schema, and a check for each rule of a field.

Rows are written as its `validate` reports on them, so that the file is read once.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from frictionless import Check, Checklist, Resource, Schema, errors, fields, system

from tests.bench.peers import spelling
from tests.bench.peers.rules import CODES, LENGTHS, NAMES, OPTIONAL

_KEY: Final = ("credit_code", "decision_number", "authority_code")


class RowCheck(Check):  # type: ignore[misc]
    """A check that remembers which row it found at fault."""

    Errors = [errors.ConstraintError]  # noqa: RUF012 - so declared by its base
    faulty = 0

    def fault(self, row: Any, name: str, note: str) -> Any:
        self.faulty = row.row_number
        return errors.ConstraintError.from_row(row, note=note, field_name=name)


class Spelling(RowCheck):
    """The cells of a field are spelled in one way, and right."""

    type = "spelling"

    def __init__(self, name: str, spell: Callable[[str], str]) -> None:
        super().__init__()
        self._name = name
        self._spell = spell

    def validate_row(self, row: Any) -> Iterator[Any]:
        text = row[self._name]
        if text:
            try:
                row[self._name] = self._spell(text)
            except ValueError as error:
                yield self.fault(row, self._name, str(error))


class DatesInOrder(RowCheck):
    """A decision is not published until a day before it."""

    type = "dates-in-order"

    def validate_row(self, row: Any) -> Iterator[Any]:
        until, decided = row["publication_until"], row["decision_date"]
        if until and decided and until < decided:
            yield self.fault(row, "publication_until", "dates out of order")


class Repeats(RowCheck):
    """A decision stands in the file once; a row with other errors does not count."""

    type = "repeats"

    def __init__(self, others: list[RowCheck]) -> None:
        super().__init__()
        self._others = others
        self._seen: set[tuple[str, ...]] = set()

    def validate_row(self, row: Any) -> Iterator[Any]:
        if not row.valid or any(check.faulty == row.row_number for check in self._others):
            return
        key = tuple(row[name] for name in _KEY)
        if key in self._seen:
            yield self.fault(row, "decision_number", "decided before")
        self._seen.add(key)


def run(path: Path, out: BinaryIO) -> tuple[int, int]:
    accepted = rejected = 0
    encode = json.JSONEncoder(ensure_ascii=False).encode
    checks: list[RowCheck] = [*_spellings(), DatesInOrder()]
    checks.append(Repeats(list(checks)))

    def write(row: Any) -> None:
        nonlocal accepted, rejected
        if not row.valid or any(check.faulty == row.row_number for check in checks):
            rejected += 1
        else:
            out.write(f"{encode(row.to_dict())}\n".encode())
            accepted += 1

    schema = Schema(fields=[_field(name) for name in NAMES])
    with system.use_context(trusted=True):
        resource = Resource(path=str(path), schema=schema, encoding="utf-8")
        resource.validate(Checklist(checks=checks), limit_errors=1_000_000_000, on_row=write)
    return accepted, rejected


def _spellings() -> Iterator[Spelling]:
    yield from (Spelling(name, spelling.text) for name in LENGTHS)
    yield from (Spelling(name, spelling.code) for name in CODES)
    yield Spelling("party_kind", spelling.party_kind)
    yield Spelling("penalty_kinds", spelling.penalty_kinds)
    yield Spelling("fine_amount", spelling.amount)
    yield Spelling("decision_date", lambda text: spelling.past_day(text).isoformat())
    yield Spelling("publication_until", lambda text: spelling.last_day(text).isoformat())


def _field(name: str) -> Any:
    constraints: dict[str, Any] = {} if name in OPTIONAL else {"required": True}
    if name in LENGTHS:
        constraints["maxLength"] = LENGTHS[name]
    return fields.StringField(name=name, constraints=constraints)
