"""The law of the books: every row read ends once, and in one way."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcredit.domain.periods import business_date
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import Submission
from nbcredit.samples.files import Spoiled, generate, write_csv
from tests.cleaning_builders import an_item
from tests.faults.endings import ending_of
from tests.faults.scenes import PENALTIES, REGISTRY, SOCIAL
from tests.faults.tapes import Tape
from tests.integration.stage import START, WORK, a_stage

PROVIDERS = {PENALTIES: "scjg", REGISTRY: "scjg", SOCIAL: "rsj"}


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    with a_stage() as stage:
        stage.report(b"")
        yield Tape.of(stage)


def file_of(item: str, told: list[Spoiled], **shape: Any) -> bytes:
    stream = io.BytesIO()
    today = business_date(START)
    rows = generate(an_item(item), today=today, report=told.append, **shape)
    write_csv(rows, stream, encoding="utf-8")
    return stream.getvalue()


def ends_of_rows(submission: str) -> list[tuple[int, str]]:
    """Return each row that the comparison decided, with its end, from the stored plans."""
    s3 = boto3.client("s3")
    prefix = f"submissions/{submission}/plans/"
    plans = s3.list_objects_v2(Bucket=WORK, Prefix=prefix).get("Contents", [])
    keys = [each["Key"] for each in plans if ".changes/" not in each["Key"]]
    bodies = [s3.get_object(Bucket=WORK, Key=key)["Body"].read() for key in keys]
    return [(int(row), end) for body in bodies for row, end in json.loads(body)["outcomes"].items()]


def assert_every_row_ends_once(done: Submission, rows: int, told: list[Spoiled]) -> None:
    books, compared = done.books, ends_of_rows(done.id)
    ended = Counter([row for row, _ in compared] + [each.row for each in told])
    assert ended == Counter(range(2, rows + 2))
    ends = Counter(Outcome(end) for _, end in compared) + Counter(each.outcome for each in told)
    assert books.by_outcome == ends
    assert books.rows == rows


@pytest.mark.requirement("A8.3")
@pytest.mark.requirement("A8.5")
class TestBooks:
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        item=st.sampled_from(sorted(PROVIDERS)),
        chunk_rows=st.sampled_from([4, 10, 1000]),
        shape=st.fixed_dictionaries(
            {
                "rows": st.integers(1, 25),
                "seed": st.integers(0, 99),
                "bad_share": st.sampled_from([0.0, 0.3, 1.0]),
                "repeat_share": st.sampled_from([0.0, 0.3]),
                "blank_share": st.sampled_from([0.0, 0.3]),
            }
        ),
        revised=st.sampled_from([0.0, 0.5]),
    )
    def test_account_for_every_row_exactly_once(
        self, empty: Tape, *, item: str, chunk_rows: int, shape: dict[str, Any], revised: float
    ) -> None:
        stage = empty.rewound()
        stage.chunk_rows = chunk_rows
        for revision in {0.0, revised}:
            told: list[Spoiled] = []
            body = file_of(item, told, revised_share=revision, **shape)

            done = stage.report(body, item=item, provider=PROVIDERS[item])

            if done.reason:
                assert all(each.outcome is Outcome.BLANK for each in told)
                assert len(told) == shape["rows"]
            else:
                assert_every_row_ends_once(stage.submission(done.id), shape["rows"], told)
        assert ending_of(stage).books
