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

from tests.bench.peers.measured import FLOORS, PEERS, STAGES, runner
from tests.bench.workload import the_file

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
TURNS = 5
MILLION = 1_000_000
LIMIT_MB = 150


def verdicts(name: str, path: Path, out: Path) -> tuple[int, int, list[Mapping[str, Any]]]:
    with out.open("wb") as stream:
        accepted, rejected = runner(name)(path, stream)
    with out.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return accepted, rejected, [{k: v for k, v in row.items() if v} for row in rows]


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


@pytest.mark.parametrize("peer", [name for name in PEERS if name != "engine"])
def test_says_of_every_row_what_the_engine_says(peer: str, tmp_path: Path) -> None:
    path, out = the_file(20_000), tmp_path / "out.ndjson"

    assert verdicts(peer, path, out) == verdicts("engine", path, out)


# The first of the two varies fastest: a turn is one run of each.
@pytest.mark.parametrize("name", [*FLOORS, *PEERS])
@pytest.mark.parametrize("turn", range(TURNS))
def test_speed(
    benchmark: BenchmarkFixture, name: str, turn: int, workload: Path, tmp_path: Path
) -> None:
    run = runner(name)
    with (tmp_path / "out.ndjson").open("wb") as out:
        accepted, rejected = measured_once(benchmark, run, workload, out)

    size = workload.stat().st_size
    benchmark.extra_info |= {"peer": name, "rows": accepted + rejected, "bytes": size, "turn": turn}
    (tmp_path / "out.ndjson").unlink()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("turn", range(TURNS))
def test_stages(
    benchmark: BenchmarkFixture, stage: str, turn: int, workload: Path, tmp_path: Path
) -> None:
    with (tmp_path / "out.ndjson").open("wb") as out:
        measured_once(benchmark, STAGES[stage], workload, out)

    benchmark.extra_info |= {"stage": stage, "turn": turn}
    (tmp_path / "out.ndjson").unlink()


@pytest.mark.parametrize("name", [*FLOORS, *PEERS])
def test_memory(benchmark: BenchmarkFixture, name: str, workload: Path) -> None:
    peak = measured_once(benchmark, peak_mb, name, workload)

    benchmark.extra_info |= {"memory_of": name, "peak_mb": peak}


def test_memory_for_a_million_rows(benchmark: BenchmarkFixture, a_million: Path) -> None:
    peak = measured_once(benchmark, peak_mb, "engine", a_million)

    size = a_million.stat().st_size
    benchmark.extra_info |= {"million_mb": peak, "rows": MILLION, "bytes": size}
    assert peak <= LIMIT_MB
