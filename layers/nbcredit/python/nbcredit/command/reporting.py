"""`nbcredit report` and `withdraw`: a few rows or records at once, answered within the call."""

import json as json_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.submissions import OUTCOMES, PURPOSE, exit_code, say_books
from nbcredit.domain.entries import BATCH_ROWS
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.reporting import (
    ReportedRows,
    ReportRows,
    WithdrawnRecords,
    WithdrawRecords,
)
from nbcredit.wire.submissions import IssueView

_FORM: Final = '如 {"企业名称": "…", "统一社会信用代码": "…"}'


class NoRows(BadRequest):
    """Neither rows nor a file of rows were given, or both."""

    code = "no-rows"

    def __init__(self) -> None:
        super().__init__("请用 --row 写出要报送的记录，或给一个 JSON 文件，两者选一。")


class NotRows(BadRequest):
    """What was given is not a JSON object, or a list of them."""

    code = "not-rows"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place}不是 JSON 对象，也不是对象的列表：每条记录写成一个对象，{_FORM}。"
        )


class TooManyRows(BadRequest):
    """So many rows are a file."""

    code = "too-many-rows"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"一次最多报送 {BATCH_ROWS} 条，现有 {count} 条：请改用 nbcredit upload 上传文件。"
        )


def report(
    context: typer.Context,
    *,
    provider: Annotated[str, typer.Argument(metavar="单位", help="报送单位代码，如 scjg。")],
    item: Annotated[
        str, typer.Argument(metavar="目录项", help="目录项代码，如 administrative-penalty。")
    ],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="文件", help="JSON 文件：一个对象，或对象的列表。"),
    ] = None,
    row: Annotated[
        list[str] | None,
        typer.Option(metavar="JSON", help=f"一条记录，写成 JSON 对象，{_FORM}；可以写多个 --row。"),
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="年-月", help="报送期，如 2026-10；不写则为本月。")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    if (file is None) == (not row):
        raise NoRows
    rows = _of_file(file) if file is not None else [_told(each) for each in row or ()]
    if len(rows) > BATCH_ROWS:
        raise TooManyRows(len(rows))
    client = desk_of(context).client(otherwise=provider)
    call = ReportRows(
        caller=client.caller,
        purpose=PURPOSE,
        provider=provider,
        item=item,
        period=period,
        rows=rows,
    )
    reported = ReportedRows.model_validate(client.call(call))
    if json:
        say_json(reported.model_dump(mode="json"))
    else:
        _say(reported)
    raise typer.Exit(exit_code(reported.submission))


def withdraw(
    context: typer.Context,
    *,
    records: Annotated[
        list[str],
        typer.Argument(metavar="记录编号", help="records 显示的记录编号，可以一次写多个。"),
    ],
    reason: Annotated[
        str, typer.Option(metavar="理由", help="为什么撤回，会和记录一起保存，2 到 200 个字。")
    ],
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    client = desk_of(context).client()
    call = WithdrawRecords(caller=client.caller, purpose=PURPOSE, records=records, reason=reason)
    withdrawn = WithdrawnRecords.model_validate(client.call(call))
    if json:
        say_json(withdrawn.model_dump(mode="json"))
        return
    for submission in withdrawn.submissions:
        say_books(submission)
    typer.echo(
        "已接收，正在排队，平台会自动处理，不用重新撤回。"
        if withdrawn.waits
        else "已撤回：不再公示，档案中保留历史；要恢复请报送更正（更正记录编号写这条记录）。"
    )


def _of_file(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise NotRows(f"没有文件 {path}，")
    told = _read(path.read_text(encoding="utf-8-sig"), f"文件 {path.name} ")
    rows = told if isinstance(told, list) else [told]
    if not rows or not all(isinstance(each, dict) for each in rows):
        raise NotRows(f"文件 {path.name} ")
    return rows


def _told(text: str) -> dict[str, Any]:
    told = _read(text, f"“{text}”")
    if not isinstance(told, dict):
        raise NotRows(f"“{text}”")
    return told


def _read(text: str, place: str) -> Any:
    try:
        return json_module.loads(text)
    except ValueError as error:
        raise NotRows(place) from error


def _say(reported: ReportedRows) -> None:
    say_books(reported.submission)
    for row in reported.rows:
        typer.echo(f"第 {row.row} 条：{OUTCOMES.get(row.outcome, '等待比对')}")
        _say_issues(row.issues)
    _say_issues(reported.issues)
    if reported.waits:
        typer.echo(
            "已接收，正在排队，平台会自动入库：稍后用 "
            f"nbcredit status {reported.submission.submission} 查看结果，不用重新报送。"
        )


def _say_issues(issues: list[IssueView]) -> None:
    for issue in issues:
        place = f"“{issue.header}”" if issue.header else ""
        typer.echo(f"  {issue.code} {place}{issue.message}")
