"""The stage of the fault tests, and the clean run that the broken ones are held against."""

from collections.abc import Iterator

import pytest

from tests.faults.runs import CleanRun, clean_run
from tests.integration.stage import Stage, a_stage


@pytest.fixture(scope="module")
def clean() -> Iterator[CleanRun]:
    yield from clean_run()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        yield stage
