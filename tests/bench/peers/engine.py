"""The engine, by its only entry point that the measurements know."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from nbcredit.cleaning.engine import open_file
from tests.bench.workload import ITEM
from tests.cleaning_builders import TODAY, an_item

_BLOCK: Final = 1 << 18


def run(path: Path, out: BinaryIO) -> tuple[int, int]:
    """Clean the file; what is turned away is faulty or repeats an earlier row."""
    encode, write = json.JSONEncoder(ensure_ascii=False).encode, out.write
    accepted = rejected = 0
    opened = open_file(blocks_of(path), encoding="utf-8", item=an_item(ITEM), today=TODAY)
    for done in opened:
        if done.row is None:
            rejected += 1
        else:
            write(f"{encode(done.row.values)}\n".encode())
            accepted += 1
    return accepted, rejected


def blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
