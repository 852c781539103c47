"""A file on its way to the platform: its hash, its key, its submission."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.progress import Progress

from nbcredit.cleaning.sniffing import WORKBOOK
from nbcredit.command.desk import Platform, on_terminal
from nbcredit.command.recognition import oddity_of, rows_of, rows_of_workbook
from nbcredit.domain.errors import NotFound
from nbcredit.domain.issues import Issue
from nbcredit.domain.periods import Period
from nbcredit.domain.submissions import FileRefused, UploadKey, submission_id
from nbcredit.wire.calls import ItemView

_BLOCK: Final = 1 << 20
_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[^\w.\-（）()〔〕]+")


class NoSuchFile(NotFound):
    """There is no file at the path."""

    code = "no-such-file"

    def __init__(self, path: Path) -> None:
        super().__init__(f"没有文件 {path}：请检查文件名和所在文件夹。")


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine, read once: its hash makes the submission's id."""

    path: Path
    size: int
    sha256: bytes
    rows: Sequence[tuple[str, ...]]
    oddity: Issue | None

    @classmethod
    def read(cls, path: Path) -> "LocalFile":
        if not path.is_file():
            raise NoSuchFile(path)
        digest, size, first = hashlib.sha256(), 0, b""
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                first = first or block
                digest.update(block)
                size += len(block)
        rows, oddity = _first_rows(path, first)
        return cls(path, size, digest.digest(), rows, oddity)


def _first_rows(path: Path, start: bytes) -> tuple[Sequence[tuple[str, ...]], Issue | None]:
    """Return the first rows, and what is wrong where the file is no table."""
    if not start.startswith(WORKBOOK):
        return rows_of(start), oddity_of(start)
    try:
        with path.open("rb") as file:
            return rows_of_workbook(file), None
    except FileRefused as refusal:
        return (), refusal.issues[0]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file with the duty it fulfils."""

    file: LocalFile
    item: ItemView
    provider: str
    period: Period

    @property
    def submission(self) -> str:
        return submission_id(
            provider=self.provider,
            item=self.item.code,
            period=str(self.period),
            sha256=self.file.sha256.hex(),
        )

    @property
    def key(self) -> str:
        name = key_name(self.file.path.name)
        return str(UploadKey(self.provider, self.item.code, str(self.period), name))


def put(platform: Platform, delivery: Delivery) -> None:
    """Upload the file; a bar on a terminal shows how far it is."""
    file = delivery.file
    with (
        Progress(transient=True, disable=not on_terminal()) as progress,
        progress.open(file.path, "rb", description="上传") as stream,
    ):
        platform.s3.put_object(
            Bucket=platform.connection.output("FilesBucket"),
            Key=delivery.key,
            Body=stream,
            ContentLength=file.size,
            # S3 refuses bytes other than those the submission's id was computed from.
            ChecksumSHA256=b64encode(file.sha256).decode(),
        )


def key_name(name: str) -> str:
    """Return the file's name as the last part of an object key; it is data and never a path."""
    safe = _UNSAFE.sub("_", name).strip("._") or "file"
    if len(safe) <= _LONGEST_NAME:
        return safe
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending) > len("jsonl"):
        return safe[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
