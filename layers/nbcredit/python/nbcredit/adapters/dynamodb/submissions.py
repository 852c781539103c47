"""Submissions and their chunks in the work table."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import UpdateError

from nbcredit.adapters.dynamodb.items import (
    AnnouncedItem,
    ChunkItem,
    LeaseItem,
    ProgressItem,
    ReportedItem,
    SubmissionItem,
    WaitingItem,
    over_at,
)
from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.obligations import DynamoObligations, write_changes
from nbcredit.adapters.dynamodb.tables import WorkModel, batch_get
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.leases import Waiting
from nbcredit.domain.obligations import StaleObligation
from nbcredit.domain.periods import utc_text
from nbcredit.domain.submissions import (
    MOVES,
    ChunkResult,
    StaleSubmission,
    Submission,
    UnknownSubmission,
)
from nbcredit.usecases.announcing import Announcement
from nbcredit.usecases.chunks import ChunkTask, Control
from nbcredit.usecases.obligations import TRIES
from nbcredit.usecases.submission_dues import SubmissionDues


class DynamoSubmissions:
    """Submissions and chunks in the work table."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger
        self._dues = SubmissionDues(DynamoObligations(ledger))

    def register(
        self,
        submission: Submission,
        *,
        act: Act,
        event: Event | None = None,
        waiting: Waiting | None = None,
    ) -> bool:
        for _ in range(TRIES):
            try:
                with self._ledger.transaction(act, event=event) as tx:
                    tx.save(
                        SubmissionItem.of(submission),
                        condition=SubmissionItem.pk.does_not_exist(),
                    )
                    tx.save(ReportedItem.of(submission))
                    if waiting is not None:
                        tx.save(WaitingItem.of(waiting))
                    write_changes(tx, self._dues.changes(submission))
            except Unmet:
                # Where it is not there yet, somebody was faster with its provider's duty.
                if self._exists(submission.id):
                    return False
            else:
                return True
        raise StaleObligation

    def _exists(self, submission_id: str) -> bool:
        try:
            self.get(submission_id)
        except UnknownSubmission:
            return False
        return True

    def announce(self, submission_id: str, announcement: Announcement) -> None:
        AnnouncedItem.of(submission_id, announcement).save()

    def announced(self, submission_id: str) -> Announcement | None:
        try:
            item = AnnouncedItem.get(f"SUB#{submission_id}", "ANNOUNCED", consistent_read=True)
        except AnnouncedItem.DoesNotExist:
            return None
        return item.announcement()

    def get(self, submission_id: str) -> Submission:
        try:
            item = SubmissionItem.get(f"SUB#{submission_id}", "META", consistent_read=True)
        except SubmissionItem.DoesNotExist as error:
            raise UnknownSubmission(submission_id) from error
        return item.submission()

    def claim(self, submission: Submission, *, until: datetime) -> Submission:
        claimed = replace(submission, fence=submission.fence + 1, claimed_until=until)
        self._save(claimed, fence=submission.fence)
        return claimed

    def checkpoint(self, submission: Submission) -> None:
        self._save(submission, fence=submission.fence)

    def _save(self, submission: Submission, *, fence: int) -> None:
        item = SubmissionItem.of(submission)
        try:
            item.update(
                actions=[
                    SubmissionItem.fence.set(item.fence),
                    SubmissionItem.body.set(item.body),
                ],
                condition=(SubmissionItem.fence == fence) & (SubmissionItem.state == item.state),
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                raise StaleSubmission(submission.id) from error
            raise

    def move(
        self,
        submission: Submission,
        *,
        act: Act,
        event: Event | None = None,
        waiting: Waiting | None = None,
        release: bool = False,
        fence: int | None = None,
    ) -> None:
        expected = submission.fence if fence is None else fence
        changes = self._dues.changes(submission)
        try:
            with self._ledger.transaction(act, event=event) as tx:
                write_changes(tx, changes)
                tx.save(
                    SubmissionItem.of(submission),
                    condition=(SubmissionItem.fence == expected)
                    & SubmissionItem.state.is_in(*_before(submission)),
                )
                if waiting is not None:
                    tx.save(WaitingItem.of(waiting))
                if release:
                    LeaseItem.release(tx, submission.lane, holder=submission.id)
        except Unmet as error:
            if release and not self._holds_lane(submission):
                self.move(submission, act=act, event=event, waiting=waiting)
                return
            if self._dues.changes(submission) != changes:
                # Somebody was faster with what is owed; of this submission nobody may be.
                self.move(
                    submission,
                    act=act,
                    event=event,
                    waiting=waiting,
                    release=release,
                    fence=fence,
                )
                return
            raise StaleSubmission(submission.id) from error

    def _holds_lane(self, submission: Submission) -> bool:
        item = LeaseItem.get(*LeaseItem.key_of(submission.lane), consistent_read=True)
        return item.holder == submission.id

    def latest(self, provider: str, *, limit: int) -> Sequence[Submission]:
        listed = [
            item.submission
            for item in ReportedItem.query(
                f"PROVIDER#{provider}",
                ReportedItem.sk.startswith("SUB#"),
                scan_index_forward=False,
                limit=limit,
            )
        ]
        return self._found(listed)

    def reported(self, provider: str, *, since: datetime) -> Sequence[Submission]:
        items = ReportedItem.query(
            f"PROVIDER#{provider}",
            # Behind every place of a submission, and before anything else of the provider.
            ReportedItem.sk.between(f"SUB#{utc_text(since)}", "SUB#~"),
        )
        return self._found([item.submission for item in items])

    def _found(self, listed: Sequence[str]) -> Sequence[Submission]:
        found = {
            item.submission().id: item.submission()
            for raw in batch_get(
                self._connection,
                WorkModel.Meta.table_name,
                [(f"SUB#{each}", "META") for each in listed],
            )
            for item in [SubmissionItem.from_raw_data(dict(raw))]
        }
        return [found[each] for each in listed]

    def chunk_results(self, submission_id: str) -> Sequence[ChunkResult]:
        return [
            item.result()
            for item in ChunkItem.query(
                f"SUB#{submission_id}", ChunkItem.sk.startswith("CHUNK#"), consistent_read=True
            )
        ]

    def chunks_done(self, submission_id: str) -> int:
        try:
            item = ProgressItem.get(f"SUB#{submission_id}", "PROGRESS")
        except ProgressItem.DoesNotExist:
            return 0
        return len(item.done or ())

    def note_chunks_done(self, submission_id: str, numbers: frozenset[int], *, at: datetime) -> int:
        item = ProgressItem(f"SUB#{submission_id}", "PROGRESS")
        item.update(
            actions=[
                ProgressItem.done.add(set(numbers)),
                ProgressItem.expires_at.set(over_at(at)),
            ]
        )
        return len(item.done or ())

    def control(self, task: ChunkTask) -> Control:
        """Read submission, lease and the chunk's own commit in one request."""
        lease_key = LeaseItem.key_of(task.lane)
        keys = {
            "submission": (f"SUB#{task.submission}", "META"),
            "chunk": (f"SUB#{task.submission}", f"CHUNK#{task.number:05d}"),
            "lease": lease_key,
        }
        found = {
            (raw["pk"]["S"], raw["sk"]["S"]): dict(raw)
            for raw in batch_get(self._connection, WorkModel.Meta.table_name, keys.values())
        }
        if keys["submission"] not in found:
            raise UnknownSubmission(task.submission)
        lease = found.get(keys["lease"])
        return Control(
            submission=SubmissionItem.from_raw_data(found[keys["submission"]]).submission(),
            lease=LeaseItem.from_raw_data(lease).lease() if lease is not None else None,
            committed=keys["chunk"] in found,
        )

    def commit(self, submission_id: str, result: ChunkResult, *, act: Act, event: Event) -> None:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(
                    ChunkItem.of(submission_id, result, at=event.at),
                    condition=ChunkItem.pk.does_not_exist(),
                )
        except Unmet:
            return


def _before(submission: Submission) -> list[str]:
    """Return the states that the submission may have come from."""
    return [state.value for state, after in MOVES.items() if submission.state in after]
