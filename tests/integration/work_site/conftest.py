from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.faults.tapes import Tape
from tests.integration.stage import Stage, a_stage
from tests.integration.work_site.provider_desk import ProviderDesk, a_desk


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    with a_stage() as made:
        yield Tape.of(made)


@pytest.fixture
def stage(empty: Tape) -> Stage:
    rewound = empty.rewound()
    # Ids of the same moment begin again from one.
    rewound.clock.forward(timedelta(minutes=1))
    return rewound


@pytest.fixture
def desk(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderDesk]:
    with a_desk(stage, monkeypatch) as made:
        yield made
