"""Calls about the directory of organisations, and how it is shown."""

from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.organisations import Directory, OrganisationKind
from nbcredit.wire.base import Code, CreditCode, Wire
from nbcredit.wire.calls import Call


class OrganisationBody(Wire):
    """One organisation of the directory."""

    code: Code
    name: Annotated[str, Field(min_length=2, max_length=200)]
    kind: OrganisationKind
    credit_code: CreditCode
    region: Annotated[str, Field(pattern=r"^3302\d\d$")]


class RegisterOrganisations(Call):
    """Enter or update organisations of the directory; the centre's alone."""

    call: Literal["register-organisations"] = "register-organisations"
    organisations: Annotated[list[OrganisationBody], Field(min_length=1, max_length=1000)]


class ListOrganisations(Call):
    """Ask for the directory: who reports, shares and supervises; it is nobody's secret."""

    call: Literal["list-organisations"] = "list-organisations"


class OrganisationView(Wire):
    """One organisation of the directory."""

    code: str
    name: str
    kind: OrganisationKind
    kind_text: str
    credit_code: str
    region: str


class OrganisationList(Wire):
    """The directory, by kind and name."""

    organisations: list[OrganisationView]


def organisation_list(directory: Directory) -> OrganisationList:
    kinds = list(OrganisationKind)
    ordered = sorted(
        directory.by_code.values(), key=lambda each: (kinds.index(each.kind), each.name)
    )
    return OrganisationList(
        organisations=[
            OrganisationView(
                code=each.code,
                name=each.name,
                kind=each.kind,
                kind_text=each.kind.label,
                credit_code=each.credit_code,
                region=each.region,
            )
            for each in ordered
        ]
    )
