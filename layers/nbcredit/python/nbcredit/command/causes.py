"""How problems and changes are printed: by cause, errors first, and what spoils most before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

import typer

from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.issues import IssueCode

_FIRST: Final = 3
# Beyond so many causes nobody reads on; the list has them all.
_MOST: Final = 20
_LONGEST_VALUE: Final = 20


class Told(Protocol):
    """A problem with its place, from the engine or over the wire."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def header(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Problems of one cause: how often, and the first; `header` where all are of one column."""

    code: str
    count: int
    first: Sequence[Told]
    header: str = ""

    @property
    def is_note(self) -> bool:
        return self.code.startswith("W")


class Changed(Protocol):
    """How many cells of a column were spelled anew in one way."""

    @property
    def header(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def cells(self) -> int: ...


def say_problems(problems: Iterable[Problem], *, heading: str) -> None:
    """Print the problems of one severity under a heading, the most frequent cause first."""
    ranked = sorted(problems, key=lambda problem: (-problem.count, problem.code, problem.header))
    if not ranked:
        return
    typer.echo(heading)
    for number, problem in enumerate(ranked[:_MOST], 1):
        column = f"{problem.header}：" if problem.header else ""
        title = f"{_title(problem.code)}（{problem.code}）"
        typer.echo(f"  {number}. {column}{title}，{problem.count} 处")
        for message, told in groupby(problem.first[:_FIRST], lambda each: each.message):
            _say_places(message, list(told), named=not problem.header)
    if len(ranked) > _MOST:
        typer.echo(f"  另有 {len(ranked) - _MOST} 类，见问题清单。")


def say_changes(changes: Iterable[Changed], *, heading: str) -> None:
    """Print what was spelled anew, a line for each column."""
    by_column = [
        (header, "、".join(f"{each.label} {each.cells} 处" for each in of_column))
        for header, of_column in groupby(changes, lambda each: each.header)
    ]
    if by_column:
        typer.echo(heading)
    for header, told in by_column:
        typer.echo(f"  {header}：{told}")


def _say_places(message: str, told: Sequence[Told], *, named: bool) -> None:
    """Print what is wrong and what to do, once for all the places that have it."""
    typer.echo(f"     {message}")
    if told[0].row:
        typer.echo(f"     {'；'.join(_place(each, named=named) for each in told)}")


def _place(told: Told, *, named: bool) -> str:
    column = f" {told.column} 列" if told.column else ""
    header = f"“{told.header}”" if named and told.header else ""
    value = told.value
    short = value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"
    return f"第 {told.row} 行{column}{header}" + (f"：{short}" if value else "")


def _title(code: str) -> str:
    try:
        return title_of(IssueCode(code))
    except ValueError:
        # The platform may be newer than this command.
        return "其他问题"
