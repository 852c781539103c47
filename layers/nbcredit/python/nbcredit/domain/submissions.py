"""Submissions: one delivery of one item for one period by one provider (A5, A7, A8)."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.cell_changes import ChangeCounts
from nbcredit.domain.errors import BadRequest, Conflict, NotFound
from nbcredit.domain.issues import Issue, Place
from nbcredit.domain.leases import Lane
from nbcredit.domain.periods import Period, business_date, from_utc_text, is_backfill, utc_text
from nbcredit.domain.records import Version
from nbcredit.domain.rows import Outcome
from nbcredit.domain.working_days import DueDate

# 10^6 rows of the widest item are some 700 MB.
MAX_BYTES: Final = 1_000_000_000


class State(StrEnum):
    """Where a submission stands."""

    READING = "reading"
    WAITING = "waiting"
    LOADING = "loading"
    SETTLED = "settled"
    REFUSED = "refused"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.READING: frozenset({State.WAITING, State.REFUSED}),
    State.WAITING: frozenset({State.LOADING}),
    # Back to waiting where the lease ran out before the last chunk was in.
    State.LOADING: frozenset({State.SETTLED, State.WAITING}),
    State.SETTLED: frozenset(),
    # Nothing of a refused file was stored: the same bytes may be right under a later catalogue.
    State.REFUSED: frozenset({State.READING}),
}

ENDED: Final = frozenset({State.SETTLED, State.REFUSED})


class Kind(StrEnum):
    """How a submission came: only files and calls are reports of their period."""

    FILE = "file"
    API = "api"
    DECISION = "decision"
    WITHDRAWAL = "withdrawal"


REPORTS: Final = frozenset({Kind.FILE, Kind.API})


class FileFormat(StrEnum):
    """How the records of a file are written, told by its content."""

    CSV = "csv"
    TSV = "tsv"
    JSON_LINES = "json-lines"
    WORKBOOK = "workbook"


class FileRefused(BadRequest):
    """A file is wrong as a whole; the issues say where and why (A8.5)."""

    code = "file-refused"

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("；".join(issue.message for issue in issues))
        self.issues = tuple(issues)


class FileGone(NotFound):
    """The object that was announced is not there, or not yet (F05)."""

    code = "file-gone"

    def __init__(self, key: str) -> None:
        super().__init__("上传的文件不存在。")
        self.key = key


class UnknownSubmission(NotFound):
    """No submission has this id."""

    code = "unknown-submission"

    def __init__(self, submission_id: str) -> None:
        super().__init__(
            f"没有批次 {submission_id}：批次编号见 upload 的输出，或用 nbcredit status 查看。"
        )
        self.submission_id = submission_id


class StaleSubmission(Conflict):
    """Somebody else has changed or claimed the submission meanwhile."""

    code = "stale-submission"

    def __init__(self, submission_id: str) -> None:
        super().__init__(f"批次 {submission_id} 已由另一进程处理。")
        self.submission_id = submission_id


class BooksDoNotBalance(Conflict):
    """The rows read are not the sum of how they ended: the submission is not done."""

    code = "books-do-not-balance"

    def __init__(self, submission_id: str, books: "Books") -> None:
        super().__init__(
            f"批次 {submission_id} 账目不平：读取 {books.rows} 行，各结果合计 {books.total} 行。"
        )
        self.books = books


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """How the rows read ended; the law is that the sum is the rows read (A8.5)."""

    rows: int
    by_outcome: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def balanced(self) -> bool:
        return self.rows == self.total

    def __getitem__(self, outcome: Outcome) -> int:
        return self.by_outcome.get(outcome, 0)

    def plus(self, others: Iterable[Mapping[Outcome, int]]) -> Self:
        """Return the books with the outcomes of more chunks added; rows read stay as they are."""
        counts = dict(self.by_outcome)
        for other in others:
            for outcome, count in other.items():
                counts[outcome] = counts.get(outcome, 0) + count
        return replace(self, by_outcome=counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """The exact version of the object that a submission was made from (A5.3)."""

    key: str
    version_id: str
    name: str
    size: int
    sha256: str
    format: FileFormat = FileFormat.CSV
    encoding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submission; `fence` grows with every claim, so that a late worker is recognised.

    What `follows` another submission carries rows of it that were decided later: they count as
    what they were reported with, so that no moment of a decision ever decides what wins.

    `corrections` counts the rows that name a record which they correct, by the chunk they stand in.

    `due` is until when the centre stores it, `duty` the period whose duty of reporting it
    discharges, empty where it discharges none.
    """

    id: str
    provider: str
    item: str
    period: str
    file: StoredFile
    reported_at: datetime
    reported_by: Actor
    catalogue: str
    state: State = State.READING
    fence: int = 1
    claimed_until: datetime
    books: Books = field(default_factory=lambda: Books(rows=0))
    chunks: int = 0
    issue_counts: Mapping[str, int] = field(default_factory=dict)
    changes: ChangeCounts = field(default_factory=dict)
    columns: Mapping[str, Place] = field(default_factory=dict)
    reason: str = ""
    settled_at: datetime | None = None
    kind: Kind = Kind.FILE
    follows: str = ""
    counts_as: Version | None = None
    corrections: Mapping[int, int] = field(default_factory=dict)
    due: DueDate | None = None
    duty: str = ""

    @property
    def lane(self) -> Lane:
        return Lane(self.item, self.provider)

    @property
    def backfill(self) -> bool:
        """Whether it reports history: what is due now goes before it (F21)."""
        return is_backfill(self.period, reported_at=self.reported_at)

    @property
    def issues(self) -> int:
        return sum(self.issue_counts.values())

    @property
    def version(self) -> Version:
        """What decides between two reports of one record (A7.3)."""
        reported = Version(
            correction=0,
            period=self.period,
            reported_at=utc_text(self.reported_at),
            submission=self.id,
        )
        return self.counts_as or (corrected(reported) if self.kind is Kind.WITHDRAWAL else reported)

    @property
    def correcting_chunk(self) -> int | None:
        """Return the number of the last chunk, where it has the rows that name a record.

        They may touch any record of the lane, so that they come when all others are in.
        """
        return self.chunks - 1 if self.corrections else None

    def in_correcting_chunk(self) -> "Submission":
        """Return the submission as it counts for rows that name a record."""
        return replace(self, counts_as=corrected(self.version))

    def to(self, state: State) -> Self:
        """Return the submission in another state, or raise `StaleSubmission`."""
        if state not in MOVES[self.state]:
            raise StaleSubmission(self.id)
        return replace(self, state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkResult:
    """How the rows of one chunk ended."""

    number: int
    outcomes: Mapping[Outcome, int]
    issue_counts: Mapping[str, int]


def merged_counts(*counts: Mapping[str, int]) -> dict[str, int]:
    """Add up counts by their keys."""
    total: dict[str, int] = {}
    for each in counts:
        for key, count in each.items():
            total[key] = total.get(key, 0) + count
    return total


def corrected(version: Version) -> Version:
    """Return what a row counts as that names the record it is about (A7.3)."""
    reported = Period.of(business_date(from_utc_text(version.reported_at)))
    return version._replace(correction=1, period=str(reported))


def submission_id(*, provider: str, item: str, period: str, sha256: str) -> str:
    """Return the id of a delivery: the same bytes for the same duty are one submission."""
    text = "\n".join((provider, item, period, sha256))
    return b32encode(hashlib.sha256(text.encode()).digest()[:15]).decode()


def period_of(text: str, *, reported: Period) -> Period:
    """Return the period, which may not lie after the month of the report."""
    period = Period.parse(text)
    if period > reported:
        raise FuturePeriod(period, reported)
    return period


class FuturePeriod(BadRequest):
    """The period has not begun yet."""

    code = "future-period"

    def __init__(self, period: Period, reported: Period) -> None:
        super().__init__(f"报送期 {period} 还没有到（本月是 {reported}）：请检查报送期。")
        self.period = period
