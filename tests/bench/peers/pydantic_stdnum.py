"""A pydantic model for each row, with python-stdnum for the codes: what most would write first."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from tests.bench.peers import spelling
from tests.bench.peers.rules import LENGTHS, NAMES

T = TypeVar("T")


def _or_none(spell: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda cell: spell(cell) if cell else None


_Text = Annotated[str, BeforeValidator(spelling.text), Field(min_length=1)]
Code = Annotated[str, BeforeValidator(spelling.code)]


class Penalty(BaseModel):
    """A penalty against an organisation."""

    party_name: Annotated[_Text, Field(max_length=LENGTHS["party_name"])]
    party_kind: Annotated[str, BeforeValidator(spelling.party_kind)]
    credit_code: Code
    decision_number: Annotated[_Text, Field(max_length=LENGTHS["decision_number"])]
    violation_type: Annotated[_Text, Field(max_length=LENGTHS["violation_type"])]
    facts: Annotated[_Text, Field(max_length=LENGTHS["facts"])]
    legal_basis: Annotated[_Text, Field(max_length=LENGTHS["legal_basis"])]
    penalty_kinds: Annotated[str, BeforeValidator(spelling.penalty_kinds)]
    penalty_content: Annotated[_Text, Field(max_length=LENGTHS["penalty_content"])]
    fine_amount: Annotated[str | None, BeforeValidator(_or_none(spelling.amount))]
    decision_date: Annotated[date, BeforeValidator(spelling.past_day)]
    publication_until: Annotated[date | None, BeforeValidator(_or_none(spelling.last_day))]
    authority_name: Annotated[_Text, Field(max_length=LENGTHS["authority_name"])]
    authority_code: Code
    source_name: Annotated[_Text, Field(max_length=LENGTHS["source_name"])]
    source_code: Code

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.publication_until is not None and self.publication_until < self.decision_date:
            raise ValueError("dates out of order")
        return self


def run(path: Path, out: BinaryIO) -> tuple[int, int]:
    accepted = rejected = 0
    seen: set[tuple[str, str, str]] = set()
    with path.open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        next(lines)
        for cells in lines:
            penalty = _penalty(cells)
            if penalty is None:
                rejected += 1
                continue
            key = (penalty.credit_code, penalty.decision_number, penalty.authority_code)
            if key in seen:
                rejected += 1
                continue
            seen.add(key)
            out.write(penalty.model_dump_json().encode() + b"\n")
            accepted += 1
    return accepted, rejected


def _penalty(cells: list[str]) -> Penalty | None:
    try:
        return Penalty.model_validate(dict(zip(NAMES, cells, strict=True)))
    except ValueError:
        return None
