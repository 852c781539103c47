"""Subjects as somebody asks for them, spelled as the engine files them (A3.1)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from nbcredit.cleaning.normalising import code, is_null, normaliser_of, tidy
from nbcredit.domain.catalogue import RESIDENT_ID, Catalogue
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.identifiers import resident_id_of_15
from nbcredit.domain.subjects import SubjectKind, SubjectRef

_CREDIT_CODE: Final = re.compile(r"[0-9A-Z]{18}")


class BadCreditCode(BadRequest):
    """The text is no credit code, however it is spelled."""

    code = "bad-credit-code"

    def __init__(self) -> None:
        super().__init__("统一社会信用代码是 18 位数字或大写字母：请核对后重新填写。")


def asked_legal_person(credit_code: str) -> SubjectRef:
    """Return whom a credit code means, or raise `BadCreditCode`."""
    spelled = code(tidy(credit_code))
    if _CREDIT_CODE.fullmatch(spelled) is None:
        raise BadCreditCode
    return SubjectRef(SubjectKind.LEGAL_PERSON, "", spelled, "")


def asked_natural_person(document_type: str, number: str, *, catalogue: Catalogue) -> SubjectRef:
    """Return whom a document means; its type may be any word that the catalogue knows for it."""
    kind, spelled = _document_type(tidy(document_type), catalogue), code(tidy(number))
    if kind == RESIDENT_ID:
        spelled = resident_id_of_15(spelled) or spelled
    return SubjectRef(SubjectKind.NATURAL_PERSON, kind, spelled, "")


def _document_type(text: str, catalogue: Catalogue) -> str:
    if not text or is_null(text, soft=True):
        return RESIDENT_ID
    spellings = (normaliser_of(schema)(text) for schema in _document_types(catalogue))
    return next((spelled for spelled in spellings if spelled != text), text)


def _document_types(catalogue: Catalogue) -> Iterator[Mapping[str, Any]]:
    for _, item in sorted(catalogue.items.items()):
        for way in item.subject_ways:
            if way.document_type is not None:
                yield item.fields[way.document_type].schema
