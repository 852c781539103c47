"""What sealing and proving share: the locked store of checkpoints, and signatures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from nbcredit.domain.checkpoints import Checkpoint, Head, Leaves, Signed


class Signatures(Protocol):
    """Checks a signature with nothing but the public key."""

    def holds(self, signed: Signed, *, public_key: str) -> bool: ...

    def fingerprint(self, public_key: str) -> str: ...


class PublicKey(Protocol):
    """The platform's own key, from where nobody can replace it."""

    def public_key(self) -> str:
        """Return it as PEM."""
        ...


class Signer(PublicKey, Protocol):
    """Signs with a key that nobody can copy."""

    def sign(self, content: str) -> Signed: ...


class SealStore(Protocol):
    """Checkpoints, their leaves, digests and public keys, where nobody can change or delete them.

    What is put a second time under the same name is not taken.
    """

    def checkpoints(self, *, since: str, until: str) -> Iterable[Signed]:
        """Return those whose first window lies from `since` on, or ever, and before `until`."""
        ...

    def put_checkpoint(self, signed: Signed, *, since: str) -> bool: ...

    def leaves(self, root: str) -> Leaves | None:
        """Return what was sealed under a root, entry by entry."""
        ...

    def put_leaves(self, leaves: Leaves, *, root: str) -> None: ...

    def digest(self, day: date) -> Signed | None: ...

    def put_digest(self, signed: Signed, *, day: date) -> bool: ...

    def public_keys(self) -> Mapping[str, str]:
        """Return the public keys by fingerprint."""
        ...

    def put_key(self, public_key: str, *, fingerprint: str) -> None: ...


class HeadStore(Protocol):
    """Up to where the trail is sealed, kept beside the trail: read cheaply, proven by the seals."""

    def head(self) -> Head | None: ...

    def note(self, head: Head) -> None: ...


@dataclass(frozen=True, slots=True)
class Trust:
    """Reads what the platform's own key signed, and nothing else.

    Without `own`, the keys that lie beside the seals are taken, which prove less: whoever could
    put a seal there could put its key there, too. `earlier` are the fingerprints of keys that
    were replaced: those are taken from there.
    """

    signatures: Signatures
    own: PublicKey | None = None
    earlier: frozenset[str] = frozenset()

    def keys(self, shown: Mapping[str, str]) -> Mapping[str, str]:
        """Return the keys to believe, by fingerprint, of those that are shown."""
        if self.own is None:
            return shown
        key = self.own.public_key()
        known = {name: shown[name] for name in self.earlier & shown.keys()}
        sound = {name: pem for name, pem in known.items() if self._is_of(name, pem)}
        return {**sound, self.signatures.fingerprint(key): key}

    def read(self, signed: Signed, keys: Mapping[str, str]) -> Checkpoint | None:
        """Return the checkpoint where its signature holds."""
        key = keys.get(signed.key)
        if key is None or not self.signatures.holds(signed, public_key=key):
            return None
        return Checkpoint.read(signed.content)

    def _is_of(self, name: str, pem: str) -> bool:
        try:
            return self.signatures.fingerprint(pem) == name
        except ValueError:
            return False
