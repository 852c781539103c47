"""`nbcredit calendar`: the working-day calendar, and due dates by it."""

import json as json_module
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from nbcredit.command.deliveries import NoSuchFile
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.calendars import (
    CalendarView,
    ComputeDue,
    DueView,
    LoadCalendar,
    ShowCalendar,
    YearView,
)

calendar = new_app("工作日历：放假、调休和期限的计算。")


class BadStart(BadRequest):
    """The text is not a date."""

    code = "bad-start"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是日期：请写成 2026-09-28。")


class NotJson(BadRequest):
    """The file is not a JSON object."""

    code = "calendar-not-json"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} 不是 UTF-8 编码的 JSON 对象：请参照 schemas/calendar/ 中的文件。"
        )


@calendar.command(cls=Command, help="显示已载入的年份；写年份则列出该年放假和调休的日子。")
def show(
    context: typer.Context,
    *,
    year: Annotated[int | None, typer.Argument(metavar="年份", help="如 2026。")] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    client = desk_of(context).client()
    call = ShowCalendar(caller=client.caller, purpose="查看工作日历", year=year)
    view = CalendarView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    if not view.years:
        told = f"{year} 年的工作日历" if year else "工作日历"
        typer.echo(
            f"{told}没有载入，暂按周一至周五计算：请按放假通知用 nbcredit calendar load 载入。"
        )
    for each in view.years:
        _say_year(each, days=year is not None)


@calendar.command(
    cls=Command,
    help="载入一年的工作日历（JSON 文件，格式同 schemas/calendar/）；由信用中心或市信用办操作。",
)
def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="一年的工作日历。")],
) -> None:
    client = desk_of(context).client()
    call = LoadCalendar(caller=client.caller, purpose="载入工作日历", document=_read(file))
    view = YearView.model_validate(client.call(call))
    _say_year(view, days=False)
    typer.echo("已载入；未完成事项的期限随后自动重新计算。")


@calendar.command(cls=Command, help="计算期限并说明理由：从某日起若干个工作日，当日不计。")
def due(
    context: typer.Context,
    *,
    start: Annotated[str, typer.Option("--from", metavar="日期", help="起算日，如 2026-09-28。")],
    days: Annotated[int, typer.Option(metavar="天数", help="工作日数，如 5。", min=1, max=250)],
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    client = desk_of(context).client()
    call = ComputeDue(caller=client.caller, purpose="计算期限", start=_day(start), days=days)
    view = DueView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(view.text)
    typer.echo(view.explanation)


def _say_year(view: YearView, *, days: bool) -> None:
    typer.echo(
        f"{view.year} 年第 {view.edition} 次：{view.source}，"
        f"放假 {len(view.off)} 天，调休上班 {len(view.worked)} 天"
    )
    if not days:
        return
    for day in (*view.off, *view.worked):
        typer.echo(f"  {day}")


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise NoSuchFile(path)
    try:
        found = json_module.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotJson(path) from error
    if not isinstance(found, dict):
        raise NotJson(path)
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadStart(text) from None
