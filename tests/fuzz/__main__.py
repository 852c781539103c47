"""Reads random and mutated files for a time, and fails where one is read wrongly.

`python -m tests.fuzz --minutes 60 --seed 1`, or `--case N` to read one again.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from tests.fuzz.cases import a_case
from tests.fuzz.running import Tally, faults_of, keep, watched_faults
from tests.fuzz.watching import kilobytes, open_files, peak_kilobytes

FOLDER: Final = Path(__file__).parents[2] / "build" / "fuzz"
_TELL_EVERY: Final = 60.0
_WARM: Final = 2_000
_MOST_GROWTH: Final = 100_000
_MOST_FAILED: Final = 200


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.case is not None:
        return _one(asked.seed, asked.case, asked.folder)
    return _many(asked.seed, asked.first, 60 * asked.minutes, asked.folder)


def _one(seed: int, number: int, folder: Path) -> int:
    case = a_case(seed, number)
    _say(f"{case.made}: {len(case.data)} bytes")
    faults = faults_of(case, Tally())
    if faults:
        _say(keep(folder, seed, case, faults))
    return 1 if faults else 0


def _many(seed: int, first: int, seconds: float, folder: Path) -> int:
    tally = Tally()
    began = told = time.monotonic()
    warm = files = 0
    with (folder / "hang.txt").open("w", encoding="utf-8") as log:
        for number in count(first):
            now = time.monotonic()
            if now - began >= seconds or len(tally.failed) >= _MOST_FAILED:
                break
            if now - told >= _TELL_EVERY:
                told = now
                _tell(tally, now - began, number)
            if tally.cases == _WARM:
                warm, files = kilobytes(), open_files()
            case = a_case(seed, number)
            (folder / "current.txt").write_text(
                f"--seed {seed} --case {number}\n", encoding="ascii"
            )
            if faults := watched_faults(case, tally, log):
                tally.failed.append(number)
                _say(keep(folder, seed, case, faults))
    took = time.monotonic() - began
    _say(f"\n{took / 60:.1f} minutes, seed {seed}, {tally.cases / took:.0f} files a second")
    for line in tally.lines():
        _say(line)
    return 1 if tally.failed or _keeps_growing(warm, files) else 0


def _keeps_growing(warm: int, files: int) -> bool:
    """Tell whether the run has kept memory or files since it was warm."""
    kept, left = kilobytes() - warm, open_files() - files
    _say(f"memory: {kilobytes()} kB now, {peak_kilobytes()} kB at most")
    if warm:
        _say(f"since case {_WARM}: {kept:+d} kB, {left:+d} open files")
    return bool(warm) and (kept > _MOST_GROWTH or left > 0)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell(tally: Tally, seconds: float, number: int) -> None:
    rate = tally.cases / seconds
    _say(
        f"[{seconds / 60:5.1f} min] case {number}, {rate:.0f} a second, {kilobytes()} kB, "
        f"failed {len(tally.failed)}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
