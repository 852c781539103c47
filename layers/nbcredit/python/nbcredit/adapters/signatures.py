"""Checking signatures with the public key alone: no account, no network."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey

from nbcredit.domain.checkpoints import Signed


class EcdsaSignatures:
    """ECDSA over P-256 and SHA-256, as KMS signs."""

    def holds(self, signed: Signed, *, public_key: str) -> bool:
        try:
            key = serialization.load_pem_public_key(public_key.encode())
            signature = base64.b64decode(signed.signature, validate=True)
        except ValueError:
            return False
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        try:
            key.verify(signature, signed.statement.encode(), ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    def fingerprint(self, public_key: str) -> str:
        return fingerprint_of(public_key)


def fingerprint_of(public_key: str) -> str:
    """Return the SHA-256 of the key's DER, as `openssl pkey -pubin -outform DER` shows it."""
    key = serialization.load_pem_public_key(public_key.encode())
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def pem_of(der: bytes) -> str:
    """Spell a public key that came as DER."""
    key = serialization.load_der_public_key(der)
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
