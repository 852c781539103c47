"""Files kept as they are: uploaded with a form, told by content, served as a download (F44, F46).

They lie under prefixes of the files bucket that nothing is read from.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.attachments import (
    LARGEST,
    Attachment,
    AttachmentRefused,
    AttachmentTooLarge,
    kind_of,
)
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.uploads import PreparedUpload
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.uploads import FileTold, PreparedForm, PreparedUploads, Preparing


class NoSuchAttachment(BadRequest):
    """Nothing was uploaded with the form."""

    code = "no-such-attachment"

    def __init__(self) -> None:
        super().__init__("没有找到已上传的附件：请先取得上传表单并上传附件，再提交。")


class AttachmentBucket(Protocol):
    """The bucket that attachments are uploaded to."""

    def newest(self, key: str, *, limit: int) -> tuple[str, bytes] | None:
        """Return version and bytes of an object, of which at most `limit` are read."""
        ...

    def download(self, key: str, version: str, *, name: str) -> str:
        """Return an address that serves that version under its name, never in the browser."""
        ...


@dataclass(frozen=True, slots=True)
class Attachments:
    """The attachments under one prefix, each in its owner's folder under its form's number."""

    prefix: str
    bucket: AttachmentBucket
    prepared: PreparedUploads
    preparing: Preparing
    clock: Clock
    ids: IdFactory

    def prepare(self, owner: str, file: FileTold, *, by: Actor) -> PreparedForm:
        """Return the form for a file; whoever asks has made sure that it may be."""
        if file.size > LARGEST:
            raise AttachmentTooLarge
        number = self.ids.new()
        key = self._key(owner, number)
        return self.preparing.form_for(key, file, number=number, at=self.clock.now(), by=by)

    def put(self, prepared: PreparedForm, content: bytes) -> None:
        """Put a file where its form would have put it."""
        self.preparing.bucket.put(prepared.upload.key, content)

    def uploaded(self, owner: str, number: str) -> Attachment:
        """Return what came with a form of the owner, or say why it is not kept."""
        told = self.prepared.get(number)
        if told is None or told.key != self._key(owner, told.id):
            raise NoSuchAttachment
        found = self.bucket.newest(told.key, limit=LARGEST + 1)
        if found is None:
            raise NoSuchAttachment
        version, content = found
        return _checked(told, version, content)

    def address(self, file: Attachment) -> str:
        return self.bucket.download(file.key, file.version, name=file.name)

    def _key(self, owner: str, number: str) -> str:
        return f"{self.prefix}/{owner}/{number}"


def _checked(told: PreparedUpload, version: str, content: bytes) -> Attachment:
    sha256 = hashlib.sha256(content).hexdigest()
    if len(content) > LARGEST:
        raise AttachmentTooLarge
    if not told.fits(size=len(content), sha256=sha256):
        raise AttachmentRefused("与上传前说明的大小或内容不同")
    return Attachment(
        key=told.key,
        version=version,
        name=told.name,
        size=len(content),
        sha256=sha256,
        kind=kind_of(content),
    )
