"""Issues and changes of cells as JSON."""

from collections.abc import Sequence
from typing import Any

from nbcredit.domain.cell_changes import CellChange, ChangeKind
from nbcredit.domain.issues import Issue, IssueCode


def change_told(change: CellChange) -> list[object]:
    return [
        change.kind.value,
        change.row,
        change.column,
        change.header,
        change.field,
        change.was,
        change.became,
    ]


def change_of(told: Sequence[Any]) -> CellChange:
    kind, row, column, header, field, was, became = told
    return CellChange(
        kind=ChangeKind(kind),
        row=row,
        column=column,
        header=header,
        field=field,
        was=was,
        became=became,
    )


def issue_told(issue: Issue) -> list[object]:
    return [
        issue.code.value,
        issue.row,
        issue.message,
        issue.column,
        issue.header,
        issue.field,
        issue.value,
    ]


def issue_of(told: Sequence[Any]) -> Issue:
    code, row, message, column, header, field, value = told
    return Issue(
        code=IssueCode(code),
        row=row,
        message=message,
        column=column,
        header=header,
        field=field,
        value=value,
    )
