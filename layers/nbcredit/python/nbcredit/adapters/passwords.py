"""Passwords and second factors: hashed or sealed."""

import base64
import secrets
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nbcredit.adapters.crypto import KeyService

# RFC 9106's second choice, for where memory is scarce: 64 MiB, three passes.
MEMORY_KIB: Final = 65_536
PASSES: Final = 3

_NONCE: Final = 12
_STEP: Final = 30
_ISSUER: Final = "公共信用信息平台"


class Argon2Passwords:
    """Argon2id; what it costs is set where it is made."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        # Compared with where there is nothing to compare with: it takes as long.
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    def hashed(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobodys, password) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False


class SealedFactors:
    """Six digits each thirty seconds; a secret is sealed under a KMS key of its own account."""

    def __init__(self, keys: KeyService) -> None:
        self._keys = keys

    def new(self, account_id: str) -> tuple[str, str]:
        secret = pyotp.random_base32()
        return self.sealed(secret, account_id=account_id), secret

    def sealed(self, secret: str, *, account_id: str) -> str:
        context = factor_context(account_id)
        wrapped = self._keys.wrap_new_key(context)
        nonce = secrets.token_bytes(_NONCE)
        cipher = AESGCM(self._keys.unwrap(wrapped, context))
        content = cipher.encrypt(nonce, secret.encode(), account_id.encode())
        return ".".join(base64.b64encode(part).decode() for part in (wrapped, nonce, content))

    def step(self, sealed: str, code: str, *, account_id: str, at: datetime) -> int | None:
        totp = pyotp.TOTP(self._opened(sealed, account_id=account_id))
        now = int(at.timestamp()) // _STEP
        given = "".join(code.split())
        # One step before and after, for clocks that differ; each is compared, whichever it is.
        found = [
            step
            for step in (now - 1, now, now + 1)
            if pyotp.utils.strings_equal(totp.generate_otp(step), given)
        ]
        return max(found, default=None)

    def address(self, secret: str, *, account_id: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=account_id, issuer_name=_ISSUER)

    def _opened(self, sealed: str, *, account_id: str) -> str:
        wrapped, nonce, content = (base64.b64decode(part) for part in sealed.split("."))
        cipher = AESGCM(self._keys.unwrap(wrapped, factor_context(account_id)))
        return cipher.decrypt(nonce, content, account_id.encode()).decode()


def factor_context(account_id: str) -> dict[str, str]:
    """Return the encryption context that KMS binds a second factor's key to."""
    return {"purpose": "nbcredit-second-factor", "account": account_id}
