"""Tables written as text: CSV, TSV and JSON Lines, in every encoding."""

import csv
import io
import json
from random import Random
from typing import Any, Final

from tests.fuzz.grids import Grid

_OFTEN: Final = 0.5
ENCODINGS: Final = (
    "utf-8", "utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16", "utf-16-le", "utf-16-be",
    "utf-16-be-sig",
)  # fmt: skip


def spelled_csv(dice: Random, grid: Grid, *, delimiter: str, plain: bool) -> str:
    text = io.StringIO()
    end = "\r\n" if plain else dice.choice(("\r\n", "\n", "\r"))
    quotes_all = not plain and dice.random() < _OFTEN
    csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL,
    ).writerows(grid)
    return text.getvalue()


def spelled_json(dice: Random, grid: Grid, *, plain: bool) -> str:
    """Spell the first row as the names of the others' cells."""
    header, *rows = grid or [[]]
    names = [name or f"列{at}" for at, name in enumerate(header)]
    names += [f"多{at}" for at in range(len(names), max(map(len, rows), default=0))]
    lines = [_line(dice, names, row, plain=plain) for row in rows]
    return "".join(line + "\n" for line in lines)


def _line(dice: Random, names: list[str], row: list[str], *, plain: bool) -> str:
    if plain or dice.random() < 0.8:
        told: Any = {
            name: _value(dice, cell, plain=plain)
            for name, cell in zip(names, row, strict=False)
            if cell or plain or dice.random() < 0.5
        }
        return json.dumps(told, ensure_ascii=not plain and dice.random() < 0.6)
    told = dict(zip(names, row, strict=False))
    whole = json.dumps(told, ensure_ascii=True)
    return dice.choice(
        (
            json.dumps(row), json.dumps({"a": told}), json.dumps({**told, "x": [1]}), whole[:-1],
            whole + whole, whole + ",", "", "null", "[" * 3_000, '{"a":' * 3_000, "﻿" + whole,
            whole[:-1] + f",{json.dumps(next(iter(names), ''))}:1}}", f"[{whole}]", whole * 2,
            json.dumps({**told, "x": {}}), whole.replace('"', "'"), f" \t{whole}  ",
        )
    )  # fmt: skip


def _value(dice: Random, cell: str, *, plain: bool) -> Any:
    if plain or dice.random() < 0.85:
        return cell
    if cell.isascii() and cell.isdigit() and len(cell) < 20:
        return int(cell)
    return dice.choice(
        (None, True, False, 1.5, 0.1, 1e30, [cell], cell.split("；"), [], [1], {}, "")
    )


def mistyped(dice: Random, text: str) -> str:
    """Return a text with the slips of a hand-made file."""
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(text))
        match dice.randrange(5):
            case 0:
                text = text[:at] + dice.choice(('"', '""', '"x', ",", "\t", "\r", "\n")) + text[at:]
            case 1:
                text = text[:at] + text[at + 1 :]
            case 2:
                text = text.replace(dice.choice((",", "\n", '"')), dice.choice((";", "\r", "'")), 2)
            case 3:
                text = dice.choice(("\n\n", "\ufeff", " ", "sep=,\n", "#")) + text
            case 4:
                text += dice.choice(("\n\n\n", '"', ",,,", "\x1a", " ", "\0"))
    return text


def encoded(text: str, encoding: str) -> bytes:
    """Encode; what the encoding cannot hold becomes bytes that are wrong in it."""
    if encoding == "utf-16-be-sig":
        return b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")
    errors = "replace" if encoding == "gb18030" else "surrogatepass"
    return text.encode(encoding, errors)


def mixed(dice: Random, text: str) -> bytes:
    """Encode the two halves differently."""
    at = dice.randint(0, len(text))
    one, other = dice.sample(ENCODINGS, 2)
    return encoded(text[:at], one) + encoded(text[at:], other)
