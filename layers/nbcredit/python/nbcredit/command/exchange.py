"""`nbcredit exchange`: notices, documents and questions among organisations (A3.4)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.calls import Client
from nbcredit.command.deliveries import LocalFile, send as upload
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import local_time, say_table
from nbcredit.domain.exchange import PostKind
from nbcredit.domain.organisations import OrganisationKind
from nbcredit.wire.exchange import (
    AnswerQuestion,
    AskQuestion,
    AudienceBody,
    CloseQuestion,
    ExchangeFileView,
    ListPosts,
    ListReaders,
    PostList,
    PostNotice,
    PostView,
    PrepareExchangeFile,
    ReadersView,
    ReplyView,
    ShowPost,
    ThreadView,
)

exchange = new_app("信用工作交流：通知、文件、咨询和答复；只有发送和接收单位能看到。")

_PURPOSE = "信用工作交流"
PostNumber = Annotated[str, typer.Argument(metavar="编号", help="exchange list 列出的编号。")]
Text = Annotated[str, typer.Option(metavar="内容", help="正文；不要写个人的证件号码。")]
To = Annotated[
    list[str] | None, typer.Option("--to", metavar="单位", help="接收单位代码，可以写多次。")
]
Kinds = Annotated[
    list[OrganisationKind] | None,
    typer.Option("--kind", help="这一类别的全部单位，可以写多次；市信用办和信用中心使用。"),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region", metavar="区划代码", help="这一区域的全部单位，如 330212；区县只能写本区域。"
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="文件", help="附件，每个 20 MB 以内，最多 5 个。"),
]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


@exchange.command("send", cls=Command, help="发送通知或文件；同一天内同样的内容只发一次。")
def send(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="标题", help="一句话的标题。")],
    *,
    text: Text,
    to: To = None,
    kind: Kinds = None,
    region: Regions = None,
    file: Files = None,
    document: Annotated[
        bool, typer.Option("--document", help="作为文件发送，而不是通知。")
    ] = False,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = PostNotice(
        caller=client.caller,
        purpose=_PURPOSE,
        kind=PostKind.DOCUMENT if document else PostKind.NOTICE,
        title=title,
        text=text,
        to=_audience(to, kind, region),
        uploads=_uploaded(client, file),
    )
    _say_sent(PostView.model_validate(client.call(call)), json=json)


@exchange.command("ask", cls=Command, help="向其他单位咨询；对方收到消息后答复。")
def ask(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="标题", help="一句话的标题。")],
    *,
    text: Text,
    to: To = None,
    kind: Kinds = None,
    region: Regions = None,
    file: Files = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = AskQuestion(
        caller=client.caller,
        purpose=_PURPOSE,
        title=title,
        text=text,
        to=_audience(to, kind, region),
        uploads=_uploaded(client, file),
    )
    _say_sent(PostView.model_validate(client.call(call)), json=json)


@exchange.command("answer", cls=Command, help="答复咨询，或接着追问。")
def answer(
    context: typer.Context,
    post: PostNumber,
    *,
    text: Text,
    file: Files = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = AnswerQuestion(
        caller=client.caller,
        purpose=_PURPOSE,
        post=post,
        text=text,
        uploads=_uploaded(client, file),
    )
    view = ReplyView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
    else:
        typer.echo("已答复，其他各方会收到消息。")


@exchange.command("close", cls=Command, help="办结咨询，由提出的单位操作；办结后不能再答复。")
def close(context: typer.Context, post: PostNumber, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = CloseQuestion(caller=client.caller, purpose=_PURPOSE, post=post)
    _say_sent(PostView.model_validate(client.call(call)), json=json)


@exchange.command("list", cls=Command, help="列出本单位收到的，或 --sent 发出的，新的在前。")
def list_posts(
    context: typer.Context,
    *,
    sent: Annotated[bool, typer.Option("--sent", help="看本单位发出的。")] = False,
    limit: Annotated[int, typer.Option(metavar="条数", help="最多列出几条。", min=1, max=100)] = 20,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = ListPosts(caller=client.caller, purpose=_PURPOSE, sent=sent, limit=limit)
    found = PostList.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
    elif not found.posts:
        typer.echo("没有通知、文件或咨询。", err=True)
    else:
        columns = ("编号", "类别", "标题", "发送单位", "时间", "状态", "本人已读")
        say_table(columns, [_line(each) for each in found.posts])


@exchange.command("show", cls=Command, help="查看内容、答复和附件；会记下本人已读。")
def show(context: typer.Context, post: PostNumber, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = ShowPost(caller=client.caller, purpose=_PURPOSE, post=post)
    view = ThreadView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    each = view.post
    typer.echo(f"{each.kind_text} {each.post}  {each.title}（{each.state_text}）")
    typer.echo(f"{each.sender_name}，{local_time(each.sent_at)}")
    typer.echo(each.text)
    _say_files(each.files)
    for reply in view.replies:
        typer.echo(f"— {reply.organisation_name}，{local_time(reply.at)}：{reply.text}")
        _say_files(reply.files)


@exchange.command("readers", cls=Command, help="查看本单位发出的，谁已读、谁还没有读。")
def readers(context: typer.Context, post: PostNumber, *, json: Json = False) -> None:
    client = desk_of(context).client()
    call = ListReaders(caller=client.caller, purpose=_PURPOSE, post=post)
    view = ReadersView.model_validate(client.call(call))
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(f"已读 {view.read} 个单位，未读 {view.unread} 个")
    say_table(
        ("单位", "名称", "首次阅读", "阅读人", "人数"),
        [
            (
                each.organisation,
                each.organisation_name,
                local_time(each.read_at) if each.read_at else "未读",
                each.read_by,
                str(each.readers),
            )
            for each in view.readers
        ],
    )


def _audience(
    to: Sequence[str] | None,
    kinds: Sequence[OrganisationKind] | None,
    regions: Sequence[str] | None,
) -> AudienceBody:
    return AudienceBody(
        organisations=tuple(to or ()), kinds=tuple(kinds or ()), regions=tuple(regions or ())
    )


def _uploaded(client: Client, paths: Sequence[Path] | None) -> tuple[str, ...]:
    """Upload each file with a form of its own; return the forms' numbers."""
    numbers = []
    for path in paths or ():
        file = LocalFile.read(path)
        call = PrepareExchangeFile(caller=client.caller, purpose=_PURPOSE, file=file.told)
        form = client.call(call)
        upload(file, form)
        numbers.append(str(form["upload"]))
    return tuple(numbers)


def _line(view: PostView) -> tuple[str, ...]:
    return (
        view.post,
        view.kind_text,
        view.title,
        view.sender_name or view.sender,
        local_time(view.sent_at),
        view.state_text,
        "已读" if view.read_at else "未读",
    )


def _say_sent(view: PostView, *, json: bool) -> None:
    if json:
        say_json(view.model_dump(mode="json"))
        return
    typer.echo(
        f"{view.kind_text} {view.post}：{view.state_text}，接收单位 {view.addressee_count} 个"
    )


def _say_files(files: Sequence[ExchangeFileView]) -> None:
    for each in files:
        typer.echo(f"附件：{each.name}（{each.size:,} 字节），15 分钟内可下载：{each.download}")
