"""Certificates: what a client shows, what the platform has issued, and why one is refused (A19.1).

The store is asked at every request, by the thumbprint of what is shown: only the very bytes that
were issued are known, so that neither a list of revoked ones nor a cache stands between a
revocation and its effect (F53, F54).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import BadRequest, Concealed, Conflict

# A year: the account's posts have been confirmed four times when it ends.
VALIDITY: Final = timedelta(days=365)
# A clock at the client's may be behind.
BACKDATED: Final = timedelta(minutes=5)
# A19.1: who holds one is reminded that many days before it ends.
REMINDED: Final = (90, 30, 7)


class CertificateState(StrEnum):
    """Where an issued certificate stands."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return {"valid": "有效", "replaced": "已更换", "revoked": "已吊销"}[self.value]


class Fault(StrEnum):
    """Why a certificate is refused: kept in the trail, never told outside (F52)."""

    MISSING = "certificate-missing"
    UNREADABLE = "certificate-unreadable"
    WRONG_USAGE = "certificate-wrong-usage"
    UNKNOWN_ISSUER = "certificate-unknown-issuer"
    NOT_YET_VALID = "certificate-not-yet-valid"
    EXPIRED = "certificate-expired"
    NOT_ISSUED = "certificate-not-issued"
    REVOKED = "certificate-revoked"
    REPLACED = "certificate-replaced"
    OTHER_ACCOUNT = "certificate-of-another"


class RequestRefused(BadRequest):
    """The signing request can't be taken."""

    code = "signing-request-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"证书请求不能受理：{reason}。")
        self.reason = reason


class UnknownCertificate(Concealed):
    """There is none, or none that the caller may see."""

    code = "unknown-certificate"

    def __init__(self) -> None:
        super().__init__("没有这张证书：请在账号页核对证书指纹。")


class CertificateNotNow(Conflict):
    """The state of account or certificate does not allow it."""

    code = "certificate-not-now"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """A certificate as a client shows it; `thumbprint` is the base64url of its SHA-256."""

    thumbprint: str
    serial: str
    issuer: str
    not_before: datetime
    not_after: datetime
    client_auth: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequest:
    """A PKCS #10 request whose own signature holds and whose key is strong enough."""

    pem: str
    key_hash: str
    common_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that was issued to an account."""

    thumbprint: str
    serial: str
    issuer: str
    account: str
    organisation: str
    key_hash: str
    pem: str
    not_before: datetime
    not_after: datetime
    issued_at: datetime
    issued_by: Actor
    state: CertificateState = CertificateState.VALID
    ended_at: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    revision: int = 1

    def revoked(self, *, at: datetime, by: Actor, reason: str) -> Self:
        return replace(self._ended(CertificateState.REVOKED, at, reason), ended_by=by.id)

    def replaced(self, *, at: datetime) -> Self:
        return self._ended(CertificateState.REPLACED, at, "换发新证书")

    def _ended(self, state: CertificateState, at: datetime, reason: str) -> Self:
        return replace(self, state=state, ended_at=at, reason=reason, revision=self.revision + 1)


def fault_of(
    shown: ClientCertificate | None,
    issued: Certificate | None,
    *,
    account: str,
    bound_to: str,
    issuers: frozenset[str],
    at: datetime,
) -> Fault | None:
    """Return why what is shown does not prove the account, `None` where it does."""
    if shown is None:
        return Fault.MISSING
    return _fault_in(shown, issuers, at) or _fault_of_issued(shown, issued, account, bound_to)


def _fault_in(shown: ClientCertificate, issuers: frozenset[str], at: datetime) -> Fault | None:
    if not shown.client_auth:
        return Fault.WRONG_USAGE
    if shown.issuer not in issuers:
        return Fault.UNKNOWN_ISSUER
    if at < shown.not_before:
        return Fault.NOT_YET_VALID
    return Fault.EXPIRED if at > shown.not_after else None


_ENDED: Final = {
    CertificateState.REVOKED: Fault.REVOKED,
    CertificateState.REPLACED: Fault.REPLACED,
}


def _fault_of_issued(
    shown: ClientCertificate, issued: Certificate | None, account: str, bound_to: str
) -> Fault | None:
    if issued is None or issued.thumbprint != shown.thumbprint:
        return Fault.NOT_ISSUED
    if issued.state in _ENDED:
        return _ENDED[issued.state]
    if issued.account != account:
        return Fault.OTHER_ACCOUNT
    return Fault.REPLACED if bound_to != issued.thumbprint else None
