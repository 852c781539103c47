"""`nbcredit clean`: check a file before it is sent, without the platform."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from nbcredit.cleaning.clean_runs import clean_file
from nbcredit.cleaning.clean_summaries import CleanRun
from nbcredit.command.clean_results import exit_code, say_run
from nbcredit.command.deliveries import LocalFile, NoSuchFile
from nbcredit.command.desk import desk_of, on_terminal, say_json
from nbcredit.command.recognition import item_of
from nbcredit.command.schemas import code_of, read_folder, shipped_folder
from nbcredit.domain.catalogue import Catalogue, CatalogueRefused, Item
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.views import catalogue_view


class BadToday(BadRequest):
    """The day to check by is not a date."""

    code = "bad-today"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是日期：--today 请写成 2026-11-23。")


class FolderGiven(BadRequest):
    """A folder was named where a file is to be checked."""

    code = "folder-given"

    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path}”是文件夹：请写出其中的文件，一次检查一个。")


class FileInTheWay(BadRequest):
    """The results go to a folder, and a file has its name."""

    code = "file-in-the-way"

    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path}”是文件：--out 请写一个文件夹，结果有几个文件。")


def clean(
    context: typer.Context,
    *,
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="要检查的文件（xlsx、csv 或 JSON Lines）。")
    ],
    out: Annotated[Path, typer.Option(metavar="文件夹", help="结果写到哪个文件夹。")],
    item: Annotated[
        str | None, typer.Option(metavar="目录项", help="目录项代码或名称；不写则从表头识别。")
    ] = None,
    today: Annotated[
        str | None, typer.Option(metavar="日期", help="按哪一天检查日期；不写则为今天。")
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="文件夹", help="目录文件夹；不写则用随软件提供的最新版。"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出结果，供程序读取。")] = False,
) -> None:
    desk = desk_of(context)
    day = _day(today) if today else desk.today
    if file.is_dir():
        raise FolderGiven(file)
    if not file.is_file():
        raise NoSuchFile(file)
    if out.exists() and not out.is_dir():
        raise FileInTheWay(out)
    items = _items_of((catalogue or shipped_folder(Path.cwd())).resolve())
    chosen = _named(item, items) if item else _recognised(file, items, today=day)
    why = "" if item else "（按表头）"
    typer.echo(
        f"{file.name}：目录项 {chosen.name}（{chosen.code}）{why}，"
        f"目录 {chosen.version} 版，按 {day} 检查",
        err=json,
    )
    run = _cleaned(file, chosen, items, day, out)
    if json:
        say_json(run.told())
    else:
        say_run(run, source=file, out=out)
    raise typer.Exit(exit_code(run))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadToday(text) from None


def _items_of(folder: Path) -> Mapping[str, Item]:
    schemas, faults = read_folder(folder)
    if faults:
        raise CatalogueRefused(faults)
    return {code: Item.from_schema(schema, version=folder.name) for code, schema in schemas.items()}


def _named(code: str, items: Mapping[str, Item]) -> Item:
    return items[code_of(code, {each: item.name for each, item in items.items()})]


def _recognised(path: Path, items: Mapping[str, Item], *, today: date) -> Item:
    """Return the item that the header fits, as `upload` tells it."""
    version = next(iter(items.values())).version
    shown = catalogue_view(Catalogue(version, today, items))
    file = LocalFile.read(path)
    return items[item_of(path, file.rows, shown.items, oddity=file.oddity).code]


def _cleaned(path: Path, item: Item, items: Mapping[str, Item], today: date, out: Path) -> CleanRun:
    with _bar(2 * path.stat().st_size) as watch:
        return clean_file(
            path, item=item, others=items.values(), today=today, out=out, watch=watch.advance
        )


class _Watch:
    """A bar by the bytes read; then one that only moves, while a workbook's rows are cleaned."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("检查", total=total)
        self._left = total

    def advance(self, count: int) -> None:
        self._left -= count
        self._progress.advance(self._task, count)
        if self._left <= 0:
            self._progress.update(self._task, total=None, description="整理")


@contextmanager
def _bar(total: int) -> Iterator[_Watch]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True, disable=not on_terminal()) as progress:
        yield _Watch(progress, total)
