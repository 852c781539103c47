from datetime import UTC, datetime, timedelta

import pytest

from nbcredit.domain.leases import LEASE, RENEW_BELOW, Lane, Lease

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # Monday
# architecture.md: functions of the pipeline live 150 seconds at most.
LONGEST_LIFE = timedelta(seconds=150)


def a_lease(*, holder: str = "S", until: datetime = NOON + LEASE) -> Lease:
    return Lease(lane=Lane("item", "scjg"), holder=holder, until=until, term=1, latest=None)


@pytest.mark.fault("F08")
class TestLease:
    @pytest.mark.parametrize(
        ("now", "held"),
        [
            (NOON, True),
            (NOON + LEASE - timedelta(microseconds=1), True),
            (NOON + LEASE, False),
        ],
    )
    def test_is_held_until_its_end_and_free_from_then_on(
        self, now: datetime, *, held: bool
    ) -> None:
        assert a_lease().held_by("S", now=now) is held
        assert a_lease().free(now=now) is not held
        assert not a_lease().held_by("T", now=now)

    def test_without_a_holder_is_free(self) -> None:
        assert a_lease(holder="").free(now=NOON)
        assert not a_lease(holder="S").free(now=NOON)

    def test_outlives_whatever_could_still_write(self) -> None:
        assert RENEW_BELOW > 2 * LONGEST_LIFE
        assert LEASE > RENEW_BELOW
