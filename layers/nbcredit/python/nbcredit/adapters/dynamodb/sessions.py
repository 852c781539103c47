"""Sessions in the work table, and the one request that tells whom a request comes from."""

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError

from nbcredit.adapters.dynamodb.accounts import unchanged
from nbcredit.adapters.dynamodb.identity_items import (
    ACCOUNTS,
    AccountItem,
    CertificateItem,
    CredentialItem,
    SessionItem,
)
from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel, batch_get
from nbcredit.domain.audit import Act
from nbcredit.domain.credentials import Credentials, StaleCredentials
from nbcredit.domain.sessions import Session
from nbcredit.usecases.sessions import Known


class DynamoSessions:
    """Sessions by the hash of their tokens; nothing of them is kept in memory (F53)."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger

    def known(self, *, session: str, account: str, certificate: str) -> Known:
        asked = {
            "session": SessionItem.key_of(session) if session else None,
            "account": (ACCOUNTS, account) if account else None,
            "certificate": CertificateItem.key_of(certificate) if certificate else None,
        }
        keys = {key: name for name, key in asked.items() if key is not None}
        found = {
            keys[item["pk"]["S"], item["sk"]["S"]]: item
            for item in batch_get(self._connection, WorkModel.Meta.table_name, keys)
        }
        return Known(
            session=SessionItem.from_raw_data(dict(found["session"])).session()
            if "session" in found
            else None,
            account=AccountItem.from_raw_data(dict(found["account"])).account()
            if "account" in found
            else None,
            certificate=CertificateItem.from_raw_data(dict(found["certificate"])).certificate()
            if "certificate" in found
            else None,
        )

    def begin(self, session: Session, *, act: Act, credentials: Credentials | None = None) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                tx.save(SessionItem.of(session), condition=SessionItem.pk.does_not_exist())
                if credentials is not None:
                    item = CredentialItem.of(credentials)
                    tx.save(item, condition=unchanged(credentials))
        except Unmet as error:
            raise StaleCredentials from error

    def seen(self, session: Session) -> None:
        try:
            SessionItem.of(session).save(condition=SessionItem.pk.exists())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def end(self, key: str, *, act: Act) -> None:
        with self._ledger.transaction(act) as tx:
            tx.delete(SessionItem(*SessionItem.key_of(key)))
