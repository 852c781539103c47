"""Lanes: who loads, and who waits, all in one small partition."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from pynamodb.exceptions import UpdateError

from nbcredit.adapters.dynamodb.items import (
    LANES,
    LaneItem,
    LeaseItem,
    SubmissionItem,
    WaitingItem,
)
from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.leases import Lane, Lease, Waiting
from nbcredit.domain.periods import utc_text
from nbcredit.domain.submissions import StaleSubmission, State, Submission


class DynamoLanes:
    """Lanes in the work table."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def look(self, lane: Lane) -> tuple[Lease | None, Sequence[Waiting]]:
        items = LaneItem.query(LANES, LaneItem.sk.startswith(f"{lane}#"), consistent_read=True)
        return _sorted_out(items)

    def all_lanes(self) -> Iterator[tuple[Lease | None, Sequence[Waiting]]]:
        items = LaneItem.query(LANES, consistent_read=True)
        for _, some in groupby(items, key=lambda item: item.lane):
            yield _sorted_out(some)

    def start(
        self,
        lease: Lease,
        *,
        before: Lease | None,
        waiting: Waiting,
        submission: Submission,
        act: Act,
        event: Event,
    ) -> bool:
        unchanged = (
            LeaseItem.pk.does_not_exist()
            if before is None
            else (LeaseItem.term == before.term) & (LeaseItem.until == utc_text(before.until))
        )
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(LeaseItem.of(lease), condition=unchanged)
                tx.delete(WaitingItem.of(waiting))
                tx.save(
                    SubmissionItem.of(submission),
                    condition=(SubmissionItem.fence == submission.fence)
                    & (SubmissionItem.state == State.WAITING.value),
                )
        except Unmet:
            return False
        return True

    def renew(self, lease: Lease, *, until: datetime) -> None:
        try:
            LeaseItem(*LeaseItem.key_of(lease.lane)).update(
                actions=[LeaseItem.until.set(utc_text(until))],
                condition=(LeaseItem.holder == lease.holder) & (LeaseItem.term == lease.term),
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                raise StaleSubmission(lease.holder) from error
            raise

    def drop_waiting(self, waiting: Waiting) -> None:
        WaitingItem.of(waiting).delete()


def _sorted_out(items: Iterable[LaneItem]) -> tuple[Lease | None, list[Waiting]]:
    lease: Lease | None = None
    waiting: list[Waiting] = []
    for item in items:
        if item.submission:
            waiting.append(item.waiting())
        else:
            lease = item.lease()
    return lease, waiting
