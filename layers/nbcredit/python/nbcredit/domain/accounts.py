"""Accounts: of one person or one system, applied for, approved and confirmed (A19.1, A21.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import BadRequest, Concealed, Conflict, Forbidden
from nbcredit.domain.organisations import Organisation
from nbcredit.domain.permissions import POSTS, SEPARATED, Role


class AccountKind(StrEnum):
    """Whose account it is."""

    PERSON = "person"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return {"person": "个人", "system": "系统"}[self.value]


class AccountState(StrEnum):
    """Where an account stands."""

    APPLIED = "applied"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    AccountState.APPLIED: "申请中",
    AccountState.ACTIVE: "已开通",
    AccountState.SUSPENDED: "已停用",
    AccountState.CLOSED: "已注销",
    AccountState.REFUSED: "未批准",
}

MOVES: Final[Mapping[AccountState, frozenset[AccountState]]] = {
    AccountState.APPLIED: frozenset({AccountState.ACTIVE, AccountState.REFUSED}),
    AccountState.ACTIVE: frozenset({AccountState.SUSPENDED, AccountState.CLOSED}),
    AccountState.SUSPENDED: frozenset({AccountState.ACTIVE, AccountState.CLOSED}),
    AccountState.CLOSED: frozenset(),
    AccountState.REFUSED: frozenset(),
}


# What a system can do for its organisation: posts that ask for judgement are for people.
OF_SYSTEMS: Final = frozenset({Role.REPORTER, Role.SUPERVISOR})


class UnknownAccount(Concealed):
    """There is none, or none that the caller may see."""

    code = "unknown-account"

    def __init__(self, account_id: str) -> None:
        super().__init__(f"没有账号 {account_id}：请在账号列表中核对。")
        self.account_id = account_id
        self.noted = {"named": account_id}


class StaleAccount(Conflict):
    """Somebody else has changed the account meanwhile."""

    code = "stale-account"

    def __init__(self, account_id: str) -> None:
        super().__init__(f"账号 {account_id} 刚被别人改动：请重新查看后再办理。")


class AccountNotThisMove(Conflict):
    """The state of the account does not allow it."""

    code = "account-not-now"

    def __init__(self, state: AccountState, to: AccountState) -> None:
        super().__init__(f"账号现在是“{state.label}”，不能改为“{to.label}”：请核对账号后再办理。")


class AccountKnown(Conflict):
    """The person or system has an account: nobody has two."""

    code = "account-known"

    def __init__(self, account_id: str) -> None:
        super().__init__(
            f"本单位已有同一姓名、工号的账号 {account_id}：一人一号，请先注销原账号；"
            "同名的另一人请填写工号以示区别。"
        )


class OwnRequest(Forbidden):
    """Nobody approves what they themselves asked for (A21.1)."""

    code = "own-request"

    def __init__(self) -> None:
        super().__init__("不能由申请人、登记人或本人办理：请信用中心的另一位安全管理员办理。")


class PostsNotAllowed(BadRequest):
    """An organisation of that kind has no such post."""

    code = "posts-not-allowed"

    def __init__(self, organisation: Organisation, roles: frozenset[Role]) -> None:
        allowed = "、".join(f"{role.label}（{role}）" for role in sorted(POSTS[organisation.kind]))
        super().__init__(
            f"“{organisation.name}”的账号不能设"
            f"{'、'.join(role.label for role in sorted(roles)) or '空岗位'}："
            + (f"可选岗位为{allowed}。" if allowed else "这类单位不在工作网站开设账号。")
        )


class PostsCombined(BadRequest):
    """System, security and audit administration are three posts of three persons (A21.1)."""

    code = "posts-combined"

    def __init__(self) -> None:
        super().__init__("系统管理员、安全管理员、审计管理员不能由一人兼任：请分别申请账号。")


class NobodyResponsible(BadRequest):
    """A system account names an active person of its organisation (A19.1)."""

    code = "nobody-responsible"

    def __init__(self) -> None:
        super().__init__("系统账号要写明责任人：请填写本单位一位已开通人员的账号。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account; its name and number are stored encrypted and are in no key and no log.

    `certificate` is the thumbprint of the one certificate it is bound to. Sessions that began
    before `sessions_from` are void.
    """

    id: str
    kind: AccountKind
    organisation: str
    name: str
    staff_number: str = ""
    roles: tuple[Role, ...]
    purpose: str
    responsible: str = ""
    applied_at: datetime
    applied_by: Actor
    state: AccountState = AccountState.APPLIED
    decided_at: datetime | None = None
    decided_by: Actor | None = None
    reason: str = ""
    confirmed_on: date | None = None
    certificate: str = ""
    sessions_from: datetime | None = None
    revision: int = 1

    @property
    def active(self) -> bool:
        return self.state is AccountState.ACTIVE

    @property
    def open(self) -> bool:
        """Whether it can still be, or become, active."""
        return bool(MOVES[self.state])

    def same_holder(self, other: "Account") -> bool:
        """Whether both are of one person, or of one system."""
        return (self.organisation, self.kind, self.name, self.staff_number) == (
            other.organisation,
            other.kind,
            other.name,
            other.staff_number,
        )

    def same_application(self, other: "Account") -> bool:
        """Whether both ask for the same."""
        return self.same_holder(other) and (self.roles, self.purpose, self.responsible) == (
            other.roles,
            other.purpose,
            other.responsible,
        )

    def asked_by(self, actor: Actor) -> bool:
        """Whether the actor is who asked for it, whose it is, or who answers for it."""
        return actor.id in {self.applied_by.id, self.id, self.responsible}

    def approved(self, *, at: datetime, by: Actor, on: date) -> Self:
        """Return it active; from its opening it counts as confirmed."""
        if self.asked_by(by):
            raise OwnRequest
        self._check_is(AccountState.APPLIED, to=AccountState.ACTIVE)
        moved = self._to(AccountState.ACTIVE, at=at, by=by, reason="")
        return replace(moved, confirmed_on=on)

    def refused(self, *, at: datetime, by: Actor, reason: str) -> Self:
        if self.asked_by(by):
            raise OwnRequest
        return self._to(AccountState.REFUSED, at=at, by=by, reason=reason)

    def suspended(self, *, at: datetime, by: Actor, reason: str) -> Self:
        return self._to(AccountState.SUSPENDED, at=at, by=by, reason=reason)

    def resumed(self, *, at: datetime, by: Actor, on: date, reason: str) -> Self:
        """Return it active again: by somebody else than its holder, confirmed on that day."""
        if by.id in {self.id, self.responsible}:
            raise OwnRequest
        self._check_is(AccountState.SUSPENDED, to=AccountState.ACTIVE)
        moved = self._to(AccountState.ACTIVE, at=at, by=by, reason=reason)
        return replace(moved, confirmed_on=on)

    def closed(self, *, at: datetime, by: Actor, reason: str) -> Self:
        return self._to(AccountState.CLOSED, at=at, by=by, reason=reason)

    def confirmed(self, *, on: date, by: Actor) -> Self:
        """Return it confirmed for the quarter of that day; nobody confirms their own post."""
        if by.id == self.id:
            raise OwnRequest
        if not self.active:
            raise AccountNotThisMove(self.state, AccountState.ACTIVE)
        return replace(self, confirmed_on=on, revision=self.revision + 1)

    def bound_to(self, certificate: str) -> Self:
        """Return it bound to another certificate; sessions with the old one end with it."""
        return replace(self, certificate=certificate, revision=self.revision + 1)

    def signed_out_everywhere(self, *, at: datetime) -> Self:
        return replace(self, sessions_from=at, revision=self.revision + 1)

    def _check_is(self, state: AccountState, *, to: AccountState) -> None:
        """Approving and resuming lead to the same state and stand in for each other nowhere."""
        if self.state is not state:
            raise AccountNotThisMove(self.state, to)

    def _to(self, state: AccountState, *, at: datetime, by: Actor, reason: str) -> Self:
        if state not in MOVES[self.state]:
            raise AccountNotThisMove(self.state, state)
        return replace(
            self,
            state=state,
            decided_at=at,
            decided_by=by,
            reason=reason,
            revision=self.revision + 1,
        )


def check_posts(roles: frozenset[Role], organisation: Organisation, kind: AccountKind) -> None:
    """Raise `PostsNotAllowed` or `PostsCombined` where an account may not have the posts."""
    possible = POSTS[organisation.kind]
    if kind is AccountKind.SYSTEM:
        possible &= OF_SYSTEMS
    foreign = roles - possible
    if foreign or not roles:
        raise PostsNotAllowed(organisation, foreign)
    if len(roles & SEPARATED) > 1:
        raise PostsCombined


def quarter_of(day: date) -> tuple[int, int]:
    """Return year and quarter of a day; they compare in the order of time."""
    return day.year, (day.month + 2) // 3


def confirmation_lapsed(account: Account, *, today: date) -> bool:
    """Whether a whole quarter has passed without confirmation (A21.2)."""
    if not account.active or account.confirmed_on is None:
        return False
    year, quarter = quarter_of(today)
    previous = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    return quarter_of(account.confirmed_on) < previous
