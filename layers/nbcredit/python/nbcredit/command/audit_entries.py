"""`nbcredit audit search`, `export` and `looked`: what is in the trail."""

from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.audit_spans import Since, Until, span_of
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.submissions import local_time, say_table
from nbcredit.domain.audit import Outcome
from nbcredit.wire.audit import (
    AuditEntryView,
    AuditExport,
    AuditPage,
    ExportAudit,
    LooksView,
    SearchAudit,
    WhoLooked,
)

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
Purpose = Annotated[str, typer.Option(metavar="用途", help="查阅用途，会记入审计日志。")]
ByActor = Annotated[str, typer.Option("--actor", metavar="账号", help="只看这个账号的操作。")]
ByOrganisation = Annotated[str, typer.Option("--of", metavar="机构", help="只看这个机构的操作。")]
ByAction = Annotated[str, typer.Option("--action", metavar="操作", help="如 subject-read。")]
ByOutcome = Annotated[
    Outcome | None, typer.Option("--outcome", help="done 已完成，refused 被拒绝。")
]
About = Annotated[str, typer.Option("--about", metavar="对象", help="主体代号、批次号或记录编号。")]
CreditCode = Annotated[
    str | None, typer.Option("--credit-code", metavar="代码", help="对象的统一社会信用代码。")
]


def search(
    context: typer.Context,
    *,
    purpose: Purpose,
    since: Since = None,
    until: Until = None,
    actor: ByActor = "",
    organisation: ByOrganisation = "",
    action: ByAction = "",
    outcome: ByOutcome = None,
    about: About = "",
    credit_code: CreditCode = None,
    limit: Annotated[int, typer.Option(metavar="条数", help="最多列出多少条。")] = 50,
    json: Json = False,
) -> None:
    client, begin, end = span_of(context, since, until)
    found: list[AuditEntryView] = []
    cursor = ""
    while len(found) < limit:
        call = SearchAudit(
            caller=client.caller,
            purpose=purpose,
            since=begin,
            until=end,
            actor=actor,
            organisation=organisation,
            action=action,
            outcome=outcome,
            about=about,
            credit_code=credit_code,
            limit=min(limit - len(found), 200),
            cursor=cursor,
        )
        page = AuditPage.model_validate(client.call(call))
        found += page.entries
        cursor = page.cursor
        if not cursor:
            break
    if json:
        say_json([each.model_dump(mode="json") for each in found])
        return
    say_table(
        ("时间", "机构", "账号", "操作", "对象", "用途", "结果", "编号"),
        [
            (
                local_time(each.at),
                each.organisation,
                each.actor,
                each.action,
                " ".join(each.about),
                each.purpose,
                each.outcome.value,
                each.place,
            )
            for each in found
        ],
    )
    if cursor:
        typer.echo("还有更多：请缩小范围，或加大 --limit。", err=True)


def export(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="文件", help="写到哪个文件（.jsonl）。")],
    *,
    purpose: Purpose,
    since: Since = None,
    until: Until = None,
    actor: ByActor = "",
    organisation: ByOrganisation = "",
    action: ByAction = "",
    outcome: ByOutcome = None,
    about: About = "",
    credit_code: CreditCode = None,
) -> None:
    client, begin, end = span_of(context, since, until)
    lines: dict[str, None] = {}
    count, cursor = 0, ""
    while True:
        call = ExportAudit(
            caller=client.caller,
            purpose=purpose,
            since=begin,
            until=end,
            actor=actor,
            organisation=organisation,
            action=action,
            outcome=outcome,
            about=about,
            credit_code=credit_code,
            cursor=cursor,
        )
        page = AuditExport.model_validate(client.call(call))
        # Keys and checkpoints come with every page, and stand in the file once.
        lines |= dict.fromkeys(page.lines)
        count += len(page.entries)
        cursor = page.cursor
        if not cursor:
            break
    target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    typer.echo(f"已导出 {count} 条到 {target}。核对：nbcredit audit check {target}")


def looked(
    context: typer.Context,
    credit_code: Annotated[str, typer.Argument(metavar="代码", help="统一社会信用代码。")],
    *,
    purpose: Purpose,
    limit: Annotated[
        int, typer.Option(min=1, max=100, metavar="条数", help="最多列出多少条。")
    ] = 50,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = WhoLooked(caller=client.caller, purpose=purpose, credit_code=credit_code, limit=limit)
    view = LooksView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    say_table(
        ("时间", "机构", "事项", "用途", "结果"),
        [
            (
                local_time(each.at),
                each.organisation_name,
                each.what,
                each.purpose,
                each.outcome.value,
            )
            for each in view.looks
        ],
    )
