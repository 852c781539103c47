"""What is measured: the floors, the peers and the engine, and how far the engine has come by then.

A module is imported when it is asked for: the ordinary tests have not all of the libraries.
"""

from collections import deque
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.reading import read_csv
from tests.bench.peers import engine, floor_csv
from tests.bench.workload import ITEM
from tests.cleaning_builders import TODAY, an_item

# Reads a file of the workload, writes its good rows as NDJSON, tells how many it took and refused.
Run = Callable[[Path, BinaryIO], tuple[int, int]]

FLOORS: Final[Mapping[str, str]] = {
    "floor_csv": "*floor: csv.reader*",
    "floor_csv_json": "*floor: csv.reader to json, no check*",
}
PEERS: Final[Mapping[str, str]] = {
    "engine": "**nbcredit**",
    "polars_expr": "Polars, by hand",
    "pyarrow_compute": "pyarrow and numpy, by hand",
    "pydantic_stdnum": "pydantic row by row, python-stdnum",
    "frictionless_checks": "frictionless, custom checks, python-stdnum",
}


def runner(name: str) -> Run:
    """Return the `run` of a floor or of a peer."""
    run: Run = import_module(f"tests.bench.peers.{name}").run
    return run


def _read(path: Path, _out: BinaryIO) -> tuple[int, int]:
    deque(read_csv(engine.blocks_of(path), encoding="utf-8"), maxlen=0)
    return 0, 0


def _clean(path: Path, _out: BinaryIO) -> tuple[int, int]:
    blocks = engine.blocks_of(path)
    deque(open_file(blocks, encoding="utf-8", item=an_item(ITEM), today=TODAY), maxlen=0)
    return 0, 0


# Each does what the one before it does and something more; the difference is what that costs.
STAGES: Final[Mapping[str, Run]] = {
    "csv.reader": floor_csv.run,
    "lines, limits and row numbers": _read,
    "cells, rules between them, repeats": _clean,
    "NDJSON": engine.run,
}
