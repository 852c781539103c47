"""`nbcredit catalogue compare` and `draft`: what a new version changes, and new items (A6.1)."""

import json as text
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.catalogues import Folder
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.schemas import read_folder
from nbcredit.domain.catalogue import CatalogueRefused
from nbcredit.domain.organisations import OFFICE
from nbcredit.wire.catalogue_drafts import (
    CompareCatalogue,
    ComparisonView,
    DraftItem,
    DraftView,
    MeaningView,
)

_PURPOSE = "目录管理"
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


def compare(context: typer.Context, folder: Folder, *, json: Json = False) -> None:
    schemas, faults = read_folder(folder)
    if faults:
        raise CatalogueRefused(faults)
    client = desk_of(context).client(otherwise=OFFICE)
    call = CompareCatalogue(caller=client.caller, purpose=_PURPOSE, schemas=schemas)
    view = ComparisonView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    against = f"现行 {view.against} 版" if view.against else "还没有生效的目录"
    typer.echo(f"与{against}比较：{len(view.changes)} 个目录项有变化，{view.unchanged} 个不变")
    for each in view.changes:
        mark = "，报送单位需要改动文件" if each.breaks else ""
        typer.echo(f"{each.kind_text} {each.name}（{each.item}）{mark}")
        _say(each.meanings, "  ")
        for field in each.fields:
            typer.echo(f"  {field.kind_text} {field.title}（{field.field}）")
            _say(field.meanings, "    ")


def draft(
    context: typer.Context,
    information: Annotated[
        str, typer.Argument(metavar="编号", help="off-catalogue list 列出的编号。")
    ],
    *,
    item: Annotated[str, typer.Option(metavar="目录项", help="新目录项的代码，如 prepaid-card。")],
    name: Annotated[str, typer.Option(metavar="名称", help="名称；不写则用信息的标题。")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="把草案写到这里；不写则显示。")
    ] = None,
) -> None:
    client = desk_of(context).client(otherwise=OFFICE)
    call = DraftItem(
        caller=client.caller, purpose=_PURPOSE, information=information, item=item, name=name
    )
    view = DraftView.model_validate(client.call(call))
    spelled = text.dumps(view.item_schema, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        typer.echo(spelled, nl=False)
    else:
        path = out / f"{view.item}.json"
        path.write_text(spelled, encoding="utf-8")
        typer.echo(f"草案已写到 {path}", err=True)
    for each in view.to_complete:
        typer.echo(f"待定：{each}", err=True)


def _say(meanings: Sequence[MeaningView], indent: str) -> None:
    for each in meanings:
        typer.echo(f"{indent}{'！' if each.breaks else '·'} {each.text}")
