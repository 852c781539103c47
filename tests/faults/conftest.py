"""The clean run that the broken ones are held against."""

from collections.abc import Iterator

import pytest

from tests.faults.runs import CleanRun, clean_run


@pytest.fixture(scope="module")
def clean() -> Iterator[CleanRun]:
    yield from clean_run()
