"""frictionless with the same checks, but rows are written as they are judged, in one pass.

What a report would hold is made all the same. It leans on the order in which `validate` works.
"""

import json
from pathlib import Path
from typing import Any, BinaryIO, Final

from tests.bench.peers.frictionless_cells import REPEATED, checklist, checks, resource
from tests.bench.peers.repeats import Counts

_ALL: Final = 1_000_000_000


def run(path: Path, out: BinaryIO) -> Counts:
    accepted = rejected = 0
    encode = json.JSONEncoder(ensure_ascii=False).encode
    judges = checks()

    def write(row: Any) -> None:
        nonlocal accepted, rejected
        if not row.valid or any(check.faulty == row.row_number for check in judges):
            rejected += 1
        else:
            out.write(f"{encode(row.to_dict())}\n".encode())
            accepted += 1

    report = resource(path).validate(checklist(judges), limit_errors=_ALL, on_row=write)
    repeated = sum(note == REPEATED for (note,) in report.flatten(["note"]))
    return Counts(accepted, rejected - repeated, repeated)
