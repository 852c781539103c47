"""`nbcredit audit`: prove that the audit trail is whole."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.periods import SHANGHAI
from nbcredit.wire.audit import AuditReport, VerifyAudit

audit = new_app("审计日志。")


class BadMoment(BadRequest):
    """The text is not a moment."""

    code = "bad-moment"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是时间：请写成 2026-11-23 或 2026-11-23T08:00（北京时间）。")


@audit.command(cls=Command, help="核验一段时间的审计链是否完整。\n\n退出码：0 完整；1 不完整。")
def verify(
    context: typer.Context,
    *,
    since: Annotated[
        str | None, typer.Option(metavar="时间", help="从何时起，北京时间；不写则为一天前。")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="时间", help="到何时止，北京时间；不写则为现在。")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    desk = desk_of(context)
    client = desk.client()
    end = _moment(until) if until else desk.now()
    call = VerifyAudit(
        caller=client.caller,
        purpose="审计核验",
        since=_moment(since) if since else end - timedelta(days=1),
        until=end,
    )
    report = AuditReport.model_validate(client.call(call))
    if json:
        say_json(report.model_dump(mode="json"))
    elif report.whole:
        typer.echo(f"审计链完整：{report.chains} 条链，{report.entries} 条记录。")
    else:
        typer.echo(f"审计链不完整：第一处问题 {report.first_bad}，{report.reason}")
    raise typer.Exit(0 if report.whole else 1)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(text) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
