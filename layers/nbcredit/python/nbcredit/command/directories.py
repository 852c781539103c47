"""`nbcredit organisations`: show the directory, and enter organisations."""

import json as json_text
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import TypeAdapter, ValidationError

from nbcredit.command.deliveries import NoSuchFile
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import say_table
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.calls import Done
from nbcredit.wire.organisations import (
    ListOrganisations,
    OrganisationBody,
    OrganisationList,
    RegisterOrganisations,
)

organisations = new_app("单位名录：报送、共享和监督的单位。")

_MOST: Final = 1000
_LIST: Final = TypeAdapter(list[OrganisationBody])


class BadDirectory(BadRequest):
    """The file is not a list of organisations."""

    code = "bad-directory"

    def __init__(self, path: Path, facts: str) -> None:
        super().__init__(
            f"{path.name} 不是单位名录：{facts}。应为 JSON 数组，每个单位有 code、name、kind、"
            "credit_code、region 五项，可参照 infra/local/organisations.json。"
        )


@organisations.command(cls=Command, help="列出单位名录：代码、名称、类别和行政区划。")
def show(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="名称", help="只列名称或代码中含有这几个字的单位。")
    ] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")] = False,
) -> None:
    client = desk_of(context).client()
    call = ListOrganisations(caller=client.caller, purpose="查看单位名录")
    told = OrganisationList.model_validate(client.call(call)).organisations
    found = [each for each in told if name in each.name or name == each.code]
    if json:
        say_json([each.model_dump(mode="json") for each in found])
        return
    if not found:
        typer.echo(f"名录中没有名称含“{name}”的单位：请换几个字，或不写名称列出全部。")
        return
    say_table(
        ("代码", "名称", "类别", "行政区划"),
        [(each.code, each.name, each.kind_text, each.region) for each in found],
    )


@organisations.command(cls=Command, help="登记或更新单位；重复执行结果不变。")
def load(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="文件",
            help="JSON 数组，每个单位有 code、name、kind、credit_code、region 五项。",
        ),
    ],
) -> None:
    bodies = _read(file)
    client = desk_of(context).client()
    count = 0
    for start in range(0, len(bodies), _MOST):
        call = RegisterOrganisations(
            caller=client.caller,
            purpose="维护单位名录",
            organisations=bodies[start : start + _MOST],
        )
        count += Done.model_validate(client.call(call)).count
    typer.echo(f"已登记 {count} 个单位。")


def _read(path: Path) -> list[OrganisationBody]:
    if not path.is_file():
        raise NoSuchFile(path)
    try:
        return _LIST.validate_python(json_text.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        fault = error.errors()[0]
        raise BadDirectory(
            path, f"{_place(fault['loc'])}（共 {error.error_count()} 处）"
        ) from error
    except ValueError as error:
        raise BadDirectory(path, "不是 UTF-8 编码的 JSON") from error


def _place(path: Sequence[str | int]) -> str:
    match path:
        case [int(place), str(name), *_]:
            return f"第 {place + 1} 个单位的 {name} 缺少或不对"
        case [int(place)]:
            return f"第 {place + 1} 个不是对象"
        case _:
            return "最外层不是数组"
