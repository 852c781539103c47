"""The items of the work table that submissions and lanes are kept in."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from pynamodb.attributes import JSONAttribute, NumberAttribute, NumberSetAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.leases import Lane, Lease, Waiting
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.domain.records import Version
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import ChunkResult, Submission
from nbcredit.usecases.announcing import Announcement

_SUBMISSION = TypeAdapter(Submission)
_ANNOUNCEMENT = TypeAdapter(Announcement)
# As long as an upload's event could still come: queues keep a message for fourteen days.
_KEPT = timedelta(days=30)
# Three times as long as the rows themselves are kept: what is not settled by then never will be.
_LOADED = timedelta(days=180)


class SubmissionItem(WorkModel):
    """A submission; `state` and `fence` stand outside the body for the conditions."""

    state = UnicodeAttribute()
    fence = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, submission: Submission) -> "SubmissionItem":
        return cls(
            f"SUB#{submission.id}",
            "META",
            state=submission.state.value,
            fence=submission.fence,
            body=_SUBMISSION.dump_json(submission).decode(),
        )

    def submission(self) -> Submission:
        return _SUBMISSION.validate_json(self.body)


class ReportedItem(WorkModel):
    """An entry in a provider's list of submissions."""

    submission = UnicodeAttribute()

    @classmethod
    def of(cls, submission: Submission) -> "ReportedItem":
        return cls(
            f"PROVIDER#{submission.provider}",
            f"SUB#{utc_text(submission.reported_at)}#{submission.id}",
            submission=submission.id,
        )


class AnnouncedItem(WorkModel):
    """Who reports rows by a call, kept for whoever registers them; it goes by itself."""

    body = UnicodeAttribute()
    expires_at = NumberAttribute()

    @classmethod
    def of(cls, submission_id: str, announcement: Announcement) -> "AnnouncedItem":
        return cls(
            f"SUB#{submission_id}",
            "ANNOUNCED",
            body=_ANNOUNCEMENT.dump_json(announcement).decode(),
            expires_at=int((announcement.at + _KEPT).timestamp()),
        )

    def announcement(self) -> Announcement:
        return _ANNOUNCEMENT.validate_json(self.body)


class ChunkItem(WorkModel):
    """A committed chunk: how its rows ended."""

    outcomes = JSONAttribute()
    issue_counts = JSONAttribute()
    expires_at = NumberAttribute(null=True)

    @classmethod
    def of(cls, submission_id: str, result: ChunkResult, *, at: datetime) -> "ChunkItem":
        return cls(
            f"SUB#{submission_id}",
            f"CHUNK#{result.number:05d}",
            expires_at=over_at(at),
            outcomes={outcome.value: count for outcome, count in result.outcomes.items()},
            issue_counts=dict(result.issue_counts),
        )

    def result(self) -> ChunkResult:
        return ChunkResult(
            number=int(self.sk.removeprefix("CHUNK#")),
            outcomes={Outcome(name): count for name, count in self.outcomes.items()},
            issue_counts=self.issue_counts,
        )


class ProgressItem(WorkModel):
    """The numbers of the chunks that are in: a set, so that none counts twice."""

    done = NumberSetAttribute(null=True)
    expires_at = NumberAttribute(null=True)


def over_at(moment: datetime) -> int:
    """Return when nobody can need any more what was noted of a chunk then."""
    return int((moment + _LOADED).timestamp())


LANES = "LANES"
_FREE = utc_text(datetime(1970, 1, 1, tzinfo=UTC))


class LaneItem(WorkModel):
    """A lease or somebody waiting for it: both stand side by side in a lane."""

    holder = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)
    term = NumberAttribute(null=True)
    latest = UnicodeAttribute(null=True)
    submission = UnicodeAttribute(null=True)
    version = UnicodeAttribute(null=True)

    @property
    def lane(self) -> Lane:
        item, provider, _ = self.sk.split("#", 2)
        return Lane(item, provider)

    def lease(self) -> Lease:
        return Lease(
            lane=self.lane,
            holder=self.holder or "",
            until=from_utc_text(self.until),
            term=int(self.term),
            latest=Version.parse(self.latest) if self.latest else None,
        )

    def waiting(self) -> Waiting:
        return Waiting(
            lane=self.lane, submission=self.submission, version=Version.parse(self.version)
        )


class LeaseItem(LaneItem):
    """The lease of a lane; it stays when the lane is free, for its term and latest version."""

    @staticmethod
    def key_of(lane: Lane) -> tuple[str, str]:
        return LANES, f"{lane}#0HOLDER"

    @classmethod
    def of(cls, lease: Lease) -> "LeaseItem":
        return cls(
            *cls.key_of(lease.lane),
            holder=lease.holder,
            until=utc_text(lease.until),
            term=lease.term,
            latest=str(lease.latest) if lease.latest is not None else None,
        )

    @classmethod
    def release(cls, tx: TransactWrite, lane: Lane, *, holder: str) -> None:
        """Free the lane within a transaction, if that holder still has it.

        The condition is on the whole transaction: who lost the lane has to queue for it again.
        """
        tx.update(
            cls(*cls.key_of(lane)),
            actions=[cls.holder.set(""), cls.until.set(_FREE)],
            condition=cls.holder == holder,
        )


class WaitingItem(LaneItem):
    """A submission that waits for its lane."""

    @classmethod
    def of(cls, waiting: Waiting) -> "WaitingItem":
        # Several may wait with one version: decisions about rows of one file.
        own = waiting.submission == waiting.version.submission
        return cls(
            LANES,
            f"{waiting.lane}#1WAIT#{waiting.version}" + ("" if own else f"#{waiting.submission}"),
            submission=waiting.submission,
            version=str(waiting.version),
        )
