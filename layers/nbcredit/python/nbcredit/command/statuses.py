"""`nbcredit status`: where submissions stand."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nbcredit.command.desk import Desk, desk_of, say_json
from nbcredit.command.submissions import (
    PURPOSE,
    exit_code,
    issues_of,
    say_books,
    say_issues,
    say_list,
    say_made_uniform,
    show,
)
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.submissions import ListSubmissions, SubmissionList, SubmissionView


class NoProvider(BadRequest):
    """Neither a submission nor a provider was named."""

    code = "no-provider"

    def __init__(self) -> None:
        super().__init__("请写批次编号，或用 --provider 指定单位以列出它最近的批次。")


def status(
    context: typer.Context,
    *,
    submission: Annotated[
        str | None, typer.Argument(metavar="批次", help="upload 显示的批次编号；不写则列出最近的。")
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="列出哪个单位最近的批次。")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")] = False,
) -> None:
    desk = desk_of(context)
    if submission is None:
        providers = _providers(desk, provider)
        views = _latest(desk, providers)
        if json:
            say_json({"submissions": [view.model_dump(mode="json") for view in views]})
            return
        told = "、".join(providers)
        # Beside the list, which a program may read.
        if not provider:
            typer.echo(f"列出单位 {told} 最近的批次；看别的单位请用 --provider 指定。", err=True)
        if views:
            say_list(views)
        else:
            typer.echo(
                f"没有单位 {told} 的批次：还没有报送过，或者单位代码写错了"
                "（nbcredit catalogue show 列出各目录项的报送单位），或者您代表的单位无权查看。",
                err=True,
            )
        return
    client = desk.client(otherwise=provider)
    view = show(client, submission)
    issues = issues_of(client, submission)
    if json:
        say_json(
            {
                "submission": view.model_dump(mode="json"),
                "issues": issues.model_dump(mode="json"),
            }
        )
    else:
        say_books(view)
        say_issues(issues)
        say_made_uniform(view, issues)
    raise typer.Exit(exit_code(view))


def _providers(desk: Desk, provider: str | None) -> list[str]:
    """Return the named provider, else the organisation that asks, else all the connection names."""
    if named := provider or desk.organisation:
        return [named]
    if not (providers := set(desk.platform.connection.default_providers.values())):
        raise NoProvider
    return sorted(providers)


def _latest(desk: Desk, providers: Sequence[str]) -> list[SubmissionView]:
    found: list[SubmissionView] = []
    for each in providers:
        client = desk.client(otherwise=each)
        call = ListSubmissions(caller=client.caller, purpose=PURPOSE, provider=each)
        found += SubmissionList.model_validate(client.call(call)).submissions
    return sorted(found, key=lambda view: view.reported_at, reverse=True)
