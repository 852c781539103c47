"""One-time codes: the centre hands them out for a first sign-in, or after a loss (A19.1)."""

from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.accounts import (
    Account,
    AccountKind,
    AccountNotThisMove,
    AccountState,
    OwnRequest,
)
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import Certificate
from nbcredit.domain.organisations import CENTRE
from nbcredit.usecases.accounts import NotTheAccountKeeper, act_about
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.signing_in import CredentialStore


class Accounts(Protocol):
    """The accounts."""

    def get(self, account_id: str) -> Account: ...

    def change(self, account: Account, *, act: Act) -> None: ...


class CertificateFinder(Protocol):
    """The certificates."""

    def find(self, thumbprint: str) -> Certificate | None: ...


class Codes(Protocol):
    """Makes codes that can be read out and not be guessed."""

    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """Hands out codes; what the account's holder knew before, and every session, is void then."""

    accounts: Accounts
    certificates: CertificateFinder
    credentials: CredentialStore
    codes: Codes
    clock: Clock

    def hand_out(self, account_id: str, *, by: Actor, purpose: str) -> str:
        """Return a new code, shown this once.

        Not to whoever issued the certificate: see `Certificates.request` (A21.1).
        """
        if by.organisation != CENTRE:
            raise NotTheAccountKeeper
        account = self.accounts.get(account_id)
        held = self.certificates.find(account.certificate) if account.certificate else None
        if by.id == account.id or (held is not None and held.issued_by.id == by.id):
            raise OwnRequest
        if not account.active or account.kind is not AccountKind.PERSON:
            raise AccountNotThisMove(account.state, AccountState.ACTIVE)
        now, code = self.clock.now(), self.codes.code()
        # The giver is known before the account is changed as it was read: a certificate that is
        # issued meanwhile either sees the giver, or has changed the account, and no code is told.
        known = self.credentials.get(account_id)
        self.credentials.save(
            known.with_code(code, at=now, by=by.id),
            act=act_about(account, "one-time-code-handed-out", by=by, purpose=purpose),
        )
        self.accounts.change(
            account.signed_out_everywhere(at=now),
            act=act_about(account, "signed-out-everywhere", by=by, purpose=purpose),
        )
        return code
