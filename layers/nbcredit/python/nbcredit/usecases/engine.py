"""The cleaning engine and the bucket of uploads, as use cases need them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from nbcredit.domain.catalogue import Item
from nbcredit.domain.cell_changes import ChangeCounts
from nbcredit.domain.issues import Issue, Place
from nbcredit.domain.rows import CleanedRow, Row
from nbcredit.domain.submissions import (
    FileFormat,
)


class Facts(Protocol):
    """What one pass over a file's bytes tells."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def format(self) -> FileFormat: ...
    @property
    def encoding(self) -> str: ...
    @property
    def issues(self) -> Sequence[Issue]:
        """Return why the file as a whole is refused; empty where it can be read."""
        ...


class Reading(Protocol):
    """A file whose header is understood."""

    @property
    def issues(self) -> Sequence[Issue]: ...
    @property
    def closing_issues(self) -> Sequence[Issue]:
        """Return the issues of the file that are known once all rows have been read."""
        ...

    @property
    def columns(self) -> Mapping[str, Place]: ...
    @property
    def changes(self) -> ChangeCounts:
        """Return what was changed so far in the rows that were not passed over."""
        ...

    def __iter__(self) -> Iterator[CleanedRow]: ...


class Engine(Protocol):
    """The cleaning engine, as receiving needs it."""

    def inspect(self, blocks: Iterable[bytes]) -> Facts: ...

    def read(
        self,
        blocks: Iterable[bytes],
        *,
        form: FileFormat,
        encoding: str,
        item: Item,
        others: Iterable[Item],
        today: date,
        skip_rows: int,
        known: Iterable[Row],
    ) -> Reading:
        """Read the header, or raise `FileRefused`.

        The first `skip_rows` rows are passed over; `known` are those of them that were accepted;
        `others` are the items that a file of the wrong one is recognised by.
        """
        ...


class Uploads(Protocol):
    """The bucket that providers upload to."""

    def blocks(self, key: str, version_id: str) -> Iterator[bytes]:
        """Yield the bytes of exactly that version; raise `FileGone` where it is not there."""
        ...
