"""`nbcredit catalogue`: show, check and publish the catalogue of reported information."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from botocore.exceptions import EndpointConnectionError

from nbcredit.command.connection import NoConnection
from nbcredit.command.desk import Desk, desk_of, on_terminal, say_json
from nbcredit.command.schemas import read_folder, read_meta
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import say_table
from nbcredit.command.trial_reports import say_trials
from nbcredit.command.trials import PlatformTrials, Schemas, Untried
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.organisations import OFFICE
from nbcredit.domain.periods import Period
from nbcredit.usecases.catalogue import check_catalogue
from nbcredit.wire.catalogue import CatalogueView, ItemView, PublishCatalogue, ShowCatalogue
from nbcredit.wire.trials import TrialView

WORSE: Final = 1
UNTRIED: Final = (
    "没有连接平台，报送期 {} 的文件没有试：请用 --stack 指定堆栈或运行 make serve 后重做，"
    "或用 --files 试读本机的文件；只检查目录本身请加 --offline。"
)

catalogue = new_app("公共信用信息目录。")

Folder = Annotated[
    Path, typer.Argument(metavar="文件夹", help="一个目录项一个 JSON 文件的文件夹。")
]


class BadDay(BadRequest):
    """The text is not a date."""

    code = "bad-day"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是日期：请写成 2026-01-01。")


@catalogue.command(cls=Command, help="显示现行目录：有哪些目录项，由谁报送，表头怎么写。")
def show(
    context: typer.Context,
    *,
    on: Annotated[
        str | None, typer.Option(metavar="日期", help="哪一天有效的目录；不写则为今天。")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    day = _day(on) if on else None
    client = desk_of(context).client()
    call = ShowCatalogue(caller=client.caller, purpose="查看目录", on=day)
    view = CatalogueView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"目录 {view.version} 版，{view.effective_from} 起生效")
    say_table(
        ("目录项", "名称", "报送单位", "字段数", "必填"),
        [
            (
                item.code,
                item.name,
                _listed(item.providers),
                str(len(item.headers)),
                _required(item),
            )
            for item in view.items
        ],
    )


def _listed(codes: Sequence[str]) -> str:
    """Return codes in one cell: a terminal breaks lines at spaces, and none of the codes."""
    return (" " if on_terminal() else "、").join(codes)


def _required(item: ItemView) -> str:
    """Return the required columns for a program; a terminal has room for their number."""
    if on_terminal():
        return str(len(item.required))
    return "、".join(item.headers[name][0] for name in item.required)


@catalogue.command(
    cls=Command,
    help=(
        "检查目录文件夹，列出全部错误；没有错误的，再试读上个月的文件，说明各会有什么变化。"
        "只试读，不入库；由市信用办操作，会记入审计。\n\n"
        "退出码：0 没有错误，也没有新退回的；1 有文件或行会被新退回，或者没有试完；2 有错误。"
    ),
)
def check(
    context: typer.Context,
    folder: Folder,
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="不连接平台，只检查目录本身。")
    ] = False,
    files: Annotated[
        Path | None,
        typer.Option(
            metavar="文件夹",
            help="改为试读本机文件夹中的文件，不连接平台；目录项看子文件夹名，否则看表头。",
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(metavar="年-月", help="试读哪个报送期的文件，如 2026-10；不写则为上个月。"),
    ] = None,
) -> None:
    asked = Period.parse(period) if period else None
    schemas = _checked(folder)
    typer.echo(f"{len(schemas)} 个目录项，没有错误。")
    desk = desk_of(context)
    if files is not None:
        _say(_of_files(files, schemas, desk))
    elif not offline:
        _try_reported(schemas, desk, asked or Period.of(desk.today).previous())


def _checked(folder: Path) -> Schemas:
    """Return the schemas, or print every fault and end."""
    from nbcredit.adapters.schema_checker import (  # noqa: PLC0415 -- only this command needs it
        JsonSchemaChecker,
    )

    schemas, faults = read_folder(folder)
    if schemas:
        faults += check_catalogue(schemas, checker=JsonSchemaChecker(read_meta(folder)))
    _refuse(faults)
    return schemas


def _of_files(files: Path, schemas: Schemas, desk: Desk) -> Iterable[TrialView | Untried]:
    from nbcredit.command.local_trials import LocalTrials  # noqa: PLC0415 -- brings the engine

    typer.echo(f"按新目录试读 {files} 中的文件：")
    return LocalTrials.of(files, schemas, today=desk.today)


def _try_reported(schemas: Schemas, desk: Desk, period: Period) -> None:
    try:
        client = desk.client(otherwise=OFFICE)
        trials = PlatformTrials(client, schemas, period, desk.today).ready()
    except NoConnection:
        _untried(period)
    except EndpointConnectionError:
        # The local cloud leaves its address behind; a named stack has to answer.
        if desk.platform.connection.endpoint_url is None:
            raise
        _untried(period)
    typer.echo(f"按新目录试读报送期 {period} 的文件：")
    _say(trials)


def _untried(period: Period) -> NoReturn:
    """Say that nothing was tried, and end as where something was not."""
    typer.echo(UNTRIED.format(period))
    raise typer.Exit(WORSE)


def _say(results: Iterable[TrialView | Untried]) -> None:
    if say_trials(results).worse:
        raise typer.Exit(WORSE)


@catalogue.command(cls=Command, help="发布新的目录版本，到生效日自动启用。")
def publish(
    context: typer.Context,
    folder: Folder,
    version: Annotated[str, typer.Option(metavar="版本", help="版本号，如 2026-2；发布后不能改。")],
    effective_from: Annotated[
        str, typer.Option(metavar="日期", help="从哪天起生效，如 2027-01-01。")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接发布。")] = False,
) -> None:
    schemas, unread = read_folder(folder)
    if unread:
        # The platform checks what it gets; what isn't JSON can't get there.
        _checked(folder)
    day = _day(effective_from)
    if not yes:
        at_once = "，立即生效" if day <= desk_of(context).today else ""
        typer.echo(f"将发布目录 {version} 版：{len(schemas)} 个目录项，{day} 起生效{at_once}。")
        typer.confirm("发布后不能修改或撤回，只能再发布新的版本。现在发布吗？", abort=True)
    client = desk_of(context).client(otherwise=OFFICE)
    call = PublishCatalogue(
        caller=client.caller,
        purpose="发布目录",
        version=version,
        effective_from=day,
        schemas=schemas,
    )
    client.call(call)
    typer.echo(f"目录 {version} 版已发布，{effective_from} 起生效，共 {len(schemas)} 个目录项。")
    typer.echo("同一生效日有多个版本的，以最后发布的为准。")


def _refuse(faults: Sequence[str]) -> None:
    """Print every fault and end, where there is one."""
    if not faults:
        return
    for fault in faults:
        typer.echo(fault)
    typer.echo(f"{len(faults)} 处错误，不能发布。")
    raise typer.Exit(2)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDay(text) from None
