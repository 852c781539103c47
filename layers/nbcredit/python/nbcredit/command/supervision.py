"""`nbcredit worklists`, `obligations`, `urge`, `punctuality` and `regions` (A4.1, A16.1)."""

from typing import Annotated

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.submissions import local_time, say_table
from nbcredit.domain.obligations import Kind
from nbcredit.domain.periods import Period
from nbcredit.wire.supervision import (
    FiguresView,
    ListObligations,
    ListQueues,
    ObligationList,
    QueueList,
    RecordView,
    RegionsView,
    ShowRecord,
    ShowRegions,
    UrgeObligation,
    UrgeView,
)

_PURPOSE = "监督管理"
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
Month = Annotated[
    str | None, typer.Option(metavar="年-月", help="哪个月，如 2026-11；不写则为本月。")
]


def worklists(context: typer.Context, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = ListQueues(caller=client.caller, purpose=_PURPOSE)
    found = QueueList.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
        return
    say_table(
        ("待办", "数量", "逾期", "最早"),
        [
            (
                each.title,
                str(each.count),
                str(each.overdue),
                str(each.oldest_due or (local_time(each.oldest_at) if each.oldest_at else "")),
            )
            for each in found.queues
        ],
    )


def obligations(
    context: typer.Context,
    *,
    of: Annotated[
        str | None,
        typer.Option("--organisation", metavar="单位", help="只看哪个单位的；不写则看全部。"),
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="只看哪一类事项。")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看已逾期的。")] = False,
    limit: Annotated[
        int, typer.Option(metavar="条数", help="最多列出几条。", min=1, max=500)
    ] = 100,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=None)
    call = ListObligations(
        caller=client.caller,
        purpose=_PURPOSE,
        organisation=of,
        kind=kind,
        overdue=overdue,
        limit=limit,
    )
    found = ObligationList.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
        return
    for each in found.obligations:
        typer.echo(f"{each.lamp_sign} {each.due_on}  {each.debtor}：{each.title}，{each.words}")
        typer.echo(f"   {each.obligation}")
    if not found.obligations:
        typer.echo("没有未完成的事项。", err=True)
    if found.next:
        typer.echo(f"只列出前 {limit} 条：可用 --organisation、--kind 缩小范围。", err=True)


def urge(
    context: typer.Context,
    obligation: Annotated[str, typer.Argument(metavar="事项", help="obligations 列出的事项编号。")],
    *,
    note: Annotated[str, typer.Option(metavar="说明", help="给对方的话，可以不写。")] = "",
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = UrgeObligation(caller=client.caller, purpose="催办", obligation=obligation, note=note)
    view = UrgeView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"已催办 {view.debtor}：{view.title}（{local_time(view.at)}），每个事项一天一次。")


def punctuality(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(metavar="单位", help="单位代码。")],
    *,
    month: Month = None,
    json: Json = False,
) -> None:
    desk = desk_of(context)
    client = desk.client()
    asked = Period.parse(month) if month else Period.of(desk.today)
    call = ShowRecord(
        caller=client.caller, purpose=_PURPOSE, organisation=organisation, month=str(asked)
    )
    view = RecordView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"{view.organisation_name}（{view.organisation}），{view.month} 月")
    typer.echo(f"报送期 {view.period}：{_duties(view.figures)}")
    typer.echo(_work(view.figures))
    for duty in view.duties:
        typer.echo(f"{duty.lamp_sign} {duty.title}，{duty.words}")
    for each in view.urges:
        typer.echo(f"{local_time(each.at)} {each.by_organisation} 催办：{each.title}")


def regions(context: typer.Context, *, month: Month = None, json: Json = False) -> None:
    desk = desk_of(context)
    client = desk.client()
    asked = Period.parse(month) if month else Period.of(desk.today)
    call = ShowRegions(caller=client.caller, purpose=_PURPOSE, month=str(asked))
    view = RegionsView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    say_table(
        (
            "区域",
            "单位",
            "按时",
            "迟报",
            "零报告",
            "未报",
            "按时率",
            "批次",
            "行",
            "退回率",
            "逾期",
        ),
        [
            (
                each.region,
                str(len(each.organisations)),
                *map(
                    str,
                    (
                        each.figures.on_time,
                        each.figures.late,
                        each.figures.zero,
                        each.figures.missing,
                    ),
                ),
                _rate(each.figures.punctual),
                str(each.figures.submissions),
                f"{each.figures.rows:,}",
                _rate(each.figures.error_rate),
                str(each.figures.overdue_items),
            )
            for each in view.regions
        ],
    )
    typer.echo(view.note, err=True)


def _duties(figures: FiguresView) -> str:
    return (
        f"按时 {figures.on_time}，迟报 {figures.late}，零报告 {figures.zero}，"
        f"未报 {figures.missing}，未到期 {figures.not_due}，按时率 {_rate(figures.punctual)}"
    )


def _work(figures: FiguresView) -> str:
    return (
        f"批次 {figures.submissions}（退回文件 {figures.refused}），读入 {figures.rows:,} 行，"
        f"退回 {figures.rejected:,}（{_rate(figures.error_rate)}），待比对 {figures.held:,}；"
        f"反馈按时 {figures.feedback_on_time}，逾期完成 {figures.feedback_late}，"
        f"逾期未完成 {figures.feedback_overdue}；未完成事项 {figures.open_items}，"
        f"其中逾期 {figures.overdue_items}；被催办 {figures.urged} 次"
    )


def _rate(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"
