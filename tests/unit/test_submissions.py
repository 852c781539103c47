from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.actors import Actor
from nbcredit.domain.leases import Lane
from nbcredit.domain.periods import BadPeriod, Period
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import (
    MOVES,
    Books,
    BooksDoNotBalance,
    FuturePeriod,
    StaleSubmission,
    State,
    StoredFile,
    Submission,
    merged_counts,
    period_of,
    submission_id,
)
from nbcredit.domain.upload_keys import BadUploadKey, UploadKey

MONDAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SUBMISSION = Submission(
    id="S",
    provider="scjg",
    item="administrative-penalty",
    period="2026-10",
    file=StoredFile(key="k", version_id="v", name="n", size=1, sha256="0" * 64),
    reported_at=MONDAY,
    reported_by=Actor.platform("test"),
    catalogue="2026-1",
    claimed_until=MONDAY,
)
OUTCOMES = st.dictionaries(st.sampled_from(Outcome), st.integers(0, 1000))


class TestUploadKey:
    @pytest.mark.parametrize(
        ("key", "parts"),
        [
            ("incoming/scjg/x/2026-10/a.csv", ("scjg", "x", "2026-10", "a.csv")),
            ("incoming/scjg/x/2026-10/a/b.csv", ("scjg", "x", "2026-10", "a/b.csv")),
            ("incoming/scjg/x/2026-10/..", ("scjg", "x", "2026-10", "..")),
            ("incoming/scjg/x/2026-10/%2F+", ("scjg", "x", "2026-10", "%2F+")),
        ],
    )
    def test_is_taken_apart_and_put_together(self, key: str, parts: tuple[str, ...]) -> None:
        assert UploadKey.parse(key) == UploadKey(*parts)
        assert str(UploadKey.parse(key)) == key

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "incoming",
            "incoming/a/b/c",
            "incoming/a/b/c/",
            "incoming//b/c/d",
            "Incoming/a/b/c/d",
        ],
    )
    def test_has_one_form(self, key: str) -> None:
        with pytest.raises(BadUploadKey):
            UploadKey.parse(key)

    @pytest.mark.parametrize(("key", "provider"), [("incoming/a/b", "a"), ("x", ""), ("", "")])
    def test_tells_its_provider_even_where_the_rest_is_wrong(self, key: str, provider: str) -> None:
        assert UploadKey.provider_in(key) == provider


@pytest.mark.requirement("A5.1")
class TestSubmissionId:
    def test_is_the_same_for_the_same_bytes_and_duty_only(self) -> None:
        duty = {"provider": "a", "item": "b", "period": "2026-10", "sha256": "0" * 64}
        others = [{**duty, name: "x"} for name in duty]

        ids = {submission_id(**each) for each in [duty, *others]}

        assert len(ids) == 5
        assert submission_id(**duty) in ids

    def test_goes_into_a_key(self) -> None:
        told = submission_id(provider="a", item="b", period="c", sha256="d")

        assert len(told) == 24
        assert told.isalnum()


@pytest.mark.requirement("A8.5")
class TestBooks:
    @given(OUTCOMES, st.lists(OUTCOMES, max_size=5))
    def test_balance_exactly_where_every_row_ended(
        self, read: dict[Outcome, int], chunks: list[dict[Outcome, int]]
    ) -> None:
        rows = sum(read.values()) + sum(sum(chunk.values()) for chunk in chunks)
        books = Books(rows=rows, by_outcome=read).plus(chunks)

        assert books.balanced
        assert not replace(books, rows=rows + 1).balanced
        assert books.rows == rows

    def test_say_what_is_missing(self) -> None:
        books = Books(rows=3, by_outcome={Outcome.NEW: 2})

        assert "3" in str(BooksDoNotBalance("S", books))
        assert (books[Outcome.NEW], books[Outcome.HELD]) == (2, 0)


class TestSubmission:
    @pytest.mark.parametrize(("before", "after"), list(product(State, State)))
    def test_moves_only_as_the_table_says(self, before: State, after: State) -> None:
        submission = replace(SUBMISSION, state=before)

        if after in MOVES[before]:
            assert submission.to(after).state is after
        else:
            with pytest.raises(StaleSubmission):
                submission.to(after)

    def test_knows_its_lane_and_version(self) -> None:
        assert SUBMISSION.lane == Lane("administrative-penalty", "scjg")
        assert str(SUBMISSION.version) == "0|2026-10|2026-11-23T04:00:00.000000Z|S"


class TestPeriodOf:
    def test_may_be_the_month_of_the_report_but_no_later_one(self) -> None:
        november = Period(2026, 11)

        assert period_of("2026-11", reported=november) == november
        with pytest.raises(FuturePeriod):
            period_of("2026-12", reported=november)
        with pytest.raises(BadPeriod):
            period_of("2026-13", reported=november)


class TestMergedCounts:
    def test_adds_up_by_key(self) -> None:
        assert merged_counts({"a": 1}, {}, {"a": 2, "b": 3}) == {"a": 3, "b": 3}
