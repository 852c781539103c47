"""One row in a form that comes from its item's schema, checked by the engine before it is sent."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.issues import Severity
from nbcredit.pages.frames import Fault
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.wire.catalogue import ColumnGuide, ItemGuide, ShowItem
from nbcredit.wire.checks import CheckFile, CheckView
from nbcredit.wire.reporting import ReportedRows, ReportRows
from nbcredit.wire.submissions import IssueView

_PREFIX: Final = "c-"
_WRITTEN: Final = frozenset({"text", "area"})
_OPTIONAL: Final = "选填"
# How several values stand in one cell.
_BETWEEN: Final = "；"
# From so many characters on a text has several lines.
_LONG: Final = 300
# Values that a hint names.
_SHOWN: Final = 12

Cell = str | Sequence[str] | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form: its name there, what it is called and how it is filled in."""

    name: str
    column: ColumnGuide
    value: str

    @property
    def needed(self) -> bool:
        return self.column.need != _OPTIONAL

    @property
    def kind(self) -> str:
        if self.column.several and self.column.options:
            return "ticks"
        if self.column.closed and self.column.options:
            return "choice"
        return "area" if (self.column.longest or 0) > _LONG else "text"

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(each, each) for each in self.column.options]

    @property
    def values(self) -> list[str]:
        """The ticks that are set."""
        return self.value.split(_BETWEEN) if self.value else []

    @property
    def hint(self) -> str:
        column = self.column
        told = [
            column.need if self.needed and not column.required else "",
            column.note.rstrip("。") or (column.how if self.kind in _WRITTEN else ""),
        ]
        if column.options and self.kind in _WRITTEN:
            told.append(f"常用的有 {'、'.join(column.options[:_SHOWN])}")
        if column.example and self.kind in _WRITTEN:
            told.append(f"例如 {column.example}")
        return "；".join(filter(None, told))


def guide_of(desk: Desk, item: str) -> ItemGuide:
    return desk.ask(ShowItem, ItemGuide, purpose="填报信用信息", item=item)


def inputs(guide: ItemGuide, values: Mapping[str, str]) -> list[Input]:
    """Return the form with values by field."""
    return [
        Input(f"{_PREFIX}{column.field}", column, values.get(column.field, ""))
        for column in guide.columns
    ]


def typed(desk: Desk, guide: ItemGuide) -> dict[str, str]:
    """Return what was typed, by field; several ticks of one field stand beside each other."""
    found = {
        column.field: _BETWEEN.join(filter(None, map(str.strip, values)))
        for column in guide.columns
        if (values := desk.several(f"{_PREFIX}{column.field}"))
    }
    return {field: value for field, value in found.items() if value}


def faults_of(issues: Sequence[IssueView], guide: ItemGuide) -> list[Fault]:
    """Return what the engine says of the row, each beside its field."""
    known = {column.field for column in guide.columns}
    return [
        Fault(each.message, f"{_PREFIX}{each.field}" if each.field in known else "")
        for each in issues
    ]


def problems(desk: Desk, guide: ItemGuide, row: Row) -> list[Fault]:
    """Have the engine check the row, of which nothing is stored; return what has to be mended."""
    if not any(row.get(column.title) for column in guide.columns):
        # The engine would say that the file has no data.
        return [
            Fault(f"请填写{column.title}。", f"{_PREFIX}{column.field}")
            for column in guide.columns
            if column.required
        ]
    line = json.dumps(row, ensure_ascii=False).encode()
    check = desk.ask(
        CheckFile,
        CheckView,
        purpose="填报前检查",
        provider=desk.organisation,
        item=guide.code,
        name="填报.jsonl",
        content=b64encode(line).decode(),
    )
    wrong = [each for each in check.causes if each.severity == Severity.ERROR]
    return faults_of([issue for cause in wrong for issue in cause.first], guide)


def sent(desk: Desk, guide: ItemGuide, row: Row, *, period: str, purpose: str) -> ReportedRows:
    """Report the row."""
    return desk.ask(
        ReportRows,
        ReportedRows,
        purpose=purpose,
        provider=desk.organisation,
        item=guide.code,
        period=period,
        rows=[row],
    )


def as_reported(guide: ItemGuide, values: Mapping[str, str]) -> dict[str, Cell]:
    """Return a row under the titles of its columns; what is left out is said to be."""
    return {column.title: _spoken(column, values.get(column.field, "")) for column in guide.columns}


def _spoken(column: ColumnGuide, value: str) -> Cell:
    if not value:
        return None
    return value.split(_BETWEEN) if column.several else value
