"""How a submission is shown: where it stands, its books, and what was wrong."""

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from nbcredit.command.calls import CallRefused, Client
from nbcredit.command.causes import Problem, say_changes, say_problems
from nbcredit.command.desk import on_terminal
from nbcredit.domain.periods import SHANGHAI
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import Kind, State, UnknownSubmission
from nbcredit.wire.submissions import IssueList, ListIssues, ShowSubmission, SubmissionView

PURPOSE: Final = "报送核对"
OUTCOMES: Final[Mapping[str, str]] = {
    Outcome.NEW: "新增",
    Outcome.UPDATED: "更新",
    Outcome.IDENTICAL: "相同",
    Outcome.OLDER: "较旧",
    Outcome.HELD: "待比对",
    Outcome.DUPLICATE: "重复",
    Outcome.REJECTED: "退回",
    Outcome.BLANK: "空行",
}
# What came without a file that its provider would know by name.
KINDS: Final[Mapping[str, str]] = {
    Kind.API: "接口报送",
    Kind.DECISION: "比对处理",
    Kind.WITHDRAWAL: "撤回",
}

# As long as the platform's addresses live: `nbcredit.adapters.s3`.
_LIFE: Final = "链接 15 分钟内有效，过后用 status 重新取得"

ALL_ACCEPTED: Final = 0
SOME_REJECTED: Final = 1
REFUSED: Final = 2


def show(client: Client, submission: str) -> SubmissionView:
    call = ShowSubmission(caller=client.caller, purpose=PURPOSE, submission=submission)
    return SubmissionView.model_validate(client.call(call))


def look(client: Client, submission: str) -> SubmissionView | None:
    """Return the submission, or `None` while the platform has not received its file."""
    try:
        return show(client, submission)
    except CallRefused as refused:
        if refused.problem.code == UnknownSubmission.code:
            return None
        raise


def issues_of(client: Client, submission: str, *, limit: int = 1000) -> IssueList:
    call = ListIssues(caller=client.caller, purpose=PURPOSE, submission=submission, limit=limit)
    return IssueList.model_validate(client.call(call))


def exit_code(view: SubmissionView) -> int:
    """Return 0 where every row was accepted, 1 where some were not, 2 where the file was not."""
    if view.state == State.REFUSED:
        return REFUSED
    not_in = view.outcomes.get(Outcome.REJECTED) or view.outcomes.get(Outcome.HELD)
    return SOME_REJECTED if not_in else ALL_ACCEPTED


def say_books(view: SubmissionView) -> None:
    """Print where the submission stands, and how each row read ended."""
    came = KINDS.get(view.kind, view.file_name)
    typer.echo(f"批次 {view.submission}  {view.item_name} {view.period}  {came}")
    typer.echo(f"状态：{view.state_text}" + (f"（{view.reason}）" if view.reason else ""))
    for owed in (view.due, view.duty):
        if owed is not None:
            typer.echo(f"{owed.kind_text}：{owed.due_text} 24:00 止，{owed.lamp_sign} {owed.words}")
    if view.state == State.REFUSED:
        return
    parts = " + ".join(
        f"{OUTCOMES.get(outcome, outcome)} {count}"
        for outcome, count in sorted(view.outcomes.items(), key=_usual_order)
        if count
    )
    if view.state == State.SETTLED:
        balance = "" if view.balanced else "  账目不平，请联系市信用中心"
        typer.echo(f"读取 {view.rows} 行 = {parts or '0'}{balance}")
        if view.outcomes.get(Outcome.REJECTED) or view.outcomes.get(Outcome.HELD):
            typer.echo(
                "没有入库的行请在“待处理的行”工作簿中改好重报，或确认、撤回："
                f"nbcredit feedback show {view.submission}"
            )
    elif view.chunks:
        typer.echo(f"已入库 {view.chunks_done}/{view.chunks} 块")


def say_issues(issues: IssueList) -> None:
    """Print the problems by cause: errors before notes, the most frequent first."""
    problems = [
        Problem(code, count, [issue for issue in issues.issues if issue.code == code])
        for code, count in issues.by_code.items()
    ]
    errors = [problem for problem in problems if not problem.is_note]
    notes = [problem for problem in problems if problem.is_note]
    say_problems(errors, heading=f"错误 {_total(errors)} 处，改好后请重新上传：")
    say_problems(notes, heading=f"提示 {_total(notes)} 处，不影响接收，请核对：")
    if issues.download:
        typer.echo(f"全部问题清单（{_LIFE}）：{issues.download}")


def say_made_uniform(view: SubmissionView, issues: IssueList) -> None:
    """Print what was spelled anew, and where changes that may alter the meaning are listed."""
    say_changes(view.changes, heading="规范化改动（写法已自动统一）：")
    if issues.changes_download:
        typer.echo(f"可能改变含义的改动，请逐条核对（{_LIFE}）：{issues.changes_download}")


def _total(problems: Sequence[Problem]) -> int:
    return sum(problem.count for problem in problems)


def say_list(views: Sequence[SubmissionView]) -> None:
    """Print the submissions: some lines for each on a terminal, one with tabs elsewhere."""
    if on_terminal():
        for view in views:
            _say_in_short(view)
        return
    columns = ("批次", "单位", "目录项", "报送期", "报送时间", "状态", "读取", "退回", "文件")
    rows = [
        (
            view.submission,
            view.provider,
            view.item_name,
            view.period,
            local_time(view.reported_at),
            view.state_text + (f"（{' '.join(view.reason.split())}）" if view.reason else ""),
            str(view.rows),
            str(view.outcomes.get(Outcome.REJECTED, 0)),
            KINDS.get(view.kind, view.file_name),
        )
        for view in views
    ]
    say_table(columns, rows)


def _say_in_short(view: SubmissionView) -> None:
    """Print what fits no table of 80 columns: nothing is cut off that a next command needs."""
    books = f"  读取 {view.rows}  退回 {view.outcomes.get(Outcome.REJECTED, 0)}"
    refused = view.state == State.REFUSED
    typer.echo(f"批次 {view.submission}  {view.state_text}{'' if refused else books}")
    typer.echo(
        f"  {local_time(view.reported_at)}  {view.provider}  {view.item_name} {view.period}  "
        f"{KINDS.get(view.kind, view.file_name)}"
    )
    if view.reason:
        typer.echo(textwrap.indent(view.reason, "  "))


def local_time(moment: datetime) -> str:
    """Spell a moment as clocks show it in the city."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def say_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on a terminal, and tab-separated lines elsewhere.

    The first column is what a next command needs, so it is never cut off or broken.
    """
    if not on_terminal():
        for cells in (columns, *rows):
            typer.echo("\t".join(cells))
        return
    table = Table()
    for number, title in enumerate(columns):
        table.add_column(title, no_wrap=number == 0, overflow="fold")
    for cells in rows:
        table.add_row(*cells)
    Console().print(table)


def _usual_order(pair: tuple[str, int]) -> int:
    return list(OUTCOMES).index(pair[0]) if pair[0] in OUTCOMES else len(OUTCOMES)
