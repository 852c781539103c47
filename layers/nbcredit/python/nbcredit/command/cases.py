"""`nbcredit cases`, `case` and `decide`: rows that wait for somebody to say whom they are about."""

from typing import Annotated

import typer

from nbcredit.cleaning.lookups import asked_legal_person
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.options import Json
from nbcredit.command.submissions import OUTCOMES, local_time, say_table
from nbcredit.domain.comparison import CaseState
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.wire.cases import (
    CaseList,
    CaseView,
    DecideCase,
    DecidedView,
    FactsView,
    ListCases,
    ShowCase,
    ShownCaseView,
)
from nbcredit.wire.submissions import SubmissionView

PURPOSE = "比对疑问处理"
CaseId = Annotated[
    str, typer.Argument(metavar="疑问编号", help="nbcredit cases 列出的编号：批次-行号。")
]


class OneDecision(BadRequest):
    """A decision stores or drops the row, and not both."""

    code = "one-decision"

    def __init__(self) -> None:
        super().__init__("请在 --store、--candidate 和 --drop 中选一个。")


def cases(
    context: typer.Context,
    *,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="哪个单位的；不写则列出能看到的全部。")
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="件数", help="最多列出几件。", min=1, max=1000)
    ] = 100,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    call = ListCases(caller=client.caller, purpose=PURPOSE, provider=provider, limit=limit)
    found = CaseList.model_validate(client.call(call))
    if json:
        say_json(found.model_dump(mode="json"))
    elif found.cases:
        columns = ("疑问编号", "单位", "目录项", "行", "疑问", "候选主体", "报送时间")
        say_table(columns, [_line(case) for case in found.cases])
    else:
        typer.echo("没有待处理的比对疑问。", err=True)


def case(
    context: typer.Context,
    *,
    case_id: CaseId,
    beside: Annotated[
        str | None,
        typer.Option(metavar="统一社会信用代码", help="再与哪个主体比较，例如名称相近的。"),
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="代表哪个报送单位查看；不写则为信用中心。")
    ] = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client(otherwise=provider)
    call = ShowCase(caller=client.caller, purpose=PURPOSE, case=case_id, beside=_spelled(beside))
    shown = ShownCaseView.model_validate(client.call(call))
    if json:
        say_json(shown.model_dump(mode="json"))
    else:
        _say(shown)


def decide(
    context: typer.Context,
    *,
    case_id: CaseId,
    reason: Annotated[
        str, typer.Option(metavar="理由", help="为什么这样处理，会记入审计；不要写个人的号码。")
    ],
    store: Annotated[
        bool, typer.Option("--store", help="行没有错：按本行的代码或证件号码入库。")
    ] = False,
    candidate: Annotated[
        str | None, typer.Option(metavar="统一社会信用代码", help="是这个主体的：入到它的名下。")
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="不入库。")] = False,
    provider: Annotated[
        str | None, typer.Option(metavar="单位", help="代表哪个报送单位处理；不写则为信用中心。")
    ] = None,
    json: Json = False,
) -> None:
    if [store, candidate is not None, drop].count(True) != 1:
        raise OneDecision
    client = desk_of(context).client(otherwise=provider)
    call = DecideCase(
        caller=client.caller,
        purpose=PURPOSE,
        case=case_id,
        decision="drop" if drop else "store",
        candidate=_spelled(candidate),
        reason=reason,
    )
    decided = DecidedView.model_validate(client.call(call))
    if json:
        say_json(decided.model_dump(mode="json"))
        return
    typer.echo(f"比对疑问 {decided.case.case}：{decided.case.state_text}，理由：{reason}")
    if decided.stored_by is not None:
        typer.echo(_storing(decided.stored_by))


def _line(each: CaseView) -> tuple[str, ...]:
    return (
        each.case,
        each.provider,
        each.item,
        str(each.row),
        each.kind_text,
        "、".join(each.candidates) or "无",
        local_time(each.reported_at),
    )


def _say(shown: ShownCaseView) -> None:
    told = shown.case
    typer.echo(f"比对疑问 {told.case}  {told.kind_text}  {told.state_text}")
    typer.echo(
        f"报送：{told.provider} {shown.item_name} {shown.period}，"
        f"{shown.file_name} 第 {told.row} 行，批次 {told.submission}"
    )
    if told.decision is not None:
        decision = told.decision
        where = f"，入到 {decision.under} 名下" if decision.under else ""
        typer.echo(
            f"处理：{local_time(decision.at)} {decision.organisation} {decision.by}{where}，"
            f"理由：{decision.reason}"
        )
    elif shown.now:
        typer.echo(f"疑问：{shown.now}")
    else:
        typer.echo("登记信息到达后，名称已经一致：可以用 nbcredit decide --store 按本行入库。")
    typer.echo("本行：")
    for title, value in shown.values.items():
        typer.echo(f"    {title}：{value}")
    for number, facts in enumerate(shown.candidates, 1):
        _say_facts(number, facts)
    if told.state == CaseState.OPEN:
        typer.echo(
            f"处理：nbcredit decide {told.case}，加 --store、--candidate 代码 或 --drop，"
            "并用 --reason 写明理由。"
        )


def _say_facts(number: int, facts: FactsView) -> None:
    typer.echo(f"候选主体 {number}  {facts.credit_code}  {facts.name}  {facts.registered}")
    for title, value in (
        ("曾用名", "、".join(facts.former_names)),
        ("登记状态", facts.status),
        ("注销日期", facts.cancelled_on),
        ("承继主体", "、".join(facts.successors)),
        ("名称比较", facts.explanation),
    ):
        if value:
            typer.echo(f"    {title}：{value}")


def _storing(view: SubmissionView) -> str:
    if view.state != State.SETTLED:
        return f"本行正在入库（批次 {view.submission}），稍后可用 nbcredit status 查看。"
    ended = [OUTCOMES[outcome] for outcome in Outcome if view.outcomes.get(outcome)]
    return f"本行的入库结果：{'、'.join(ended)}（批次 {view.submission}）。"


def _spelled(credit_code: str | None) -> str | None:
    """Refuse here what no platform need be asked for."""
    return asked_legal_person(credit_code).number if credit_code else None
