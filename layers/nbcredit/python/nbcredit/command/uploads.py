"""`nbcredit upload`: put files where the platform takes them, and tell how they ended."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from nbcredit.command.backfill import files_of, period_in
from nbcredit.command.deliveries import Delivery, LocalFile, put
from nbcredit.command.desk import Desk, desk_of, say_json
from nbcredit.command.following import follow
from nbcredit.command.recognition import item_of, provider_of
from nbcredit.command.schemas import code_of
from nbcredit.command.shell import complain, explained
from nbcredit.command.submissions import (
    ALL_ACCEPTED,
    PURPOSE,
    REFUSED,
    exit_code,
    issues_of,
    look,
    say_books,
    say_issues,
    say_made_uniform,
)
from nbcredit.domain.errors import BadRequest, Refusal
from nbcredit.domain.periods import Period
from nbcredit.domain.submissions import State
from nbcredit.wire.catalogue import CatalogueView, ItemView, ShowCatalogue
from nbcredit.wire.submissions import SubmissionView


@dataclass(frozen=True, slots=True)
class Choices:
    """What the options say of every file of one command; nothing means: find out."""

    provider: str | None
    item: str | None
    period: str | None
    by_name: bool = False

    def period_of(self, path: Path, *, today: date) -> Period:
        if self.by_name:
            return period_in(path.name)
        return Period.parse(self.period) if self.period else Period.of(today).previous()


class PeriodTwice(BadRequest):
    """The period is told by an option and to be read from the names."""

    code = "period-twice"

    def __init__(self) -> None:
        super().__init__("--backfill 从文件名读报送期，不能同时用 --period：请去掉其中一个。")


def upload(
    context: typer.Context,
    *,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件",
            help="要报送的文件（xlsx、csv 或 JSON Lines），可以一次给多个，也可以给文件夹。",
        ),
    ],
    provider: Annotated[
        str | None,
        typer.Option(metavar="单位", help="报送单位代码，如 scjg；不写则按目录和连接设置判断。"),
    ] = None,
    item: Annotated[
        str | None, typer.Option(metavar="目录项", help="目录项代码或名称；不写则从表头识别。")
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="年-月", help="报送期，如 2026-10；不写则为上个月。")
    ] = None,
    backfill: Annotated[
        bool,
        typer.Option(
            "--backfill",
            help="历史补报：每个文件的报送期取自文件名，如 2024-11、202411 或 2024年11月。",
        ),
    ] = False,
    wait: Annotated[
        bool,
        typer.Option("--wait/--no-wait", help="等到处理结束并显示结果，或上传后立即返回。"),
    ] = True,
    timeout: Annotated[
        int, typer.Option(metavar="秒", min=1, help="最多等待多少秒；超时后平台会继续处理。")
    ] = 1800,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出结果，供程序读取。")] = False,
) -> None:
    desk = desk_of(context)
    if backfill and period:
        raise PeriodTwice
    choices = Choices(provider, item, period, by_name=backfill)
    results: list[dict[str, Any]] = []
    worst = 0
    limit = timedelta(seconds=timeout) if wait else None
    for path in files_of(files):
        try:
            code, result = _deliver(desk, path, choices, limit, quiet=json)
        except Refusal as refusal:
            if desk.debug:
                raise
            # The other files of the command are not to suffer from this one.
            complain(f"{path.name}：{explained(refusal)}")
            worst = REFUSED
            continue
        worst = max(worst, code)
        results.append(result)
    if json:
        say_json(results)
    raise typer.Exit(worst)


def _delivery(desk: Desk, path: Path, choices: Choices) -> Delivery:
    """Complete what the options leave open, from the header, the catalogue and the calendar."""
    file = LocalFile.read(path)
    client = desk.client(otherwise=choices.provider)
    catalogue = CatalogueView.model_validate(
        client.call(ShowCatalogue(caller=client.caller, purpose=PURPOSE, on=desk.today))
    )
    if choices.item is None:
        item = item_of(path, file.rows, catalogue.items, oddity=file.oddity)
    else:
        item = _named(choices.item, catalogue)
    return Delivery(
        file=file,
        item=item,
        provider=choices.provider
        or provider_of(
            item,
            organisation=desk.organisation,
            defaults=desk.platform.connection.default_providers,
        ),
        period=choices.period_of(path, today=desk.today),
    )


def _named(code: str, catalogue: CatalogueView) -> ItemView:
    known = {item.code: item for item in catalogue.items}
    return known[code_of(code, {each: item.name for each, item in known.items()})]


def _assumed(delivery: Delivery, choices: Choices, *, own: str | None) -> str:
    """Say in one line what is uploaded as what, and which parts were not asked for."""
    item, provider = delivery.item, delivery.provider
    chosen_for = "按目录" if item.providers == [provider] else "本机云的默认单位，要换用 --provider"
    parts = (
        ("目录项", f"{item.name}（{item.code}）", choices.item, "按表头"),
        ("报送单位", provider, choices.provider, "按操作单位" if own == provider else chosen_for),
        (
            "报送期",
            str(delivery.period),
            choices.period,
            "按文件名" if choices.by_name else "默认上个月",
        ),
    )
    said = "，".join(
        f"{title} {value}" + ("" if chosen else f"（{why}）") for title, value, chosen, why in parts
    )
    return f"{delivery.file.path.name}：{said}"


def _known(earlier: SubmissionView) -> str:
    if earlier.state == State.REFUSED:
        return "同样的内容以前报送过，当时被退回：重新检查一次。"
    said = "同样的内容以前报送过，是同一批次，不会重复入库。"
    if earlier.state == State.SETTLED:
        said += "后来的批次可能已更新其中的记录；要改回这份内容，请上传有改动的文件。"
    return said


def _deliver(
    desk: Desk, path: Path, choices: Choices, limit: timedelta | None, *, quiet: bool
) -> tuple[int, dict[str, Any]]:
    delivery = _delivery(desk, path, choices)
    typer.echo(_assumed(delivery, choices, own=desk.organisation), err=quiet)
    client = desk.client(otherwise=delivery.provider)
    earlier = look(client, delivery.submission)
    if earlier is not None:
        typer.echo(_known(earlier), err=quiet)
    put(client, delivery)
    if limit is None:
        typer.echo(f"已上传，批次 {delivery.submission}。", err=quiet)
        return ALL_ACCEPTED, {"submission": {"submission": delivery.submission}}
    view = follow(desk, client, delivery.submission, limit=limit, earlier=earlier)
    issues = issues_of(client, delivery.submission)
    if not quiet:
        say_books(view)
        say_issues(issues)
        say_made_uniform(view, issues)
    return exit_code(view), {
        "submission": view.model_dump(mode="json"),
        "issues": issues.model_dump(mode="json"),
    }
