"""Calls about the directory of organisations, and how it is shown."""

from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.organisations import OrganisationKind
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
