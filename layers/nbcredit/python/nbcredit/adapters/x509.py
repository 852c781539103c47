"""Certificates and signing requests as X.509 and PKCS #10 spell them."""

import base64
import hashlib
from contextlib import suppress
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nbcredit.domain.certificates import ClientCertificate, RequestRefused, SigningRequest

# What API Gateway takes as well: it is the lower bound for client certificates.
_LEAST_RSA: Final = 2048
_MOST_RSA: Final = 4096
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1)
_HASHES: Final = (SHA256, SHA384, SHA512)
_LARGEST: Final = 16_384


class X509Requests:
    """Reads signing requests."""

    def request(self, pem: str) -> SigningRequest:
        try:
            request = x509.load_pem_x509_csr(pem.encode()[:_LARGEST])
            signed = request.is_signature_valid
            key = request.public_key()
            algorithm = request.signature_hash_algorithm
        except (ValueError, UnsupportedAlgorithm) as error:
            raise RequestRefused("不是 PEM 格式的 PKCS #10 证书请求") from error
        if not signed:
            raise RequestRefused("请求的签名与其中的公钥不符")
        if not isinstance(algorithm, _HASHES):
            raise RequestRefused("请求要用 SHA-256、SHA-384 或 SHA-512 签名")
        if not _strong(key):
            raise RequestRefused("密钥要用 P-256、P-384，或 2048 至 4096 位的 RSA")
        names = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if len(names) != 1:
            raise RequestRefused("请求要有一个名称（CN），写账号")
        return SigningRequest(
            pem=pem,
            key_hash=hashlib.sha256(
                key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            ).hexdigest(),
            common_name=str(names[0].value),
        )


def client_certificate(encoded: bytes | str) -> ClientCertificate | None:
    """Read a certificate that a client shows, DER or PEM; `None` where it can't be read.

    PEM may be escaped as in a URL, as load balancers pass it on.
    """
    with suppress(ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        certificate = (
            x509.load_pem_x509_certificate(unquote(encoded).encode())
            if isinstance(encoded, str)
            else x509.load_der_x509_certificate(encoded)
        )
        return ClientCertificate(
            thumbprint=thumbprint_of(certificate),
            serial=serial_of(certificate),
            issuer=issuer_of(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            client_auth=_for_clients(certificate),
        )
    return None


def thumbprint_of(certificate: x509.Certificate) -> str:
    """Return the base64url of the SHA-256 of its DER: `x5t#S256` of RFC 8705."""
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def serial_of(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:X}"


def issuer_of(certificate: x509.Certificate) -> str:
    return certificate.issuer.rfc4514_string()


def _for_clients(certificate: x509.Certificate) -> bool:
    with suppress(x509.ExtensionNotFound):
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        authority = False
        with suppress(x509.ExtensionNotFound):
            constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
            authority = constraints.value.ca
        return ExtendedKeyUsageOID.CLIENT_AUTH in usages and not authority
    return False


def _strong(key: object) -> bool:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, _CURVES)
    return isinstance(key, rsa.RSAPublicKey) and _LEAST_RSA <= key.key_size <= _MOST_RSA
