"""`nbcredit audit`: prove that the trail is whole, search it, hand it out, check what was got."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.audit_entries import Json, export, looked, search
from nbcredit.command.audit_spans import Since, Until, days_of, span_of
from nbcredit.command.desk import say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import local_time
from nbcredit.domain.audit_proofs import Checked
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.audit import (
    AuditReport,
    VerifyAudit,
)

audit = new_app("审计日志。")


class NoSuchFile(BadRequest):
    """There is no file to check."""

    code = "no-such-file"

    def __init__(self, path: Path) -> None:
        super().__init__(f"没有文件 {path}：请检查路径。")


@audit.command(cls=Command, help="核验一段时间的审计链是否完整。\n\n退出码：0 完整；1 不完整。")
def verify(
    context: typer.Context,
    *,
    since: Since = None,
    until: Until = None,
    json: Json = False,
) -> None:
    client, begin, end = span_of(context, since, until)
    reports = [
        AuditReport.model_validate(
            client.call(
                VerifyAudit(caller=client.caller, purpose="审计核验", since=first, until=last)
            )
        )
        for first, last in days_of(begin, end)
    ]
    bad = next((each for each in reports if not each.whole), None)
    if json:
        say_json(_summed(reports, bad).model_dump(mode="json"))
    elif bad is not None:
        typer.echo(f"审计链不完整：第一处问题 {bad.first_bad}，{bad.reason}")
        typer.echo("请不要改动审计表，按运维手册“Verifying the audit trail”处理。")
    else:
        _say_whole(_summed(reports, bad))
    raise typer.Exit(1 if bad is not None else 0)


def _say_whole(report: AuditReport) -> None:
    typer.echo(f"审计链完整：{report.chains} 条链，{report.entries} 条记录。")
    if report.sealed_until is None:
        typer.echo("这段时间还没有封存，只核对了链本身。")
    else:
        until = local_time(report.sealed_until)
        typer.echo(f"已与 {report.checkpoints} 个签名的检查点核对，封存到 {until}。")


def _summed(reports: Sequence[AuditReport], bad: AuditReport | None) -> AuditReport:
    """Return one report over all days; chains count in each day that they have entries in."""
    return reports[-1].model_copy(
        update={
            "whole": bad is None,
            "entries": sum(each.entries for each in reports),
            "chains": sum(each.chains for each in reports),
            "checkpoints": sum(each.checkpoints for each in reports),
            "first_bad": bad.first_bad if bad else "",
            "reason": bad.reason if bad else "",
            "faults": {place: told for each in reports for place, told in each.faults.items()},
        }
    )


@audit.command(
    cls=Command,
    help="核对导出的文件，不需要连接平台。\n\n退出码：0 都对得上；1 有对不上的。",
)
def check(
    file: Annotated[Path, typer.Argument(metavar="文件", help="audit export 写出的文件。")],
    *,
    key: Annotated[
        str, typer.Option(metavar="指纹", help="平台公布的公钥指纹；写了就只认这把钥匙。")
    ] = "",
    json: Json = False,
) -> None:
    from nbcredit.adapters.signatures import (  # noqa: PLC0415 -- only this needs cryptography
        EcdsaSignatures,
    )
    from nbcredit.usecases.audit_exports import ExportChecks  # noqa: PLC0415 -- as above

    if not file.is_file():
        raise NoSuchFile(file)
    with file.open(encoding="utf-8") as lines:
        checked = ExportChecks(EcdsaSignatures()).check(lines, trusted=key.strip().lower())
    if json:
        say_json(
            {
                "whole": checked.whole,
                "proven": checked.proven,
                "unsealed": checked.unsealed,
                "keys": checked.keys,
                "faults": dict(checked.faults),
            }
        )
    else:
        _say_checked(checked, trusted=bool(key))
    raise typer.Exit(0 if checked.whole else 1)


def _say_checked(checked: Checked, *, trusted: bool) -> None:
    for place, reason in checked.faults.items():
        typer.echo(f"{place}：{reason}")
    typer.echo(f"{checked.proven} 条与签名的检查点一致，{len(checked.faults)} 条对不上。")
    if checked.unsealed:
        typer.echo(f"{checked.unsealed} 条导出时还没有封存，没有证明：封存后请重新导出。")
    if not trusted:
        for each in checked.keys:
            typer.echo(f"签名公钥指纹：{each}。请与平台公布的核对，或用 --key 指定。")


audit.command(cls=Command, help="查找审计记录：谁、做了什么、对谁、何时、为何、结果。")(search)
audit.command(cls=Command, help="导出审计记录及证明，谁都可以用 audit check 核对。")(export)
audit.command(cls=Command, help="查谁看过一家企业的信用信息：机构、时间、用途，不含个人。")(looked)
