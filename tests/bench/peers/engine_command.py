"""The engine as `nbcredit clean` runs it: the file told first, problems and changes written too."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from nbcredit.cleaning.clean_runs import ROWS_FILE, clean_file
from tests.bench.peers.repeats import Counts
from tests.bench.workload import ITEM
from tests.cleaning_builders import TODAY, an_item


def run(path: Path, out: BinaryIO) -> Counts:
    with TemporaryDirectory() as made:
        folder = Path(made)
        done = clean_file(path, item=an_item(ITEM), others=(), today=TODAY, out=folder)
        with (folder / ROWS_FILE).open("rb") as rows:
            shutil.copyfileobj(rows, out)
    return Counts(done.counts.accepted, done.counts.rejected, done.counts.duplicate)
