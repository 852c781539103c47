"""How the engine stands to what needs no library beyond those of the tests."""

import json
import time
from pathlib import Path
from typing import Any

from tests.bench.peers import engine, floor_csv_json, pydantic_stdnum
from tests.bench.peers.measured import Run
from tests.bench.workload import the_file

ROWS = 5_000


def least_seconds(path: Path, out: Path, *runs: Run, rounds: int) -> list[float]:
    """Return the least CPU time of each, taken in turns: other programs can only add to it."""
    least = [float("inf")] * len(runs)
    for _ in range(rounds):
        for place, run in enumerate(runs):
            with out.open("wb") as stream:
                began = time.process_time()
                run(path, stream)
                least[place] = min(least[place], time.process_time() - began)
    return least


def values_of(line: str) -> dict[str, Any]:
    """Return what a line of any peer says, whatever it writes for nothing."""
    row = json.loads(line)
    return {name: value for name, value in row.get("values", row).items() if value}


def test_takes_at_most_2_7_times_as_long_as_reading_and_writing_alone(tmp_path: Path) -> None:
    ours, floor = least_seconds(
        the_file(ROWS), tmp_path / "out", engine.run, floor_csv_json.run, rounds=9
    )

    assert ours <= 2.7 * floor


def test_is_at_least_5_times_as_fast_as_pydantic_row_by_row(tmp_path: Path) -> None:
    ours, theirs = least_seconds(
        the_file(ROWS), tmp_path / "out", engine.run, pydantic_stdnum.run, rounds=4
    )

    assert theirs >= 5 * ours


def test_says_what_pydantic_says(tmp_path: Path) -> None:
    told = []
    for run in (engine.run, pydantic_stdnum.run):
        with (tmp_path / "out").open("wb") as stream:
            counts = run(the_file(ROWS), stream)
        lines = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
        told.append((counts, list(map(values_of, lines))))

    assert told[0] == told[1]
