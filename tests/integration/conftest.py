from collections.abc import Iterator

import pytest

from tests.integration.stage import Stage, a_stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        yield stage
