"""Calls about accounts."""

from dataclasses import dataclass
from typing import Final

from nbcredit.domain.credentials import CODE_LIFE
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.accounts import Accounts, Application
from nbcredit.usecases.one_time_codes import OneTimeCodes
from nbcredit.wire import accounts as wire

_HOURS: Final = int(CODE_LIFE.total_seconds()) // 3600


@dataclass(frozen=True, slots=True)
class AccountAnswers:
    """Takes applications, decides about them, confirms posts, hands out codes."""

    accounts: Accounts
    codes: OneTimeCodes

    def all(self) -> Answers:
        return {
            wire.ApplyForAccount: self._apply,
            wire.ListAccounts: self._list,
            wire.ShowAccount: self._show,
            wire.ApproveAccount: self._approve,
            wire.RefuseAccount: self._refuse,
            wire.SuspendAccount: self._suspend,
            wire.ResumeAccount: self._resume,
            wire.CloseAccount: self._close,
            wire.ConfirmPosts: self._confirm,
            wire.HandOutCode: self._hand_out,
        }

    def _apply(self, call: wire.ApplyForAccount, asked: Asked) -> wire.AccountView:
        application = Application(
            organisation=call.organisation,
            kind=call.kind,
            name=call.name.strip(),
            staff_number=call.staff_number.strip(),
            roles=frozenset(call.roles),
            purpose=call.use,
            responsible=call.responsible,
        )
        return wire.account_view(
            self.accounts.apply(application, by=asked.by, purpose=call.purpose)
        )

    def _list(self, call: wire.ListAccounts, asked: Asked) -> wire.AccountList:
        found = self.accounts.listed(call.organisation or "", by=asked.by, purpose=call.purpose)
        return wire.AccountList(accounts=[wire.account_view(each) for each in found])

    def _show(self, call: wire.ShowAccount, asked: Asked) -> wire.AccountView:
        return wire.account_view(
            self.accounts.show(call.account, by=asked.by, purpose=call.purpose)
        )

    def _approve(self, call: wire.ApproveAccount, asked: Asked) -> wire.AccountView:
        return wire.account_view(
            self.accounts.approve(call.account, by=asked.by, purpose=call.purpose)
        )

    def _refuse(self, call: wire.RefuseAccount, asked: Asked) -> wire.AccountView:
        return wire.account_view(
            self.accounts.refuse(
                call.account, reason=call.reason, by=asked.by, purpose=call.purpose
            )
        )

    def _suspend(self, call: wire.SuspendAccount, asked: Asked) -> wire.AccountView:
        return wire.account_view(
            self.accounts.suspend(
                call.account, reason=call.reason, by=asked.by, purpose=call.purpose
            )
        )

    def _resume(self, call: wire.ResumeAccount, asked: Asked) -> wire.AccountView:
        return wire.account_view(
            self.accounts.resume(
                call.account, reason=call.reason, by=asked.by, purpose=call.purpose
            )
        )

    def _close(self, call: wire.CloseAccount, asked: Asked) -> wire.AccountView:
        return wire.account_view(
            self.accounts.close(call.account, reason=call.reason, by=asked.by, purpose=call.purpose)
        )

    def _confirm(self, call: wire.ConfirmPosts, asked: Asked) -> wire.AccountList:
        confirmed = self.accounts.confirm(call.accounts, by=asked.by, purpose=call.purpose)
        return wire.AccountList(accounts=[wire.account_view(each) for each in confirmed])

    def _hand_out(self, call: wire.HandOutCode, asked: Asked) -> wire.CodeView:
        code = self.codes.hand_out(call.account, by=asked.by, purpose=call.purpose)
        return wire.CodeView(account=call.account, code=code, good_for_hours=_HOURS)
