"""The engine as it is used: clean rows are written as it has spelled them, problems are told."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from nbcredit.cleaning.engine import OpenFile, open_file
from nbcredit.domain.rows import Outcome
from tests.bench.peers.repeats import Counts
from tests.bench.workload import ITEM
from tests.cleaning_builders import TODAY, an_item

_BLOCK: Final = 1 << 18
_BATCH: Final = 500


def run(path: Path, out: BinaryIO) -> Counts:
    opened = open_file(blocks_of(path), encoding="utf-8", item=an_item(ITEM), today=TODAY)
    return write(opened, out)


def write(opened: OpenFile, out: BinaryIO) -> Counts:
    """Write the clean rows; what is told of the others has been made by then."""
    ends = dict.fromkeys((None, Outcome.REJECTED, Outcome.DUPLICATE, Outcome.BLANK), 0)
    lines: list[str] = []
    for _, row, outcome, _, _ in opened:
        ends[outcome] += 1
        if row is not None:
            lines.append(f'{{"row":{row.number},"values":{row.spelled}}}\n')
            if len(lines) == _BATCH:
                out.write("".join(lines).encode())
                lines.clear()
    out.write("".join(lines).encode())
    return Counts(ends[None], ends[Outcome.REJECTED], ends[Outcome.DUPLICATE])


def blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
