"""Signing in: certificate, password and second factor, all three or nothing (A18.1, A19.1)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from nbcredit.domain.accounts import Account, AccountKind
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import ClientCertificate, Fault
from nbcredit.domain.credentials import (
    Credentials,
    StaleCredentials,
    WeakPassword,
    check_password,
)
from nbcredit.domain.members import Member
from nbcredit.domain.sessions import (
    Session,
    SessionKind,
    SignInRefused,
    key_of,
    token_of,
)
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.sessions import (
    Identities,
    Issuers,
    SessionStore,
    claimant,
    claimed,
    entry,
)

_NO_CODE: Final = "one-time-code-wrong"


class CredentialStore(Protocol):
    """Keeps what a person knows, hashed or sealed."""

    def get(self, account_id: str) -> Credentials:
        """Return the credentials, empty ones of revision 0 where there are none."""
        ...

    def claim(self, attempted: Credentials) -> None:
        """Store an attempt before it is judged, or raise `StaleCredentials`."""
        ...

    def save(self, credentials: Credentials, *, act: Act) -> None:
        """Store a change, or raise `StaleCredentials`."""
        ...


class Passwords(Protocol):
    """A slow hash of passwords."""

    def hashed(self, password: str) -> str: ...

    def verify(self, password: str, hashed: str) -> bool:
        """Whether it is the password; an empty hash costs as much time and is never it."""
        ...


class SecondFactors(Protocol):
    """Time-based one-time passwords (RFC 6238), whose secrets are kept sealed."""

    def new(self, account_id: str) -> tuple[str, str]:
        """Return a new secret, sealed and in the clear."""
        ...

    def step(self, sealed: str, code: str, *, account_id: str, at: datetime) -> int | None:
        """Return the step whose code it is, `None` where it is of none around that time."""
        ...

    def address(self, secret: str, *, account_id: str) -> str:
        """Return the otpauth address that an authenticator reads as a QR code."""
        ...


class Tokens(Protocol):
    """Makes secrets that nobody can guess."""

    def new(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The second factor to enter in an authenticator: shown once."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Begins sessions of people; whatever is wrong looks the same from outside."""

    identities: Identities
    issuers: Issuers
    credentials: CredentialStore
    sessions: SessionStore
    passwords: Passwords
    factors: SecondFactors
    secrets: Tokens
    trail: AuditTrail
    clock: Clock

    def sign_in(
        self,
        account_id: str,
        password: str,
        totp: str,
        *,
        certificate: ClientCertificate | None,
        address: str,
    ) -> tuple[str, Session]:
        """Return the token, kept by its holder alone, and the session; or raise `SignInRefused`."""
        now = self.clock.now()
        account, known = self._attempt(account_id, certificate, address=address, at=now)
        right = self.passwords.verify(password, known.password if known is not None else "")
        if known is None or account is None or certificate is None or not known.complete:
            raise self._refused(account, "not-enrolled", address)
        step = self.factors.step(known.totp, totp, account_id=account.id, at=now)
        if not right:
            raise self._refused(account, "password-wrong", address)
        if step is None:
            raise self._refused(account, "second-factor-wrong", address)
        if step <= known.last_step:
            raise self._refused(account, "second-factor-used", address)
        token = token_of(account.id, self.secrets.new())
        session = Session(
            key=key_of(token),
            kind=SessionKind.PERSON,
            account=account.id,
            certificate=certificate.thumbprint,
            started_at=now,
            seen_at=now,
            address=address,
        )
        try:
            self.sessions.begin(
                session,
                act=entry("signed-in", claimant(account, address)),
                credentials=known.passed(step=step),
            )
        except StaleCredentials as error:
            raise self._refused(account, "attempt-overtaken", address) from error
        return token, session

    def begin_enrolment(
        self,
        account_id: str,
        code: str,
        password: str,
        *,
        certificate: ClientCertificate | None,
        address: str,
    ) -> Enrolment:
        """Take a new password with the one-time code of the centre; return the second factor.

        Neither is good before `finish_enrolment`; until then it can be begun again.
        """
        now = self.clock.now()
        check_password(password, account=account_id)
        account, known = self._attempt(account_id, certificate, address=address, at=now)
        hashed = self.passwords.hashed(password)
        if account is None or known is None or not known.takes_code(code, at=now):
            raise self._refused(account, _NO_CODE, address)
        sealed, secret = self.factors.new(account.id)
        self._save(known.pending(password=hashed, totp=sealed), account, "enrolment-begun", address)
        return Enrolment(secret=secret, address=self.factors.address(secret, account_id=account.id))

    def finish_enrolment(
        self,
        account_id: str,
        code: str,
        totp: str,
        *,
        certificate: ClientCertificate | None,
        address: str,
    ) -> None:
        """Make password and second factor good: the one-time code is used up."""
        now = self.clock.now()
        account, known = self._attempt(account_id, certificate, address=address, at=now)
        if account is None or known is None or not known.takes_code(code, at=now):
            raise self._refused(account, _NO_CODE, address)
        step = None
        if known.pending_totp:
            step = self.factors.step(known.pending_totp, totp, account_id=account.id, at=now)
        if step is None:
            raise self._refused(account, "second-factor-wrong", address)
        self._save(known.enrolled(step=step), account, "enrolled", address)

    def change_password(
        self, member: Member, *, password: str, new: str, totp: str, address: str
    ) -> None:
        """Set another password, with the present one and a fresh code of the second factor."""
        now, account = self.clock.now(), member.account
        check_password(new, account=account.id)
        if new == password:
            raise WeakPassword
        known = self._claimed(account, address=address, at=now)
        right = self.passwords.verify(password, known.password)
        step = self.factors.step(known.totp, totp, account_id=account.id, at=now)
        if not right or step is None or step <= known.last_step:
            raise self._refused(account, "password-or-factor-wrong", address)
        changed = known.with_password(self.passwords.hashed(new), step=step)
        self._save(changed, account, "password-changed", address)

    def _attempt(
        self,
        account_id: str,
        shown: ClientCertificate | None,
        *,
        address: str,
        at: datetime,
    ) -> tuple[Account | None, Credentials | None]:
        """Return the account whose certificate it is, with its credentials, the attempt counted.

        Without the certificate nothing is counted: nobody locks another's account out. Then the
        caller goes on with nothing, so that the refusal takes as long. Where none is shown at all
        nobody is concerned: that costs neither an entry nor a hash, whatever account is named.
        """
        if shown is None:
            raise SignInRefused(Fault.MISSING)
        account, cause = claimed(
            account_id,
            shown,
            AccountKind.PERSON,
            identities=self.identities,
            issuers=self.issuers,
            at=at,
        )
        if cause or account is None:
            self.passwords.verify("", "")
            raise self._refused(account, cause, address)
        return account, self._claimed(account, address=address, at=at)

    def _claimed(self, account: Account, *, address: str, at: datetime) -> Credentials:
        known = self.credentials.get(account.id)
        if known.locked(at=at):
            self.passwords.verify("", "")
            raise self._refused(account, "locked", address)
        attempted = known.attempted(at=at)
        try:
            self.credentials.claim(attempted)
        except StaleCredentials as error:
            self.passwords.verify("", "")
            raise self._refused(account, "attempt-overtaken", address) from error
        return attempted

    def _save(self, changed: Credentials, account: Account, action: str, address: str) -> None:
        try:
            self.credentials.save(changed, act=entry(action, claimant(account, address)))
        except StaleCredentials as error:
            raise self._refused(account, "attempt-overtaken", address) from error

    def _refused(self, account: Account | None, cause: str, address: str) -> SignInRefused:
        self.trail.record(entry("sign-in", claimant(account, address), cause=cause))
        return SignInRefused(cause)
