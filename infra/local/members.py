"""Members for trials: accounts, certificates and second factors, made by the real use cases."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pyotp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from nbcredit.adapters.x509 import client_certificate
from nbcredit.command.calls import CallRefused, Client, Invoke, caller_of
from nbcredit.domain.accounts import AccountKind
from nbcredit.domain.certificates import UnknownCertificate
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.permissions import Role
from nbcredit.usecases.signing_in import SigningIn
from nbcredit.wire.accounts import ApplyForAccount, ApproveAccount, HandOutCode
from nbcredit.wire.certificates import RequestCertificate, RevokeCertificate, ShowAuthority

# Two, since one alone can't open an account: who approves did not record it.
RECORDER: Final = caller_of(id="infra-local-recorder", organisation=CENTRE)
APPROVER: Final = caller_of(id="infra-local-approver", organisation=CENTRE)
_PURPOSE: Final = "本机云示例人员"
_ADDRESS: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Whom to make: an invented person, or a system with the account of its responsible person."""

    organisation: str
    name: str
    roles: tuple[Role, ...]
    use: str = "本机试用"
    kind: AccountKind = AccountKind.PERSON
    responsible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Everything its holder has and knows; password and second factor are empty for a system."""

    account: str
    key: str = field(repr=False)
    certificate: str
    authority: str
    password: str = field(default="", repr=False)
    totp_secret: str = field(default="", repr=False)

    def totp(self, at: datetime) -> str:
        """Return the code of that moment."""
        return pyotp.TOTP(self.totp_secret).at(at)

    def bundle(self, password: str) -> bytes:
        """Return key and certificate as a browser imports them (PKCS #12)."""
        certificate = x509.load_pem_x509_certificate(self.certificate.encode())
        authority = x509.load_pem_x509_certificate(self.authority.encode())
        key = load_pem_private_key(self.key.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError
        return pkcs12.serialize_key_and_certificates(
            self.account.encode(),
            key,
            certificate,
            [authority],
            BestAvailableEncryption(password.encode()),
        )


def enrol(
    invoke: Invoke, sample: Sample, *, signing_in: SigningIn, password: str, at: datetime
) -> Enrolled:
    """Take a sample all the way to where it can sign in; again, it gets everything anew."""
    account = _opened(invoke, sample)
    if sample.kind is AccountKind.SYSTEM:
        _without_certificate(invoke, account)
    key = ec.generate_private_key(ec.SECP256R1())
    request = signing_request(key, account)
    issued = Client(invoke, RECORDER).call(
        RequestCertificate(
            caller=RECORDER,
            purpose=_PURPOSE,
            account=account,
            request=request,
        )
    )
    authority = Client(invoke, RECORDER).call(ShowAuthority(caller=RECORDER, purpose=_PURPOSE))
    enrolled = Enrolled(
        account=account,
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        certificate=issued["pem"],
        authority=authority["pem"],
    )
    if sample.kind is AccountKind.SYSTEM:
        return enrolled
    code = Client(invoke, APPROVER).call(
        HandOutCode(caller=APPROVER, purpose=_PURPOSE, account=account)
    )["code"]
    return _with_factors(enrolled, code, signing_in=signing_in, password=password, at=at)


def signing_request(key: ec.EllipticCurvePrivateKey, account: str) -> str:
    """Return a request in PEM that names the account."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, account)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, SHA256())
    return request.public_bytes(Encoding.PEM).decode()


def _opened(invoke: Invoke, sample: Sample) -> str:
    applied: dict[str, Any] = Client(invoke, RECORDER).call(
        ApplyForAccount(
            caller=RECORDER,
            purpose=_PURPOSE,
            organisation=sample.organisation,
            kind=sample.kind,
            name=sample.name,
            roles=list(sample.roles),
            use=sample.use,
            responsible=sample.responsible,
        )
    )
    approval = ApproveAccount(caller=APPROVER, purpose=_PURPOSE, account=applied["account"])
    return str(Client(invoke, APPROVER).call(approval)["account"])


def _without_certificate(invoke: Invoke, account: str) -> None:
    """Revoke what a system holds: only then does it get another without asking for it itself."""
    try:
        Client(invoke, APPROVER).call(
            RevokeCertificate(
                caller=APPROVER, purpose=_PURPOSE, account=account, reason="重新生成本机示例"
            )
        )
    except CallRefused as error:
        if error.problem.code != UnknownCertificate.code:
            raise


def _with_factors(
    enrolled: Enrolled, code: str, *, signing_in: SigningIn, password: str, at: datetime
) -> Enrolled:
    shown = client_certificate(enrolled.certificate)
    begun = signing_in.begin_enrolment(
        enrolled.account, code, password, certificate=shown, address=_ADDRESS
    )
    signing_in.finish_enrolment(
        enrolled.account,
        code,
        pyotp.TOTP(begun.secret).at(at),
        certificate=shown,
        address=_ADDRESS,
    )
    return Enrolled(
        account=enrolled.account,
        key=enrolled.key,
        certificate=enrolled.certificate,
        authority=enrolled.authority,
        password=password,
        totp_secret=begun.secret,
    )
