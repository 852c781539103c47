"""`nbcredit template`: the workbooks that providers fill in."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.desk import desk_of
from nbcredit.command.schemas import item_in, read_folder, shipped_folder
from nbcredit.domain.catalogue import CatalogueRefused, Item
from nbcredit.domain.errors import BadRequest, Conflict


class OneOrAll(BadRequest):
    """Neither an item nor all of them was asked for, or both."""

    code = "one-or-all"

    def __init__(self) -> None:
        super().__init__("请写一个目录项代码，或者用 --all 生成全部目录项的模板。")


class AlreadyThere(Conflict):
    """A file would be written over; it may be a template that somebody has filled in."""

    code = "already-there"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} 已经存在，可能已填写过：请用 --out 写到别处，或先移走它。")


def template(
    context: typer.Context,
    *,
    item: Annotated[
        str | None,
        typer.Argument(metavar="目录项", help="目录项代码或名称，如 administrative-penalty。"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="文件", help="写到哪个文件或文件夹；不写则写到当前文件夹，文件名含版本。"
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="生成目录中全部目录项的模板。")] = False,
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="文件夹", help="目录文件夹；不写则用随软件提供的最新版。"),
    ] = None,
) -> None:
    if (item is None) is not every:
        raise OneOrAll
    folder = (catalogue or shipped_folder(Path.cwd())).resolve()
    if item is not None:
        items = [item_in(folder, item)]
    else:
        items = _items_of(folder)
        out = out or Path()
        out.mkdir(parents=True, exist_ok=True)
    _write({_path(each, out): each for each in items}, desk_of(context).today)


def _items_of(folder: Path) -> list[Item]:
    schemas, faults = read_folder(folder)
    if faults:
        raise CatalogueRefused(faults)
    return [Item.from_schema(schema, version=folder.name) for schema in schemas.values()]


def _path(item: Item, out: Path | None) -> Path:
    own = f"{item.code}-模板-{item.version}.xlsx"
    if out is None:
        return Path(own)
    return out / own if out.is_dir() else out


def _write(items: Mapping[Path, Item], today: date) -> None:
    from nbcredit.documents.templates import (  # noqa: PLC0415 -- only this command needs it
        template as workbook_of,
    )

    for path in items:
        if path.exists():
            raise AlreadyThere(path)
    for path, item in items.items():
        path.write_bytes(workbook_of(item, created=today))
        required = len(item.schema["required"])
        typer.echo(
            f"已写出 {path}：{item.name}，目录 {item.version} 版，"
            f"{len(item.fields)} 列，其中必填 {required} 列。"
        )
    typer.echo("用 Excel 或 WPS 打开，在第一张工作表从第 2 行起填写；怎样填写见第二张工作表。")
    typer.echo("填好保存后上传：nbcredit upload 文件")
