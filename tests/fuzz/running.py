"""One case after the other, and what came of them."""

import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from tests.fuzz.again import faults_when_read_again
from tests.fuzz.cases import Case
from tests.fuzz.oracle import faults_of_reading
from tests.fuzz.readings import Reading, read
from tests.fuzz.watching import MOST_KILOBYTES, Hang, peak_kilobytes, watched

_SHOWN: Final = 5


@dataclass(slots=True)
class Tally:
    """What a run adds up to."""

    cases: int = 0
    bytes: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)

    def add(self, case: Case, reading: Reading) -> None:
        self.bytes += len(case.data)
        form = reading.facts.format.value
        self.formats[f"{form} {'refused' if reading.refusal else 'read'}"] += 1
        self.refusals.update(issue.code.value for issue in reading.refusal)
        self.ends.update(row.outcome or "accepted" for row in reading.done)
        self.issues.update(issue.code.value for issue in reading.issues)
        for counted in reading.counted:
            for kinds in counted.values():
                self.changes.update({kind.value: cells for kind, cells in kinds.items()})

    def lines(self) -> Iterable[str]:
        """Yield the tables of a run."""
        yield f"cases {self.cases}, {self.bytes / 1e6:.0f} MB, failed {len(self.failed)}"
        for name in ("formats", "ends", "refusals", "issues", "changes"):
            counter: Counter[str] = getattr(self, name)
            yield f"{name}: " + "  ".join(f"{key} {n}" for key, n in sorted(counter.items()))
        if self.failed:
            yield f"failed: {self.failed[:100]}"


def faults_of(case: Case, tally: Tally) -> list[str]:
    """Read a case in every way and return what is wrong."""
    peak = peak_kilobytes()
    reading = read(case)
    tally.add(case, reading)
    faults = [*faults_of_reading(case, reading), *faults_when_read_again(case, reading)]
    if (grown := peak_kilobytes() - peak) > MOST_KILOBYTES:
        faults.append(f"it took {grown} kB")
    return faults


def watched_faults(case: Case, tally: Tally, log: IO[str]) -> list[str]:
    """Return what is wrong with a case; whatever is raised is."""
    tally.cases += 1
    try:
        with watched(log):
            return faults_of(case, tally)
    except Hang:
        return ["it hangs", traceback.format_exc(limit=-_SHOWN)]
    except Exception as error:  # noqa: BLE001 -- it is what is looked for
        told = f"it raises {type(error).__name__}: {error}"
        return [told[:300], traceback.format_exc(limit=-_SHOWN)]


def keep(folder: Path, seed: int, case: Case, faults: list[str]) -> str:
    """Save a file that failed; return how to read it again, and what is wrong."""
    told = "\n".join(f"  {fault}" for fault in faults[:_SHOWN])
    line = f"python -m tests.fuzz --seed {seed} --case {case.number}"
    text = f"FAULT {case.made} ({len(case.data)} bytes)\n  {line}\n{told}\n"
    stem = folder / f"{seed}-{case.number}"
    stem.with_suffix(".bin").write_bytes(case.data)
    stem.with_suffix(".txt").write_text(text, encoding="utf-8", errors="replace")
    return text.encode("utf-8", "replace").decode()
