"""Plans as JSON."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from nbcredit.adapters.issue_json import issue_of, issue_told
from nbcredit.domain.comparison import CaseKind, Question
from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import Naming, Registration, SubjectKey
from nbcredit.usecases.plans import Change, Plan

_BYTES: Final = "base64"


def plan_told(plan: Plan) -> dict[str, object]:
    return {
        "term": plan.term,
        "outcomes": {str(row): outcome.value for row, outcome in plan.outcomes.items()},
        "issues": [issue_told(issue) for issue in plan.issues],
        "puts": plan.puts,
        "revisions": [_revision_told(each) for each in plan.revisions],
        "changes": [[each.record, each.version, each.region] for each in plan.changes],
        "affirmed": plan.affirmed,
        "questions": [
            [each.row, each.kind.value, each.subject, list(each.candidates)]
            for each in plan.questions
        ],
    }


def plan_of(told: Mapping[str, Any]) -> Plan:
    return Plan(
        term=told["term"],
        outcomes={int(row): Outcome(name) for row, name in told["outcomes"].items()},
        issues=tuple(issue_of(each) for each in told["issues"]),
        puts=tuple(told["puts"]),
        revisions=tuple(_revision(*each) for each in told["revisions"]),
        changes=tuple(Change(*each) for each in told["changes"]),
        affirmed=tuple(told["affirmed"]),
        questions=tuple(
            Question(row, CaseKind(kind), subject, tuple(candidates))
            for row, kind, subject, candidates in told.get("questions", ())
        ),
    )


def _revision_told(revision: Registration | Naming) -> list[object]:
    if isinstance(revision, Naming):
        return [revision.key.text, revision.by]
    return [
        revision.key.text,
        revision.name,
        revision.status,
        revision.current,
        revision.by,
        revision.cancelled_on,
        revision.successor,
    ]


def _revision(key: str, *told: Any) -> Registration | Naming:
    match told:
        case (by,):
            return Naming(key=SubjectKey(key), by=by)
        case name, status, current, *later:
            # Plans made before cancellations were kept have nothing of them.
            by, cancelled_on, successor = later or ("", "", "")
            return Registration(
                key=SubjectKey(key),
                name=name,
                status=status,
                current=current,
                by=by,
                cancelled_on=cancelled_on,
                successor=successor,
            )
    raise ValueError(len(told))


def bytes_told(value: object) -> dict[str, str]:
    if isinstance(value, bytes | bytearray):
        return {_BYTES: b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def bytes_read(told: dict[str, Any]) -> Any:
    if len(told) == 1 and _BYTES in told:
        return b64decode(told[_BYTES])
    return told
