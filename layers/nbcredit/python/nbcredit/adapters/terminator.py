"""What a trusted TLS terminator tells of a connection, and the signature that proves it did.

The terminator drops every header of these names that a client sent, tells of every request
whether there was a certificate or not, and signs what it tells together with the request.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

CERTIFICATE: Final = "x-client-cert"
ADDRESS: Final = "x-client-address"
SIGNATURE: Final = "x-client-signature"

# A request is on its way for seconds; the clocks of two machines differ by a few more.
_FRESH: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told: `certificate` is base64 of its DER, empty where none was shown."""

    method: str
    path: str
    certificate: str
    address: str

    def signed(self, secret: bytes, *, at: datetime) -> str:
        """Return the signature: the second it was made in, and a keyed hash."""
        return self._signed(secret, int(at.timestamp()))

    def proves(self, signature: str, secret: bytes, *, at: datetime) -> bool:
        """Whether the terminator told it just now."""
        second, _, _ = signature.partition(".")
        if not (second.isascii() and second.isdecimal()):
            return False
        right = hmac.compare_digest(
            self._signed(secret, int(second)).encode(), signature.encode("utf-8", "replace")
        )
        return right and abs(at.timestamp() - int(second)) <= _FRESH.total_seconds()

    def _signed(self, secret: bytes, second: int) -> str:
        parts = (str(second), self.method, unquote(self.path), self.address, self.certificate)
        digest = hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
        return f"{second}.{digest}"
