"""Memory does not grow with the file, but for the table of duplicates."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import resource, sys
from nbcredit.cleaning.engine import open_file
from tests.cleaning_builders import PENALTY, TODAY, an_item, csv_text

head, row = csv_text([PENALTY]).splitlines()
number = PENALTY["行政处罚决定书文号"]

def blocks(count):
    yield head.encode() + b"\\n"
    for n in range(count):
        yield row.replace(number, f"甬罚{n}号").replace("误导", f"误导{n}").encode() + b"\\n"

item = an_item("administrative-penalty")
opened = open_file(blocks(int(sys.argv[1])), encoding="utf-8", item=item, today=TODAY)
assert sum(1 for done in opened if done.outcome is None) == int(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
ROOT = Path(__file__).parents[2]


def peak_kilobytes(rows: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(rows)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.requirement("A8.2")
def test_ten_times_the_rows_take_only_the_table_of_duplicates_more() -> None:
    small, large = peak_kilobytes(20_000), peak_kilobytes(200_000)

    # 180,000 rows more at 40 bytes are 7 MB; a doubling table needs its old half meanwhile.
    assert large - small < 20_000
