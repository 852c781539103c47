"""Files to read: each follows from the seed and its number alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from nbcredit.domain.catalogue import Item
from nbcredit.samples.files import Spoiled, generate
from tests.cleaning_builders import SHIPPED, TODAY, an_item
from tests.fuzz.books import damaged_book, filled_template, odd_book, plain_book
from tests.fuzz.damage import damaged, random_bytes
from tests.fuzz.grids import Grid, rearranged, with_dirt
from tests.fuzz.texts import ENCODINGS, encoded, mistyped, mixed, spelled_csv, spelled_json

FORMATS: Final = ("csv", "csv", "csv", "tsv", "json", "json", "book", "book", "template")
# Cells beyond the last header have no place in them.
_NO_SURPLUS: Final = {"json", "template"}
_DELIMITERS: Final = (";", "|", " ", "，")
# Different files of one item to draw from.
_SEEDS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Case:
    """A file, whose it is, and how it was made; `spoiled` is known of files that are right."""

    number: int
    item: Item
    data: bytes
    block: int
    made: str
    spoiled: Mapping[int, Spoiled] | None = None
    rows: int = 0
    holds_surplus: bool = True


def a_case(seed: int, number: int) -> Case:
    """Return the case of that number."""
    dice = Random(f"{seed}:{number}")  # noqa: S311 -- to be repeated, not to be unguessable
    return _Maker(number, dice).make()


class _Maker:
    """Makes one case; `_made` notes each step."""

    def __init__(self, number: int, dice: Random) -> None:
        self._number = number
        self._dice = dice
        self._item = an_item(dice.choice(SHIPPED))
        self._form = dice.choice(FORMATS)
        self._encoding = dice.choice(ENCODINGS)
        self._made = [self._item.code, self._form]
        self._spoiled: dict[int, Spoiled] = {}

    def make(self) -> Case:
        kind = self._dice.randrange(20)
        if kind == 0:
            self._made[1:] = ["random bytes"]
            return self._case(random_bytes(self._dice))
        grid = self._grid()
        rows = len(grid) - 1
        if kind < 4:
            self._made.append("valid")
            return self._case(self._plain(grid), self._spoiled, rows)
        return self._case(self._broken(grid))

    def _case(
        self, data: bytes, spoiled: Mapping[int, Spoiled] | None = None, rows: int = 0
    ) -> Case:
        block = self._dice.choice((1 << 20, 1 << 20, 4_096, 100, 7))
        made = ", ".join(self._made)
        surplus = self._form not in _NO_SURPLUS
        return Case(self._number, self._item, data, block, made, spoiled, rows, surplus)

    def _grid(self) -> Grid:
        dice = self._dice
        rows = generate(
            self._item,
            rows=dice.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 12, 40, dice.choice((1, 1, 300)))),
            seed=dice.randrange(_SEEDS),
            today=TODAY,
            bad_share=dice.choice((0.0, 0.0, 0.2, 0.5)),
            repeat_share=dice.choice((0.0, 0.1)),
            blank_share=dice.choice((0.0, 0.1)),
            as_field_codes=dice.random() < 0.2,
            report=self._note,
        )
        return [list(row) for row in rows]

    def _note(self, spoiled: Spoiled) -> None:
        self._spoiled[spoiled.row] = spoiled

    def _plain(self, grid: Grid) -> bytes:
        match self._form:
            case "book":
                return plain_book(grid)
            case "template":
                return filled_template(self._dice, self._item, grid)
            case "json":
                width = len(grid[0])
                text = spelled_json(self._dice, [row[:width] for row in grid], plain=True)
            case _:
                mark = "\t" if self._form == "tsv" else ","
                text = spelled_csv(self._dice, grid, delimiter=mark, plain=True)
        self._made.append(self._encoding)
        return encoded(text, self._encoding)

    def _broken(self, grid: Grid) -> bytes:
        dice = self._dice
        steps = dice.randrange(1, 16)
        if steps & 1:
            self._made.append("dirt")
            grid = with_dirt(dice, grid, surrogates=self._form == "json")
        if steps & 2 and self._form != "template":
            self._made.append("rearranged")
            grid = rearranged(dice, grid, self._item)
            if self._form == "json" and grid and dice.random() < 0.05:
                grid[0][0:1] = [chr(dice.randrange(0xD800, 0xE000))]
        is_book = self._form in {"book", "template"}
        data = self._book(grid) if is_book else self._text(grid, slips=bool(steps & 4))
        if steps & 8 and dice.random() < 0.6:
            self._made.append("damaged")
            data = self._damaged(data, is_book=is_book)
        return data

    def _book(self, grid: Grid) -> bytes:
        if self._form == "template":
            return filled_template(self._dice, self._item, grid)
        return odd_book(self._dice, grid)

    def _text(self, grid: Grid, *, slips: bool) -> bytes:
        dice = self._dice
        if self._form == "json":
            text = spelled_json(dice, grid, plain=False)
        else:
            mark = "\t" if self._form == "tsv" else ","
            if dice.random() < 0.04:
                mark = dice.choice(_DELIMITERS)
                self._made.append(f"by {mark!r}")
            text = spelled_csv(dice, grid, delimiter=mark, plain=False)
        if slips and dice.random() < 0.5:
            self._made.append("slips")
            text = mistyped(dice, text)
        if dice.random() < 0.03:
            self._made.append("mixed encodings")
            return mixed(dice, text)
        self._made.append(self._encoding)
        return encoded(text, self._encoding)

    def _damaged(self, data: bytes, *, is_book: bool) -> bytes:
        other = self._plain(self._grid())
        return (
            damaged_book(self._dice, data, other) if is_book else damaged(self._dice, data, other)
        )
