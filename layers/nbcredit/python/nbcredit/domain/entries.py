"""Rows that no file brings: small batches of a call, decided rows, withdrawals (A7.1, A7.3)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.issues import Place
from nbcredit.domain.records import Version
from nbcredit.domain.reserved import CORRECTS
from nbcredit.domain.rows import Row
from nbcredit.domain.submissions import Books, Kind, State, StoredFile, Submission, submission_id
from nbcredit.domain.upload_keys import UploadKey, api_name

# A call is answered within the call: more rows than these are a file.
BATCH_ROWS: Final = 100

Value = str | int | float | bool | Sequence[str] | None


class UnspeakableRows(BadRequest):
    """The rows hold half a character, which no text can be made of."""

    code = "unspeakable-rows"

    def __init__(self) -> None:
        super().__init__("行中有不完整的字符（单独的代理码位）：请检查数据后重新报送。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A few rows reported by a call, as JSON objects under the names a file's header has."""

    provider: str
    item: str
    period: str
    rows: Sequence[Mapping[str, Value]]
    by: Actor

    @property
    def body(self) -> bytes:
        """Return the rows as the file they stand for: equal rows are equal bytes."""
        lines = (
            json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            for row in self.rows
        )
        try:
            return "".join(f"{line}\n" for line in lines).encode()
        except UnicodeEncodeError as error:
            raise UnspeakableRows from error

    def place(self, sha256: str) -> UploadKey:
        return UploadKey(self.provider, self.item, self.period, api_name(sha256))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Clean rows that enter the lane without being read; equal entries are one submission.

    `token` tells entries of equal rows apart; `counts_as` is the version they have instead of
    their own; `columns` are where the rows' issues stand, `about` is what the trail
    names beside the submission.
    """

    kind: Kind
    token: str
    provider: str
    item: str
    period: str
    catalogue: str
    rows: Sequence[Row]
    by: Actor
    at: datetime
    follows: str = ""
    counts_as: Version | None = None
    file: StoredFile | None = None
    columns: Mapping[str, Place] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    @classmethod
    def decided(
        cls, original: Submission, rows: Sequence[Row], *, token: str, by: Actor, at: datetime
    ) -> "Entry":
        """Return rows of a submission that were held: they count as it, whenever it is decided.

        A row that names a record to be corrected still does, if its mark comes with it.
        """
        return cls(
            kind=Kind.DECISION,
            token=token,
            provider=original.provider,
            item=original.item,
            period=original.period,
            catalogue=original.catalogue,
            rows=rows,
            by=by,
            at=at,
            follows=original.id,
            counts_as=original.version,
            file=original.file,
            columns=original.columns,
        )

    @property
    def submission(self) -> Submission:
        """Return the submission as it is registered: it waits for its lane."""
        corrections = sum(CORRECTS in row.values for row in self.rows)
        rows = (f"{row.number} {row.spelled}" for row in self.rows)
        text = "\n".join((self.kind, self.follows, self.token, *rows))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        identity = submission_id(
            provider=self.provider, item=self.item, period=self.period, sha256=sha256
        )
        return Submission(
            id=identity,
            kind=self.kind,
            follows=self.follows,
            counts_as=self.counts_as,
            provider=self.provider,
            item=self.item,
            period=self.period,
            file=self.file or StoredFile(key="", version_id="", name="", size=0, sha256=sha256),
            reported_at=self.at,
            reported_by=self.by,
            catalogue=self.catalogue,
            state=State.WAITING,
            claimed_until=self.at,
            books=Books(rows=len(self.rows)),
            chunks=2 if corrections else 1,
            corrections={0: corrections} if corrections else {},
            columns=self.columns,
        )
