"""What time asks of accounts: confirmation each quarter, renewal of certificates (A19.1, A21.2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, Protocol

from nbcredit.domain.accounts import (
    Account,
    AccountKind,
    StaleAccount,
    confirmation_lapsed,
    quarter_of,
)
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import REMINDED, Certificate
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.periods import business_date
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.accounts import AccountStore, act_about
from nbcredit.usecases.certificates import last_day
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.obligations import TOGETHER, Change, ObligationStore, insist
from nbcredit.usecases.ports import Clock

UPKEEP: Final = Actor.platform("remind")
_PURPOSE: Final = "岗位人员按季确认和证书到期管理"
# The first reminder is moved to the working day before: long holidays lie in between.
_AHEAD: Final = timedelta(days=max(REMINDED) + 14)
_KINDS: Final = frozenset({Kind.CERTIFICATE, Kind.CONFIRMATION})


class ExpiringCertificates(Protocol):
    """The certificates by their ends."""

    def expiring(self, until: datetime) -> Sequence[Certificate]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a run did: accounts suspended, obligations opened or ended."""

    suspended: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cause:
    """Why accounts are suspended, and what their organisation is told to do."""

    topic: str
    reason: str
    lines: tuple[str, ...]


_UNCONFIRMED: Final = _Cause(
    topic="unconfirmed",
    reason="岗位人员未按季确认",
    lines=(
        "该账号连续一个季度没有确认，已自动停用，登录和接口均不能使用。",
        "仍在岗的，请联系信用中心恢复；已离岗的，请注销账号。",
    ),
)
_LEFT: Final = _Cause(
    topic="nobody-responsible",
    reason="系统账号的责任人已停用或注销",
    lines=(
        "该系统账号的责任人已停用或注销，账号已自动停用，接口不能使用。",
        "请先恢复责任人的账号，再联系信用中心恢复系统账号。",
        "责任人已离岗的，请注销系统账号，以新的责任人重新申请。",
    ),
)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Suspends whom nobody has confirmed for a quarter, and opens and ends what is owed.

    Systems that nobody active answers for are suspended as well. It runs every day; run twice, or
    late, it comes to the same.
    """

    accounts: AccountStore
    certificates: ExpiringCertificates
    obligations: ObligationStore
    inbox: Inbox
    clock: Clock

    def run(self) -> Kept:
        now = self.clock.now()
        today = business_date(now)
        known = self.accounts.all()
        suspended = sum(
            self._suspend(each, _UNCONFIRMED, now)
            for each in known
            if confirmation_lapsed(each, today=today)
        )
        known = self.accounts.all() if suspended else known
        left = sum(self._suspend(each, _LEFT, now) for each in _left_alone(known))
        known = self.accounts.all() if left else known
        active = [each for each in known if each.active]
        wanted = {
            owed.id: owed
            for owed in (*self._renewals(active, now), *_confirmations(active, today, now))
        }
        debtors = sorted({each.organisation for each in known})
        return Kept(suspended=suspended + left, changed=self._settle(wanted, debtors, today, now))

    def _suspend(self, account: Account, cause: "_Cause", now: datetime) -> bool:
        suspended = account.suspended(at=now, by=UPKEEP, reason=cause.reason)
        act = act_about(suspended, "account-suspended", by=UPKEEP, purpose=_PURPOSE)
        try:
            self.accounts.change(suspended, act=act)
        except StaleAccount:
            # It was confirmed, closed or suspended just now; tomorrow's run sees which.
            return False
        self._tell(suspended, cause, now)
        return True

    def _tell(self, suspended: Account, cause: "_Cause", now: datetime) -> None:
        message = Message(
            organisation=suspended.organisation,
            day=business_date(now),
            topic=f"{cause.topic}-{suspended.id}",
            at=now,
            subject=f"账号 {suspended.id} 已停用：{cause.reason}",
            lines=cause.lines,
        )
        self.inbox.leave(message, by=UPKEEP)

    def _renewals(self, active: Sequence[Account], now: datetime) -> Iterator[Obligation]:
        bound = {each.certificate: each for each in active}
        for certificate in self.certificates.expiring(now + _AHEAD):
            account = bound.get(certificate.thumbprint)
            if account is not None:
                yield Obligation(
                    kind=Kind.CERTIFICATE,
                    reference=certificate.serial,
                    debtor=account.organisation,
                    title=f"账号 {account.id} 的证书换发",
                    due=DueDate(
                        on=last_day(certificate),
                        rule="A19.1",
                        start=business_date(certificate.not_before),
                    ),
                    opened_at=now,
                )

    def _settle(
        self, wanted: Mapping[str, Obligation], debtors: Iterable[str], today: date, now: datetime
    ) -> int:
        pending = {
            each.id: each
            for debtor in debtors
            for each in self.obligations.pending(debtor)
            if each.kind in _KINDS
        }
        over = [each for id_, each in pending.items() if id_ not in wanted]
        new = [each for id_, each in wanted.items() if id_ not in pending]
        act = Act(action="upkeep-owed", actor=UPKEEP, purpose=_PURPOSE)
        for some in _together([*(each.id for each in over), *(each.id for each in new)]):
            # Read anew each time: somebody may have been faster.
            insist(self.obligations, partial(self._changes, some, wanted, today, now), act=act)
        return len(over) + len(new)

    def _changes(
        self, ids: Sequence[str], wanted: Mapping[str, Obligation], today: date, now: datetime
    ) -> list[Change]:
        changes = []
        for each in ids:
            known, owed = self.obligations.find(each), wanted.get(each)
            if owed is None and known is not None and known.state.pending:
                changes.append(Change(known, _ended(known, today, now)))
            elif owed is not None and (known is None or not known.state.pending):
                revision = known.revision if known is not None else 0
                changes.append(Change(known, replace(owed, revision=revision)))
        return changes


def _left_alone(known: Sequence[Account]) -> Iterator[Account]:
    """Yield the active systems that nobody active answers for (A19.1)."""
    active = {each.id for each in known if each.active}
    for each in known:
        if each.active and each.kind is AccountKind.SYSTEM and each.responsible not in active:
            yield each


def _confirmations(active: Iterable[Account], today: date, now: datetime) -> Iterator[Obligation]:
    """Yield what each organisation owes whose persons are not all confirmed in this quarter."""
    year, quarter = quarter_of(today)
    first = date(year, 3 * quarter - 2, 1)
    last = date(year + quarter // 4, 3 * (quarter % 4) + 1, 1) - timedelta(days=1)
    open_ = {
        each.organisation
        for each in active
        if each.confirmed_on is None or quarter_of(each.confirmed_on) != (year, quarter)
    }
    for organisation in sorted(open_):
        yield Obligation(
            kind=Kind.CONFIRMATION,
            reference=f"{organisation}.{year}Q{quarter}",
            debtor=organisation,
            title=f"{year} 年第 {quarter} 季度岗位人员确认",
            due=DueDate(on=last, rule="A21.2", start=first),
            opened_at=now,
        )


def _ended(known: Obligation, today: date, now: datetime) -> Obligation:
    """Return it met where all are confirmed in time, else lifted: nothing is left to confirm."""
    if known.kind is Kind.CONFIRMATION and today <= known.due.on:
        return known.met(at=now, by=UPKEEP.id)
    return known.lifted(at=now, by=UPKEEP.id)


def _together(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), TOGETHER):
        yield ids[start : start + TOGETHER]
