"""`nbcredit duties`, `zero`, `period` and `inbox`: who reports what by when, and who is told."""

from typing import Annotated

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import say_table
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import Period
from nbcredit.wire.duties import (
    BooksView,
    ClosePeriod,
    ExplainObligation,
    ReportNothing,
    ShowDuties,
)
from nbcredit.wire.inbox import InboxView, ShowInbox
from nbcredit.wire.obligations import ObligationView

period_app = new_app("报送期。")

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


def duties(
    context: typer.Context,
    *,
    obligation: Annotated[
        str | None, typer.Argument(metavar="事项", help="说明一个事项的期限怎么来的；不写则列出。")
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="只看哪个单位；信用中心不写则看全部。")
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="年-月", help="报送期，如 2026-10；不写则为上个月。")
    ] = None,
    json: Json = False,
) -> None:
    desk = desk_of(context)
    client = desk.client(otherwise=provider)
    if obligation is not None:
        asked = ExplainObligation(caller=client.caller, purpose="查看事项", obligation=obligation)
        _say_one(ObligationView.model_validate(client.call(asked)), json=json)
        return
    month = Period.parse(period) if period else Period.of(desk.today).previous()
    own = client.caller.organisation
    call = ShowDuties(
        caller=client.caller,
        purpose="查看报送情况",
        provider=provider or (None if own == CENTRE else own),
        period=str(month),
    )
    _say_books(BooksView.model_validate(client.call(call)), json=json)


def zero(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(metavar="单位", help="报送单位代码。")],
    item: Annotated[str, typer.Argument(metavar="目录项", help="目录项代码。")],
    period: Annotated[str, typer.Argument(metavar="年-月", help="报送期，如 2026-10。")],
    *,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    call = ReportNothing(
        caller=client.caller,
        purpose="零报告",
        provider=provider,
        item=item,
        period=str(Period.parse(period)),
    )
    view = ObligationView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"已收到零报告：{view.title}，{view.lamp_sign} {view.words}。")


@period_app.command(
    cls=Command, help="结账：到期后核定按时、迟报、零报告和未报；可以重复执行，由信用中心操作。"
)
def close(
    context: typer.Context,
    period: Annotated[str, typer.Argument(metavar="年-月", help="报送期，如 2026-10。")],
    *,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = ClosePeriod(caller=client.caller, purpose="报送期结账", period=str(Period.parse(period)))
    _say_books(BooksView.model_validate(client.call(call)), json=json)


def inbox(
    context: typer.Context,
    *,
    of: Annotated[
        str | None,
        typer.Option("--organisation", metavar="单位", help="看哪个单位的；不写则为本单位。"),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="条数", help="最多列出几条。", min=1, max=100)] = 20,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=of)
    call = ShowInbox(
        caller=client.caller,
        purpose="查看消息",
        organisation=of or client.caller.organisation,
        limit=limit,
    )
    view = InboxView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    if not view.messages:
        typer.echo(f"{view.organisation} 没有消息。")
    for each in view.messages:
        typer.echo(f"{each.day}  {each.subject}")
        for line in each.lines:
            typer.echo(f"  {line}")


def _say_one(view: ObligationView, *, json: bool) -> None:
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"{view.lamp_sign} {view.debtor}：{view.title}，{view.words}")
    typer.echo(view.explanation)


def _say_books(view: BooksView, *, json: bool) -> None:
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"报送期 {view.period}，{view.due_text} 24:00 截止")
    say_table(
        ("单位", "名称", "按时", "迟报", "零报告", "未报", "未到期"),
        [
            (
                each.provider,
                each.provider_name,
                *map(str, (each.on_time, each.late, each.zero, each.missing, each.open)),
            )
            for each in view.providers
        ],
    )
    for each in view.providers:
        for duty in each.duties:
            typer.echo(f"{duty.lamp_sign} {each.provider}  {duty.title}  {duty.words}")
    if view.pending:
        typer.echo(f"待办 {len(view.pending)} 项：")
    for owed in view.pending:
        typer.echo(
            f"{owed.lamp_sign} {owed.title}  {owed.due_text}  {owed.words}  {owed.obligation}"
        )
