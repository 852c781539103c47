"""Who is let in: the port between the site and accounts, sessions and certificates."""

from typing import Protocol

from nbcredit.domain.members import Member

SESSION = "__Host-nbcredit-session"
VISIT = "__Host-nbcredit-visit"


class Doors(Protocol):
    """Tells who holds a session; raises `Unauthenticated` where nobody does."""

    def member(self, token: str, *, certificate: bytes, address: str) -> Member: ...
