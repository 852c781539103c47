"""The compiled kernel is made of the sources that are there, and does what they do."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.kernel.modules import MODULES, PACKAGES, ROOT, compiled, is_fresh

CLEAN = """
import hashlib, io, sys
if sys.argv[1] == "sources":
    from infra.kernel.sources import prefer_sources
    prefer_sources()
from nbcredit.cleaning import row_cleaning
from nbcredit.cleaning.engine import open_file
from nbcredit.samples.files import generate, write_csv
from tests.cleaning_builders import SHIPPED, TODAY, an_item

assert row_cleaning.__file__.endswith(".py") or sys.argv[1] != "sources"
told = hashlib.sha256()
for code in SHIPPED:
    item, stream = an_item(code), io.BytesIO()
    rows = generate(item, rows=300, seed=7, today=TODAY, bad_share=0.2, repeat_share=0.05,
                    blank_share=0.05)
    write_csv(rows, stream, encoding="gb18030")
    data = stream.getvalue().replace(b"-", b"/").replace(b"20", b"\\xa3\\xb2\\xa3\\xb0", 40)
    opened = open_file([data], encoding="gb18030", item=item, today=TODAY)
    for row in opened:
        told.update(repr(row).encode())
    told.update(repr(opened.changes).encode())
print(told.hexdigest())
"""


def cleaned_by(which: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CLEAN, which], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


class TestKernel:
    def test_is_compiled_from_the_sources_that_are_there(self) -> None:
        assert is_fresh() or not compiled(), "run make kernel"

    @pytest.mark.requirement("A8.2")
    def test_comes_to_the_same_to_the_byte(self) -> None:
        assert cleaned_by("sources") == cleaned_by("kernel")

    def test_is_of_modules_that_exist(self) -> None:
        assert all((PACKAGES / module).is_file() for module in MODULES)

    def test_is_never_committed(self) -> None:
        tracked = subprocess.run(
            ["git", "ls-files", "*.so"], cwd=Path(ROOT), capture_output=True, text=True, check=True
        )
        assert tracked.stdout == ""
