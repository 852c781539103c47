"""Tokens of systems: client credentials by certificate, bound to it (RFC 8705, A18.1)."""

from dataclasses import dataclass

from nbcredit.domain.accounts import AccountKind
from nbcredit.domain.certificates import ClientCertificate, Fault
from nbcredit.domain.members import Member
from nbcredit.domain.sessions import Session, SessionKind, SignInRefused, key_of, token_of
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.sessions import (
    Identities,
    Issuers,
    Sessions,
    SessionStore,
    claimant,
    claimed,
    entry,
)
from nbcredit.usecases.signing_in import Tokens as Secrets

_PURPOSE = "系统取得访问令牌"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Gives out short tokens to systems and tells whose they are.

    A token is opaque: that it is bound (`cnf`, `x5t#S256`) stands with its session, and is checked
    against the certificate of each request, so that nothing signed can outlive a revocation.
    """

    identities: Identities
    issuers: Issuers
    store: SessionStore
    sessions: Sessions
    secrets: Secrets
    trail: AuditTrail
    clock: Clock

    def issue(
        self, client_id: str, *, certificate: ClientCertificate | None, address: str
    ) -> tuple[str, Session]:
        """Return a token for the system whose certificate it is, or raise `SignInRefused`."""
        if certificate is None:
            # Anybody can ask so, as often as they like, and nobody is concerned: no entry.
            raise SignInRefused(Fault.MISSING)
        now = self.clock.now()
        account, cause = claimed(
            client_id,
            certificate,
            AccountKind.SYSTEM,
            identities=self.identities,
            issuers=self.issuers,
            at=now,
        )
        by = claimant(account, address)
        if cause or account is None:
            self.trail.record(entry("token-asked", by, cause=cause, purpose=_PURPOSE))
            raise SignInRefused(cause)
        token = token_of(account.id, self.secrets.new())
        session = Session(
            key=key_of(token),
            kind=SessionKind.SYSTEM,
            account=account.id,
            certificate=certificate.thumbprint,
            started_at=now,
            seen_at=now,
            address=address,
        )
        self.store.begin(session, act=entry("token-issued", by, purpose=_PURPOSE))
        return token, session

    def member(self, token: str, certificate: ClientCertificate | None, *, address: str) -> Member:
        """Return the system, or raise `NotSignedIn`."""
        return self.sessions.member(token, certificate, address=address, kind=SessionKind.SYSTEM)
