"""Certificates in the work table: by thumbprint, by their end, and those that have ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pynamodb.exceptions import PutError

from nbcredit.adapters.dynamodb.identity_items import (
    AUTHORITIES,
    ENDED,
    EXPIRING,
    AccountItem,
    AuthorityItem,
    CertificateItem,
    EndedItem,
    ExpiringItem,
    TakenItem,
    write_end,
)
from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.obligations import write_changes
from nbcredit.domain.accounts import Account, StaleAccount
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import Certificate, CertificateNotNow, RequestRefused
from nbcredit.domain.periods import utc_text
from nbcredit.usecases.obligations import Change
from nbcredit.usecases.ports import Clock

_FRESH: Final = timedelta(minutes=1)


class DynamoCertificates:
    """Certificates; a serial number and a key are used once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def find(self, thumbprint: str) -> Certificate | None:
        try:
            key = CertificateItem.key_of(thumbprint)
            return CertificateItem.get(*key, consistent_read=True).certificate()
        except CertificateItem.DoesNotExist:
            return None

    def issue(
        self,
        certificate: Certificate,
        account: Account,
        *,
        replaced: Certificate | None,
        met: Sequence[Change],
        act: Act,
    ) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                new = CertificateItem.pk.does_not_exist()
                tx.save(CertificateItem.of(certificate), condition=new)
                for taken in (TakenItem.of_serial(certificate), TakenItem.of_key(certificate)):
                    tx.save(taken, condition=TakenItem.pk.does_not_exist())
                tx.save(ExpiringItem.of(certificate))
                before = AccountItem.revision == account.revision - 1
                tx.save(AccountItem.of(account), condition=before)
                if replaced is not None:
                    write_end(tx, replaced)
                write_changes(tx, met)
        except Unmet as error:
            if self._key_used(certificate):
                raise RequestRefused("密钥已经用过：请重新生成密钥和请求") from error
            raise StaleAccount(account.id) from error

    def revoke(self, certificate: Certificate, *, act: Act) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                write_end(tx, certificate)
        except Unmet as error:
            raise CertificateNotNow("证书刚被吊销或更换：请重新查看。") from error

    def expiring(self, until: datetime) -> Sequence[Certificate]:
        by_then = ExpiringItem.sk <= utc_text(until)
        listed = ExpiringItem.query(EXPIRING, by_then, consistent_read=True)
        found = [self.find(each.thumbprint) for each in listed]
        return [each for each in found if each is not None]

    def ended(self) -> Sequence[Certificate]:
        return [item.certificate() for item in EndedItem.query(ENDED, consistent_read=True)]

    def _key_used(self, certificate: Certificate) -> bool:
        place = TakenItem.of_key(certificate)
        try:
            TakenItem.get(place.pk, place.sk, consistent_read=True)
        except TakenItem.DoesNotExist:
            return False
        return True


class DynamoAuthorities:
    """The authorities whose certificates are taken; their names are kept in memory a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: tuple[datetime, frozenset[str]] | None = None

    def names(self) -> frozenset[str]:
        now = self._clock.now()
        if self._known is None or now - self._known[0] >= _FRESH or not self._known[1]:
            items = AuthorityItem.query(AUTHORITIES, consistent_read=True)
            self._known = now, frozenset(item.issuer for item in items)
        return self._known[1]

    def certificate(self, key: str) -> str | None:
        try:
            return str(AuthorityItem.get(AUTHORITIES, key, consistent_read=True).pem)
        except AuthorityItem.DoesNotExist:
            return None

    def keep(self, key: str, pem: str, *, issuer: str) -> str:
        item = AuthorityItem(AUTHORITIES, key, pem=pem, issuer=issuer)
        try:
            item.save(condition=AuthorityItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return self.certificate(key) or pem
        return pem
