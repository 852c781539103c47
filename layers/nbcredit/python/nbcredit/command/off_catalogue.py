"""`nbcredit off-catalogue`: information outside the catalogue, from its report to its item."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.cleaning.sniffing import inspect
from nbcredit.command.calls import Client
from nbcredit.command.deliveries import LocalFile, send
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import local_time, say_table
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.subjects import SubjectKind
from nbcredit.wire.off_catalogue import (
    CloseOffCatalogue,
    CoverOffCatalogue,
    InformationList,
    InformationView,
    ListOffCatalogue,
    PrepareAttachment,
    ReportOffCatalogue,
    ShowOffCatalogue,
    SubjectBody,
    subject_told,
)

off_catalogue = new_app("目录外信息：报送、查看、纳入目录和办结。未纳入目录前不公开、不共享。")

_REPORTING = "目录外信息报送"
_HANDLING = "目录外信息办理"
InformationId = Annotated[
    str, typer.Argument(metavar="编号", help="off-catalogue list 列出的编号。")
]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
_COLUMNS = (2, 3)


class BadSubjects(BadRequest):
    """A line of the file of subjects is not one."""

    code = "bad-subjects"

    def __init__(self, path: Path, row: int) -> None:
        super().__init__(
            f"{path.name} 第 {row} 行不对：每行写“名称,号码”或“名称,号码,证件类型”，"
            "号码是统一社会信用代码或证件号码。"
        )


@off_catalogue.command(
    "report", cls=Command, help="报送一条目录外信息，可以附一个文件。同样的内容再报一次仍是同一条。"
)
def report(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="标题", help="一句话说明是什么信息。")],
    *,
    provider: Annotated[str, typer.Option(metavar="单位", help="报送单位代码，如 scjg。")],
    basis: Annotated[
        str, typer.Option(metavar="依据", help="归集这类信息的法律、法规或规章依据。")
    ],
    description: Annotated[
        str,
        typer.Option(metavar="说明", help="具体内容；不要写个人的号码，个人写在 --subjects 中。"),
    ],
    file: Annotated[
        Path | None,
        typer.Option(metavar="文件", help="附件：PDF、OFD、docx、xlsx、图片或文本，20 MB 以内。"),
    ] = None,
    subjects: Annotated[
        Path | None,
        typer.Option(
            metavar="文件",
            help="涉及的主体：CSV 文件，每行“名称,号码”或“名称,号码,证件类型”，没有表头。",
        ),
    ] = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    named = tuple(_subjects_in(subjects)) if subjects else ()
    call = ReportOffCatalogue(
        caller=client.caller,
        purpose=_REPORTING,
        provider=provider,
        title=title,
        legal_basis=basis,
        description=description,
        subjects=named,
        upload=_uploaded(client, provider, file) if file else "",
    )
    _say(InformationView.model_validate(client.call(call)), json=json)


@off_catalogue.command("list", cls=Command, help="列出目录外信息，新的在前。")
def list_all(
    context: typer.Context,
    *,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="哪个单位的；不写则列出能看到的全部。")
    ] = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    call = ListOffCatalogue(caller=client.caller, purpose=_HANDLING, provider=provider)
    found = InformationList.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
    elif not found.information:
        typer.echo("没有目录外信息。", err=True)
    else:
        columns = ("编号", "单位", "标题", "主体", "报送时间", "状态")
        say_table(columns, [_line(each) for each in found.information])


@off_catalogue.command(
    "show", cls=Command, help="查看一条目录外信息、涉及的主体和附件；查看会记入审计。"
)
def show(
    context: typer.Context,
    information: InformationId,
    *,
    purpose: Annotated[
        str, typer.Option(metavar="用途", help="查看用途，会记入审计日志。")
    ] = _HANDLING,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=_provider_of(information))
    call = ShowOffCatalogue(caller=client.caller, purpose=purpose, information=information)
    _say(InformationView.model_validate(client.call(call)), json=json)


@off_catalogue.command(
    "cover",
    cls=Command,
    help="把一条目录外信息纳入目录项，由市信用办或信用中心操作；平台随即通知报送单位按该目录项报送。",
)
def cover(
    context: typer.Context,
    information: InformationId,
    *,
    item: Annotated[str, typer.Option(metavar="目录项", help="涵盖它的目录项代码。")],
    version: Annotated[
        str, typer.Option(metavar="版本", help="目录版本号，如 2027-1；不写则为现行目录。")
    ] = "",
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = CoverOffCatalogue(
        caller=client.caller,
        purpose=_HANDLING,
        information=information,
        item=item,
        version=version,
    )
    _say(InformationView.model_validate(client.call(call)), json=json)


@off_catalogue.command("close", cls=Command, help="已按目录项报送后办结：写明用哪个批次报送的。")
def close(
    context: typer.Context,
    information: InformationId,
    submission: Annotated[
        str, typer.Argument(metavar="批次", help="按纳入的目录项报送、已完成的批次。")
    ],
    *,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=_provider_of(information))
    call = CloseOffCatalogue(
        caller=client.caller,
        purpose=_HANDLING,
        information=information,
        submission=submission,
    )
    _say(InformationView.model_validate(client.call(call)), json=json)


def _uploaded(client: Client, provider: str, path: Path) -> str:
    """Upload the file with a form of its own; return the form's number."""
    file = LocalFile.read(path)
    form = client.call(
        PrepareAttachment(
            caller=client.caller, purpose=_REPORTING, provider=provider, file=file.told
        )
    )
    send(file, form)
    return str(form["upload"])


def _subjects_in(path: Path) -> Iterator[SubjectBody]:
    content = path.read_bytes()
    encoding = inspect((content,)).encoding or "utf-8"
    rows = csv.reader(content.decode(encoding, "replace").lstrip("\ufeff").splitlines())
    for row, cells in enumerate(rows, start=1):
        told = [cell.strip() for cell in cells]
        if not any(told):
            continue
        if len(told) not in _COLUMNS or not all(told[:2]):
            raise BadSubjects(path, row)
        yield SubjectBody.model_validate(subject_told(*told))


def _provider_of(information: str) -> str:
    return information.partition(".")[0]


def _line(view: InformationView) -> tuple[str, ...]:
    return (
        view.information,
        view.provider,
        view.title,
        str(view.subject_count),
        local_time(view.reported_at),
        view.state_text,
    )


def _say(view: InformationView, *, json: bool) -> None:
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"目录外信息 {view.information}  {view.title}")
    typer.echo(f"状态：{view.state_text}")
    typer.echo(f"报送：{view.provider}，{local_time(view.reported_at)}，账号 {view.reported_by}")
    typer.echo(f"依据：{view.legal_basis}")
    typer.echo(f"说明：{view.description}")
    for each in view.subjects:
        what = "个人" if each.kind is SubjectKind.NATURAL_PERSON else "单位"
        typer.echo(f"主体：{each.name}（{what}，{each.document_type or '代码'} {each.number}）")
    if not view.subjects and view.subject_count:
        typer.echo(f"主体：{view.subject_count} 个，用 off-catalogue show 查看")
    if view.file:
        typer.echo(f"附件：{view.file.name}（{view.file.size:,} 字节，{view.file.kind}）")
        if view.file.download:
            typer.echo(f"附件下载（15 分钟内有效）：{view.file.download}")
    if view.coverage:
        covered = view.coverage
        typer.echo(
            f"目录项：{covered.item_name}（{covered.item}），目录 {covered.version} 版，"
            f"{covered.effective_from} 起生效"
        )
    if view.submission:
        typer.echo(f"已用批次 {view.submission} 报送")
