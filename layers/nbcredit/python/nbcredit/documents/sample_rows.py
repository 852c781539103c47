"""Rows that are filled in rightly, one for each kind of subject an item's records may be about.

A column's example alone teaches the wrong thing: no organisation has all the numbers and papers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from nbcredit.documents.guides import Guide
from nbcredit.domain.catalogue import Item

KIND: Final = "party_kind"
_PERSON: Final = "自然人"
_TRADER: Final = "个体工商户"
_TRADERS_NAME: Final = "宁波市镇海拟味小吃店"

_PAPERS: Final = frozenset({"document_type", "document_number"})
# An enterprise has neither; those that have are told by the columns' notes.
_OF_INSTITUTIONS: Final = frozenset({"institution_certificate", "social_organisation_certificate"})
_OF_ENTERPRISES: Final = frozenset({"registration_number", "organisation_code", "tax_number"})
_OF_ORGANISATIONS: Final = (
    _OF_INSTITUTIONS
    | _OF_ENTERPRISES
    | {
        "credit_code",
        "legal_representative",
        "legal_representative_document_type",
        "legal_representative_document_number",
    }
)


def sample_rows(item: Item, told: Sequence[Guide]) -> tuple[Mapping[str, str], ...]:
    """Return the values of each sample row, by field."""
    usual = {guide.field.name: guide.example for guide in told}
    if KIND not in item.fields:
        return (_without(_OF_INSTITUTIONS, usual),)
    return tuple(_rows(item, usual))


def _rows(item: Item, usual: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    def second(name: str) -> str:
        examples = item.fields[name].schema.get("examples", ())
        return str(examples[1]) if len(examples) > 1 else usual[name]

    for kind in item.fields[KIND].schema["enum"]:
        row = {**usual, KIND: kind}
        if kind == _PERSON:
            yield _without(_OF_ORGANISATIONS, {**row, "party_name": second("party_name")})
        elif kind == _TRADER:
            own = {"party_name": _TRADERS_NAME, "credit_code": second("credit_code")}
            yield _without(_OF_INSTITUTIONS | _OF_ENTERPRISES, {**row, **own})
        else:
            yield _without(_OF_INSTITUTIONS | _PAPERS, row)


def _without(names: frozenset[str], row: Mapping[str, str]) -> Mapping[str, str]:
    return {name: "" if name in names else value for name, value in row.items()}
