from datetime import datetime

import pytest

from nbcredit.domain.leases import Lane, Waiting, in_order
from nbcredit.domain.periods import SHANGHAI, is_backfill, utc_text
from nbcredit.domain.records import Version


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def a_waiting(period: str, *, reported: str, correction: int = 0) -> Waiting:
    version = Version(correction, period, utc_text(at(reported)), f"{period} {reported}")
    return Waiting(lane=Lane("item", "scjg"), submission=version.submission, version=version)


@pytest.mark.fault("F21")
class TestBackfill:
    @pytest.mark.parametrize(
        ("period", "reported", "backfill"),
        [
            ("2026-11", "2026-11-24 10:00", False),
            ("2026-10", "2026-11-01 00:00", False),
            ("2026-10", "2026-11-30 23:59", False),
            ("2026-10", "2026-12-01 00:00", True),
            ("2026-09", "2026-11-01 00:00", True),
            ("2026-09", "2026-10-31 23:59", False),
            ("2025-12", "2026-01-10 10:00", False),
            ("2025-11", "2026-01-10 10:00", True),
            ("2024-11", "2026-11-24 10:00", True),
        ],
    )
    def test_is_what_is_of_neither_this_month_nor_the_last_in_the_city(
        self, period: str, reported: str, *, backfill: bool
    ) -> None:
        assert is_backfill(period, reported_at=at(reported)) is backfill

    def test_stays_what_it_was_when_reported_however_long_it_waits(self) -> None:
        waiting = [
            a_waiting("2026-10", reported="2026-11-02 09:00"),
            a_waiting("2026-11", reported="2026-12-02 09:00"),
            a_waiting("2026-10", reported="2026-12-02 09:00"),
            a_waiting("2024-12", reported="2026-11-02 09:00"),
        ]

        assert [each.version.period for each in in_order(reversed(waiting))] == [
            "2026-10",
            "2026-11",
            "2024-12",
            "2026-10",
        ]

    def test_is_a_matter_of_the_month_and_not_of_corrections(self) -> None:
        corrected = a_waiting("2024-12", reported="2026-11-02 09:00", correction=1)
        live = a_waiting("2026-10", reported="2026-11-02 09:00")

        assert in_order([corrected, live]) == [live, corrected]
