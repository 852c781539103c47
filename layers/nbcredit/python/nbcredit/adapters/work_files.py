"""Chunks, issues, plans and receipts of submissions, and what later reports left standing."""

import csv
import heapq
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Final, Self

from nbcredit.adapters.issue_json import change_of, change_told, issue_of, issue_told
from nbcredit.adapters.plan_json import bytes_read, bytes_told, plan_of, plan_told
from nbcredit.adapters.s3 import WorkBucket
from nbcredit.domain.cell_changes import CellChange
from nbcredit.domain.issues import Issue
from nbcredit.domain.leases import Lane
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.domain.records import Version
from nbcredit.domain.rows import Row
from nbcredit.usecases.chunks import Claim, StillLoaded
from nbcredit.usecases.issue_lists import CHANGE_COLUMNS, IssueList, change_cells
from nbcredit.usecases.plans import Change, Plan
from nbcredit.usecases.ports import IdFactory

_SPOOL: Final = 4 << 20
# The bucket's lifecycle ends what carries this tag.
_SHORT_LIVED: Final = "keep=60-days"


class SubmissionFiles:
    """The intermediate files of submissions in the work bucket."""

    def __init__(self, bucket: WorkBucket) -> None:
        self._bucket = bucket

    def write_chunk(self, submission_id: str, number: int, rows: Sequence[Row]) -> None:
        body = "\n".join(f"[{row.number},{row.spelled}]" for row in rows)
        self._bucket.put(_chunk_key(submission_id, number), body.encode(), tag=_SHORT_LIVED)

    def read_chunk(self, submission_id: str, number: int) -> list[Row]:
        return self._rows(_chunk_key(submission_id, number))

    def _rows(self, key: str) -> list[Row]:
        rows = []
        for line in self._bucket.lines(key):
            row_number, values = json.loads(line)
            rows.append(Row.of(row_number, values))
        return rows

    def write_held(self, submission_id: str, number: int, rows: Sequence[Row]) -> None:
        # Without the tag: a case may wait for longer than its chunk is kept.
        body = "\n".join(f"[{row.number},{row.spelled}]" for row in rows)
        self._bucket.put(_held_key(submission_id, number), body.encode())

    def read_held(self, submission_id: str, number: int) -> list[Row]:
        return self._rows(_held_key(submission_id, number))

    def write_issues(
        self, submission_id: str, part: str, issues: Sequence[Issue], *, again: bool
    ) -> None:
        if issues or again:
            body = "\n".join(_json(issue_told(issue)) for issue in issues)
            self._bucket.put(f"submissions/{submission_id}/issues/{part}.ndjson", body.encode())

    def write_refusal(self, submission_id: str, issues: Sequence[Issue]) -> None:
        body = "\n".join(_json(issue_told(issue)) for issue in issues)
        self._bucket.put(f"submissions/{submission_id}/issues/refusal.ndjson", body.encode())

    def read_issues(self, submission_id: str) -> Iterator[Issue]:
        stem = f"submissions/{submission_id}/issues/"
        refusal = list(self._parts(f"{stem}refusal"))
        if refusal:
            return iter(refusal)
        return heapq.merge(
            self._parts(f"{stem}read-"), self._parts(f"{stem}load-"), key=lambda issue: issue.row
        )

    def _parts(self, prefix: str) -> Iterator[Issue]:
        for key in self._bucket.keys(prefix):
            for line in self._bucket.lines(key):
                yield issue_of(json.loads(line))

    def write_changes(
        self, submission_id: str, part: str, changes: Sequence[CellChange], *, again: bool
    ) -> None:
        if changes or again:
            body = "\n".join(_json(change_told(change)) for change in changes)
            self._bucket.put(f"submissions/{submission_id}/changes/{part}.ndjson", body.encode())

    def write_issue_list(self, submission_id: str) -> None:
        with TemporaryFile() as scratch, _Spreadsheet() as sheet:
            issues = IssueList(scratch)
            issues.add(self.read_issues(submission_id))
            issues.write(sheet.text)
            self._put_list(sheet, _list_key(submission_id))

    def write_change_list(self, submission_id: str) -> None:
        keys = list(self._bucket.keys(f"submissions/{submission_id}/changes/"))
        if not keys:
            return
        with _Spreadsheet() as sheet:
            lines = csv.writer(sheet.text)
            lines.writerow(CHANGE_COLUMNS)
            for key in keys:
                for line in self._bucket.lines(key):
                    lines.writerow(change_cells(change_of(json.loads(line))))
            self._put_list(sheet, _change_list_key(submission_id))

    def _put_list(self, sheet: "_Spreadsheet", key: str) -> None:
        self._bucket.put_file(key, sheet.bytes(), content_type="text/csv; charset=utf-8")

    def write_receipt(self, submission_id: str, receipt: Mapping[str, object]) -> None:
        body = json.dumps(receipt, ensure_ascii=False, indent=1).encode()
        self._bucket.put(f"submissions/{submission_id}/receipt.json", body)

    def issue_list_address(self, submission_id: str) -> str | None:
        return self._address(_list_key(submission_id), f"issues-{submission_id}.csv")

    def change_list_address(self, submission_id: str) -> str | None:
        return self._address(_change_list_key(submission_id), f"changes-{submission_id}.csv")

    def _address(self, key: str, file_name: str) -> str | None:
        if key not in self._bucket.keys(key):
            return None
        return self._bucket.address(key, file_name=file_name)


class _Spreadsheet:
    """A CSV file with a byte order mark, so that Excel shows Chinese."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 -- closed by __exit__
        self.text = io.TextIOWrapper(self._file, "utf-8-sig", newline="")

    def bytes(self) -> IO[bytes]:
        self.text.flush()
        self._file.seek(0)
        return self._file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.text.close()


class Plans:
    """Plans by submission, chunk and term; the first of a term stands."""

    def __init__(self, bucket: WorkBucket) -> None:
        self._bucket = bucket

    def latest(self, submission_id: str, number: int) -> Plan | None:
        keys = list(self._bucket.keys(_plans_prefix(submission_id, number)))
        return self._read(keys[-1]) if keys else None

    def keep(self, submission_id: str, number: int, plan: Plan) -> Plan:
        key = _plan_key(submission_id, number, plan.term)
        body = json.dumps(plan_told(plan), ensure_ascii=False, default=bytes_told).encode()
        if not self._bucket.put_new(key, body, tag=_SHORT_LIVED):
            plan = self._read(key) or plan
        # Beside the plan, which is a thousand times larger than what its followers need.
        changes = [[each.record, each.version, each.region] for each in plan.changes]
        key = _changes_key(submission_id, number, plan.term)
        self._bucket.put(key, _json(changes).encode(), tag=_SHORT_LIVED)
        return plan

    def changes(self, submission_id: str, number: int, *, term: int) -> Sequence[Change]:
        body = self._bucket.get(_changes_key(submission_id, number, term))
        if body is not None:
            return [Change(*each) for each in json.loads(body)]
        # Whoever kept the plan died before it wrote them beside it.
        plan = self._read(_plan_key(submission_id, number, term))
        return plan.changes if plan is not None else []

    def _read(self, key: str) -> Plan | None:
        body = self._bucket.get(key)
        return None if body is None else plan_of(json.loads(body, object_hook=bytes_read))


class ChunkClaims:
    """Claims on chunks: who writes the next object of a chunk first has it until it runs out."""

    def __init__(self, bucket: WorkBucket, ids: IdFactory) -> None:
        self._bucket = bucket
        self._ids = ids

    def take(self, submission_id: str, number: int, *, now: datetime, until: datetime) -> Claim:
        prefix = f"submissions/{submission_id}/claims/{number:05d}/"
        earlier = list(self._bucket.keys(prefix))
        if earlier:
            left = _seconds_left(self._bucket.get(earlier[-1]), now)
            if left > 0:
                raise StillLoaded(submission_id, number, retry_after=left)
        claim = Claim(f"{prefix}{len(earlier):05d}")
        body = f"{utc_text(until)} {self._ids.new()}".encode()
        wrote = self._bucket.put_new(claim.place, body, tag=_SHORT_LIVED)
        # The first answer may have got lost: then the object that is in the way is our own.
        if not wrote and self._bucket.get(claim.place) != body:
            left = (until - now).total_seconds()
            raise StillLoaded(submission_id, number, retry_after=left)
        return claim

    def release(self, claim: Claim) -> None:
        self._bucket.put(claim.place, b"", content_type="text/plain", tag=_SHORT_LIVED)


def _seconds_left(told: bytes | None, now: datetime) -> float:
    if not told:
        return 0.0
    until, _, _ = told.decode().partition(" ")
    return (from_utc_text(until) - now).total_seconds()


class StandingRecords:
    """What later reports found unchanged: one small object a chunk, by lane and version."""

    def __init__(self, bucket: WorkBucket) -> None:
        self._bucket = bucket

    def write(self, lane: Lane, version: Version, part: str, keys: Sequence[str]) -> None:
        key = f"{_standing_prefix(lane)}{version}/{part}"
        self._bucket.put(key, "\n".join(keys).encode(), content_type="text/plain")

    def later_than(self, lane: Lane, version: Version) -> dict[str, Version]:
        prefix = _standing_prefix(lane)
        found: dict[str, Version] = {}
        # "~" comes after every character of a key, so that the version's own objects are passed.
        for key in self._bucket.keys(prefix, after=f"{prefix}{version}/~"):
            later = Version.parse(key.removeprefix(prefix).rpartition("/")[0])
            for line in self._bucket.lines(key):
                record = line.decode()
                found[record] = max(found.get(record, later), later)
        return found


def _json(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def _chunk_key(submission_id: str, number: int) -> str:
    return f"submissions/{submission_id}/chunks/{number:05d}.ndjson"


def _held_key(submission_id: str, number: int) -> str:
    return f"submissions/{submission_id}/held/{number:05d}.ndjson"


def _plans_prefix(submission_id: str, number: int) -> str:
    return f"submissions/{submission_id}/plans/{number:05d}/"


def _plan_key(submission_id: str, number: int, term: int) -> str:
    return f"{_plans_prefix(submission_id, number)}{term:05d}.json"


def _changes_key(submission_id: str, number: int, term: int) -> str:
    return f"submissions/{submission_id}/plans/{number:05d}.changes/{term:05d}.json"


def _list_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/issues.csv"


def _standing_prefix(lane: Lane) -> str:
    return f"affirmed/{lane.item}/{lane.provider}/"


def _change_list_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/changes.csv"
