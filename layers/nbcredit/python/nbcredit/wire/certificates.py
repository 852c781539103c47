"""Calls about certificates, and how one is shown."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.certificates import Certificate
from nbcredit.wire.accounts import AccountId, Reason
from nbcredit.wire.base import Wire
from nbcredit.wire.calls import Call

SigningRequestText = Annotated[
    str,
    Field(
        max_length=16_384,
        pattern=r"^-----BEGIN (NEW )?CERTIFICATE REQUEST-----",
        description="PEM 格式的 PKCS #10 证书请求，名称（CN）写账号",
    ),
]


class RequestCertificate(Call):
    """Issue the certificate of an account from its signing request."""

    call: Literal["request-certificate"] = "request-certificate"
    account: AccountId
    request: SigningRequestText


class RenewCertificate(Call):
    """Replace one's own certificate while it is valid; the new one is good at once."""

    call: Literal["renew-certificate"] = "renew-certificate"
    account: AccountId
    request: SigningRequestText


class ShowCertificate(Call):
    """Ask for the certificate of an account."""

    call: Literal["show-certificate"] = "show-certificate"
    account: AccountId


class RevokeCertificate(Call):
    """Revoke the certificate of an account: it is refused at the next request."""

    call: Literal["revoke-certificate"] = "revoke-certificate"
    account: AccountId
    reason: Reason


class ListExpiring(Call):
    """Ask for the certificates that end within so many days, the first to end first."""

    call: Literal["list-expiring"] = "list-expiring"
    days: Annotated[int, Field(ge=0, le=400)] = 90


class ShowAuthority(Call):
    """Ask for the authority's own certificate, which terminators of TLS are given to trust."""

    call: Literal["show-authority"] = "show-authority"


class ShowRevocations(Call):
    """Ask for the signed list of certificates that are no longer good."""

    call: Literal["show-revocations"] = "show-revocations"


class CertificateView(Wire):
    """One certificate."""

    thumbprint: str
    serial: str
    issuer: str
    account: str
    organisation: str
    state: str
    state_text: str
    not_before: datetime
    not_after: datetime
    issued_at: datetime
    issued_by: str
    ended_at: datetime | None
    reason: str
    pem: str


class CertificateList(Wire):
    """Certificates, the first to end first."""

    certificates: list[CertificateView]


class PemView(Wire):
    """Something in PEM."""

    pem: str


def certificate_view(certificate: Certificate) -> CertificateView:
    return CertificateView(
        thumbprint=certificate.thumbprint,
        serial=certificate.serial,
        issuer=certificate.issuer,
        account=certificate.account,
        organisation=certificate.organisation,
        state=certificate.state.value,
        state_text=certificate.state.label,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        issued_at=certificate.issued_at,
        issued_by=certificate.issued_by.id,
        ended_at=certificate.ended_at,
        reason=certificate.reason,
        pem=certificate.pem,
    )
