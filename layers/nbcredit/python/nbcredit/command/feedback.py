"""`nbcredit feedback`: what went back to a provider, and how it is answered row by row."""

from typing import Annotated, Final

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.feedback_telling import line_of, say_feedback, say_papers
from nbcredit.command.options import ActingFor, Json, Reason
from nbcredit.command.row_numbers import Rows, rows_of
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import say_table
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.feedback import RowState
from nbcredit.wire.feedback import (
    AnswerFeedback,
    FeedbackDetail,
    FeedbackList,
    JudgeAnswer,
    ListFeedback,
    OpenFeedback,
    PapersView,
    ShowFeedback,
    ShowPapers,
)

feedback = new_app(
    "反馈：退回的行和要核实的记录，逐行答复；不写子命令则列出。信用中心不写单位则列出未办结的全部。"
)

# The list needs no word behind the group's own.
feedback.info.no_args_is_help = False

PURPOSE: Final = "反馈核实"
FeedbackId = Annotated[
    str, typer.Argument(metavar="反馈", help="nbcredit feedback 列出的编号，一般就是批次编号。")
]


class OneAnswer(BadRequest):
    """Neither or both of two answers were given."""

    code = "one-answer"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"请在 {one} 和 {other} 中选一个。")


@feedback.callback(invoke_without_command=True)
def list_feedback(
    context: typer.Context,
    *,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="列出哪个单位的，办结的也在内。")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="件数", help="最多列出几件。", min=1, max=100)] = 20,
    json: Json = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    client = desk_of(context).client(otherwise=provider)
    call = ListFeedback(caller=client.caller, purpose=PURPOSE, provider=provider, limit=limit)
    found = FeedbackList.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
    elif found.feedback:
        columns = ("反馈", "单位", "目录项", "报送期", "事项", "期限", "待答复", "待决定", "状态")
        say_table(columns, [line_of(each) for each in found.feedback])
    else:
        typer.echo("没有反馈：没有退回的行，也没有要核实的记录。", err=True)


@feedback.command(cls=Command, help="查看一件反馈：还剩哪些行，哪里下载“待处理的行”工作簿和回执。")
def show(
    context: typer.Context,
    *,
    feedback_id: FeedbackId,
    provider: ActingFor = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    call = ShowFeedback(caller=client.caller, purpose=PURPOSE, feedback=_spelled(feedback_id))
    shown = FeedbackDetail.model_validate(client.call(call))
    papers = None
    if shown.feedback.submission:
        asked = ShowPapers(
            caller=client.caller, purpose=PURPOSE, submission=shown.feedback.submission
        )
        papers = PapersView.model_validate(client.call(asked))
    if json:
        told = papers.model_dump(mode="json") if papers is not None else None
        say_json({**shown.model_dump(mode="json"), "papers": told})
        return
    say_feedback(shown)
    if papers is not None:
        say_papers(papers, shown.feedback.submission)


@feedback.command(
    cls=Command,
    help="下载地址：一个批次的“待处理的行”工作簿和回执；工作簿保留 60 天，过期可以重做。",
)
def papers(
    context: typer.Context,
    *,
    submission: Annotated[str, typer.Argument(metavar="批次", help="upload 显示的批次编号。")],
    anew: Annotated[bool, typer.Option("--anew", help="重新生成，稍后再取地址。")] = False,
    provider: ActingFor = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    call = ShowPapers(
        caller=client.caller, purpose=PURPOSE, submission=_spelled(submission), anew=anew
    )
    found = PapersView.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
    elif anew:
        typer.echo("正在重新生成，请过一会儿再查看地址。")
    else:
        say_papers(found, call.submission)


@feedback.command(
    cls=Command,
    help="答复：确认这些行没有错（由信用中心决定），或者撤回不再报送；改好的行直接上传工作簿。",
)
def answer(
    context: typer.Context,
    *,
    feedback_id: FeedbackId,
    rows: Rows,
    reason: Reason,
    confirm: Annotated[bool, typer.Option("--confirm", help="核对后确认没有错。")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="不再报送这些行。")] = False,
    provider: ActingFor = None,
    json: Json = False,
) -> None:
    if confirm is withdraw:
        raise OneAnswer("--confirm", "--withdraw")
    client = desk_of(context).client(otherwise=provider)
    call = AnswerFeedback(
        caller=client.caller,
        purpose=PURPOSE,
        feedback=_spelled(feedback_id),
        rows=rows_of(rows),
        answer=RowState.CONFIRMED if confirm else RowState.WITHDRAWN,
        reason=reason,
    )
    _done(FeedbackDetail.model_validate(client.call(call)), json=json)


@feedback.command(
    cls=Command,
    help="对“确认无误”作出决定：采纳，或退回重新处理（另计 5 个工作日）；信用中心操作。",
)
def judge(
    context: typer.Context,
    *,
    feedback_id: FeedbackId,
    rows: Rows,
    reason: Reason,
    accept: Annotated[bool, typer.Option("--accept", help="采纳。")] = False,
    send_back: Annotated[bool, typer.Option("--return", help="不采纳，退回重新处理。")] = False,
    json: Json = False,
) -> None:
    if accept is send_back:
        raise OneAnswer("--accept", "--return")
    client = desk_of(context).client()
    call = JudgeAnswer(
        caller=client.caller,
        purpose=PURPOSE,
        feedback=_spelled(feedback_id),
        rows=rows_of(rows),
        accept=accept,
        reason=reason,
    )
    _done(FeedbackDetail.model_validate(client.call(call)), json=json)


@feedback.command(
    "open", cls=Command, help="就一条已入库的记录向报送单位发出反馈，请其核实；信用中心操作。"
)
def open_feedback(
    context: typer.Context,
    *,
    record: Annotated[
        str, typer.Argument(metavar="记录", help="nbcredit records 显示的记录编号。")
    ],
    question: Annotated[
        str, typer.Option(metavar="问题", help="要核实什么，2 至 200 个字；不要写个人的号码。")
    ],
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = OpenFeedback(caller=client.caller, purpose=PURPOSE, record=record, question=question)
    _done(FeedbackDetail.model_validate(client.call(call)), json=json)


def _done(shown: FeedbackDetail, *, json: bool) -> None:
    if json:
        say_json(shown.model_dump(mode="json"))
        return
    say_feedback(shown)


def _spelled(text: str) -> str:
    return text.strip().upper()
