"""Accounts are applied for, and who holds a post is confirmed each quarter (A19.1, A21.2)."""

from collections.abc import Mapping
from typing import Final

from nbcredit.domain.accounts import OF_SYSTEMS, AccountKind, AccountState
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.permissions import POSTS
from nbcredit.pages.frames import Fault
from nbcredit.pages.spelling import day
from nbcredit.runtime.work_site.accounts import CRUMBS, HOME, PURPOSE, all_of
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import directory, organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire import accounts as wire
from nbcredit.wire.organisations import OrganisationView

_FIELDS: Final = {
    "name": "name",
    "staff_number": "staff_number",
    "roles": "roles",
    "use": "use",
    "responsible": "responsible",
    "organisation": "organisation",
    "account-known": "name",
    "posts-not-allowed": "roles",
    "posts-combined": "roles",
    "nobody-responsible": "responsible",
}
_WORDS: Final = {
    "name": "请填写姓名或系统的名称，2 至 50 字。",
    "roles": "请选择岗位。",
    "use": "请写明用途，2 至 200 字。",
    "staff_number": "工号最多 30 个字符。",
}


def draft(desk: Desk) -> Response:
    return _drafted(desk)


def apply(desk: Desk) -> Response:
    fields = desk.fields
    done = desk.tried(
        lambda: desk.ask(
            wire.ApplyForAccount,
            wire.AccountView,
            purpose=PURPOSE,
            organisation=fields.get("organisation", "") or desk.organisation,
            kind=fields.get("kind", ""),
            name=fields.get("name", ""),
            staff_number=fields.get("staff_number", ""),
            roles=desk.several("roles"),
            use=fields.get("use", ""),
            responsible=fields.get("responsible", ""),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _drafted(in_words(done, **_WORDS))
    return desk.see(f"{HOME}/{done.account}", said="已提交申请，请等待信用中心审批。")


def posts(desk: Desk) -> Response:
    return _posts(desk)


def confirm(desk: Desk) -> Response:
    chosen = desk.several("accounts")
    if not chosen:
        return _posts(desk.wrong(Fault("请勾选仍在岗的人员。", "accounts")))
    found = desk.ask(wire.ConfirmPosts, wire.AccountList, purpose=PURPOSE, accounts=chosen)
    return desk.see(HOME, said=f"已确认 {len(found.accounts)} 个账号的岗位人员。")


def _drafted(desk: Desk) -> Response:
    known = directory(desk)
    asked = desk.fields if desk.request.method == "POST" else desk.request.query
    own = desk.organisation if desk.organisation != CENTRE else asked.get("organisation", "")
    organisation = known.get(own)
    return desk.page(
        "accounts/new.html",
        title="申请账号",
        crumbs=CRUMBS,
        organisation=organisation,
        organisations=[(each.code, each.name) for each in known.values() if POSTS[each.kind]],
        roles=_roles(organisation),
        persons=_persons(desk, own) if organisation else [],
        ticked=desk.several("roles") if desk.request.method == "POST" else [],
        fields=asked,
    )


def _roles(organisation: OrganisationView | None) -> list[tuple[str, str]]:
    possible = POSTS[organisation.kind] if organisation else ()
    return [
        (role.value, role.label + ("（系统账号可选）" if role in OF_SYSTEMS else ""))
        for role in sorted(possible)
    ]


def _persons(desk: Desk, organisation: str) -> list[tuple[str, str]]:
    found = desk.ask(
        wire.ListAccounts, wire.AccountList, purpose=PURPOSE, organisation=organisation
    )
    return [
        (each.account, f"{each.name}（{each.account}）")
        for each in found.accounts
        if each.kind is AccountKind.PERSON and each.state == AccountState.ACTIVE
    ]


def _posts(desk: Desk) -> Response:
    names = organisation_names(desk)
    mine = desk.member.account.id
    held = [
        each for each in all_of(desk) if each.state == AccountState.ACTIVE and each.account != mine
    ]
    options = [(each.account, _post_of(each, names)) for each in held]
    return desk.page(
        "accounts/confirm.html",
        title="确认岗位人员",
        crumbs=CRUMBS,
        options=options,
        ticked=desk.several("accounts") if desk.request.method == "POST" else [],
    )


def _post_of(account: wire.AccountView, names: Mapping[str, str]) -> str:
    organisation = names.get(account.organisation, account.organisation)
    roles = "、".join(role.label for role in account.roles)
    confirmed = day(account.confirmed_on) or "没有"
    return f"{account.name}（{organisation}，{roles}），上次确认：{confirmed}"


ROUTES: Final = (
    page(HOME + "/new", draft, call="apply-for-account"),
    form(HOME + "/new", apply, call="apply-for-account"),
    page(HOME + "/confirm", posts, call="confirm-posts"),
    form(HOME + "/confirm", confirm, call="confirm-posts"),
)
