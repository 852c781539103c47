"""Files as receiving reads them, and what their providers are told."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nbcredit.cleaning.engine import CleaningEngine
from nbcredit.domain.issues import Issue
from nbcredit.domain.rows import CleanedRow
from nbcredit.domain.submissions import FileRefused
from tests.cleaning_builders import SHIPPED, TODAY, an_item
from tests.workbook_builders import Parts, a_row, parts, sheet_xml, zipped

PENALTIES: Final = "administrative-penalty"
REGISTRY: Final = "legal-registration"

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a file: why it was refused, notes about it, and its rows."""

    refusal: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()
    rows: tuple[CleanedRow, ...] = ()

    @property
    def issues(self) -> list[Issue]:
        return [*self.refusal, *self.notes, *(each for row in self.rows for each in row.issues)]

    @property
    def places(self) -> list[str]:
        """Return code and place of each issue: `E303 D4`, or `E101` of the file as a whole."""
        return [
            f"{each.code} {each.column}{each.row}" if each.row else each.code.value
            for each in self.issues
        ]

    @property
    def message(self) -> str:
        return " ".join(issue.message for issue in self.issues)

    @property
    def ends(self) -> list[tuple[int, str | None]]:
        return [(row.number, row.outcome) for row in self.rows]

    @property
    def values(self) -> list[Mapping[str, str]]:
        return [row.row.values for row in self.rows if row.row is not None]


def told(data: bytes, code: str = REGISTRY) -> Told:
    """Read a file to its end as receiving does."""
    engine = CleaningEngine()
    facts = engine.inspect([data])
    if facts.issues:
        return Told(facts.issues)
    try:
        opened = engine.read(
            [data],
            form=facts.format,
            encoding=facts.encoding,
            item=an_item(code),
            others=map(an_item, SHIPPED),
            today=TODAY,
            skip_rows=0,
            known=(),
        )
        rows = tuple(opened)
    except FileRefused as refusal:
        return Told(refusal.issues)
    return Told((), (*opened.issues, *opened.closing_issues), rows)


def grid_of(rows: Rows) -> list[list[str]]:
    """Return rows below the headers that one of them has."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    return [headers, *([row.get(header, "") for header in headers] for row in rows)]


def csv_of(grid: Iterable[Sequence[str]], *, delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(grid)
    return text.getvalue()


def json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def sheet(grid: Iterable[Sequence[str]]) -> bytes:
    """Spell a sheet of texts; a blank row is left out, as Excel does."""
    rows = (a_row(*row, number=number) for number, row in enumerate(grid, 1) if any(row))
    return sheet_xml("".join(rows))


def book(*grids: Iterable[Sequence[str]], **options: Any) -> bytes:
    return packed(parts(*map(sheet, grids), **options))


def packed(made: Parts) -> bytes:
    return zipped(made.items())


def in_every_format(rows: Rows) -> dict[str, bytes]:
    """Return the same rows as a file of each format."""
    grid = grid_of(rows)
    return {
        "csv": csv_of(grid).encode(),
        "tsv": csv_of(grid, delimiter="\t").encode(),
        "json-lines": json_lines(rows).encode(),
        "workbook": book(grid),
    }
