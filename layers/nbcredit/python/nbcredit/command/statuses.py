"""`nbcredit status`: where submissions stand."""

from typing import Annotated

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.submissions import (
    PURPOSE,
    exit_code,
    issues_of,
    say_books,
    say_issues,
    say_list,
    show,
)
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.calls import ListSubmissions, SubmissionList


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
    client = desk.client(otherwise=provider)
    if submission is None:
        named = provider or desk.organisation
        if named is None:
            raise NoProvider
        call = ListSubmissions(caller=client.caller, purpose=PURPOSE, provider=named)
        found = SubmissionList.model_validate(client.call(call))
        if json:
            say_json(found.model_dump(mode="json"))
        else:
            say_list(found.submissions)
        return
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
    raise typer.Exit(exit_code(view))
