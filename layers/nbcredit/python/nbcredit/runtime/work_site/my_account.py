"""The member's own page: who one is here, and what one may do."""

from typing import Final

from nbcredit.domain.permissions import Permission
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import page

_PERMISSIONS: Final = Table[Permission](
    caption="我的权限",
    columns=(Column(name="label", title="可以办理", text=lambda each: each.label),),
)


def my_account(desk: Desk) -> Response:
    member = desk.member
    return desk.list_page(
        "my_account.html",
        _PERMISSIONS,
        sorted(member.permissions),
        title="我的账户",
        account=member.account,
        certificate=desk.certificate,
        organisation=member.organisation,
        posts="、".join(role.label for role in member.account.roles),
    )


ROUTES: Final = (page("/my-account", my_account),)
