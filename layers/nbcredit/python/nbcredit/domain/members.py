"""Members: who acts on the work site, as certificate, session and account prove it (A18.1)."""

from dataclasses import dataclass
from typing import Final

from nbcredit.domain.accounts import Account
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.permissions import Permission

_KINDS: Final = {
    OrganisationKind.CENTRE: ActorKind.OPERATOR,
    OrganisationKind.OFFICE: ActorKind.OPERATOR,
    OrganisationKind.COUNTY: ActorKind.COUNTY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One account with its organisation and what its posts may do; `session` is a hash."""

    account: Account
    organisation: Organisation
    permissions: frozenset[Permission]
    session: str

    def actor(self, address: str) -> Actor:
        """Return the member as an actor that calls from an address."""
        county = self.organisation.kind is OrganisationKind.COUNTY
        return Actor(
            kind=_KINDS.get(self.organisation.kind, ActorKind.PROVIDER),
            id=self.account.id,
            organisation=self.organisation.code,
            address=address,
            certificate=self.account.certificate,
            region=self.organisation.region if county else "",
        )

    def may(self, permission: Permission) -> bool:
        """Whether a page should offer what needs the permission."""
        return permission in self.permissions
