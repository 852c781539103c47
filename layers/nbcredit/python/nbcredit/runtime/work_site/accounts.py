"""Accounts: listed, and decided about by another than who asked for them (A19.1, A21.1)."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel

from nbcredit.domain.accounts import AccountKind, AccountState
from nbcredit.domain.organisations import CENTRE
from nbcredit.pages.frames import Fault, Link
from nbcredit.pages.spelling import day, moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire import accounts as wire
from nbcredit.wire.calls import Call
from nbcredit.wire.certificates import (
    CertificateView,
    RevokeCertificate,
    ShowCertificate,
)

HOME: Final = "/accounts"
CRUMBS: Final = (Link("首页", "/"), Link("账号", HOME))
PURPOSE: Final = "管理账号和证书"
_FIELDS: Final = {"reason": "reason"}
_LAMPS: Final = {
    AccountState.APPLIED: "amber",
    AccountState.ACTIVE: "green",
    AccountState.SUSPENDED: "red",
}


def listed(desk: Desk) -> Response:
    found = all_of(desk)
    return desk.list_page(
        "accounts/list.html",
        _table(organisation_names(desk)),
        sorted(found, key=lambda each: each.state != AccountState.APPLIED),
        title="账号",
        crumbs=CRUMBS[:1],
        waiting=sum(each.state == AccountState.APPLIED for each in found),
        decides=desk.may("approve-account"),
    )


def show(desk: Desk) -> Response:
    return shown(desk, _asked(desk))


def act(desk: Desk) -> Response:
    """Approve, refuse, suspend, resume, close, or revoke its certificate."""
    chosen = desk.fields.get("act", "")
    if chosen not in _ACTS:
        return shown(desk.wrong(Fault("请选择办理什么。", "act")), _asked(desk))
    done = desk.tried(lambda: _done(desk, chosen), fields=_FIELDS)
    if isinstance(done, Desk):
        return shown(in_words(done, reason="请写明理由，2 至 200 字。"), _asked(desk))
    return desk.see(desk.request.path, said=f"{_ACTS[chosen]}：已办理，并记入审计记录。")


def hand_out(desk: Desk) -> Response:
    """Show a one-time code, this once: it is nowhere to be read again."""
    found = desk.ask(
        wire.HandOutCode,
        wire.CodeView,
        purpose=PURPOSE,
        account=desk.request.parameters["account"],
    )
    return desk.page(
        "accounts/code.html",
        title="一次性代码",
        crumbs=(*CRUMBS, Link(found.account, f"{HOME}/{found.account}")),
        code=found,
    )


def shown(desk: Desk, account: wire.AccountView) -> Response:
    """Return the page of an account, with what can be done about it."""
    sent = desk.fields if desk.request.method == "POST" else {}
    return desk.page(
        "accounts/account.html",
        title=f"账号 {account.account}",
        crumbs=CRUMBS,
        account=account,
        roles="、".join(each.label for each in account.roles),
        organisation=organisation_names(desk).get(account.organisation, account.organisation),
        lamp=_lamp(account),
        certificate=_certificate(desk, account),
        acts=_possible(desk, account),
        asked_myself=_asked_myself(desk, account),
        hands_out=desk.may("hand-out-code")
        and account.kind is AccountKind.PERSON
        and account.state == AccountState.ACTIVE,
        issues=desk.may("request-certificate") and account.state == AccountState.ACTIVE,
        sent=sent,
    )


def _asked(desk: Desk) -> wire.AccountView:
    return desk.ask(
        wire.ShowAccount,
        wire.AccountView,
        purpose=PURPOSE,
        account=desk.request.parameters["account"],
    )


def all_of(desk: Desk) -> list[wire.AccountView]:
    own = None if desk.organisation == CENTRE else desk.organisation
    found = desk.ask(wire.ListAccounts, wire.AccountList, purpose=PURPOSE, organisation=own)
    return found.accounts


def _certificate(desk: Desk, account: wire.AccountView) -> CertificateView | None:
    if not account.certificate:
        return None
    return desk.ask(ShowCertificate, CertificateView, purpose=PURPOSE, account=account.account)


_ACTS: Final = {
    "approve": "批准开通",
    "refuse": "不批准",
    "resume": "恢复使用",
    "suspend": "停用（立即生效，可以恢复）",
    "revoke": "吊销证书（丢失、泄露时；立即生效）",
    "close": "注销（不能恢复，证书同时吊销）",
}
_BY_STATE: Final[Mapping[str, Sequence[str]]] = {
    AccountState.APPLIED: ("approve", "refuse"),
    AccountState.ACTIVE: ("suspend", "revoke", "close"),
    AccountState.SUSPENDED: ("resume", "close"),
}
_CALLS: Final[Mapping[str, tuple[type[Call], str]]] = {
    "approve": (wire.ApproveAccount, "approve-account"),
    "refuse": (wire.RefuseAccount, "refuse-account"),
    "resume": (wire.ResumeAccount, "resume-account"),
    "suspend": (wire.SuspendAccount, "suspend-account"),
    "revoke": (RevokeCertificate, "revoke-certificate"),
    "close": (wire.CloseAccount, "close-account"),
}


def _possible(desk: Desk, account: wire.AccountView) -> list[tuple[str, str]]:
    """Return what the member may do about it now; one's own request is for another."""
    acts = [
        each
        for each in _BY_STATE.get(account.state, ())
        if desk.may(_CALLS[each][1]) and (each != "revoke" or account.certificate)
    ]
    if account.state == AccountState.APPLIED and _asked_myself(desk, account):
        return []
    return [(each, _ACTS[each]) for each in acts]


def _asked_myself(desk: Desk, account: wire.AccountView) -> bool:
    return desk.member.account.id in (account.applied_by, account.account, account.responsible)


def _done(desk: Desk, chosen: str) -> BaseModel:
    call, _ = _CALLS[chosen]
    told = {"account": desk.request.parameters["account"]}
    if chosen != "approve":
        told["reason"] = desk.fields.get("reason", "")
    return desk.ask(call, BaseModel, purpose=PURPOSE, **told)


def _lamp(account: wire.AccountView) -> str:
    return _LAMPS.get(AccountState(account.state), "off")


def _table(names: Mapping[str, str]) -> Table[wire.AccountView]:
    def organisation(each: wire.AccountView) -> str:
        return names.get(each.organisation, each.organisation)

    def held(each: wire.AccountView) -> str:
        return "、".join(role.label for role in each.roles)

    return Table(
        caption="账号",
        nothing="没有账号。",
        columns=(
            Column(
                name="account",
                title="账号",
                text=lambda each: each.account,
                path=lambda each: f"{HOME}/{each.account}",
                filter="text",
            ),
            Column(name="name", title="姓名或系统", text=lambda each: each.name, filter="text"),
            Column(name="organisation", title="单位", text=organisation, filter="choice"),
            Column(name="kind", title="种类", text=lambda each: each.kind_text, filter="choice"),
            Column(name="roles", title="岗位", text=held),
            Column(
                name="state",
                title="状态",
                text=lambda each: each.state_text,
                lamp=_lamp,
                filter="choice",
            ),
            Column(
                name="applied",
                title="申请时间",
                text=lambda each: moment(each.applied_at),
                key=lambda each: each.applied_at,
            ),
            Column(
                name="confirmed",
                title="最近确认",
                text=lambda each: day(each.confirmed_on),
                key=lambda each: str(each.confirmed_on or ""),
            ),
        ),
    )


ROUTES: Final = (
    page(HOME, listed, call="list-accounts"),
    page(HOME + "/{account}", show, call="show-account"),
    form(HOME + "/{account}", act, call="show-account"),
    form(HOME + "/{account}/code", hand_out, call="hand-out-code"),
)
