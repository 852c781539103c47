"""Lists that are filtered, sorted, paged and exported in one way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from nbcredit.domain.names import matching_form

T = TypeVar("T")

PAGE_ROWS: Final = 50
_OWN: Final = ("sort", "at", "export")
_FILTER: Final = "f-"


class Places(Protocol):
    """Signs places in lists, for one session and one query (F59)."""

    def cursor(self, place: str, *, query: str) -> str: ...

    def place(self, cursor: str, *, query: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """One column: what it shows of a row, and how it can be sorted and filtered by.

    `filter` is "text" (part of the text) or "choice" (one of the texts there are), or nothing.
    `lamp` gives the colour of a lamp before the words, `path` the page behind them.
    """

    name: str
    title: str
    text: Callable[[T], str]
    key: Callable[[T], Any] | None = None
    path: Callable[[T], str] | None = None
    lamp: Callable[[T], str] | None = None
    filter: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[T]):
    """A list: its columns, its name, and what is said where there is nothing."""

    caption: str
    columns: Sequence[Column[T]]
    nothing: str = "没有符合条件的内容。"
    rows_a_page: int = PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows."""

    text: str
    path: str = ""
    lamp: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; its path sorts by it."""

    title: str
    path: str = ""
    sorted: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the form above the list."""

    name: str
    title: str
    value: str
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A table as the page shows it; `cut_at` says after how many rows the list stopped short."""

    caption: str
    path: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    filters: Sequence[Filter]
    kept: Sequence[tuple[str, str]]
    nothing: str
    total: int
    page: int
    pages: int
    previous: str
    next: str
    csv: str
    xlsx: str
    filtered: bool
    unfiltered: str
    cut_at: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a list asks for."""

    path: str
    query: Mapping[str, str]
    places: Places

    @property
    def kept(self) -> dict[str, str]:
        """The parameters that are the page's own."""
        return {
            name: value
            for name, value in self.query.items()
            if name not in _OWN and not name.startswith(_FILTER)
        }

    @property
    def filters(self) -> dict[str, str]:
        return {
            name.removeprefix(_FILTER): value.strip()
            for name, value in self.query.items()
            if name.startswith(_FILTER) and value.strip()
        }

    @property
    def sort(self) -> str:
        return self.query.get("sort", "")

    @property
    def export(self) -> str:
        return self.query.get("export", "")

    def to(self, *, sort: str | None = None, filtered: bool = True, **more: str) -> str:
        """Return the address of the same list with something changed."""
        told = self.kept
        if filtered:
            told |= {f"{_FILTER}{name}": value for name, value in self.filters.items()}
        told |= {"sort": self.sort if sort is None else sort} | more
        spelled = urlencode({name: value for name, value in told.items() if value})
        return f"{self.path}?{spelled}" if spelled else self.path


def chosen(table: Table[T], rows: Sequence[T], asked: Asked) -> list[T]:
    """Return the rows that pass the filters, in the order that is asked for."""
    found = list(rows)
    for column in table.columns:
        wanted = asked.filters.get(column.name, "") if column.filter else ""
        if wanted:
            found = [row for row in found if _passes(column, column.text(row), wanted)]
    name = asked.sort.removeprefix("-")
    for column in table.columns:
        if column.name == name:
            found.sort(key=column.key or column.text, reverse=asked.sort.startswith("-"))
    return found


def texts(table: Table[T], rows: Sequence[T]) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows as an export has them."""
    return (
        [column.title for column in table.columns],
        [[column.text(row) for column in table.columns] for row in rows],
    )


def shown(
    table: Table[T], rows: Sequence[T], asked: Asked, *, most: int = 0, given: int | None = None
) -> Shown:
    """Return one page of the list.

    `most` is how many rows its call gives, 0 for all; `given` how many it gave, if not these.
    """
    found = chosen(table, rows, asked)
    query = asked.to()
    start = int(asked.places.place(asked.query["at"], query=query)) if "at" in asked.query else 0
    step = table.rows_a_page

    def at(place: int) -> str:
        return asked.to(at=asked.places.cursor(str(place), query=query)) if place else query

    return Shown(
        caption=table.caption,
        path=asked.path,
        heads=[_head(column, asked) for column in table.columns],
        rows=[_cells(table, row) for row in found[start : start + step]],
        filters=[_filter(column, rows, asked) for column in table.columns if column.filter],
        kept=[*asked.kept.items(), *([("sort", asked.sort)] if asked.sort else [])],
        nothing=table.nothing,
        total=len(found),
        page=start // step + 1,
        pages=max(1, -(-len(found) // step)),
        previous=at(max(0, start - step)) if start else "",
        next=at(start + step) if start + step < len(found) else "",
        csv=asked.to(export="csv"),
        xlsx=asked.to(export="xlsx"),
        filtered=bool(asked.filters),
        unfiltered=asked.to(filtered=False),
        cut_at=most if most and (len(rows) if given is None else given) >= most else 0,
    )


def _passes(column: Column[T], text: str, wanted: str) -> bool:
    if column.filter == "choice":
        return text == wanted
    return matching_form(wanted) in matching_form(text)


def _head(column: Column[T], asked: Asked) -> Head:
    up, down = column.name, f"-{column.name}"
    order = {up: "ascending", down: "descending"}.get(asked.sort, "")
    path = asked.to(sort=down if asked.sort == up else up)
    return Head(column.title, path, order, column.numeric)


def _filter(column: Column[T], rows: Sequence[T], asked: Asked) -> Filter:
    options = sorted({column.text(row) for row in rows}) if column.filter == "choice" else ()
    value = asked.filters.get(column.name, "")
    return Filter(f"{_FILTER}{column.name}", column.title, value, options)


def _cells(table: Table[T], row: T) -> list[Cell]:
    return [
        Cell(
            column.text(row),
            column.path(row) if column.path else "",
            column.lamp(row) if column.lamp else "",
            column.numeric,
        )
        for column in table.columns
    ]
