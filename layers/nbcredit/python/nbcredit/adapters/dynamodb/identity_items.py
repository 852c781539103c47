"""The items that accounts, credentials, certificates and sessions are kept in."""

import hashlib
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.accounts import Account
from nbcredit.domain.certificates import Certificate, CertificateState
from nbcredit.domain.credentials import Credentials
from nbcredit.domain.periods import utc_text
from nbcredit.domain.sessions import Session

ACCOUNTS: Final = "ACCOUNTS"
CREDENTIALS: Final = "CREDENTIALS"
EXPIRING: Final = "CERTIFICATES#EXPIRING"
ENDED: Final = "CERTIFICATES#ENDED"
AUTHORITIES: Final = "AUTHORITIES"
_META: Final = "META"

_ACCOUNT: Final = TypeAdapter(Account)
_CREDENTIAL: Final = TypeAdapter(Credentials)
_CERTIFICATE: Final = TypeAdapter(Certificate)
_SESSION: Final = TypeAdapter(Session)


class AccountItem(WorkModel):
    """An account, under an id that tells nothing of its holder."""

    revision = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, account: Account) -> "AccountItem":
        body = _ACCOUNT.dump_json(account).decode()
        return cls(ACCOUNTS, account.id, revision=account.revision, body=body)

    def account(self) -> Account:
        return _ACCOUNT.validate_json(self.body)


class CredentialItem(WorkModel):
    """Hashes and sealed secrets of an account, apart from what every request reads."""

    revision = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, credentials: Credentials) -> "CredentialItem":
        body = _CREDENTIAL.dump_json(credentials).decode()
        return cls(CREDENTIALS, credentials.account, revision=credentials.revision, body=body)

    def credentials(self) -> Credentials:
        return _CREDENTIAL.validate_json(self.body)


class CertificateItem(WorkModel):
    """An issued certificate by its thumbprint; `state` stands outside for the conditions."""

    state = UnicodeAttribute()
    body = UnicodeAttribute()

    @staticmethod
    def key_of(thumbprint: str) -> tuple[str, str]:
        return f"CERTIFICATE#{thumbprint}", _META

    @classmethod
    def of(cls, certificate: Certificate) -> "CertificateItem":
        return cls(
            *cls.key_of(certificate.thumbprint),
            state=certificate.state.value,
            body=_CERTIFICATE.dump_json(certificate).decode(),
        )

    def certificate(self) -> Certificate:
        return _CERTIFICATE.validate_json(self.body)


class TakenItem(WorkModel):
    """A serial number or a key that no other certificate gets."""

    thumbprint = UnicodeAttribute()

    @classmethod
    def of_serial(cls, certificate: Certificate) -> "TakenItem":
        issuer = hashlib.sha256(certificate.issuer.encode()).hexdigest()[:32]
        return cls(
            f"CERTIFICATES#SERIAL#{issuer}", certificate.serial, thumbprint=certificate.thumbprint
        )

    @classmethod
    def of_key(cls, certificate: Certificate) -> "TakenItem":
        place = f"CERTIFICATES#KEY#{certificate.key_hash}"
        return cls(place, _META, thumbprint=certificate.thumbprint)


class ExpiringItem(WorkModel):
    """A valid certificate at the place of its end."""

    thumbprint = UnicodeAttribute()

    @classmethod
    def of(cls, certificate: Certificate) -> "ExpiringItem":
        place = f"{utc_text(certificate.not_after)}#{certificate.thumbprint}"
        return cls(EXPIRING, place, thumbprint=certificate.thumbprint)


class EndedItem(WorkModel):
    """A certificate that was revoked or replaced, for the signed list."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, certificate: Certificate) -> "EndedItem":
        body = _CERTIFICATE.dump_json(replace(certificate, pem="")).decode()
        return cls(ENDED, certificate.thumbprint, body=body)

    def certificate(self) -> Certificate:
        return _CERTIFICATE.validate_json(self.body)


class AuthorityItem(WorkModel):
    """An authority's own certificate, by its key."""

    issuer = UnicodeAttribute()
    pem = UnicodeAttribute()


class SessionItem(WorkModel):
    """A session by the hash of its token; it goes by itself, but ends by the clock before."""

    body = UnicodeAttribute()
    expires_at = NumberAttribute()

    @staticmethod
    def key_of(key: str) -> tuple[str, str]:
        return f"SESSION#{key}", _META

    @classmethod
    def of(cls, session: Session) -> "SessionItem":
        return cls(
            *cls.key_of(session.key),
            body=_SESSION.dump_json(session).decode(),
            expires_at=int(session.ends_at.timestamp()) + 1,
        )

    def session(self) -> Session:
        return _SESSION.validate_json(self.body)


def write_end(tx: TransactWrite, ended: Certificate) -> None:
    """Take the end of a certificate into a transaction, which fails if it has ended already."""
    valid = CertificateItem.state == CertificateState.VALID.value
    tx.save(CertificateItem.of(ended), condition=valid)
    tx.delete(ExpiringItem.of(ended))
    tx.save(EndedItem.of(ended))
