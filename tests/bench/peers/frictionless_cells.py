"""The schema and the checks by which both ways of using frictionless judge a file."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from frictionless import Check, Checklist, Resource, Schema, errors, fields

from tests.bench.peers import spelling
from tests.bench.peers.repeats import End, Seen
from tests.bench.peers.rules import CODES, HARD_NULLS, LENGTHS, LINES, NAMES, NULLS, OPTIONAL, TEXTS

Spell = Callable[[str, spelling.Notes], str | None]
REPEATED: Final = "told before"


def _plain(spell: Callable[[str], str | None]) -> Spell:
    return lambda cell, _notes: spell(cell)


def _iso(spell: Callable[[str, spelling.Notes], date | None]) -> Spell:
    def spelled(cell: str, notes: spelling.Notes) -> str | None:
        day = spell(cell, notes)
        return None if day is None else day.isoformat()

    return spelled


SPELLINGS: Final[Mapping[str, Spell]] = {
    **dict.fromkeys(LINES, _plain(spelling.name)),
    **dict.fromkeys(TEXTS, _plain(spelling.text)),
    **dict.fromkeys(CODES, spelling.code),
    "party_kind": _plain(spelling.party_kind),
    "penalty_kinds": _plain(spelling.penalty_kinds),
    "fine_amount": _plain(spelling.amount),
    "decision_date": _iso(spelling.past_day),
    "publication_until": _iso(spelling.last_day),
}


class RowCheck(Check):  # type: ignore[misc]
    """A check that remembers which row it found at fault."""

    Errors = [errors.RowConstraintError, errors.ConstraintError]  # noqa: RUF012 - as in its base
    faulty = 0

    def fault(self, row: Any, name: str, note: str) -> Any:
        self.faulty = row.row_number
        return errors.ConstraintError.from_row(row, note=note, field_name=name)


class Spelling(RowCheck):
    """The cells of a field are spelled in one way, and right."""

    type = "spelling"

    def __init__(self, name: str, spell: Spell, notes: spelling.Notes) -> None:
        super().__init__()
        self._name = name
        self._spell = spell
        self._notes = notes

    def validate_row(self, row: Any) -> Iterator[Any]:
        text = row[self._name]
        if text:
            try:
                row[self._name] = self._spell(text, self._notes)
            except ValueError as error:
                yield self.fault(row, self._name, str(error))
                return
            if row[self._name] is None and self._name not in OPTIONAL:
                yield self.fault(row, self._name, "required")


class ToldOfItsKind(RowCheck):
    """A party of any kind that the columns can tell of has a code."""

    type = "told-of-its-kind"

    def validate_row(self, row: Any) -> Iterator[Any]:
        if not row["credit_code"]:
            yield self.fault(row, "credit_code", f"{row['party_kind']} must have a code")


class DatesInOrder(RowCheck):
    """A decision is not published until a day before it."""

    type = "dates-in-order"

    def validate_row(self, row: Any) -> Iterator[Any]:
        until, decided = row["publication_until"], row["decision_date"]
        if until and decided and until < decided:
            yield self.fault(row, "publication_until", "before the decision")


class AmountUnit(RowCheck):
    """An amount in 万元 is not the number that the content gives in 元: told, and no error."""

    type = "amount-unit"

    def __init__(self, others: list[RowCheck], notes: spelling.Notes) -> None:
        super().__init__()
        self._others = others
        self._notes = notes

    def validate_row(self, row: Any) -> Iterator[Any]:
        amount, content = row["fine_amount"], row["penalty_content"]
        wrong = any(check.faulty == row.row_number for check in self._others)
        if amount and content and not wrong and spelling.is_in_yuan(amount, content):
            self._notes.append("told in 元")
        yield from ()


class Repeats(RowCheck):
    """A decision stands in the file once; a row with other errors does not count."""

    type = "repeats"

    def __init__(self, others: list[RowCheck]) -> None:
        super().__init__()
        self._others = others
        self._seen = Seen()

    def validate_row(self, row: Any) -> Iterator[Any]:
        if not row.valid or any(check.faulty == row.row_number for check in self._others):
            return
        number = spelling.matching(row["decision_number"])
        key = (row["credit_code"], number, row["authority_code"])
        said = tuple(row[name] for name in NAMES if name != "decision_number")
        match self._seen.end(key, said):
            case End.REPEATED:
                yield self.fault(row, "decision_number", REPEATED)
            case End.CONFLICTING:
                yield self.fault(row, "decision_number", "told otherwise before")


def checks() -> list[RowCheck]:
    notes: spelling.Notes = []
    spellings = {name: Spelling(name, spell, notes) for name, spell in SPELLINGS.items()}
    amounts: list[RowCheck] = [spellings["fine_amount"], spellings["penalty_content"]]
    single = [*spellings.values(), ToldOfItsKind(), DatesInOrder(), AmountUnit(amounts, notes)]
    return [*single, Repeats(single)]


def checklist(of: list[RowCheck]) -> Checklist:
    # The file's header has the titles of the fields.
    return Checklist(checks=of, skip_errors=["incorrect-label"])


def resource(path: Path) -> Resource:
    schema = Schema(fields=[_field(name) for name in NAMES])
    return Resource(path=path.name, basepath=str(path.parent), schema=schema, encoding="utf-8")


def _field(name: str) -> Any:
    constraints: dict[str, Any] = {} if name in OPTIONAL else {"required": True}
    if name in LENGTHS:
        constraints["maxLength"] = LENGTHS[name]
    nulls = sorted({"", *(HARD_NULLS if name in TEXTS else NULLS)})
    return fields.StringField(name=name, constraints=constraints, missing_values=nulls)
