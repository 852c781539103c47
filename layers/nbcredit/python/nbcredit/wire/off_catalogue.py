"""Calls about off-catalogue information (A5.2)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import Base64Bytes, Field

from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.domain.identifiers import is_resident_id, masked
from nbcredit.domain.off_catalogue import Information, Named, State
from nbcredit.domain.subjects import SubjectKind
from nbcredit.usecases.off_catalogue import Shown
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.records import Asked
from nbcredit.wire.uploads import FileBody, FileName

STATES: Final[Mapping[State, str]] = {
    State.KEPT: "已留存，未公开未共享",
    State.COVERED: "已纳入目录，请按目录项报送",
    State.CLOSED: "已按目录项报送，办结",
}

Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,63}\.[A-Z2-7]{16}$")]
Line = Annotated[str, Field(min_length=2, max_length=200)]
Text = Annotated[str, Field(min_length=2, max_length=4000)]


class SubjectBody(Wire):
    """A subject that the information names, by credit code or by document."""

    credit_code: Asked | None = None
    document_type: Asked = RESIDENT_ID
    document_number: Asked | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)]


class PrepareAttachment(Call):
    """Ask for a form to upload the file with; it is kept as it is."""

    call: Literal["prepare-off-catalogue-file"] = "prepare-off-catalogue-file"
    provider: Code
    file: FileBody


class DeliverAttachment(Call):
    """Hand over a small file in the call itself; its number is named as `upload`."""

    call: Literal["deliver-off-catalogue-file"] = "deliver-off-catalogue-file"
    provider: Code
    name: FileName
    content: Base64Bytes


class DeliveredAttachmentView(Wire):
    """The number of a file that is there."""

    upload: str


class ReportOffCatalogue(Call):
    """Report information outside the catalogue; `upload` is the number of the file's form."""

    call: Literal["report-off-catalogue"] = "report-off-catalogue"
    provider: Code
    title: Line
    legal_basis: Text
    description: Text
    subjects: Annotated[tuple[SubjectBody, ...], Field(max_length=100)] = ()
    upload: Annotated[str, Field(max_length=26)] = ""


class ListOffCatalogue(Call):
    """Ask for the information of a provider, or for all that the caller may see."""

    call: Literal["list-off-catalogue"] = "list-off-catalogue"
    provider: Code | None = None


class ShowOffCatalogue(Call):
    """Ask for one piece with its subjects and its file."""

    call: Literal["show-off-catalogue"] = "show-off-catalogue"
    information: Id


class CoverOffCatalogue(Call):
    """Say which item covers a piece; the catalogue in force where no version is named."""

    call: Literal["cover-off-catalogue"] = "cover-off-catalogue"
    information: Id
    item: Code
    version: Annotated[str, Field(max_length=20)] = ""


class CloseOffCatalogue(Call):
    """Close a piece that was reported with a submission under its item."""

    call: Literal["close-off-catalogue"] = "close-off-catalogue"
    information: Id
    submission: Annotated[str, Field(max_length=40)]


class NamedView(Wire):
    """A subject as it was named; a document's number is shown in part."""

    subject: str
    kind: SubjectKind
    document_type: str
    number: str
    name: str


class AttachmentView(Wire):
    """The kept file."""

    name: str
    size: int
    sha256: str
    kind: str
    download: str | None


class CoverageView(Wire):
    """What covers it."""

    item: str
    item_name: str
    version: str
    effective_from: date
    at: datetime


class InformationView(Wire):
    """One piece; subjects and the file's address come only where it is shown."""

    information: str
    provider: str
    title: str
    legal_basis: str
    description: str
    state: str
    state_text: str
    reported_at: datetime
    reported_by: str
    subject_count: int
    subjects: list[NamedView]
    file: AttachmentView | None
    coverage: CoverageView | None
    submission: str


class InformationList(Wire):
    """Information, newest first."""

    information: list[InformationView]


def subject_told(name: str, number: str, document_type: str = "") -> dict[str, str]:
    """Return a subject's body as people write it: a number that can be an ID card's is one."""
    if document_type or is_resident_id(number.upper()):
        spelled = {"document_number": number, "document_type": document_type or RESIDENT_ID}
        return {"name": name, **spelled}
    return {"name": name, "credit_code": number}


def information_view(each: Information) -> InformationView:
    return _view(each, [], None)


def shown_view(shown: Shown) -> InformationView:
    return _view(shown.information, [_named_view(each) for each in shown.subjects], shown.address)


def _view(each: Information, subjects: list[NamedView], address: str | None) -> InformationView:
    file, coverage = each.file, each.coverage
    return InformationView(
        information=each.id,
        provider=each.provider,
        title=each.title,
        legal_basis=each.legal_basis,
        description=each.description,
        state=each.state.value,
        state_text=STATES[each.state],
        reported_at=each.reported_at,
        reported_by=each.reported_by.id,
        subject_count=len(each.subjects),
        subjects=subjects,
        file=AttachmentView(
            name=file.name,
            size=file.size,
            sha256=file.sha256,
            kind=file.kind.value,
            download=address,
        )
        if file
        else None,
        coverage=CoverageView(
            item=coverage.item,
            item_name=coverage.item_name,
            version=coverage.version,
            effective_from=coverage.effective_from,
            at=coverage.at,
        )
        if coverage
        else None,
        submission=each.closing.submission if each.closing else "",
    )


def _named_view(named: Named) -> NamedView:
    personal = named.key.kind is SubjectKind.NATURAL_PERSON
    return NamedView(
        subject=named.key.text,
        kind=named.key.kind,
        document_type=named.document_type,
        number=masked(named.number) if personal else named.number,
        name=named.name,
    )
