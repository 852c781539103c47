from datetime import UTC, datetime
from typing import Any

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.entries import Batch, Entry, UnspeakableRows
from nbcredit.domain.records import RecordId, Version
from nbcredit.domain.reserved import CORRECTS
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import SubjectKey
from nbcredit.domain.submissions import Kind, State, corrected
from nbcredit.usecases.withdrawing import withdrawal_row

WANG = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
RECORD = RecordId(SubjectKey("LP#91330200MA0000000H"), "administrative-penalty", "ABC")


def a_batch(*rows: dict[str, Any]) -> Batch:
    return Batch(
        provider="scjg", item="administrative-penalty", period="2026-11", rows=rows, by=WANG
    )


def a_withdrawal(**changes: Any) -> Entry:
    told: dict[str, Any] = {
        "kind": Kind.WITHDRAWAL,
        "token": "1",
        "provider": "scjg",
        "item": "administrative-penalty",
        "period": "2026-11",
        "catalogue": "2026-1",
        "rows": [withdrawal_row(1, RECORD, "误报")],
        "by": WANG,
        "at": datetime(2026, 11, 30, 16, 30, tzinfo=UTC),
    }
    return Entry(**{**told, **changes})


@pytest.mark.requirement("A7.1")
@pytest.mark.fault("F09")
class TestBatch:
    def test_is_the_same_bytes_in_whatever_order_its_fields_come(self) -> None:
        assert a_batch({"a": 1, "b": ["x"]}).body == a_batch({"b": ["x"], "a": 1}).body

    @pytest.mark.parametrize(
        ("row", "line"),
        [
            ({"名称": "甲"}, '{"名称":"甲"}'),
            ({"a": None, "b": True, "c": 0.3}, '{"a":null,"b":true,"c":0.3}'),
            ({"a": "一行\n两行"}, '{"a":"一行\\n两行"}'),
        ],
    )
    def test_is_a_line_of_json_for_each_row(self, row: dict[str, Any], line: str) -> None:
        assert a_batch(row, row).body.decode() == f"{line}\n{line}\n"

    def test_with_half_a_character_is_refused(self) -> None:
        with pytest.raises(UnspeakableRows):
            _ = a_batch({"a": "\ud800"}).body

    def test_lies_where_its_content_says(self) -> None:
        assert (
            str(a_batch().place("ab"))
            == "incoming/scjg/administrative-penalty/2026-11/api-ab.jsonl"
        )


@pytest.mark.requirement("A7.3")
class TestEntry:
    @pytest.mark.parametrize(
        "changes",
        [
            {"token": "2"},
            {"rows": [withdrawal_row(1, RECORD, "另一个理由")]},
            {"rows": [withdrawal_row(2, RECORD, "误报")]},
            {"period": "2026-10"},
            {"kind": Kind.DECISION},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    def test_is_another_submission_where_anything_of_it_is_other(
        self, changes: dict[str, Any]
    ) -> None:
        assert a_withdrawal(**changes).submission.id != a_withdrawal().submission.id

    def test_is_the_same_submission_whoever_asks_and_when(self) -> None:
        later = a_withdrawal(at=datetime(2026, 12, 1, tzinfo=UTC), by=Actor.platform("x"))

        assert later.submission.id == a_withdrawal().submission.id

    def test_waits_with_a_chunk_and_its_rows_in_the_books(self) -> None:
        submission = a_withdrawal().submission

        assert submission.state is State.WAITING
        assert (submission.chunks, submission.books.rows) == (1, 1)

    def test_that_withdraws_counts_as_a_correction_of_the_month_it_came_in(self) -> None:
        # 2026-11-30 16:30 UTC is December in the city.
        assert a_withdrawal().submission.version[:2] == (1, "2026-12")

    def test_of_rows_that_name_a_record_has_a_chunk_for_them(self) -> None:
        rows = [Row.of(3, {"a": "b"}), Row.of(5, {"a": "b", CORRECTS: str(RECORD)})]

        submission = a_withdrawal(kind=Kind.DECISION, rows=rows).submission

        assert (submission.chunks, submission.corrections) == (2, {0: 1})
        assert submission.correcting_chunk == 1


@pytest.mark.requirement("A7.3")
class TestCorrected:
    @pytest.mark.parametrize(
        ("reported_at", "period"),
        [
            ("2026-11-30T15:59:59.000000Z", "2026-11"),
            ("2026-11-30T16:00:00.000000Z", "2026-12"),
        ],
    )
    def test_counts_by_the_month_of_the_report(self, reported_at: str, period: str) -> None:
        assert corrected(Version(0, "2024-01", reported_at, "S")) == Version(
            1, period, reported_at, "S"
        )
