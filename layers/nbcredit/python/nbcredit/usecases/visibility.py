"""Whose work one may see: one's own, a county that of its region, centre and office all (A4.1)."""

from dataclasses import dataclass
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.organisations import CENTRE, OFFICE, Directory, OrganisationKind

# These see the work of every organisation.
OVERSEERS: Final = frozenset({CENTRE, OFFICE})


class Directories(Protocol):
    """The directory of organisations."""

    def directory(self) -> Directory: ...


class Sees(Protocol):
    """Whether the work of an organisation is the actor's business."""

    def __call__(self, by: Actor, organisation: str) -> bool: ...


def owns_or_oversees(by: Actor, organisation: str) -> bool:
    """Tell it without a directory, by which counties can't be told: they see their own alone."""
    return by.organisation == organisation or by.organisation in OVERSEERS


@dataclass(frozen=True, slots=True)
class Visibility:
    """Tells it from the directory, whoever the actor says to be."""

    organisations: Directories

    def __call__(self, by: Actor, organisation: str) -> bool:
        if owns_or_oversees(by, organisation):
            return True
        known = self.organisations.directory().by_code
        own, other = known.get(by.organisation), known.get(organisation)
        return (
            own is not None
            and other is not None
            and own.kind is OrganisationKind.COUNTY
            and own.region == other.region
        )
