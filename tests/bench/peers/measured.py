"""What is measured: the floors, the peers and the engine, and how far the engine has come by then.

A module is imported when it is asked for: the ordinary tests have not all of the libraries.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import BinaryIO, Final

from nbcredit.cleaning import cells as kernel, row_cleaning
from nbcredit.cleaning.cells import Cells, read_cells
from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.headers import Leading, find_header
from nbcredit.cleaning.reading import read_csv
from nbcredit.cleaning.row_checking import Verdict
from nbcredit.cleaning.row_cleaning import RowCleaner
from tests.bench.peers import engine, floor_csv
from tests.bench.peers.repeats import Counts
from tests.bench.workload import ITEM
from tests.cleaning_builders import TODAY, an_item

# Reads a file of the workload, writes its good rows as NDJSON, tells how its rows ended.
Run = Callable[[Path, BinaryIO], Counts]

COMPILED: Final = str(kernel.__file__).endswith(tuple(EXTENSION_SUFFIXES))

FLOORS: Final[Mapping[str, str]] = {
    "floor_csv": "*floor: csv.reader*",
    "floor_csv_json": "*floor: csv.reader to json, no check*",
}
# "engine" is what is installed here; its pure form is measured beside it where that is another.
_ENGINES: Final[Mapping[str, str]] = (
    {"engine": "**nbcredit, compiled kernel**", "engine_pure": "**nbcredit, pure Python**"}
    if COMPILED
    else {"engine": "**nbcredit, pure Python**"}
)
PEERS: Final[Mapping[str, str]] = {
    **_ENGINES,
    "engine_command": "`nbcredit clean` with it: encoding told, issues and summary written too",
    "polars_expr": "Polars, by hand",
    "pyarrow_compute": "pyarrow and numpy, by hand",
    "pydantic_stdnum": "pydantic row by row, python-stdnum",
    "frictionless_checks": "frictionless, custom checks, python-stdnum",
    "frictionless_one_pass": "frictionless, the same in one pass",
}


def runner(name: str) -> Run:
    """Return the `run` of a floor or of a peer."""
    run: Run = import_module(f"tests.bench.peers.{name}").run
    return run


def _read(path: Path, _out: BinaryIO) -> None:
    deque(read_csv(engine.blocks_of(path), encoding="utf-8"), maxlen=0)


def _clean_cells(path: Path, _out: BinaryIO) -> None:
    _, rows = _rows_of_cells(path)
    deque(rows, maxlen=0)


def _judge(path: Path, _out: BinaryIO) -> None:
    cleaner, rows = _rows_of_cells(path)
    verdict_of: Callable[[int], Verdict] = cleaner._checker.verdict
    is_clean = row_cleaning._is_clean
    for read in rows:
        is_clean(verdict_of(read.bits), read.values)


def _clean(path: Path, _out: BinaryIO) -> None:
    blocks = engine.blocks_of(path)
    deque(open_file(blocks, encoding="utf-8", item=an_item(ITEM), today=TODAY), maxlen=0)


def _write(path: Path, out: BinaryIO) -> None:
    engine.run(path, out)


def _rows_of_cells(path: Path) -> tuple[RowCleaner, Iterator[Cells]]:
    """Return the clean cells of each row, and what would judge them."""
    item = an_item(ITEM)
    records = read_csv(engine.blocks_of(path), encoding="utf-8")
    number, titles = next(records)
    if not isinstance(titles, list):
        raise TypeError(titles)
    cleaner = RowCleaner(item, find_header([Leading(number, titles)], item), today=TODAY)
    plan = cleaner._plan
    return cleaner, (read_cells(plan, cells) for _, cells in records if isinstance(cells, list))


# Each does what the one before it does and something more; the difference is what that costs.
STAGES: Final[Mapping[str, Callable[[Path, BinaryIO], object]]] = {
    "csv.reader": floor_csv.run,
    "lines, limits and row numbers": _read,
    "cells": _clean_cells,
    "the verdict on a row, rules between cells": _judge,
    "repeats, rows, what is told of the wrong ones": _clean,
    "NDJSON": _write,
}
