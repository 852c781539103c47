"""A pydantic model for each row, with python-stdnum for the codes: what most would write first."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from tests.bench.peers import spelling
from tests.bench.peers.repeats import Counts, End, Issue, Seen
from tests.bench.peers.rules import LENGTHS, NAMES


def _notes(info: ValidationInfo) -> spelling.Notes:
    """Return where the notes of a field are kept; the context is the row's."""
    notes: spelling.Notes = info.context[info.field_name]  # type: ignore[index]
    return notes


def _code(cell: str, info: ValidationInfo) -> str | None:
    return spelling.code(cell, _notes(info))


def _past_day(cell: str, info: ValidationInfo) -> date | None:
    return spelling.past_day(cell, _notes(info))


def _last_day(cell: str, info: ValidationInfo) -> date | None:
    return spelling.last_day(cell, _notes(info))


_Name = Annotated[str, BeforeValidator(spelling.name)]
_Text = Annotated[str, BeforeValidator(spelling.text)]


class Penalty(BaseModel):
    """A penalty against an organisation."""

    party_name: Annotated[_Name, Field(max_length=LENGTHS["party_name"])]
    party_kind: Annotated[str, BeforeValidator(spelling.party_kind)]
    credit_code: Annotated[str | None, BeforeValidator(_code)]
    decision_number: Annotated[_Name, Field(max_length=LENGTHS["decision_number"])]
    violation_type: Annotated[_Text, Field(max_length=LENGTHS["violation_type"])]
    facts: Annotated[_Text, Field(max_length=LENGTHS["facts"])]
    legal_basis: Annotated[_Text, Field(max_length=LENGTHS["legal_basis"])]
    penalty_kinds: Annotated[str, BeforeValidator(spelling.penalty_kinds)]
    penalty_content: Annotated[_Text, Field(max_length=LENGTHS["penalty_content"])]
    fine_amount: Annotated[str | None, BeforeValidator(spelling.amount)]
    decision_date: Annotated[date, BeforeValidator(_past_day)]
    publication_until: Annotated[date | None, BeforeValidator(_last_day)]
    authority_name: Annotated[_Name, Field(max_length=LENGTHS["authority_name"])]
    authority_code: Annotated[str, BeforeValidator(_code)]
    source_name: Annotated[_Name, Field(max_length=LENGTHS["source_name"])]
    source_code: Annotated[str, BeforeValidator(_code)]

    # After the fields and not after the model: that would not run where another field is wrong.
    @field_validator("credit_code")
    @classmethod
    def _is_told_of_its_kind(cls, code: str | None, info: ValidationInfo) -> str | None:
        if code is None and "party_kind" in info.data:
            raise ValueError(f"{info.data['party_kind']} must have a code")
        return code

    @field_validator("fine_amount")
    @classmethod
    def _is_in_its_unit(cls, amount: str | None, info: ValidationInfo) -> str | None:
        content = info.data.get("penalty_content")
        if amount is not None and content is not None and spelling.is_in_yuan(amount, content):
            _notes(info).append("told in 元")
        return amount

    @field_validator("publication_until")
    @classmethod
    def _is_not_before_the_decision(cls, day: date | None, info: ValidationInfo) -> date | None:
        decided = info.data.get("decision_date")
        if day is not None and decided is not None and day < decided:
            raise ValueError("before the decision")
        return day


def run(path: Path, out: BinaryIO) -> Counts:
    accepted = rejected = repeated = 0
    seen = Seen()
    with path.open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        next(lines)
        for number, cells in enumerate(lines, 2):
            penalty, issues = _judged(number, cells)
            if penalty is None:
                rejected += 1
                continue
            match seen.end(*_told(penalty)):
                case End.FIRST:
                    out.write(penalty.model_dump_json().encode() + b"\n")
                    accepted += 1
                case End.REPEATED:
                    issues.append(Issue(number, "", "told before"))
                    repeated += 1
                case End.CONFLICTING:
                    issues.append(Issue(number, "", "told otherwise before"))
                    rejected += 1
    return Counts(accepted, rejected, repeated)


def _judged(number: int, cells: list[str]) -> tuple[Penalty | None, list[Issue]]:
    """Return the row if it is right, and what is to be told of it."""
    if len(cells) != len(NAMES):
        return None, [Issue(number, "", f"has {len(cells)} cells")]
    notes: Mapping[str, spelling.Notes] = defaultdict(list)
    penalty, issues = None, []
    try:
        penalty = Penalty.model_validate(dict(zip(NAMES, cells, strict=True)), context=notes)
    except ValidationError as error:
        issues = [Issue(number, str(each["loc"][0]), each["msg"]) for each in error.errors()]
    issues += [Issue(number, name, note) for name, each in notes.items() for note in each]
    return penalty, issues


def _told(penalty: Penalty) -> tuple[tuple[str | None, ...], tuple[object, ...]]:
    """Return what makes the row's record, and what it says of it."""
    number = spelling.matching(penalty.decision_number)
    key = (penalty.credit_code, number, penalty.authority_code)
    said = penalty.model_dump(exclude={"decision_number"})
    return key, tuple(said.values())
