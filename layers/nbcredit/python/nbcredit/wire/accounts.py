"""Calls about accounts, and how one is shown."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from nbcredit.domain.accounts import Account, AccountKind
from nbcredit.domain.permissions import Role
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call

AccountId = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}\.[0-9a-z]{6}$", examples=["hrss.7k3m9q"])
]
Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["调离岗位"])]


class ApplyForAccount(Call):
    """Apply for an account for one person or one system, with real name, purpose and posts."""

    call: Literal["apply-for-account"] = "apply-for-account"
    organisation: Code
    kind: AccountKind
    name: Annotated[str, Field(min_length=2, max_length=50, examples=["张三"])]
    staff_number: Annotated[str, Field(max_length=30)] = ""
    roles: Annotated[list[Role], Field(min_length=1, max_length=len(Role))]
    use: Annotated[str, Field(min_length=2, max_length=200, examples=["按月报送行政处罚信息"])]
    responsible: AccountId | Literal[""] = ""


class ListAccounts(Call):
    """Ask for the accounts of an organisation, or for all that the caller may see."""

    call: Literal["list-accounts"] = "list-accounts"
    organisation: Code | None = None


class ShowAccount(Call):
    """Ask for one account."""

    call: Literal["show-account"] = "show-account"
    account: AccountId


class ApproveAccount(Call):
    """Approve an application; by somebody else than who recorded it or whose it is."""

    call: Literal["approve-account"] = "approve-account"
    account: AccountId


class RefuseAccount(Call):
    """Refuse an application, with a reason."""

    call: Literal["refuse-account"] = "refuse-account"
    account: AccountId
    reason: Reason


class SuspendAccount(Call):
    """Suspend an account at once, with the systems that its holder answers for."""

    call: Literal["suspend-account"] = "suspend-account"
    account: AccountId
    reason: Reason


class ResumeAccount(Call):
    """Make a suspended account active again."""

    call: Literal["resume-account"] = "resume-account"
    account: AccountId
    reason: Reason


class CloseAccount(Call):
    """Close an account for good, and revoke its certificate."""

    call: Literal["close-account"] = "close-account"
    account: AccountId
    reason: Reason


class ConfirmPosts(Call):
    """Confirm for this quarter that the persons named still hold their posts (A21.2)."""

    call: Literal["confirm-posts"] = "confirm-posts"
    accounts: Annotated[list[AccountId], Field(min_length=1, max_length=500)]


class HandOutCode(Call):
    """Get a one-time code for a first sign-in; what its holder knew before is void."""

    call: Literal["hand-out-code"] = "hand-out-code"
    account: AccountId


class RoleView(Wire):
    """A post."""

    role: Role
    label: str


class AccountView(Wire):
    """One account."""

    account: str
    kind: AccountKind
    kind_text: str
    organisation: str
    name: str
    staff_number: str
    roles: list[RoleView]
    use: str
    responsible: str
    state: str
    state_text: str
    applied_at: datetime
    applied_by: str
    decided_at: datetime | None
    decided_by: str
    reason: str
    confirmed_on: date | None
    certificate: str


class AccountList(Wire):
    """Accounts, the oldest application first."""

    accounts: list[AccountView]


class CodeView(Wire):
    """A one-time code: shown this once."""

    account: str
    code: str
    good_for_hours: int


def account_view(account: Account) -> AccountView:
    return AccountView(
        account=account.id,
        kind=account.kind,
        kind_text=account.kind.label,
        organisation=account.organisation,
        name=account.name,
        staff_number=account.staff_number,
        roles=[RoleView(role=role, label=role.label) for role in account.roles],
        use=account.purpose,
        responsible=account.responsible,
        state=account.state.value,
        state_text=account.state.label,
        applied_at=account.applied_at,
        applied_by=account.applied_by.id,
        decided_at=account.decided_at,
        decided_by=account.decided_by.id if account.decided_by is not None else "",
        reason=account.reason,
        confirmed_on=account.confirmed_on,
        certificate=account.certificate,
    )
