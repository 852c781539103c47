import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from infra.local.bringing_up import LocalCloud
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import Books
from nbcredit.samples.files import generate, write_csv
from tests.integration.stage import Stage, set_up, shipped_item

ROWS = 1000
TODAY = date(2026, 10, 31)

# architecture.md: requests to DynamoDB for 1,000 rows.
NEW_SUBJECTS = 105
REGISTERED_SUBJECTS = 62
IDENTICAL_ROWS = 22
# Of names that nobody bears: those of subjects that nobody has registered.
UNREGISTERED_SUBJECTS = 112
HELD_ROWS = 73


@pytest.fixture(scope="module")
def stage(local: LocalCloud) -> Iterator[Stage]:
    """Return a platform beside the deployed one, in tables and buckets of its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", local.gateway.endpoint_url)
        made = set_up()
        made.report(registry(rows=64, seed=99), item="legal-registration")
        yield made


def registry(*, rows: int, seed: int) -> bytes:
    stream = io.BytesIO()
    item = shipped_item("legal-registration")
    write_csv(generate(item, rows=rows, seed=seed, today=TODAY), stream, encoding="utf-8")
    return stream.getvalue()


def register_all(stage: Stage) -> None:
    """Have the subjects of the penalties registered; the same bytes again change nothing."""
    stage.report(registry(rows=2 * ROWS, seed=8), item="legal-registration")


def penalties(*, subjects: int, seed: int) -> list[list[str]]:
    """Return a header and a thousand penalties, each of another registered organisation."""
    item = shipped_item("administrative-penalty")
    header, *records = generate(item, rows=6 * ROWS, seed=seed, today=TODAY, subjects=subjects)
    code, kind = header.index("统一社会信用代码"), header.index("行政相对人类别")
    one_each = {row[code]: row for row in records if row[kind] == "法人及非法人组织"}
    return [header, *list(one_each.values())[:ROWS]]


def as_csv(rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def requests_of_loading(stage: Stage, body: bytes, item: str) -> tuple[int, Books]:
    """Report a file; return the requests to DynamoDB that loading its chunks took, and the rows."""
    told = stage.receive(stage.put(body, item=item))
    while not stage.queues.chunks:
        stage.step()
    counted: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        counted.update([model.name])

    events = stage.parts.connection.client.meta.events
    events.register("before-call.dynamodb", count)
    for task in stage.queues.chunks:
        stage.loading.load(task)
    events.unregister("before-call.dynamodb", count)
    stage.queues.chunks.clear()
    stage.run()
    return counted.total(), stage.submission(told.submission).books


class TestRequestsForAThousandRows:
    def test_stay_in_the_budget_where_every_subject_is_new(self, stage: Stage) -> None:
        body = registry(rows=ROWS, seed=7)

        taken, books = requests_of_loading(stage, body, "legal-registration")

        assert books[Outcome.NEW] == ROWS
        assert taken <= NEW_SUBJECTS

    def test_stay_in_the_budget_where_all_subjects_are_registered(self, stage: Stage) -> None:
        register_all(stage)
        body = as_csv(penalties(subjects=2 * ROWS, seed=8))

        taken, books = requests_of_loading(stage, body, "administrative-penalty")

        assert books[Outcome.NEW] == ROWS
        assert taken <= REGISTERED_SUBJECTS

    def test_stay_in_the_budget_where_all_rows_are_identical(self, stage: Stage) -> None:
        register_all(stage)
        header, *rows = penalties(subjects=2 * ROWS, seed=8)
        stage.report(as_csv([header, *rows]), item="administrative-penalty")
        body = as_csv([header, *reversed(rows)])

        taken, books = requests_of_loading(stage, body, "administrative-penalty")

        assert books[Outcome.IDENTICAL] == ROWS
        assert taken <= IDENTICAL_ROWS

    @pytest.mark.requirement("A8.4")
    def test_stay_in_the_budget_where_nobody_has_registered_a_subject(self, stage: Stage) -> None:
        body = as_csv(under_names(penalties(subjects=2 * ROWS, seed=9), "样{}公司"))

        taken, books = requests_of_loading(stage, body, "administrative-penalty")

        assert books[Outcome.NEW] == ROWS
        assert taken <= UNREGISTERED_SUBJECTS

    @pytest.mark.requirement("A8.4")
    def test_stay_in_the_budget_where_all_rows_are_held(self, stage: Stage) -> None:
        register_all(stage)
        body = as_csv(under_names(penalties(subjects=2 * ROWS, seed=8), "例{}公司"))

        taken, books = requests_of_loading(stage, body, "administrative-penalty")

        assert books[Outcome.HELD] == ROWS
        assert taken <= HELD_ROWS


def under_names(table: list[list[str]], form: str) -> list[list[str]]:
    """Return the rows under other names, each its own."""
    header, *rows = table
    name = header.index("行政相对人名称")
    return [
        header,
        *(
            [form.format(number) if at == name else cell for at, cell in enumerate(row)]
            for number, row in enumerate(rows)
        ),
    ]
