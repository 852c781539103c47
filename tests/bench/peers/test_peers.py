"""Every peer on the same file, in turns, and what each holds in memory.

`make bench` alone runs this folder: its libraries are in an environment of their own, and a test
that skips itself where they are missing would be taken for one that passed.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.bench.peers import workbook
from tests.bench.peers.measured import FLOORS, PEERS, STAGES, runner
from tests.bench.peers.repeats import Counts
from tests.bench.workload import the_file

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
TURNS = 5
# Some hundred µs a row each, of which the noise of a shared machine is a smaller part.
SLOW = {"pydantic_stdnum", "frictionless_checks", "frictionless_one_pass"}
SLOW_TURNS = 3
WORKBOOK_TURNS = 3
WORKBOOK_ROWS = 100_000
MILLION = 1_000_000
LIMIT_MB = 150


def verdicts(name: str, path: Path, out: Path) -> tuple[Counts, list[Mapping[str, Any]]]:
    """Return how rows ended and what the good ones say, whatever is written for nothing."""
    with out.open("wb") as stream:
        counts = runner(name)(path, stream)
    with out.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return counts, [{k: v for k, v in row.get("values", row).items() if v} for row in rows]


def peak_mb(name: str, path: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.peers.memory", name, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) / 1024


def measured_once(benchmark: BenchmarkFixture, run: Callable[..., T], *arguments: Any) -> T:
    """Measure one call; turns are tests of their own, so that they can alternate."""
    answer: T = benchmark.pedantic(run, args=arguments)  # type: ignore[no-untyped-call]
    return answer


@pytest.fixture
def a_million() -> Iterator[Path]:
    path = the_file(MILLION)
    yield path
    path.unlink()


@pytest.fixture(scope="session")
def a_workbook() -> Path:
    return workbook.the_workbook(WORKBOOK_ROWS)


@pytest.mark.parametrize("peer", [name for name in PEERS if name != "engine"])
def test_says_of_every_row_what_the_engine_says(peer: str, tmp_path: Path) -> None:
    path, out = the_file(20_000), tmp_path / "out.ndjson"

    assert verdicts(peer, path, out) == verdicts("engine", path, out)


# A turn is one run of each.
@pytest.mark.parametrize(
    ("turn", "name"),
    [
        (turn, name)
        for turn in range(TURNS)
        for name in (*FLOORS, *PEERS)
        if turn < SLOW_TURNS or name not in SLOW
    ],
)
def test_speed(
    benchmark: BenchmarkFixture, name: str, turn: int, workload: Path, tmp_path: Path
) -> None:
    run = runner(name)
    with (tmp_path / "out.ndjson").open("wb") as out:
        counts = measured_once(benchmark, run, workload, out)

    size = workload.stat().st_size
    benchmark.extra_info |= {"peer": name, "rows": sum(counts), "bytes": size, "turn": turn}
    (tmp_path / "out.ndjson").unlink()


# The first of the two varies fastest.
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("turn", range(TURNS))
def test_stages(
    benchmark: BenchmarkFixture, stage: str, turn: int, workload: Path, tmp_path: Path
) -> None:
    with (tmp_path / "out.ndjson").open("wb") as out:
        measured_once(benchmark, STAGES[stage], workload, out)

    benchmark.extra_info |= {"stage": stage, "turn": turn}
    (tmp_path / "out.ndjson").unlink()


@pytest.mark.parametrize("turn", range(WORKBOOK_TURNS))
def test_workbook(benchmark: BenchmarkFixture, turn: int, a_workbook: Path, tmp_path: Path) -> None:
    with (tmp_path / "out.ndjson").open("wb") as out:
        counts = measured_once(benchmark, workbook.run, a_workbook, out)

    size = a_workbook.stat().st_size
    benchmark.extra_info |= {"workbook": "clean", "rows": sum(counts), "bytes": size, "turn": turn}
    assert counts == Counts(WORKBOOK_ROWS)


@pytest.mark.parametrize("turn", range(WORKBOOK_TURNS))
def test_reading_a_workbook(benchmark: BenchmarkFixture, turn: int, a_workbook: Path) -> None:
    measured_once(benchmark, workbook.read, a_workbook)

    size = a_workbook.stat().st_size
    benchmark.extra_info |= {"workbook": "read", "rows": WORKBOOK_ROWS, "bytes": size, "turn": turn}


@pytest.mark.parametrize("name", [*FLOORS, *PEERS])
def test_memory(benchmark: BenchmarkFixture, name: str, workload: Path) -> None:
    peak = measured_once(benchmark, peak_mb, name, workload)

    benchmark.extra_info |= {"memory_of": name, "peak_mb": peak}


def test_memory_for_a_million_rows(benchmark: BenchmarkFixture, a_million: Path) -> None:
    peak = measured_once(benchmark, peak_mb, "engine", a_million)

    size = a_million.stat().st_size
    benchmark.extra_info |= {"million_mb": peak, "rows": MILLION, "bytes": size}
    assert peak <= LIMIT_MB
