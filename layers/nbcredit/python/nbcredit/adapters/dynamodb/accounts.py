"""Accounts and their credentials in the work table."""

from collections.abc import Sequence

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from nbcredit.adapters.dynamodb.identity_items import (
    ACCOUNTS,
    CREDENTIALS,
    AccountItem,
    CredentialItem,
    write_end,
)
from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.domain.accounts import Account, StaleAccount, UnknownAccount
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import Certificate
from nbcredit.domain.credentials import Credentials, StaleCredentials


class DynamoAccounts:
    """Accounts; all lie in one partition, those of an organisation side by side."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, account_id: str) -> Account:
        try:
            return AccountItem.get(ACCOUNTS, account_id, consistent_read=True).account()
        except AccountItem.DoesNotExist as error:
            raise UnknownAccount(account_id) from error

    def all(self, organisation: str = "") -> Sequence[Account]:
        mine = AccountItem.sk.startswith(f"{organisation}.") if organisation else None
        return [item.account() for item in AccountItem.query(ACCOUNTS, mine, consistent_read=True)]

    def add(self, account: Account, *, act: Act) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                tx.save(AccountItem.of(account), condition=AccountItem.pk.does_not_exist())
        except Unmet as error:
            raise StaleAccount(account.id) from error

    def change(self, account: Account, *, act: Act, ended: Certificate | None = None) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                before = AccountItem.revision == account.revision - 1
                tx.save(AccountItem.of(account), condition=before)
                if ended is not None:
                    write_end(tx, ended)
        except Unmet as error:
            raise StaleAccount(account.id) from error


class DynamoCredentials:
    """What people know, hashed or sealed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, account_id: str) -> Credentials:
        try:
            item = CredentialItem.get(CREDENTIALS, account_id, consistent_read=True)
        except CredentialItem.DoesNotExist:
            return Credentials(account=account_id)
        return item.credentials()

    def giver(self, account_id: str) -> str:
        return self.get(account_id).code_by

    def claim(self, attempted: Credentials) -> None:
        try:
            CredentialItem.of(attempted).save(condition=unchanged(attempted))
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            raise StaleCredentials from error

    def save(self, credentials: Credentials, *, act: Act) -> None:
        try:
            with self._ledger.transaction(act) as tx:
                tx.save(CredentialItem.of(credentials), condition=unchanged(credentials))
        except Unmet as error:
            raise StaleCredentials from error


def unchanged(credentials: Credentials) -> Condition:
    """Return the condition that nobody has written since they were read."""
    before = credentials.revision - 1
    if not before:
        return CredentialItem.pk.does_not_exist()
    return CredentialItem.revision == before
