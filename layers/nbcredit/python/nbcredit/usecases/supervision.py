"""Who supervises whom: centre and office the city, a county its region (A4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import Concealed
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.urging import NotASupervisor
from nbcredit.usecases.receiving import Organisations
from nbcredit.usecases.visibility import OVERSEERS, Visibility

_NO_REPORTERS = frozenset(
    {OrganisationKind.AUTHORITY, OrganisationKind.CENTRE, OrganisationKind.OFFICE}
)


class UnknownOrganisation(Concealed):
    """Nobody of this code is in the directory, or it is none of the caller's business."""

    code = "unknown-organisation"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"没有单位 {organisation}：请核对单位代码，区县只能查看本区域的单位。")
        self.organisation = organisation
        self.noted = {"named": organisation}


@dataclass(frozen=True, slots=True)
class Supervision:
    """Answers it from the directory."""

    organisations: Organisations

    def region_of(self, by: Actor) -> str:
        """Return the region that the caller supervises, empty for the whole city, or refuse."""
        if by.organisation in OVERSEERS:
            return ""
        own = self.organisations.directory().by_code.get(by.organisation)
        if own is None or own.kind is not OrganisationKind.COUNTY:
            raise NotASupervisor
        return own.region

    def supervises(self, by: Actor, organisation: str) -> bool:
        """Whether the caller supervises the organisation."""
        try:
            self.region_of(by)
        except NotASupervisor:
            return False
        return self.sees(by, organisation)

    def sees(self, by: Actor, organisation: str) -> bool:
        """Whether what an organisation owes and does is the caller's business."""
        return Visibility(self.organisations)(by, organisation)

    def supervised(self, by: Actor) -> Sequence[Organisation]:
        """Return the organisations that report in what the caller supervises, by region."""
        region = self.region_of(by)
        found = (
            each
            for each in self.organisations.directory().by_code.values()
            if each.kind not in _NO_REPORTERS and region in ("", each.region)
        )
        return sorted(found, key=lambda each: (each.region, each.code))
