"""Write docs/performance.md, and fail where a promise is not kept.

python -m tests.bench.page BENCH.JSON PAGE
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final, Self

from tests.bench import workload
from tests.bench.peers.measured import FLOORS, PEERS, STAGES

_LIBRARIES: Final = ("polars", "pyarrow", "numpy", "pydantic", "python-stdnum", "frictionless")
_MOST_MB: Final = 150
_MOST_TIMES_FLOOR: Final = 2.7
_LEAST_TIMES_PYDANTIC: Final = 5
_LEAST_TIMES_FRICTIONLESS: Final = 20

_HEAD: Final = """\
# Speed and memory

Written by `make bench`; do not edit.

"""
_HOW: Final = """\

## How it is measured

- The file: penalties against organisations, {columns} columns, {bytes_a_row:.0f} bytes a row in
  UTF-8. {dirty:.0%} of the rows spell a date, code, amount or name in another way, {invalid:.1%}
  are invalid, 1% have a line break inside a cell. Speed: {rows:,} rows, {megabytes:.0f} MB.
- Every peer reads that file and writes its good rows, made uniform, as NDJSON. All apply the same
  rules: required cells, lengths, lists, characters, check characters of credit codes (GB 32100),
  dates, their order and that of decision and today, amounts, repeats within the file. A test asks
  that each writes the same values for the same rows, in the same order, as the engine.
- The peers do less: they only say whether a row is right, and look for what this file can hold.
  The engine also says in a sentence what is wrong with which cell, and looks for invisible
  characters, words that stand for nothing, and amounts in the wrong unit.
- One process, one core, one thread; CPU time. The machine may be shared, so that everything runs in
  turns, {turns} of them, and the least time of each counts; the median is shown beside it.
- Memory is the most that a process of its own held (VmHWM), mapped files and the interpreter
  included.
"""


@dataclass(frozen=True, slots=True)
class Results:
    """What one run of the benchmarks left."""

    machine: Mapping[str, Any]
    seconds: Mapping[str, Sequence[float]]
    stages: Mapping[str, Sequence[float]]
    megabytes: Mapping[str, float]
    facts: Mapping[str, Any]
    million: Mapping[str, Any]
    items: Mapping[tuple[str, str], float]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        seconds, stages = defaultdict(list), defaultdict(list)
        megabytes, facts, million, items = {}, {}, {}, {}
        for each in told["benchmarks"]:
            match each["extra_info"]:
                case {"peer": name, "rows": _, "bytes": _} as info:
                    seconds[name].append(each["stats"]["min"])
                    facts = info
                case {"stage": name}:
                    stages[name].append(each["stats"]["min"])
                case {"memory_of": name, "peak_mb": peak}:
                    megabytes[name] = peak
                case {"million_mb": _} as info:
                    million = info
                case {"rows": rows}:
                    place = (each["params"]["code"], each["params"]["encoding"])
                    items[place] = each["stats"]["min"] / rows * 1e6
        return cls(told["machine_info"], seconds, stages, megabytes, facts, million, items)

    @property
    def rows(self) -> int:
        return int(self.facts["rows"])

    def a_row(self, name: str) -> float:
        """Return the least time in µs."""
        return min(self.seconds[name]) / self.rows * 1e6

    def times(self, name: str, other: str) -> float:
        """Return how much longer one took than the other."""
        return min(self.seconds[name]) / min(self.seconds[other])


@dataclass(frozen=True, slots=True)
class Promise:
    """What the requirements ask, what was measured, and whether that is enough."""

    text: str
    measured: str
    kept: bool


def promises(results: Results) -> list[Promise]:
    floor = results.times("engine", "floor_csv_json")
    pydantic = results.times("pydantic_stdnum", "engine")
    frictionless = results.times("frictionless_checks", "engine")
    peak = results.million["million_mb"]
    return [
        Promise(
            f"at most {_MOST_MB} MB for 1,000,000 rows",
            f"{peak:.0f} MB",
            peak <= _MOST_MB,
        ),
        Promise(
            f"at most {_MOST_TIMES_FLOOR} times csv.reader to json without any check",
            f"{floor:.2f} times",
            floor <= _MOST_TIMES_FLOOR,
        ),
        Promise(
            f"at least {_LEAST_TIMES_PYDANTIC} times pydantic row by row with python-stdnum",
            f"{pydantic:.1f} times",
            pydantic >= _LEAST_TIMES_PYDANTIC,
        ),
        Promise(
            f"at least {_LEAST_TIMES_FRICTIONLESS} times frictionless with custom checks",
            f"{frictionless:.1f} times",
            frictionless >= _LEAST_TIMES_FRICTIONLESS,
        ),
    ]


def page_of(results: Results) -> str:
    return "".join(
        (
            _HEAD,
            *_machine(results),
            *_promises(results),
            *_peers(results),
            *_memory(results),
            *_stages(results),
            *_items(results),
            _how(results),
        )
    )


def _machine(results: Results) -> Iterator[str]:
    machine = results.machine
    cpu = machine["cpu"]
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield (
        f"{cpu.get('count', '?')} cores of {cpu.get('brand_raw', 'an unknown processor')},"
        f" {machine['system']}, {machine['python_implementation']} {machine['python_version']};"
        f" {libraries}.\n"
    )


def _promises(results: Results) -> Iterator[str]:
    yield "\n## What is promised\n\n| promise | measured | |\n|---|---|---|\n"
    for promise in promises(results):
        kept = "kept" if promise.kept else "**not kept**"
        yield f"| {promise.text} | {promise.measured} | {kept} |\n"


def _peers(results: Results) -> Iterator[str]:
    yield (
        "\n## Side by side\n\n"
        "| | rows a second | µs a row, least | median | times the json floor"
        " | times the engine's time | peak MB |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    names = {**FLOORS, **PEERS}
    for name in sorted(names, key=results.a_row):
        middle = median(results.seconds[name]) / results.facts["rows"] * 1e6
        yield (
            f"| {names[name]} | {1e6 / results.a_row(name):,.0f} | {results.a_row(name):.1f}"
            f" | {middle:.1f} | {results.times(name, 'floor_csv_json'):.2f}"
            f" | {results.times(name, 'engine'):.2f} | {results.megabytes[name]:.0f} |\n"
        )


def _memory(results: Results) -> Iterator[str]:
    facts, million = results.facts, results.million
    small, large = results.megabytes["engine"], million["million_mb"]
    grown = (large - small) * 1024 * 1024 / (million["rows"] - facts["rows"])
    yield (
        "\n## Memory of the engine\n\n| rows | file, MB | peak, MB |\n|---|---|---|\n"
        f"| {facts['rows']:,} | {facts['bytes'] / 1e6:.0f} | {small:.0f} |\n"
        f"| {million['rows']:,} | {million['bytes'] / 1e6:.0f} | {large:.0f} |\n\n"
        f"What grows is the table by which repeats are found: {grown:.0f} bytes a row.\n"
    )


def _stages(results: Results) -> Iterator[str]:
    yield (
        "\n## Where the engine's time goes\n\n"
        "Each line is what is spent more than without it.\n\n| stage | µs a row |\n|---|---|\n"
    )
    costs = {name: min(results.stages[name]) / results.facts["rows"] * 1e6 for name in STAGES}
    first, *_ = costs
    yield f"| {first} | {costs[first]:.1f} |\n"
    for before, name in pairwise(costs):
        yield f"| {name} | {costs[name] - costs[before]:.1f} |\n"


def _items(results: Results) -> Iterator[str]:
    yield (
        "\n## Every item, without NDJSON\n\n"
        "Invented files of 5,000 rows, each with all the columns that its item has samples for.\n\n"
        "| item | encoding | µs a row |\n|---|---|---|\n"
    )
    for (code, encoding), cost in sorted(results.items.items()):
        yield f"| {code} | {encoding} | {cost:.1f} |\n"


def _how(results: Results) -> str:
    facts = results.facts
    return _HOW.format(
        columns=len(workload.COLUMNS),
        bytes_a_row=facts["bytes"] / facts["rows"],
        dirty=workload.DIRTY,
        invalid=workload.INVALID,
        rows=facts["rows"],
        megabytes=facts["bytes"] / 1e6,
        turns=len(results.seconds["engine"]),
    )


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    measured = Results.of(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(page_of(measured), encoding="utf-8")
    if broken := [each for each in promises(measured) if not each.kept]:
        sys.exit("\n".join(f"not kept: {each.text}: {each.measured}" for each in broken))
