"""What cleaning made of a file, for people and for programs (A8.2, A8.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field as dataclass_field
from datetime import date
from typing import Any

from nbcredit.cleaning.sniffing import FileFacts
from nbcredit.domain.catalogue import Item
from nbcredit.domain.cell_changes import ChangeKind
from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.issues import Issue
from nbcredit.usecases.issue_lists import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """How many cells of a column were changed in one way."""

    header: str
    field: str
    kind: ChangeKind
    cells: int

    @property
    def label(self) -> str:
        return self.kind.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the rows read ended; of a refused file none counts."""

    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    blank: int = 0
    # Changes that may alter the meaning, each of them a line of its list.
    listed: int = 0
    changes: tuple[ColumnChange, ...] = ()

    @property
    def rows(self) -> int:
        return self.accepted + self.rejected + self.duplicate + self.blank


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanRun:
    """What cleaning made of a file."""

    file_name: str
    facts: FileFacts
    item: Item
    today: date
    refused: bool
    counts: Counts = dataclass_field(default_factory=Counts)
    causes: tuple[Cause, ...] = ()

    @property
    def issues(self) -> Mapping[str, int]:
        """Return how many problems there are of each code."""
        by_code: dict[str, int] = {}
        for cause in self.causes:
            by_code[cause.code.value] = by_code.get(cause.code.value, 0) + cause.rows
        return dict(sorted(by_code.items()))

    def told(self) -> dict[str, Any]:
        """Return the summary for programs."""
        counts = self.counts
        return {
            "file": self.file_name,
            "size": self.facts.size,
            "sha256": self.facts.sha256,
            "format": self.facts.format.value,
            "encoding": self.facts.encoding,
            "item": {"code": self.item.code, "name": self.item.name},
            "catalogue": self.item.version,
            "today": self.today.isoformat(),
            "refused": self.refused,
            "rows": counts.rows,
            "accepted": counts.accepted,
            "rejected": counts.rejected,
            "duplicate": counts.duplicate,
            "blank": counts.blank,
            "issues": self.issues,
            "causes": [_cause_told(cause) for cause in self.causes],
            "changes": [_change_told(change) for change in counts.changes],
        }


def _cause_told(cause: Cause) -> dict[str, Any]:
    first = cause.first[0]
    return {
        "code": cause.code.value,
        "title": title_of(cause.code),
        "severity": cause.severity.value,
        "field": cause.field,
        "header": first.header,
        "rows": cause.rows,
        "message": first.message,
        "places": [_place_told(issue) for issue in cause.first],
    }


def _place_told(issue: Issue) -> dict[str, Any]:
    return {"row": issue.row, "column": issue.column, "value": issue.value}


def _change_told(change: ColumnChange) -> dict[str, Any]:
    return {
        "header": change.header,
        "field": change.field,
        "kind": change.kind.value,
        "label": change.kind.label,
        "cells": change.cells,
    }
