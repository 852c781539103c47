"""Sessions of people: who a token and a certificate prove to be here, at each request (A18.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nbcredit.domain.accounts import Account, AccountKind
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.certificates import Certificate, ClientCertificate, Fault, fault_of
from nbcredit.domain.credentials import Credentials
from nbcredit.domain.members import Member
from nbcredit.domain.permissions import permissions_of
from nbcredit.domain.sessions import NotSignedIn, Session, SessionKind, account_in, key_of
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.receiving import Organisations

PURPOSE = "登录工作网站"


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of those that a request names."""

    session: Session | None
    account: Account | None
    certificate: Certificate | None


class Identities(Protocol):
    """Session, account and certificate, all in one request to the store."""

    def known(self, *, session: str, account: str, certificate: str) -> Known:
        """Return those that exist; an empty name is not asked for."""
        ...


class SessionStore(Protocol):
    """Keeps sessions by the hash of their tokens."""

    def begin(self, session: Session, *, act: Act, credentials: Credentials | None = None) -> None:
        """Keep a session and what signing in did to the credentials.

        Raise `StaleCredentials`, changing nothing, where another attempt was faster.
        """
        ...

    def seen(self, session: Session) -> None:
        """Note when it was last seen; one that has ended meanwhile does not come back."""
        ...

    def end(self, key: str, *, act: Act) -> None: ...


class SignsOut(Protocol):
    """The part of the account store that ends all sessions of an account."""

    def get(self, account_id: str) -> Account: ...

    def change(self, account: Account, *, act: Act) -> None: ...


class Issuers(Protocol):
    """Whose certificates are taken."""

    def names(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Sessions:
    """Tells who a request comes from; nothing of it is kept in memory (F53)."""

    store: SessionStore
    identities: Identities
    accounts: SignsOut
    issuers: Issuers
    organisations: Organisations
    trail: AuditTrail
    clock: Clock

    def member(
        self,
        token: str,
        certificate: ClientCertificate | None,
        *,
        address: str,
        kind: SessionKind = SessionKind.PERSON,
    ) -> Member:
        """Return who it is, or raise `NotSignedIn`, whose cause is in the trail only."""
        now = self.clock.now()
        claimed = account_in(token)
        known = self.identities.known(
            session=key_of(token),
            account=claimed,
            certificate=certificate.thumbprint if certificate is not None else "",
        )
        if certificate is None and known.session is None:
            # Anybody can ask so, as often as they like, and nobody is concerned: no entry.
            raise NotSignedIn(Fault.MISSING)
        cause = self._fault(known, certificate, kind, claimed=claimed, at=now)
        session, account = known.session, known.account
        if cause or session is None or account is None:
            raise self._refused(cause, claimed=account, address=address)
        organisation = self.organisations.directory().by_code.get(account.organisation)
        if organisation is None:
            raise self._refused("organisation-unknown", claimed=account, address=address)
        if session.to_be_seen(now):
            self.store.seen(session.seen(now))
        return Member(
            account=account,
            organisation=organisation,
            permissions=permissions_of(account.roles, organisation.kind),
            session=session.key,
        )

    def sign_out(self, member: Member, *, address: str) -> None:
        self.store.end(member.session, act=entry("signed-out", member.actor(address)))

    def sign_out_everywhere(self, member: Member, *, address: str) -> None:
        """End every session of the account, with this one."""
        account = self.accounts.get(member.account.id)
        ended = account.signed_out_everywhere(at=self.clock.now())
        self.accounts.change(ended, act=entry("signed-out-everywhere", member.actor(address)))

    def _fault(
        self,
        known: Known,
        shown: ClientCertificate | None,
        kind: SessionKind,
        *,
        claimed: str,
        at: datetime,
    ) -> str:
        """Return why it is nobody, empty where it is somebody."""
        session, account = known.session, known.account
        fault = fault_of(
            shown,
            known.certificate,
            account=claimed,
            bound_to=account.certificate if account is not None else "",
            issuers=self.issuers.names(),
            at=at,
        )
        if fault is not None:
            return fault.value
        if session is None or session.account != claimed or session.kind is not kind:
            return "session-unknown"
        if account is None or shown is None:
            return "account-unknown"
        return session.fault(account, certificate=shown.thumbprint, at=at)

    def _refused(self, cause: str, *, claimed: Account | None, address: str) -> NotSignedIn:
        by = claimant(claimed, address)
        self.trail.record(entry("session-checked", by, cause=cause or "session-unknown"))
        return NotSignedIn(cause)


def claimant(account: Account | None, address: str) -> Actor:
    """Return whom a request that proved nobody names; what it made up is not repeated."""
    return Actor(
        kind=ActorKind.PROVIDER,
        id=account.id if account is not None else "unknown",
        organisation=account.organisation if account is not None else "unknown",
        address=address,
    )


def _fault_of_account(account: Account | None, kind: AccountKind) -> str:
    """Return why an account of that kind can't come in, empty where it can."""
    if account is None:
        return "account-unknown"
    if account.kind is not kind:
        return f"account-of-a-{account.kind}"
    return "" if account.active else f"account-{account.state}"


def claimed(
    account_id: str,
    shown: ClientCertificate,
    kind: AccountKind,
    *,
    identities: Identities,
    issuers: Issuers,
    at: datetime,
) -> tuple[Account | None, str]:
    """Return the account that is named, and why who shows the certificate can't come in by it.

    The reason is empty where it can: the certificate is the account's own and holds.
    """
    known = identities.known(session="", account=account_id, certificate=shown.thumbprint)
    account = known.account
    fault = fault_of(
        shown,
        known.certificate,
        account=account_id,
        bound_to=account.certificate if account is not None else "",
        issuers=issuers.names(),
        at=at,
    )
    return account, fault or _fault_of_account(account, kind)


def entry(action: str, by: Actor, *, cause: str = "", purpose: str = PURPOSE) -> Act:
    """Return what coming in, or being refused, leaves in the trail."""
    return Act(
        action=action,
        actor=by,
        purpose=purpose,
        about=(by.id,),
        outcome=Outcome.REFUSED if cause else Outcome.DONE,
        detail={"cause": cause} if cause else {},
    )
