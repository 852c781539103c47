"""Certificates: requested, issued by the platform's authority, renewed, revoked (A19.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from nbcredit.domain.accounts import Account, AccountKind, OwnRequest, UnknownAccount
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import (
    BACKDATED,
    VALIDITY,
    Certificate,
    CertificateNotNow,
    CertificateState,
    RequestRefused,
    SigningRequest,
    UnknownCertificate,
)
from nbcredit.domain.obligations import Kind
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import business_date
from nbcredit.usecases.accounts import NotTheAccountKeeper, act_about
from nbcredit.usecases.obligations import Change, ObligationStore
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.receiving import Organisations

# The list says until when it holds; whoever fetches it does so each day.
LIST_LIFE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What an authority has signed."""

    pem: str
    thumbprint: str
    serial: str
    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a certificate names: the account's id and its organisation, no person."""

    account: str
    organisation: str


class CertificateAuthority(Protocol):
    """Who signs: the platform's own authority, or a province's in its place."""

    def issue(
        self, request: SigningRequest, subject: Subject, *, since: datetime, until: datetime
    ) -> Issued:
        """Return a certificate for client authentication, under a serial never used before."""
        ...

    def certificate(self) -> str:
        """Return the authority's own certificate, which terminators of TLS trust."""
        ...

    def revocation_list(
        self, ended: Sequence[Certificate], *, at: datetime, until: datetime
    ) -> str:
        """Return the signed list of what it has issued and is no longer good."""
        ...


class RequestReader(Protocol):
    """Reads signing requests."""

    def request(self, pem: str) -> SigningRequest:
        """Return a request whose signature holds and whose key is strong, or `RequestRefused`."""
        ...


class CertificateStore(Protocol):
    """Keeps what was issued."""

    def find(self, thumbprint: str) -> Certificate | None: ...

    def issue(
        self,
        certificate: Certificate,
        account: Account,
        *,
        replaced: Certificate | None,
        met: Sequence[Change],
        act: Act,
    ) -> None:
        """Store a certificate with the account that it is bound to now, and the end of the old.

        Raise `StaleAccount` where somebody was faster, `RequestRefused` where the key was used.
        """
        ...

    def revoke(self, certificate: Certificate, *, act: Act) -> None:
        """Store the end of a certificate; raise `CertificateNotNow` where it has ended."""
        ...

    def expiring(self, until: datetime) -> Sequence[Certificate]:
        """Return the valid ones that end by then, the first to end first."""
        ...

    def ended(self) -> Sequence[Certificate]:
        """Return those that were revoked or replaced."""
        ...


class AccountReader(Protocol):
    """The accounts."""

    def get(self, account_id: str) -> Account: ...


class CodeGivers(Protocol):
    """Who handed out the one-time code of an account."""

    def giver(self, account_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Certificates:
    """Issues, shows, renews and ends certificates; an account has one at a time."""

    store: CertificateStore
    accounts: AccountReader
    authority: CertificateAuthority
    reader: RequestReader
    codes: CodeGivers
    obligations: ObligationStore
    organisations: Organisations
    clock: Clock

    def request(self, account_id: str, request: str, *, by: Actor, purpose: str) -> Certificate:
        """Issue the certificate of an account; the same request again gives the same one.

        Whoever handed out the one-time code does not issue the certificate as well: nobody alone
        holds all that it takes to act as somebody else (A21.1). A system has no code, so there
        it is whoever opened the account, or revoked the certificate before.
        """
        if by.organisation != CENTRE:
            raise NotTheAccountKeeper
        account = self.accounts.get(account_id)
        if by.id in (account.id, account.responsible, *self._second(account)):
            raise OwnRequest
        return self._issue(account, request, by=by, purpose=purpose)

    def renew(self, account_id: str, request: str, *, by: Actor, purpose: str) -> Certificate:
        """Replace one's own certificate while it is valid: the new one is good at once."""
        if by.id != account_id:
            raise UnknownAccount(account_id)
        account = self.accounts.get(account_id)
        held = self._held(account)
        if held is None or held.state is not CertificateState.VALID:
            raise CertificateNotNow("没有可更换的有效证书：请联系信用中心重新签发。")
        return self._issue(account, request, by=by, purpose=purpose)

    def show(self, account_id: str, *, by: Actor) -> Certificate:
        """Return the certificate that an account is bound to."""
        account = self.accounts.get(account_id)
        if by.organisation not in (account.organisation, CENTRE):
            raise UnknownAccount(account_id)
        held = self._held(account)
        if held is None:
            raise UnknownCertificate
        return held

    def revoke(self, account_id: str, *, reason: str, by: Actor, purpose: str) -> Certificate:
        """Revoke at once: by the centre, or by its own organisation after a loss."""
        held = self.show(account_id, by=by)
        if held.state is not CertificateState.VALID:
            return held
        account = self.accounts.get(account_id)
        revoked = held.revoked(at=self.clock.now(), by=by, reason=reason)
        act = act_about(account, "certificate-revoked", by=by, purpose=purpose, serial=held.serial)
        self.store.revoke(revoked, act=act)
        return revoked

    def expiring(self, *, days: int, by: Actor) -> list[Certificate]:
        """Return the certificates that end within so many days, of one's own organisation."""
        found = self.store.expiring(self.clock.now() + timedelta(days=days))
        return [each for each in found if by.organisation in (each.organisation, CENTRE)]

    def revocations(self) -> str:
        """Return the signed list, for whoever checks certificates without asking the store."""
        now = self.clock.now()
        return self.authority.revocation_list(self.store.ended(), at=now, until=now + LIST_LIFE)

    def _second(self, account: Account) -> Iterator[str]:
        """Yield who else has already done a part of what gives access to the account."""
        if account.kind is AccountKind.PERSON:
            yield self.codes.giver(account.id)
            return
        if account.decided_by is not None:
            yield account.decided_by.id
        held = self._held(account)
        if held is not None:
            yield held.ended_by

    def _held(self, account: Account) -> Certificate | None:
        return self.store.find(account.certificate) if account.certificate else None

    def _issue(self, account: Account, request: str, *, by: Actor, purpose: str) -> Certificate:
        if not account.active:
            raise CertificateNotNow("账号没有开通：请先审批账号，再签发证书。")
        read = self.reader.request(request)
        if read.common_name != account.id:
            raise RequestRefused(f"请求中的名称（CN）应为账号 {account.id}")
        held = self._held(account)
        valid = held if held is not None and held.state is CertificateState.VALID else None
        if valid is not None and valid.key_hash == read.key_hash:
            return valid
        if valid is not None and account.kind is AccountKind.SYSTEM and by.id != account.id:
            raise CertificateNotNow(
                "系统账号的证书仍有效：请由该系统自行换发；密钥遗失的，请先吊销原证书再签发。"
            )
        now = self.clock.now()
        issued = self.authority.issue(
            read,
            Subject(account=account.id, organisation=self._name_of(account.organisation)),
            since=now - BACKDATED,
            until=now + VALIDITY,
        )
        certificate = Certificate(
            thumbprint=issued.thumbprint,
            serial=issued.serial,
            issuer=issued.issuer,
            account=account.id,
            organisation=account.organisation,
            key_hash=read.key_hash,
            pem=issued.pem,
            not_before=now - BACKDATED,
            not_after=now + VALIDITY,
            issued_at=now,
            issued_by=by,
        )
        self.store.issue(
            certificate,
            account.bound_to(certificate.thumbprint),
            replaced=valid.replaced(at=now) if valid is not None else None,
            met=self._met(valid, by),
            act=act_about(
                account, "certificate-issued", by=by, purpose=purpose, serial=issued.serial
            ),
        )
        return certificate

    def _met(self, ended: Certificate | None, by: Actor) -> list[Change]:
        known = self.obligations.find(f"{Kind.CERTIFICATE}/{ended.serial}") if ended else None
        if known is None:
            return []
        return [Change(known, known.met(at=self.clock.now(), by=by.id))]

    def _name_of(self, organisation: str) -> str:
        found = self.organisations.directory().by_code.get(organisation)
        return found.name if found is not None else organisation


def last_day(certificate: Certificate) -> date:
    """Return the last day on which it can be relied on all day."""
    return business_date(certificate.not_after) - timedelta(days=1)
