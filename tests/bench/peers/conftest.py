"""One core for everything that is measured: the machine may be shared."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.workload import the_file

ROWS = 100_000


@pytest.fixture(scope="session", autouse=True)
def one_core() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    yield
    os.sched_setaffinity(0, before)


@pytest.fixture(scope="session")
def workload() -> Path:
    return the_file(ROWS)
