"""frictionless as its documentation shows it: `validate`, and then the rows that the report spares.

The rows of the second pass are as they stand in the file, so that they are spelled once more.
"""

import json
from pathlib import Path
from typing import BinaryIO, Final

from tests.bench.peers.frictionless_cells import REPEATED, SPELLINGS, checklist, checks, resource
from tests.bench.peers.repeats import Counts

# A report has the first thousand errors unless it is asked for more.
_ALL: Final = 1_000_000_000


def run(path: Path, out: BinaryIO) -> Counts:
    report = resource(path).validate(checklist(checks()), limit_errors=_ALL)
    faults: dict[int, set[str]] = {}
    for row, note in report.flatten(["rowNumber", "note"]):
        faults.setdefault(row, set()).add(note)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    accepted = 0
    with resource(path) as opened:
        for row in opened.row_stream:
            if row.row_number not in faults:
                values = {name: spell(row[name] or "", []) for name, spell in SPELLINGS.items()}
                out.write(f"{encode(values)}\n".encode())
                accepted += 1
    repeated = sum(notes == {REPEATED} for notes in faults.values())
    return Counts(accepted, len(faults) - repeated, repeated)
