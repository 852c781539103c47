"""What must be true of a row that was accepted: nothing wrong, nothing lost, nothing made up."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from nbcredit.cleaning.checking import FORMATS
from nbcredit.cleaning.headers import Header
from nbcredit.domain.catalogue import Item
from nbcredit.domain.cell_changes import ChangeKind
from nbcredit.domain.issues import IssueCode
from tests.cleaning_builders import TODAY, an_item
from tests.fuzz.meaning import Changed, is_blank, objection
from tests.fuzz.readings import ReadRow

_CHECKER: Final = FormatChecker(formats=())
for _name, _test in FORMATS.items():
    _CHECKER.checks(_name)(lambda text, test=_test: not isinstance(text, str) or test(text))
_BAD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]")
# Changes that need an issue beside them.
_NOTED: Final[Mapping[ChangeKind, IssueCode]] = {
    ChangeKind.DIGITS: IssueCode.LETTERS_FOR_DIGITS,
    ChangeKind.OLD_NUMBER: IssueCode.CONVERTED_ID,
    ChangeKind.SERIAL_DATE: IssueCode.SERIAL_DATE,
}


def faults_of_accepted(item: Item, header: Header, row: ReadRow, *, zero: date) -> Iterator[str]:
    assert row.done.row is not None
    values = row.done.row.values
    if json.loads(row.done.row.spelled) != dict(values):
        yield "what is spelled is not what it is"
    alone = {issue.field for issue in row.done.issues if issue.code is IssueCode.NO_IDENTIFIER}
    if (item.subject_of(values) is None) != bool(alone):
        yield "it is about nobody, or is said to be"
    if not values.keys() <= {column.field for column in header.columns}:
        yield "it has values of no column"
    if bad := [text for text in values.values() if _BAD.search(text)]:
        yield f"it holds {bad[0][:60]!r}"
    yield from _faults_by_schema(item, values, alone=alone)
    yield from _faults_by_rules(item, values)
    for changed in _changed(item, header, row, zero):
        for fault in _faults_of_change(row, changed):
            yield f"{changed.field.name}: {fault}"


def _changed(item: Item, header: Header, row: ReadRow, zero: date) -> Iterator[Changed]:
    """Yield the cells that are another text than their values, or of which a change is counted."""
    assert row.done.row is not None
    cells = row.cells or []
    for column in header.columns:
        raw = cells[column.index] if column.index < len(cells) else ""
        value = row.done.row.values.get(column.field, "")
        kinds = frozenset(row.counted.get(column.field, {}))
        # Of blank cells only what cannot be seen is counted.
        is_nothing = not value and is_blank(raw) and kinds <= {ChangeKind.REMOVED}
        if (raw != value or kinds) and not is_nothing:
            yield Changed(item.fields[column.field], raw, value, kinds, column.given_in, zero)


def _faults_of_change(row: ReadRow, changed: Changed) -> Iterator[str]:
    name, kinds = changed.field.name, changed.kinds
    told = f"{changed.raw[:60]!r} became {changed.value[:60]!r} by {sorted(kinds)}"
    if changed.raw == changed.value:
        yield f"{told}, which is no change"
    elif why := objection(changed):
        yield f"{told}: {why}"
    listed = {change.kind for change in row.done.changes if change.field == name}
    if listed != {kind for kind in kinds if kind.is_listed}:
        yield f"{told}, and {sorted(listed)} is listed"
    codes = {issue.code for issue in row.done.issues if issue.field == name}
    for kind, code in _NOTED.items():
        if (kind in kinds) != (code in codes):
            yield f"{told}, and {sorted(codes)} is told"


@cache
def _validator(code: str) -> Draft202012Validator:
    return Draft202012Validator(an_item(code).schema, format_checker=_CHECKER)


def _faults_by_schema(
    item: Item, values: Mapping[str, str], *, alone: Iterable[str]
) -> Iterator[str]:
    """Yield what the schema says; with its identifier a row that is compared by name is right."""
    instance: dict[str, Any] = {
        name: value.split(";") if item.fields[name].schema["type"] == "array" else value
        for name, value in values.items()
    } | {name: item.fields[name].schema["examples"][0] for name in alone}
    for error in _validator(item.code).iter_errors(instance):
        yield f"the schema refuses it: {error.json_path} {error.message[:120]}"


def _faults_by_rules(item: Item, values: Mapping[str, str]) -> Iterator[str]:
    for rule in item.rules:
        day, than = values.get(rule.get("field", "")), values.get(rule.get("than", ""))
        if rule["rule"] == "not-after-today" and day and day > TODAY.isoformat():
            yield f"{rule['field']} is in the future"
        if rule["rule"] == "not-before" and day and than and day < than:
            yield f"{rule['field']} is before {rule['than']}"
