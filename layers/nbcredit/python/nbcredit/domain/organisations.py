"""The directory of organisations that report, share and supervise (A4.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.names import matching_form

# The codes of the two organisations that operate and lead the platform (A4.1).
CENTRE: Final = "centre"
OFFICE: Final = "office"


class OrganisationKind(StrEnum):
    """What part an organisation plays under the regulation."""

    DEPARTMENT = "department"
    COUNTY = "county"
    COURT = "court"
    PUBLIC_ENTERPRISE = "public-enterprise"
    CENTRE = "centre"
    OFFICE = "office"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    OrganisationKind.DEPARTMENT: "市级部门",
    OrganisationKind.COUNTY: "区（县、市）",
    OrganisationKind.COURT: "法院",
    OrganisationKind.PUBLIC_ENTERPRISE: "公用企事业单位",
    OrganisationKind.CENTRE: "信用中心",
    OrganisationKind.OFFICE: "信用办",
    OrganisationKind.AUTHORITY: "上级主管机关",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One organisation; `region` is 330200 for the city or the code of a county."""

    code: str
    name: str
    kind: OrganisationKind
    credit_code: str
    region: str


@dataclass(frozen=True, slots=True)
class Directory:
    """All organisations, by code, by unified social credit code and by name."""

    by_code: Mapping[str, Organisation]
    by_credit_code: Mapping[str, Organisation]
    by_name: Mapping[str, Organisation]

    @classmethod
    def of(cls, organisations: Sequence[Organisation]) -> Self:
        return cls(
            {each.code: each for each in organisations},
            {each.credit_code: each for each in organisations},
            {matching_form(each.name): each for each in organisations},
        )

    def find(self, *, credit_code: str, name: str) -> Organisation | None:
        """Return the organisation with that code, else with that name."""
        return self.by_credit_code.get(credit_code) or self.by_name.get(matching_form(name))
