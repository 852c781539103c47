"""The platform's own certificate authority: its key cannot leave KMS (A19.1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, NoReturn, Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nbcredit.adapters.kms import KeysUnavailable
from nbcredit.adapters.x509 import issuer_of, serial_of, thumbprint_of
from nbcredit.domain.certificates import Certificate, CertificateState, SigningRequest
from nbcredit.usecases.certificates import Issued, Subject
from nbcredit.usecases.ports import Clock

# KMS takes that many bytes to be signed as they are, and the hash of more.
_RAW: Final = 4096
_TEN_YEARS: Final = timedelta(days=3652)
_REASONS: Final = {
    CertificateState.REVOKED: x509.ReasonFlags.privilege_withdrawn,
    CertificateState.REPLACED: x509.ReasonFlags.superseded,
}


class Authorities(Protocol):
    """The authorities' own certificates."""

    def certificate(self, key: str) -> str | None:
        """Return the certificate of a key of KMS, `None` where there is none yet."""
        ...

    def keep(self, key: str, pem: str, *, issuer: str) -> str:
        """Keep the first certificate of a key, and return whichever was the first."""
        ...


class KmsKey(ec.EllipticCurvePrivateKey):
    """A private key of P-256 that signs in KMS and can do nothing else."""

    def __init__(self, client: Any, *, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    @cached_property
    def _public(self) -> ec.EllipticCurvePublicKey:
        try:
            answer = self._client.get_public_key(KeyId=self._key_id)
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable from error
        return cast("ec.EllipticCurvePublicKey", load_der_public_key(bytes(answer["PublicKey"])))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def sign(self, data: object, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        if not isinstance(signature_algorithm.algorithm, SHA256):
            raise TypeError
        content, kind = bytes(cast("bytes", data)), "RAW"
        if len(content) > _RAW:
            digest = Hash(SHA256())
            digest.update(content)
            content, kind = digest.finalize(), "DIGEST"
        try:
            answer = self._client.sign(
                KeyId=self._key_id,
                Message=content,
                MessageType=kind,
                SigningAlgorithm="ECDSA_SHA_256",
            )
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable from error
        return bytes(answer["Signature"])

    def exchange(self, *_asked: object, **_named: object) -> NoReturn:
        raise TypeError

    def private_numbers(self) -> NoReturn:
        raise TypeError

    def private_bytes(self, *_asked: object, **_named: object) -> NoReturn:
        raise TypeError

    def __copy__(self) -> "KmsKey":
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> "KmsKey":
        return self


class KmsAuthority:
    """Issues certificates for client authentication and lists those that have ended."""

    def __init__(
        self, client: Any, *, key_id: str, name: str, authorities: Authorities, clock: Clock
    ) -> None:
        self._key_id = key_id
        self._key = KmsKey(client, key_id=key_id)
        self._name = name
        self._authorities = authorities
        self._clock = clock

    def certificate(self) -> str:
        kept = self._authorities.certificate(self._key_id)
        return kept if kept is not None else self._established()

    def issue(
        self, request: SigningRequest, subject: Subject, *, since: datetime, until: datetime
    ) -> Issued:
        authority = self._certificate
        certificate = (
            x509.CertificateBuilder()
            .subject_name(
                x509.Name(
                    [
                        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                        x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject.organisation[:64]),
                        x509.NameAttribute(NameOID.COMMON_NAME, subject.account),
                    ]
                )
            )
            .issuer_name(authority.subject)
            .public_key(x509.load_pem_x509_csr(request.pem.encode()).public_key())
            # 159 random bits: none comes twice; the store refuses one that did.
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(_issuer_key(authority), critical=False)
            .sign(self._key, SHA256())
        )
        return Issued(
            pem=certificate.public_bytes(Encoding.PEM).decode(),
            thumbprint=thumbprint_of(certificate),
            serial=serial_of(certificate),
            issuer=issuer_of(certificate),
        )

    def revocation_list(
        self, ended: Sequence[Certificate], *, at: datetime, until: datetime
    ) -> str:
        authority = self._certificate
        issuer = authority.subject.rfc4514_string()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.subject)
            .last_update(at)
            .next_update(until)
            # The time is the number: each list has a higher one than those before.
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(_issuer_key(authority), critical=False)
        )
        for each in ended:
            if each.issuer == issuer and each.ended_at is not None:
                builder = builder.add_revoked_certificate(
                    x509.RevokedCertificateBuilder()
                    .serial_number(int(each.serial, 16))
                    .revocation_date(each.ended_at)
                    .add_extension(x509.CRLReason(_REASONS[each.state]), critical=False)
                    .build()
                )
        return builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()

    @cached_property
    def _certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate().encode())

    def _established(self) -> str:
        """Sign the authority's own certificate; of two who do so at once the first one's stays."""
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                x509.NameAttribute(NameOID.COMMON_NAME, self._name),
            ]
        )
        now, public = self._clock.now(), self._key.public_key()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + _TEN_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._key, SHA256())
        )
        pem = certificate.public_bytes(Encoding.PEM).decode()
        return self._authorities.keep(self._key_id, pem, issuer=issuer_of(certificate))


def _issuer_key(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
