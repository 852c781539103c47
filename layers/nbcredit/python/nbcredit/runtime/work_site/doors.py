"""Who is let in: the port to accounts and sessions, and the cookies that name them."""

from typing import Final, Protocol

from nbcredit.domain.certificates import ClientCertificate
from nbcredit.domain.members import Member

# Bound to this host by their prefix: no other host of the domain can set or read them.
SESSION: Final = "__Host-nbcredit-session"
VISIT: Final = "__Host-nbcredit-visit"


class Doors(Protocol):
    """Tells whose a token is that comes with a certificate, or raises `Unauthenticated`."""

    def member(
        self, token: str, certificate: ClientCertificate | None, *, address: str
    ) -> Member: ...
