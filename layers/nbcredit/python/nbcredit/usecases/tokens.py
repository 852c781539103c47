"""Tokens of systems: client credentials by certificate, bound to it (RFC 8705, A18.1)."""

from dataclasses import dataclass

from nbcredit.domain.accounts import Account, AccountKind
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.certificates import ClientCertificate, fault_of
from nbcredit.domain.members import Member
from nbcredit.domain.sessions import Session, SessionKind, SignInRefused, key_of, token_of
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.sessions import Identities, Issuers, Sessions, SessionStore, claimant
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
        now = self.clock.now()
        known = self.identities.known(
            session="",
            account=client_id,
            certificate=certificate.thumbprint if certificate is not None else "",
        )
        account = known.account
        fault = fault_of(
            certificate,
            known.certificate,
            account=client_id,
            bound_to=account.certificate if account is not None else "",
            issuers=self.issuers.names(),
            at=now,
        )
        cause = fault.value if fault is not None else _fault_of_account(account)
        if cause or account is None or certificate is None:
            self.trail.record(_act("token-asked", account, address, cause=cause))
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
        self.store.begin(session, act=_act("token-issued", account, address))
        return token, session

    def member(self, token: str, certificate: ClientCertificate | None, *, address: str) -> Member:
        """Return the system, or raise `NotSignedIn`."""
        return self.sessions.member(token, certificate, address=address, kind=SessionKind.SYSTEM)


def _fault_of_account(account: Account | None) -> str:
    if account is None:
        return "account-unknown"
    if account.kind is not AccountKind.SYSTEM:
        return "account-of-a-person"
    return "" if account.active else f"account-{account.state}"


def _act(action: str, account: Account | None, address: str, *, cause: str = "") -> Act:
    by = claimant(account, address)
    return Act(
        action=action,
        actor=by,
        purpose=_PURPOSE,
        about=(by.id,),
        outcome=Outcome.REFUSED if cause else Outcome.DONE,
        detail={"cause": cause} if cause else {},
    )
