"""Tables before they are written: the rows of a sample file, rearranged."""

from collections.abc import Callable
from random import Random
from typing import Final

from nbcredit.domain.catalogue import Item
from tests.cleaning_builders import SHIPPED, an_item
from tests.fuzz.dirt import any_text, dirty, widened

Grid = list[list[str]]

_TITLES: Final = (
    "宁波市公共信用信息报送表",
    "填报单位：某某局　2026年11月",
    "行政处罚",
    "（单位：万元）",
    "1",
)


def with_dirt(dice: Random, grid: Grid, *, surrogates: bool) -> Grid:
    """Change some cells below the header, or one in every row."""
    if len(grid) < 2 or not grid[0]:
        return grid
    others = [cell for row in grid for cell in row if cell]
    if dice.random() < 0.2:
        column = dice.randrange(len(grid[0]))
        places = [(row, column) for row in range(1, len(grid))]
    else:
        places = [
            (dice.randrange(1, len(grid)), dice.randrange(len(grid[0])))
            for _ in range(dice.choice((1, 1, 2, 3, 5, 12)))
        ]
    for row, column in places:
        if column < len(grid[row]):
            grid[row][column] = dirty(dice, grid[row][column], others, surrogates=surrogates)
    return grid


def rearranged(dice: Random, grid: Grid, item: Item) -> Grid:
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if grid and grid[0]:
            grid = dice.choice(_WAYS)(dice, grid, item)
    return grid


def shuffled(grid: Grid, order: list[int]) -> Grid:
    """Return the columns in another order; short rows are filled up."""
    return [[row[place] if place < len(row) else "" for place in order] for row in grid]


def _shuffle(dice: Random, grid: Grid, _item: Item) -> Grid:
    order = list(range(len(grid[0])))
    dice.shuffle(order)
    return shuffled(grid, order)


def _drop_column(dice: Random, grid: Grid, _item: Item) -> Grid:
    gone = dice.randrange(len(grid[0]))
    return [row[:gone] + row[gone + 1 :] for row in grid]


def _repeat_column(dice: Random, grid: Grid, _item: Item) -> Grid:
    again = dice.randrange(len(grid[0]))
    return [[*row, row[again] if again < len(row) else ""] for row in grid]


def _add_column(dice: Random, grid: Grid, item: Item) -> Grid:
    at = dice.randint(0, len(grid[0]))
    absent = [field.title for field in item.fields.values() if field.title not in grid[0]]
    header = dice.choice(("录入人", "", "序号", any_text(dice), *absent))
    cell = dice.choice(("x", "", any_text(dice), "2026-01-05"))
    head, *rows = grid
    return [[*head[:at], header, *head[at:]], *([*row[:at], cell, *row[at:]] for row in rows)]


def _rename(dice: Random, grid: Grid, item: Item) -> Grid:
    at = dice.randrange(len(grid[0]))
    title = grid[0][at]
    known = [f for f in item.fields.values() if title in {f.title, f.name, *f.aliases}]
    aliases = [name for field in known for name in (field.name, field.title, *field.aliases)]
    other = {"（万元）": "（元）", "（元）": "（万元）"}
    units = [title.replace(unit, into) for unit, into in other.items() if unit in title]
    grid[0][at] = dice.choice(
        (
            f" {title}*", title.upper(), title.lower(), f"“{title}”：", f"{title[:2]}\n{title[2:]}",
            widened(title), f"\ufeff{title}",
            any_text(dice), "", *aliases, *units, *units, *units,
        )
    )  # fmt: skip
    return grid


def _title_rows(dice: Random, grid: Grid, _item: Item) -> Grid:
    above = [[dice.choice(_TITLES)] for _ in range(dice.choice((1, 1, 2, 9, 10, 12)))]
    if dice.random() < 0.3:
        above.append([])
    return above + grid


def _two_lines(dice: Random, grid: Grid, _item: Item) -> Grid:
    """Move some headers a row up, so that both rows make the header."""
    upper = ["" for _ in grid[0]]
    for at in range(len(upper)):
        if dice.random() < 0.4:
            upper[at], grid[0][at] = grid[0][at], ""
    return [upper, *grid]


def _ragged(dice: Random, grid: Grid, _item: Item) -> Grid:
    for row in grid[1:]:
        match dice.randrange(4):
            case 0:
                del row[dice.randint(0, len(row)) :]
            case 1:
                more = dice.choice(("", " ", "\u3000", "多", any_text(dice)))
                row.extend([more] * dice.randint(1, 3))
    return grid


def _blank_rows(dice: Random, grid: Grid, _item: Item) -> Grid:
    for _ in range(dice.randint(1, 4)):
        blank = dice.choice(([], [""] * len(grid[0]), ["\u3000", " "], ["\u200b"], ["", "\xa0"]))
        grid.insert(dice.randint(0, len(grid)), list(blank))
    return grid


def _repeat_rows(dice: Random, grid: Grid, _item: Item) -> Grid:
    for _ in range(dice.randint(1, 3)):
        grid.insert(dice.randint(1, len(grid)), list(dice.choice(grid)))
    return grid


def _respell_rows(dice: Random, grid: Grid, _item: Item) -> Grid:
    """Repeat rows with cells that say the same in another form."""
    for _ in range(dice.randint(1, 3)):
        row = [dice.choice(_FORMS)(cell) if dice.random() < 0.3 else cell for cell in grid[-1]]
        grid.insert(dice.randint(1, len(grid)), row)
    return grid


_FORMS: Final[tuple[Callable[[str], str], ...]] = (
    widened,
    str.lower,
    "\u3000{} ".format,
    lambda cell: cell.replace("（", "(").replace("）", ")").replace("〔", "[").replace("〕", "]"),
    lambda cell: cell.replace("-", "/"),
    lambda cell: f"{cell[:1]}\u200b{cell[1:]}" if cell else cell,
)


def _header_only(_dice: Random, grid: Grid, _item: Item) -> Grid:
    return grid[:1]


def _no_header(_dice: Random, grid: Grid, _item: Item) -> Grid:
    return grid[1:]


def _of_another_item(dice: Random, grid: Grid, _item: Item) -> Grid:
    other = an_item(dice.choice(SHIPPED))
    return [[field.title for field in other.fields.values()], *grid[1:]]


def _wide(dice: Random, grid: Grid, _item: Item) -> Grid:
    more = dice.choice((150, 190, 201))
    return [row + [dice.choice(("多", ""))] * more for row in grid]


def _turned(_dice: Random, grid: Grid, _item: Item) -> Grid:
    width = max(map(len, grid))
    return [[row[at] if at < len(row) else "" for row in grid] for at in range(width)]


_WAYS: Final[tuple[Callable[[Random, Grid, Item], Grid], ...]] = (
    _shuffle, _shuffle, _shuffle, _shuffle, _drop_column, _repeat_column, _add_column, _add_column,
    _add_column, _rename, _rename, _rename, _rename, _title_rows, _title_rows, _two_lines,
    _two_lines, _ragged, _ragged, _ragged, _ragged, _blank_rows, _blank_rows, _blank_rows,
    _repeat_rows, _repeat_rows, _respell_rows, _respell_rows, _respell_rows,
    _header_only, _no_header, _of_another_item, _wide, _turned,
)  # fmt: skip
