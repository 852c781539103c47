"""Keyed hashes and field encryption: personal data is never in a key, a log or a stored field."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nbcredit.domain.subjects import SubjectKey, SubjectKind, SubjectRef

BRANCHES: Final = 64
_NONCE: Final = 12


class KeyedHashes:
    """HMACs under one secret; its version stands in the subject keys made with it."""

    def __init__(self, secret: bytes, *, version: int = 1) -> None:
        self._version = version
        self._subjects = _derived(secret, b"subject")
        self._records = _derived(secret, b"record")
        self._fingerprints = _derived(secret, b"fingerprint")
        self._digests = _derived(secret, b"digest")
        self._names = _derived(secret, b"name")

    def subject_key(self, ref: SubjectRef) -> SubjectKey:
        if ref.kind is SubjectKind.LEGAL_PERSON:
            return SubjectKey.of_legal_person(ref.number)
        return SubjectKey(
            f"NP{self._version}#{_short(self._subjects, f'{ref.document_type}|{ref.number}', 20)}"
        )

    def record_key(self, item: str, natural_key: str) -> str:
        return _short(self._records, f"{item}\n{natural_key}", 15)

    def fingerprint(self, values: Mapping[str, str], role: str) -> str:
        text = json.dumps([role, sorted(values.items())], ensure_ascii=False)
        return _short(self._fingerprints, text, 20)

    def digest(self, subject: SubjectKey, field: str, value: str) -> str:
        """Return what a verification compares: the value itself is not needed for it (A14.1)."""
        return _short(self._digests, f"{subject}|{field}|{value}", 20)

    def name_key(self, name: str) -> str:
        return _short(self._names, name, 20)


class KeyService(Protocol):
    """KMS, or what stands for it."""

    def wrap_new_key(self, context: Mapping[str, str]) -> bytes:
        """Return a fresh 256-bit key, wrapped."""
        ...

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes: ...


class Keyring(Protocol):
    """The wrapped branch keys."""

    def wrapped(self, branch: int) -> bytes: ...


class FieldCipher:
    """Seals the personal fields of one subject under a key of its own.

    The key is derived from a branch key, which KMS unwraps once an environment, and the salt in
    the subject's profile: without the salt nothing of the subject can be read again.
    """

    def __init__(self, keyring: Keyring, keys: KeyService) -> None:
        self._keyring = keyring
        self._keys = keys
        self._branches: dict[int, bytes] = {}
        self._cipher = lru_cache(maxsize=4096)(self._derive)

    def seal(
        self, values: Mapping[str, str], *, subject: SubjectKey, salt: bytes, place: str
    ) -> bytes:
        """Encrypt values; `place` is the sort key, so that a sealed field cannot be moved."""
        nonce = secrets.token_bytes(_NONCE)
        plain = json.dumps(dict(sorted(values.items())), ensure_ascii=False).encode()
        cipher = self._cipher(subject, salt)
        return nonce + cipher.encrypt(nonce, plain, _bound(subject, place))

    def open(
        self, sealed: bytes, *, subject: SubjectKey, salt: bytes, place: str
    ) -> dict[str, str]:
        nonce, body = sealed[:_NONCE], sealed[_NONCE:]
        plain = self._cipher(subject, salt).decrypt(nonce, body, _bound(subject, place))
        values: dict[str, str] = json.loads(plain)
        return values

    def _derive(self, subject: SubjectKey, salt: bytes) -> AESGCM:
        branch = hashlib.sha256(subject.text.encode()).digest()[0] % BRANCHES
        if branch not in self._branches:
            self._branches[branch] = self._keys.unwrap(
                self._keyring.wrapped(branch), branch_context(branch)
            )
        derivation = HKDF(SHA256(), 32, salt, b"nbcredit subject " + subject.text.encode())
        return AESGCM(derivation.derive(self._branches[branch]))


def branch_context(branch: int) -> dict[str, str]:
    """Return the encryption context that KMS binds a branch key to."""
    return {"purpose": "nbcredit-branch-key", "branch": str(branch)}


def _bound(subject: SubjectKey, place: str) -> bytes:
    return f"{subject}|{place}".encode()


def _derived(secret: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"nbcredit " + label).derive(secret)


def _short(key: bytes, text: str, size: int) -> str:
    digest = hmac.digest(key, text.encode(), "sha256")[:size]
    return base64.b32encode(digest).decode()
