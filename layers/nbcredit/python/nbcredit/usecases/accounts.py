"""Accounts: applied for, approved by somebody else, confirmed each quarter (A19.1, A21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nbcredit.domain.accounts import (
    Account,
    AccountKind,
    AccountKnown,
    AccountState,
    NobodyResponsible,
    OwnRequest,
    UnknownAccount,
    check_posts,
    quarter_of,
)
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import Certificate, CertificateState
from nbcredit.domain.errors import BadRequest, Forbidden
from nbcredit.domain.organisations import CENTRE, Organisation
from nbcredit.domain.periods import business_date
from nbcredit.domain.permissions import Role
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Organisations

# The end of a ULID is random; six characters of it are a thousand million accounts each.
_SHORT: Final = 6


class AccountStore(Protocol):
    """Keeps accounts."""

    def get(self, account_id: str) -> Account:
        """Return an account, or raise `UnknownAccount`."""
        ...

    def all(self, organisation: str = "") -> Sequence[Account]:
        """Return those of an organisation, or of all."""
        ...

    def add(self, account: Account, *, act: Act) -> None:
        """Store a new account, or raise `StaleAccount` where its id is taken."""
        ...

    def change(self, account: Account, *, act: Act, ended: Certificate | None = None) -> None:
        """Store a change, and the end of its certificate; raise `StaleAccount` if too late."""
        ...


class EndsCertificates(Protocol):
    """The part of the certificate store that an account's end needs."""

    def find(self, thumbprint: str) -> Certificate | None: ...


class AppliesForAnother(Forbidden):
    """An organisation applies for accounts of its own; the centre records them for anybody."""

    code = "applies-for-another"

    def __init__(self) -> None:
        super().__init__("只能为本单位申请和管理账号：请由该单位联络员申请，或请信用中心登记。")


class NotTheAccountKeeper(Forbidden):
    """The centre decides about accounts and certificates."""

    code = "not-the-account-keeper"

    def __init__(self) -> None:
        super().__init__("账号和证书由信用中心审批和管理：请联系信用中心。")


class UnknownOrganisation(BadRequest):
    """The directory has no such organisation."""

    code = "unknown-organisation"

    def __init__(self, code: str) -> None:
        super().__init__(f"机构目录中没有“{code}”：请核对单位代码，或请信用中心登记该单位。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is asked for: for whom, for what, with which posts."""

    organisation: str
    kind: AccountKind
    name: str
    staff_number: str
    roles: frozenset[Role]
    purpose: str
    responsible: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Takes applications, decides about them, and keeps accounts up to date."""

    store: AccountStore
    certificates: EndsCertificates
    organisations: Organisations
    trail: AuditTrail
    clock: Clock
    ids: IdFactory

    def apply(self, asked: Application, *, by: Actor, purpose: str) -> Account:
        """Record an application; the same again is the same account."""
        if by.organisation not in (asked.organisation, CENTRE):
            raise AppliesForAnother
        check_posts(asked.roles, self._organisation(asked.organisation), asked.kind)
        if asked.kind is AccountKind.SYSTEM:
            self._check_responsible(asked)
        account = Account(
            id=f"{asked.organisation}.{self.ids.new()[-_SHORT:].lower()}",
            kind=asked.kind,
            organisation=asked.organisation,
            name=asked.name,
            staff_number=asked.staff_number,
            roles=tuple(sorted(asked.roles)),
            purpose=asked.purpose,
            responsible=asked.responsible,
            applied_at=self.clock.now(),
            applied_by=by,
        )
        known = self._of_holder(account)
        if known is not None and known.same_application(account):
            return known
        if known is not None:
            raise AccountKnown(known.id)
        self.store.add(account, act=act_about(account, "account-applied", by=by, purpose=purpose))
        return account

    def listed(self, organisation: str, *, by: Actor, purpose: str) -> Sequence[Account]:
        """Return those the caller may see, the oldest application first; the reading is entered."""
        if by.organisation != CENTRE:
            organisation = organisation or by.organisation
        if by.organisation not in (organisation, CENTRE):
            return []
        about = (organisation,) if organisation else ()
        self.trail.record(Act(action="accounts-read", actor=by, purpose=purpose, about=about))
        return sorted(self.store.all(organisation), key=lambda each: each.applied_at)

    def show(self, account_id: str, *, by: Actor, purpose: str) -> Account:
        account = self._visible(account_id, by)
        self.trail.record(act_about(account, "account-read", by=by, purpose=purpose))
        return account

    def approve(self, account_id: str, *, by: Actor, purpose: str) -> Account:
        account = self._decided_by_centre(account_id, by)
        if account.active and account.decided_by is not None and account.decided_by.id == by.id:
            return account
        now = self.clock.now()
        if account.kind is AccountKind.SYSTEM:
            self._check_active_person(account.responsible, account.organisation)
        approved = account.approved(at=now, by=by, on=business_date(now))
        return self._changed(approved, "account-approved", by=by, purpose=purpose)

    def refuse(self, account_id: str, *, reason: str, by: Actor, purpose: str) -> Account:
        account = self._decided_by_centre(account_id, by)
        refused = account.refused(at=self.clock.now(), by=by, reason=reason)
        return self._changed(refused, "account-refused", by=by, purpose=purpose)

    def suspend(self, account_id: str, *, reason: str, by: Actor, purpose: str) -> Account:
        """Suspend at once, with the systems that its holder answers for; repeated, what is left."""
        account = self._visible(account_id, by)
        if account.state is not AccountState.SUSPENDED:
            suspended = account.suspended(at=self.clock.now(), by=by, reason=reason)
            account = self._changed(suspended, "account-suspended", by=by, purpose=purpose)
        self._leave_systems(account, by=by, purpose=purpose)
        return account

    def resume(self, account_id: str, *, reason: str, by: Actor, purpose: str) -> Account:
        account = self._decided_by_centre(account_id, by)
        now = self.clock.now()
        if account.kind is AccountKind.SYSTEM:
            self._check_active_person(account.responsible, account.organisation)
        resumed = account.resumed(at=now, by=by, on=business_date(now), reason=reason)
        return self._changed(resumed, "account-resumed", by=by, purpose=purpose)

    def close(self, account_id: str, *, reason: str, by: Actor, purpose: str) -> Account:
        """Close for good, with its certificate; repeated, the systems that are left."""
        account = self._visible(account_id, by)
        if account.state is not AccountState.CLOSED:
            account = self._closed(account, reason=reason, by=by, purpose=purpose)
        self._leave_systems(account, by=by, purpose=purpose)
        return account

    def confirm(self, account_ids: Sequence[str], *, by: Actor, purpose: str) -> list[Account]:
        """Confirm for this quarter that persons still hold their posts; repeated it is the same."""
        today = business_date(self.clock.now())
        accounts = [self._visible(each, by) for each in account_ids]
        if any(account.id == by.id for account in accounts):
            raise OwnRequest
        return [
            account
            if account.confirmed_on and quarter_of(account.confirmed_on) == quarter_of(today)
            else self._changed(
                account.confirmed(on=today, by=by), "posts-confirmed", by=by, purpose=purpose
            )
            for account in accounts
        ]

    def _closed(self, account: Account, *, reason: str, by: Actor, purpose: str) -> Account:
        now = self.clock.now()
        held = self.certificates.find(account.certificate) if account.certificate else None
        ended = None
        if held is not None and held.state is CertificateState.VALID:
            ended = held.revoked(at=now, by=by, reason="账号注销")
        closed = account.closed(at=now, by=by, reason=reason)
        act = act_about(closed, "account-closed", by=by, purpose=purpose)
        self.store.change(closed, act=act, ended=ended)
        return closed

    def _visible(self, account_id: str, by: Actor) -> Account:
        account = self.store.get(account_id)
        if by.organisation not in (account.organisation, CENTRE):
            raise UnknownAccount(account_id)
        return account

    def _leave_systems(self, person: Account, *, by: Actor, purpose: str) -> None:
        for each in self.store.all(person.organisation):
            if each.responsible == person.id and each.active:
                left = each.suspended(
                    at=self.clock.now(), by=by, reason=f"责任人 {person.id} 已停用或注销"
                )
                self._changed(left, "account-suspended", by=by, purpose=purpose)

    def _decided_by_centre(self, account_id: str, by: Actor) -> Account:
        if by.organisation != CENTRE:
            raise NotTheAccountKeeper
        return self.store.get(account_id)

    def _changed(self, account: Account, action: str, *, by: Actor, purpose: str) -> Account:
        self.store.change(account, act=act_about(account, action, by=by, purpose=purpose))
        return account

    def _of_holder(self, account: Account) -> Account | None:
        same = (each for each in self.store.all(account.organisation) if each.open)
        return next((each for each in same if each.same_holder(account)), None)

    def _organisation(self, code: str) -> Organisation:
        found = self.organisations.directory().by_code.get(code)
        if found is None:
            raise UnknownOrganisation(code)
        return found

    def _check_responsible(self, asked: Application) -> None:
        if not asked.responsible:
            raise NobodyResponsible
        self._check_active_person(asked.responsible, asked.organisation)

    def _check_active_person(self, account_id: str, organisation: str) -> None:
        try:
            person = self.store.get(account_id)
        except UnknownAccount as error:
            raise NobodyResponsible from error
        if (
            person.kind is not AccountKind.PERSON
            or person.organisation != organisation
            or not person.active
        ):
            raise NobodyResponsible


def act_about(account: Account, action: str, *, by: Actor, purpose: str, **detail: str) -> Act:
    """Return an act about an account: its id and posts, never its holder's name."""
    return Act(
        action=action,
        actor=by,
        purpose=purpose,
        about=(account.id,),
        detail={
            "organisation": account.organisation,
            "state": account.state.value,
            "roles": " ".join(account.roles),
            **detail,
        },
    )
