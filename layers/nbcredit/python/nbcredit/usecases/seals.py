"""What sealing and proving share: the locked store of checkpoints, and signatures."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from nbcredit.domain.checkpoints import Head, Leaves, Signed


class Signatures(Protocol):
    """Checks a signature with nothing but the public key."""

    def holds(self, signed: Signed, *, public_key: str) -> bool: ...

    def fingerprint(self, public_key: str) -> str: ...


class Signer(Protocol):
    """Signs with a key that nobody can copy."""

    def public_key(self) -> str:
        """Return it as PEM."""
        ...

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
