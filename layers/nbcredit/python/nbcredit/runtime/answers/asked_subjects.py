"""Whom a call asks about, by credit code or by document."""

from collections.abc import Callable
from typing import Protocol

from nbcredit.cleaning.lookups import asked_legal_person, asked_natural_person
from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.subjects import SubjectRef


class SubjectNotNamed(BadRequest):
    """A look-up names its subject by credit code or by document number."""

    code = "subject-not-named"

    def __init__(self) -> None:
        super().__init__("请给出统一社会信用代码，或者证件号码。")


class AsksAboutSubject(Protocol):
    """A call that names a subject."""

    @property
    def credit_code(self) -> str | None: ...

    @property
    def document_type(self) -> str: ...

    @property
    def document_number(self) -> str | None: ...


def is_about_subject(call: AsksAboutSubject) -> bool:
    return bool((call.credit_code or "").strip() or (call.document_number or "").strip())


def asked_subject(call: AsksAboutSubject, catalogue: Callable[[], Catalogue]) -> SubjectRef:
    """Return whom it asks about, or raise `SubjectNotNamed`."""
    if call.credit_code and call.credit_code.strip():
        return asked_legal_person(call.credit_code)
    if call.document_number and call.document_number.strip():
        return asked_natural_person(call.document_type, call.document_number, catalogue=catalogue())
    raise SubjectNotNamed
