"""The papers of feedback in the work bucket: workbook, CSV of the rest, rows, and the receipt."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from nbcredit.adapters.s3 import WorkBucket
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.usecases.feedback_store import RowsOf

_SPOOL: Final = 8 << 20
# They quote rows as they were written: the bucket's lifecycle ends what carries this tag.
_SHORT_LIVED: Final = "keep=60-days"
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV: Final = "text/csv; charset=utf-8"
_PAGE: Final = "text/html; charset=utf-8"


class WorkFeedbackFiles:
    """Files of feedback in the work bucket."""

    def __init__(self, bucket: WorkBucket) -> None:
        self._bucket = bucket

    @contextmanager
    def book(self, submission_id: str) -> Iterator[IO[bytes]]:
        with SpooledTemporaryFile(max_size=_SPOOL) as file:
            yield file
            file.seek(0)
            key = _book_key(submission_id)
            self._bucket.put_file(key, file, content_type=_WORKBOOK, tag=_SHORT_LIVED)

    @contextmanager
    def rest(self, submission_id: str) -> Iterator[IO[str]]:
        with SpooledTemporaryFile(max_size=_SPOOL) as file:
            text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
            yield text
            # The upload closes what it reads; the text must not be flushed into that.
            text.detach()
            file.seek(0)
            key = _rest_key(submission_id)
            self._bucket.put_file(key, file, content_type=_CSV, tag=_SHORT_LIVED)

    def write_rows(self, submission_id: str, rows: RowsOf) -> None:
        told = {
            "rejected": sorted(rows.rejected),
            "held": sorted(rows.held),
            "carried": {str(row): str(earlier) for row, earlier in sorted(rows.carried.items())},
            "held_again": sorted(rows.held_again),
            "corrected": {
                feedback: sorted(by_row.items()) for feedback, by_row in rows.corrected.items()
            },
            "strays": rows.strays,
        }
        body = json.dumps(told, separators=(",", ":")).encode()
        self._bucket.put(_rows_key(submission_id), body)

    def read_rows(self, submission_id: str) -> RowsOf | None:
        body = self._bucket.get(_rows_key(submission_id))
        if body is None:
            return None
        told = json.loads(body)
        carried = {int(row): FeedbackRow.read(text) for row, text in told["carried"].items()}
        return RowsOf(
            rejected=frozenset(told["rejected"]),
            held=frozenset(told["held"]),
            carried={row: earlier for row, earlier in carried.items() if earlier is not None},
            held_again=frozenset(told["held_again"]),
            corrected={feedback: dict(by_row) for feedback, by_row in told["corrected"].items()},
            strays=tuple(told["strays"]),
        )

    def write_marks(self, submission_id: str, marks: Mapping[str, Sequence[int]]) -> None:
        body = json.dumps(marks, separators=(",", ":")).encode()
        self._bucket.put(_marks_key(submission_id), body, tag=_SHORT_LIVED)

    def read_marks(self, submission_id: str) -> Mapping[str, Sequence[int]]:
        body = self._bucket.get(_marks_key(submission_id))
        return {} if body is None else dict(json.loads(body))

    def write_paper(self, submission_id: str, paper: str) -> None:
        body = paper.encode("utf-8", "replace")
        self._bucket.put(_paper_key(submission_id), body, content_type=_PAGE)

    def has_paper(self, submission_id: str) -> bool:
        return self._has(_paper_key(submission_id))

    def book_address(self, submission_id: str, *, name: str) -> str | None:
        return self._address(_book_key(submission_id), name)

    def rest_address(self, submission_id: str, *, name: str) -> str | None:
        return self._address(_rest_key(submission_id), name)

    def paper_address(self, submission_id: str, *, name: str) -> str | None:
        return self._address(_paper_key(submission_id), name)

    def _address(self, key: str, name: str) -> str | None:
        return self._bucket.address(key, file_name=name) if self._has(key) else None

    def _has(self, key: str) -> bool:
        return key in self._bucket.keys(key)


def _book_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/feedback/book.xlsx"


def _rest_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/feedback/rest.csv"


def _rows_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/feedback/rows.json"


def _marks_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/feedback/marks.json"


def _paper_key(submission_id: str) -> str:
    return f"submissions/{submission_id}/receipt.html"
