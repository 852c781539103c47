"""What the plan of an earlier term says, for whoever goes on with its chunk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from nbcredit.domain.records import RecordId
from nbcredit.domain.rows import Outcome
from nbcredit.usecases.comparing import Held
from nbcredit.usecases.plans import (
    Change,
    Plan,
    Put,
    SubjectStore,
)


@dataclass(frozen=True, slots=True)
class Decided:
    """What the plan of an earlier term says of single rows and records."""

    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    replaced: Mapping[RecordId, Sequence[Put]] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    held: Mapping[int, Held] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, store: SubjectStore) -> Self:
        codes = {question.row: question.kind.code for question in plan.questions}
        issues = {each.row: each for each in plan.issues if each.code is codes.get(each.row)}
        return cls(
            outcomes=plan.outcomes,
            replaced=store.replaced_among(plan.puts),
            changes={change.record: change for change in plan.changes},
            held={each.row: Held(each, issues[each.row]) for each in plan.questions},
        )
