"""A file on its way to the platform: its hash, its key, its submission."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.progress import Progress

from nbcredit.cleaning.sniffing import WORKBOOK
from nbcredit.command.calls import Client
from nbcredit.command.desk import on_terminal
from nbcredit.command.forms import post
from nbcredit.command.recognition import oddity_of, rows_of, rows_of_workbook
from nbcredit.domain.errors import NotFound
from nbcredit.domain.issues import Issue
from nbcredit.domain.periods import Period
from nbcredit.domain.submissions import FileRefused, submission_id
from nbcredit.wire.catalogue import ItemView
from nbcredit.wire.uploads import FileBody, FormView, PrepareUpload

_BLOCK: Final = 1 << 20
_PURPOSE: Final = "信用信息报送"


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

    @property
    def told(self) -> FileBody:
        """What the platform is told of it: with the hash, the bucket takes no other bytes."""
        return FileBody(name=self.path.name, size=self.size, sha256=self.sha256.hex())


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


def put(client: Client, delivery: Delivery) -> None:
    """Upload the file with a form of the platform; no rights of one's own on the bucket needed."""
    file = delivery.file
    send(
        file,
        client.call(
            PrepareUpload(
                caller=client.caller,
                purpose=_PURPOSE,
                provider=delivery.provider,
                item=delivery.item.code,
                period=str(delivery.period),
                file=file.told,
            )
        ),
    )


def send(file: LocalFile, form: Mapping[str, Any]) -> None:
    """Post a file with its form; a bar on a terminal shows how far it is."""
    with (
        Progress(transient=True, disable=not on_terminal()) as progress,
        progress.open(file.path, "rb", description="上传") as stream,
    ):
        post(FormView.model_validate(form), stream, size=file.size)
