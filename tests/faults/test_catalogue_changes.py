"""F27: the catalogue changes between upload and processing."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.usecases.catalogue import Publication
from tests.faults.scenes import PENALTIES, penalties, penalty
from tests.faults.tapes import Tape
from tests.integration.stage import CENTRE, Stage, a_stage, shipped_schemas


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    with a_stage() as made:
        yield Tape.of(made)


@pytest.fixture
def stage(empty: Tape) -> Stage:
    return empty.rewound()


def publish_without_penalties(stage: Stage, *, effective_from: date) -> Stage:
    """Publish a version that has no such item; return the platform as others find it then."""
    schemas: dict[str, Any] = {
        code: s for code, s in shipped_schemas().items() if code != PENALTIES
    }
    stage.parts.catalogues.publish(
        Publication(
            version="2026-2",
            effective_from=effective_from,
            schemas=schemas,
            published_at=stage.clock.now(),
            published_by=CENTRE,
        )
    )
    return stage.restarted()


@pytest.mark.fault("F27")
@pytest.mark.requirement("A6.1")
class TestACatalogueThatChanges:
    def test_leaves_a_file_to_the_version_it_was_received_under(self, stage: Stage) -> None:
        received = stage.receive(penalties([penalty(1), penalty(2)]).put(stage))
        before = stage.submission(received.submission)

        later = publish_without_penalties(stage, effective_from=stage.clock.now().date())
        later.run()

        done = later.submission(received.submission)
        assert (done.state, done.catalogue) == (State.SETTLED, before.catalogue)
        assert done.books.by_outcome == {Outcome.NEW: 2}
        assert {each.catalogue for each in later.records()} == {before.catalogue}

    def test_leaves_a_file_read_by_halves_to_the_version_it_was_begun_with(
        self, stage: Stage
    ) -> None:
        stage.chunk_rows = 1
        stage.deadline.seconds = 0
        begun = stage.receive(penalties([penalty(n) for n in range(1, 4)]).put(stage))
        assert stage.submission(begun.submission).state is State.READING

        later = publish_without_penalties(stage, effective_from=stage.clock.now().date())
        later.run()

        assert later.submission(begun.submission).books.by_outcome == {Outcome.NEW: 3}

    def test_judges_by_the_day_of_the_upload_whenever_its_event_comes(self, stage: Stage) -> None:
        today = penalties([penalty(1)]).put(stage)
        tomorrow = stage.clock.now().date() + timedelta(days=1)
        later = publish_without_penalties(stage, effective_from=tomorrow)
        later.clock.forward(timedelta(days=1))

        old = later.submission(later.receive(today).submission)
        new = later.submission(later.receive(penalties([penalty(2)]).put(later)).submission)

        assert (old.catalogue, old.state) == ("2026-1", State.WAITING)
        assert (new.catalogue, new.state) == ("2026-2", State.REFUSED)
