"""Sample files: a stream of rows with a chosen share of spoiled, repeated and blank ones."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final, Protocol

from nbcredit.domain.catalogue import Field, Item, UnknownItem
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.names import matching_form
from nbcredit.domain.rows import Outcome
from nbcredit.samples.arrears import Arrears
from nbcredit.samples.authorities import PENALTY_AUTHORITIES
from nbcredit.samples.dice import Dice, base_of
from nbcredit.samples.drawn import Drawn
from nbcredit.samples.penalties import Penalties
from nbcredit.samples.registrations import Registrations
from nbcredit.samples.spoilers import SURPLUS, Spoiler, Values, conflict
from nbcredit.samples.spoiling import spoilers_of
from nbcredit.samples.subjects import City
from nbcredit.samples.tables import TABLES

ENCODINGS: Final = ("utf-8", "utf-8-sig", "gb18030")
_FIELD_CODE: Final = re.compile(r"(CF|XK)(_[A-Z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A row that must not be stored as new, and the problem that must be told of it.

    `row` counts as a spreadsheet does; a blank row has no problem to tell.
    """

    row: int
    outcome: Outcome
    code: IssueCode | None


class SampleMismatch(BadRequest):
    """The item requires fields that the samples do not know: the two have drifted apart."""

    code = "sample-mismatch"

    def __init__(self, item: str, titles: Sequence[str]) -> None:
        super().__init__(f"样例生成器不认识目录项“{item}”的必填字段：{'、'.join(titles)}。")
        self.titles = tuple(titles)


class _Author(Protocol):
    """Who invents the rows of one item, and knows how to change them."""

    titles: tuple[str, ...]

    def row(self, number: int, dice: Dice) -> Values: ...

    def revise(self, values: Values) -> Values: ...


def _ignore(_spoiled: Spoiled) -> None:
    return None


def generate(
    item: Item,
    *,
    rows: int,
    seed: int,
    today: date,
    bad_share: float = 0.0,
    repeat_share: float = 0.0,
    blank_share: float = 0.0,
    revised_share: float = 0.0,
    subjects: int | None = None,
    authority: str | None = None,
    as_field_codes: bool = False,
    report: Callable[[Spoiled], None] = _ignore,
) -> Iterator[list[str]]:
    """Yield the header and `rows` records, the same for the same arguments.

    A good row depends on seed, item and its number alone: a file with bad rows has the same good
    ones, and `revised_share` of them changed makes the next report of the same records.
    `report` is told of each spoiled, repeated and blank row as it is made.
    """
    author = _author(item.code, City(seed), today, subjects or max(rows, 1), authority)
    columns = _columns(item, author.titles)
    yield [_header(field, as_field_codes=as_field_codes) for field, _ in columns]
    fates = base_of(seed, f"fates of {item.code}")
    rolls = base_of(seed, f"rows of {item.code}")
    titles = [title for _, title in columns]
    spoilers = (*spoilers_of(item, columns, today=today), conflict(author.revise))
    earlier: Values | None = None
    uses = [0] * len(spoilers)
    for number in range(rows):
        fate = Dice(fates, number)
        values = author.row(number, Dice(rolls, number))
        if fate.chance(revised_share):
            values = author.revise(values)
        if fate.chance(bad_share):
            code, values = _spoil(spoilers, uses, values, earlier)
            report(Spoiled(number + 2, Outcome.REJECTED, code))
        elif fate.chance(repeat_share) and earlier is not None:
            values = earlier
            report(Spoiled(number + 2, Outcome.DUPLICATE, IssueCode.REPEATED_ROW))
        elif fate.chance(blank_share):
            values = {}
            report(Spoiled(number + 2, Outcome.BLANK, None))
        else:
            earlier = values
        cells = [values.get(title, "") for title in titles]
        yield [*cells, values[SURPLUS]] if SURPLUS in values else cells


def write_csv(rows: Iterable[Sequence[str]], stream: BinaryIO, *, encoding: str) -> int:
    """Write rows as a provider's program would; return the number of records after the header."""
    lines = csv.writer(_Encoder(stream, encoding))
    written = 0
    for cells in rows:
        lines.writerow(cells)
        written += 1
    return max(written - 1, 0)


class _Encoder:
    """Encodes line by line: a text wrapper would close the stream that it was lent."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        if encoding == "utf-8-sig":
            stream.write(b"\xef\xbb\xbf")

    def write(self, text: str) -> int:
        return self._stream.write(text.encode(self._encoding))


def _author(code: str, city: City, today: date, subjects: int, authority: str | None) -> _Author:
    if code == "legal-registration":
        return Registrations(city=city, today=today)
    if code == "administrative-penalty":
        chosen = {each.code: each for each in PENALTY_AUTHORITIES}.get(authority or "")
        return Penalties(city=city, today=today, subjects=subjects, authority=chosen)
    if code == "social-insurance-arrears":
        return Arrears(city=city, today=today, subjects=subjects)
    if code in TABLES:
        return Drawn(TABLES[code], city=city, today=today, subjects=subjects)
    raise UnknownItem(code)


def _columns(item: Item, titles: Iterable[str]) -> list[tuple[Field, str]]:
    """Pair the item's fields with the titles that the samples use, in the item's order."""
    known = {matching_form(title): title for title in titles}
    columns: list[tuple[Field, str]] = []
    for field in item.fields.values():
        for name in (field.name, field.title, *field.aliases):
            if title := known.get(matching_form(name)):
                columns.append((field, title))
                break
    required: Sequence[str] = item.schema.get("required", ())
    missing = set(required) - {field.name for field, _ in columns}
    if missing:
        raise SampleMismatch(item.name, sorted(item.fields[name].title for name in missing))
    return columns


def _header(field: Field, *, as_field_codes: bool) -> str:
    if as_field_codes:
        return next((name for name in field.aliases if _FIELD_CODE.fullmatch(name)), field.title)
    return field.title


def _spoil(
    spoilers: Sequence[Spoiler], uses: list[int], values: Values, earlier: Values | None
) -> tuple[IssueCode, Values]:
    """Spoil in the way used least of those that fit the row, so that few rows show every way."""
    for place in sorted(range(len(spoilers)), key=uses.__getitem__):
        spoiled = spoilers[place].spoil(values, earlier)
        if spoiled is not None:
            uses[place] += 1
            return spoilers[place].code, spoiled
    raise AssertionError("some spoiler fits every row")
