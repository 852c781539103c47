"""`nbcredit accounts`: applied for, decided about by another, confirmed each quarter."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import say_table
from nbcredit.domain.accounts import AccountKind
from nbcredit.domain.permissions import Role
from nbcredit.wire.accounts import (
    AccountList,
    AccountView,
    ApplyForAccount,
    ApproveAccount,
    CloseAccount,
    CodeView,
    ConfirmPosts,
    HandOutCode,
    ListAccounts,
    RefuseAccount,
    ResumeAccount,
    ShowAccount,
    SuspendAccount,
)

accounts = new_app("工作网站的账号：申请、审批、停用、注销，按季确认岗位人员。")

_PURPOSE = "账号管理"
AccountArgument = Annotated[str, typer.Argument(metavar="账号", help="accounts list 列出的账号。")]
Reason = Annotated[str, typer.Option(metavar="理由", help="会记入账号和审计记录。")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


@accounts.command(
    "apply",
    cls=Command,
    help="登记一个账号申请，由信用中心另一人审批。同样的申请再登记一次仍是同一个账号。",
)
def apply(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="姓名", help="本人实名；系统账号写系统名称。")],
    *,
    unit: Annotated[str, typer.Option(metavar="单位", help="账号所属单位的代码，如 scjg。")],
    role: Annotated[list[Role], typer.Option(metavar="岗位", help="可以写多次，只申请需要的。")],
    use: Annotated[str, typer.Option(metavar="用途", help="用这个账号做什么工作。")],
    staff_number: Annotated[str, typer.Option(metavar="工号", help="同名的人以工号区别。")] = "",
    system: Annotated[
        str, typer.Option(metavar="责任人账号", help="申请系统账号，写责任人的账号。")
    ] = "",
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=None)
    call = ApplyForAccount(
        caller=client.caller,
        purpose=_PURPOSE,
        organisation=unit,
        kind=AccountKind.SYSTEM if system else AccountKind.PERSON,
        name=name,
        staff_number=staff_number,
        roles=role,
        use=use,
        responsible=system,
    )
    _say(client.call(call), json=json)


@accounts.command("list", cls=Command, help="列出账号，先申请的在前。")
def list_all(
    context: typer.Context,
    *,
    unit: Annotated[
        str | None, typer.Option(metavar="单位", help="哪个单位的；不写则列出能看到的全部。")
    ] = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = ListAccounts(caller=client.caller, purpose=_PURPOSE, organisation=unit)
    _say_all(client.call(call), json=json)


@accounts.command("show", cls=Command, help="查看一个账号。")
def show(context: typer.Context, account: AccountArgument, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = ShowAccount(caller=client.caller, purpose=_PURPOSE, account=account)
    _say(client.call(call), json=json)


@accounts.command(
    "approve", cls=Command, help="批准申请：由登记人、本人和责任人以外的信用中心人员办理。"
)
def approve(context: typer.Context, account: AccountArgument, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = ApproveAccount(caller=client.caller, purpose=_PURPOSE, account=account)
    _say(client.call(call), json=json)


@accounts.command("refuse", cls=Command, help="不批准申请，写明理由。")
def refuse(
    context: typer.Context, account: AccountArgument, *, reason: Reason, json: Json = False
) -> None:
    client = desk_of(context).client()
    call = RefuseAccount(caller=client.caller, purpose=_PURPOSE, account=account, reason=reason)
    _say(client.call(call), json=json)


@accounts.command("suspend", cls=Command, help="停用账号，立即生效；由其负责的系统账号一并停用。")
def suspend(
    context: typer.Context, account: AccountArgument, *, reason: Reason, json: Json = False
) -> None:
    client = desk_of(context).client()
    call = SuspendAccount(caller=client.caller, purpose=_PURPOSE, account=account, reason=reason)
    _say(client.call(call), json=json)


@accounts.command("resume", cls=Command, help="恢复停用的账号，由本人以外的信用中心人员办理。")
def resume(
    context: typer.Context, account: AccountArgument, *, reason: Reason, json: Json = False
) -> None:
    client = desk_of(context).client()
    call = ResumeAccount(caller=client.caller, purpose=_PURPOSE, account=account, reason=reason)
    _say(client.call(call), json=json)


@accounts.command("close", cls=Command, help="注销账号并吊销证书，不能恢复。")
def close(
    context: typer.Context, account: AccountArgument, *, reason: Reason, json: Json = False
) -> None:
    client = desk_of(context).client()
    call = CloseAccount(caller=client.caller, purpose=_PURPOSE, account=account, reason=reason)
    _say(client.call(call), json=json)


@accounts.command(
    "confirm",
    cls=Command,
    help="确认本季度各账号的人员仍在岗；不能确认自己的。连续一个季度没有确认的账号自动停用。",
)
def confirm(
    context: typer.Context,
    named: Annotated[list[str], typer.Argument(metavar="账号", help="可以写多个。")],
    *,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = ConfirmPosts(caller=client.caller, purpose=_PURPOSE, accounts=named)
    _say_all(client.call(call), json=json)


@accounts.command(
    "code",
    cls=Command,
    help=(
        "为首次登录发放一次性登录码，或在密码、动态码遗失后重发：原来的密码随即失效。"
        "由签发证书以外的人办理，当面或电话告知本人。"
    ),
)
def code(context: typer.Context, account: AccountArgument, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = HandOutCode(caller=client.caller, purpose=_PURPOSE, account=account)
    answer = client.call(call)
    if json:
        say_json(answer)
        return
    given = CodeView.model_validate(answer)
    typer.echo(f"{given.account} 的一次性登录码：{given.code}")
    typer.echo(f"{given.good_for_hours} 小时内有效，只显示这一次。")


def _say(answer: dict[str, object], *, json: bool) -> None:
    if json:
        say_json(answer)
        return
    _table([AccountView.model_validate(answer)])


def _say_all(answer: dict[str, object], *, json: bool) -> None:
    if json:
        say_json(answer)
        return
    found = AccountList.model_validate(answer).accounts
    if found:
        _table(found)
    else:
        typer.echo("没有账号。")


def _table(found: Sequence[AccountView]) -> None:
    say_table(
        ("账号", "姓名", "单位", "岗位", "状态", "上次确认"),
        [
            (
                each.account,
                each.name,
                each.organisation,
                "、".join(role.label for role in each.roles),
                each.state_text,
                str(each.confirmed_on or ""),
            )
            for each in found
        ],
    )
