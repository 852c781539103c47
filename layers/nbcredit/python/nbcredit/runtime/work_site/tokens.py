"""What is bound to a session without being stored: form tokens, places in lists, messages.

All are keyed hashes under the session's own token, which is in a cookie that no script reads and
nowhere on our side; whoever has another session can neither make nor use them.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from nbcredit.runtime.work_site.refusals import BadPlace

_SHORT: Final = 22


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """Makes and checks them for one session, or for one visit before there is a session."""

    secret: str

    @property
    def csrf(self) -> str:
        """The half of the double submit that stands in the forms."""
        return self._hash("csrf", "")

    def is_csrf(self, token: str) -> bool:
        return bool(self.secret) and hmac.compare_digest(token.encode(), self.csrf.encode())

    def cursor(self, place: str, *, query: str) -> str:
        """Return a place in the list that a query gives, to be handed out."""
        packed = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
        return f"{packed}.{self._hash('cursor', f'{query}|{place}')}"

    def place(self, cursor: str, *, query: str) -> str:
        """Return the place, or raise `BadPlace` where it is forged or another's (F59)."""
        packed, _, _ = cursor.partition(".")
        try:
            place = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        except ValueError as error:
            raise BadPlace from error
        if not hmac.compare_digest(self.cursor(place, query=query).encode(), cursor.encode()):
            raise BadPlace
        return place

    def sealed(self, text: str) -> str:
        """Return a short text for a cookie."""
        return self.cursor(text, query="said")

    def unsealed(self, cookie: str) -> str:
        """Return the text, empty where the cookie is not of this session."""
        try:
            return self.place(cookie, query="said") if cookie else ""
        except BadPlace:
            return ""

    def _hash(self, use: str, text: str) -> str:
        digest = hmac.new(self.secret.encode(), f"{use}|{text}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_SHORT]
