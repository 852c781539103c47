"""Calls about uploads by form."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Base64Bytes, Field

from nbcredit.usecases.uploads import Delivered, FileTold, PreparedForm
from nbcredit.wire.base import Code, PeriodText, Wire
from nbcredit.wire.calls import Call

# As its owner named it, however hostile: it is data and never a path.
FileName = Annotated[str, Field(min_length=1, max_length=1000)]
Sha256 = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class FileBody(Wire):
    """A file that will be uploaded; with its hash no other bytes are taken."""

    name: FileName
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256 = ""

    @property
    def told(self) -> FileTold:
        return FileTold(name=self.name, size=self.size, sha256=self.sha256)


class PrepareUpload(Call):
    """Ask for a form to upload one file with: its key is the platform's, its name is kept."""

    call: Literal["prepare-upload"] = "prepare-upload"
    provider: Code
    item: Code
    period: PeriodText
    file: FileBody


class ShowUploadPlace(Call):
    """Ask where forms are posted to, which the policy of a page has to name."""

    call: Literal["show-upload-place"] = "show-upload-place"


class UploadPlace(Wire):
    """The address, and how large a file may be."""

    url: str
    largest: int


class DeliverFile(Call):
    """Report a small file in the call itself: the platform puts it where files arrive."""

    call: Literal["deliver-file"] = "deliver-file"
    provider: Code
    item: Code
    period: PeriodText
    name: FileName
    content: Base64Bytes


class DeliveredView(Wire):
    """The file is there; `submission` is the one that its reading makes."""

    submission: str
    upload: str


class FormView(Wire):
    """A form: post its fields as they are, then the file as the last field, named `file`."""

    upload: str
    url: str
    fields: dict[str, str]
    key: str
    expires_at: datetime


def form_view(prepared: PreparedForm) -> FormView:
    return FormView(
        upload=prepared.upload.id,
        url=prepared.form.url,
        fields=dict(prepared.form.fields),
        key=prepared.upload.key,
        expires_at=prepared.upload.expires_at,
    )


def delivered_view(delivered: Delivered) -> DeliveredView:
    return DeliveredView(submission=delivered.submission, upload=delivered.upload.id)
