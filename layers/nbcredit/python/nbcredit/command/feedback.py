"""`nbcredit feedback`: what went back to a provider, and how it is answered row by row."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import say_table
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.feedback import RowState
from nbcredit.wire.feedback import (
    AnswerFeedback,
    FeedbackDetail,
    FeedbackList,
    FeedbackRowView,
    FeedbackView,
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
Rows = Annotated[
    str,
    typer.Option(metavar="行号", help="原文件的行号，用逗号分隔，可写范围，如 3,7,10-15。"),
]
Reason = Annotated[
    str, typer.Option(metavar="理由", help="2 至 200 个字，会保存；不要写个人的号码。")
]
Provider = Annotated[
    str | None, typer.Option(metavar="单位", help="代表哪个报送单位；不写则为信用中心。")
]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]

_ROWS: Final = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_MOST_ROWS: Final = 1_000
_SHOWN: Final = 20


class BadRows(BadRequest):
    """The text does not name rows."""

    code = "bad-rows"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是行号：请写成 3,7,10-15 这样，一次最多 {_MOST_ROWS} 行。")


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
        say_table(columns, [_line(each) for each in found.feedback])
    else:
        typer.echo("没有反馈：没有退回的行，也没有要核实的记录。", err=True)


@feedback.command(cls=Command, help="查看一件反馈：还剩哪些行，哪里下载“待处理的行”工作簿和回执。")
def show(
    context: typer.Context,
    *,
    feedback_id: FeedbackId,
    provider: Provider = None,
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
    _say(shown)
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
    provider: Provider = None,
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
    provider: Provider = None,
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


def rows_of(text: str) -> list[int]:
    """Return the rows that a text like `3,7,10-15` names, or raise `BadRows`."""
    rows: set[int] = set()
    for part in text.replace("，", ",").split(","):
        match = _ROWS.fullmatch(part.strip())
        if match is None:
            raise BadRows(text)
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 < first <= last or last - first >= _MOST_ROWS:
            raise BadRows(text)
        rows.update(range(first, last + 1))
    if len(rows) > _MOST_ROWS:
        raise BadRows(text)
    return sorted(rows)


def say_papers(found: PapersView, submission: str) -> None:
    """Print where the papers of a submission can be fetched."""
    told = (
        ("待处理的行（工作簿）", found.workbook),
        ("其余的行（CSV）", found.rest),
        ("回执", found.receipt),
    )
    for title, address in told:
        if address:
            typer.echo(f"{title}：{address}")
    if found.workbook is None and found.receipt is not None:
        typer.echo(
            f"没有“待处理的行”工作簿：没有退回的行，或已过保留期（可用 nbcredit feedback papers "
            f"{submission} --anew 重做）。"
        )
    elif found.receipt is None:
        typer.echo("工作簿和回执正在生成，请过一会儿再查看。")


def _line(view: FeedbackView) -> tuple[str, ...]:
    return (
        view.feedback,
        view.provider,
        view.item_name or view.item,
        view.period,
        f"核实记录：{view.question}" if view.record else f"退回 {view.rows} 行",
        f"{view.due}" + ("（已超期）" if view.overdue else ""),
        str(view.left),
        str(view.by_state.get(RowState.CONFIRMED, 0)),
        "已办结" if view.closed_at else "未办结",
    )


def _done(shown: FeedbackDetail, *, json: bool) -> None:
    if json:
        say_json(shown.model_dump(mode="json"))
        return
    _say(shown)


def _say(shown: FeedbackDetail) -> None:
    view = shown.feedback
    typer.echo(
        f"反馈 {view.feedback}  {view.provider}  {view.item_name or view.item} {view.period}"
    )
    if view.record:
        typer.echo(f"请核实记录 {view.record}：{view.question}")
    else:
        typer.echo(f"批次 {view.submission}（{view.file_name}）退回 {view.rows} 行")
    typer.echo(_standing(view))
    counts = "，".join(
        f"{RowState(state).label} {count} 行" for state, count in view.by_state.items()
    )
    typer.echo(f"各行：{counts}")
    for row in shown.rows[:_SHOWN]:
        typer.echo(f"  第 {row.row} 行  {row.state_text}{_told(row)}")
    if view.rows > _SHOWN:
        typer.echo(f"  共 {view.rows} 行，只列前 {min(_SHOWN, len(shown.rows))} 行。")
    for advice in _advice(view):
        typer.echo(advice)


def _standing(view: FeedbackView) -> str:
    if view.closed_at is not None:
        return "已办结。"
    if not view.left:
        return "本单位已答复完，等待信用中心决定或比对处理。"
    late = "，已超期" if view.overdue else ""
    return f"还有 {view.left} 行没有答复，期限 {view.due}{late}。"


def _told(row: FeedbackRowView) -> str:
    parts = []
    if row.held:
        parts.append(f"比对疑问 {row.number}")
    if row.reason:
        parts.append(f"理由：{row.reason}")
    if row.by_row:
        parts.append(f"由 {row.by_row} 更正")
    if row.judgement:
        parts.append(f"决定：{row.judgement}")
    if row.due is not None and row.state == RowState.RETURNED:
        parts.append(f"期限 {row.due}")
    return f"（{'；'.join(parts)}）" if parts else ""


def _advice(view: FeedbackView) -> Iterator[str]:
    if not view.left:
        return
    if view.record:
        yield (
            "改：重报正确的一行，并填写“更正记录编号”；撤回：nbcredit withdraw；没有错：nbcredit "
            f"feedback answer {view.feedback} --provider {view.provider} --rows 1 --confirm "
            "--reason 理由。"
        )
        return
    yield "改：在工作簿中改好后上传到同一目录项和报送期，“反馈编号”一列不要动。"
    if view.held < view.rows:
        yield (
            f"没有错或不再报：nbcredit feedback answer {view.feedback} --provider {view.provider} "
            "--rows 行号 --confirm（或 --withdraw）--reason 理由。"
        )
    if view.held:
        yield "比对疑问：nbcredit cases 列出，nbcredit decide 处理。"


def _spelled(text: str) -> str:
    return text.strip().upper()
