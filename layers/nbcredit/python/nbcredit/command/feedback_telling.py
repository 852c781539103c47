"""Feedback as it is told to people: in a line of a list, as a whole, and where its papers are."""

from collections.abc import Iterator
from typing import Final

import typer

from nbcredit.domain.feedback import RowState
from nbcredit.wire.feedback import FeedbackDetail, FeedbackRowView, FeedbackView, PapersView

_SHOWN: Final = 20


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


def line_of(view: FeedbackView) -> tuple[str, ...]:
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


def say_feedback(shown: FeedbackDetail) -> None:
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
    listed = min(_SHOWN, len(shown.rows))
    if listed < view.rows:
        typer.echo(f"  共 {view.rows} 行，这里列出 {listed} 行。")
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
