"""Feedback of all providers, due first, and answers "confirmed as right" to be judged (A8.6)."""

from collections.abc import Mapping
from typing import Final

from nbcredit.domain.feedback import RowState
from nbcredit.pages.frames import Fault, Link
from nbcredit.pages.spelling import day, moment, period
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.wire.feedback import (
    FeedbackDetail,
    FeedbackList,
    FeedbackRowView,
    FeedbackView,
    JudgeAnswer,
    ListFeedback,
    PapersView,
    ShowFeedback,
    ShowPapers,
)

_QUEUE: Final = "/centre/feedback"
_ANSWERS: Final = "/centre/answers"
_MOST: Final = 100
_MOST_ROWS: Final = 1000
_CRUMBS: Final = (Link("首页", "/"), Link("反馈核实", _QUEUE))
_PURPOSE: Final = "督促和审定反馈核实"
_FIELDS: Final = {"reason": "reason", "reason-missing": "reason", "reason-holds-number": "reason"}


def queue(desk: Desk) -> Response:
    return _listed(
        desk,
        _pending(desk),
        title="反馈核实",
        caption="没有办结的反馈",
        lead="退回报送单位核实、还没有办结的反馈，先到期的排在前面，一次列出最多 100 件。"
        "报送单位应在 5 个工作日内答复（第八条）。",
    )


def answers(desk: Desk) -> Response:
    pending = _pending(desk)
    return _listed(
        desk,
        [each for each in pending if each.by_state.get(RowState.CONFIRMED)],
        given=len(pending),
        title="待审定的答复",
        caption="有“确认无误”待审定的反馈",
        lead="报送单位认为这些行没有错。请核对后采纳，或写明理由退回重新处理。",
    )


def show(desk: Desk) -> Response:
    return _shown(desk, _asked(desk))


def judge(desk: Desk) -> Response:
    found = _asked(desk)
    rows = [int(each) for each in desk.several("rows") if each.isdecimal()]
    decision = desk.fields.get("decision", "")
    faults = [
        *([] if rows else [Fault("请勾选要审定的行。", "rows")]),
        *([] if decision in ("accept", "return") else [Fault("请选择采纳或退回。", "decision")]),
    ]
    if faults:
        return _shown(desk.wrong(*faults), found)
    done = desk.tried(lambda: _judged(desk, rows, accept=decision == "accept"), fields=_FIELDS)
    if isinstance(done, Desk):
        return _shown(done, found)
    said = "已采纳" if decision == "accept" else "已退回"
    return desk.see(
        f"{_QUEUE}/{found.feedback.feedback}", said=f"{said} {len(rows)} 行，并通知报送单位。"
    )


def papers(desk: Desk) -> Response:
    """Show where the rows can be read: the marked workbook quotes them."""
    feedback = _asked(desk).feedback
    found = desk.ask(ShowPapers, PapersView, purpose=_PURPOSE, submission=feedback.submission)
    return desk.page(
        "centre/papers.html",
        title="原行和回执",
        crumbs=(*_CRUMBS, Link("反馈", f"{_QUEUE}/{feedback.feedback}")),
        papers=found,
    )


def _judged(desk: Desk, rows: list[int], *, accept: bool) -> FeedbackDetail:
    return desk.ask(
        JudgeAnswer,
        FeedbackDetail,
        purpose=_PURPOSE,
        feedback=desk.request.parameters["feedback"],
        rows=rows,
        accept=accept,
        reason=desk.fields.get("reason", ""),
    )


def _pending(desk: Desk) -> list[FeedbackView]:
    return desk.ask(ListFeedback, FeedbackList, purpose=_PURPOSE, limit=_MOST).feedback


def _asked(desk: Desk) -> FeedbackDetail:
    return desk.ask(
        ShowFeedback,
        FeedbackDetail,
        purpose=_PURPOSE,
        feedback=desk.request.parameters["feedback"],
        limit=_MOST_ROWS,
    )


def _listed(
    desk: Desk,
    rows: list[FeedbackView],
    *,
    title: str,
    caption: str,
    lead: str,
    given: int | None = None,
) -> Response:
    return desk.list_page(
        "centre/queue.html",
        _table(caption, organisation_names(desk)),
        rows,
        title=title,
        crumbs=_CRUMBS[:1],
        lead=lead,
        most=_MOST,
        given=given,
    )


def _shown(desk: Desk, found: FeedbackDetail) -> Response:
    exported = desk.export(_ROWS, found.rows)
    if exported is not None:
        return exported
    sent = desk.request.method == "POST"
    confirmed = [each for each in found.rows if each.state == RowState.CONFIRMED]
    feedback = found.feedback
    return desk.page(
        "centre/feedback.html",
        title=f"{feedback.item_name}：{'记录核实' if feedback.record else '退回的行'}",
        crumbs=_CRUMBS,
        feedback=feedback,
        provider=organisation_names(desk).get(feedback.provider, feedback.provider),
        table=desk.shown(_ROWS, found.rows, most=_MOST_ROWS),
        to_judge=[(str(each.row), _told(each)) for each in confirmed],
        may_judge=desk.may("judge-answer"),
        papers=bool(feedback.submission) and desk.may("judge-answer"),
        ticked=desk.several("rows") if sent else [],
        decision=desk.fields.get("decision", "") if sent else "",
        reason=desk.fields.get("reason", "") if sent else "",
    )


def _told(row: FeedbackRowView) -> str:
    return f"第 {row.row} 行：{row.reason}（{moment(row.answered_at)} 答复）"


def _table(caption: str, names: Mapping[str, str]) -> Table[FeedbackView]:
    return Table(
        caption=caption,
        nothing="没有需要处理的反馈。",
        columns=(
            Column(
                name="feedback",
                title="反馈",
                text=lambda each: each.file_name or "已入库的记录",
                path=lambda each: f"{_QUEUE}/{each.feedback}",
                filter="text",
            ),
            Column(
                name="clock",
                title="期限",
                text=lambda each: each.words,
                key=lambda each: each.due,
                lamp=lambda each: each.lamp,
                filter="choice",
            ),
            Column(name="due", title="到期日", text=lambda each: day(each.due), key=_due),
            Column(
                name="provider",
                title="报送单位",
                text=lambda each: names.get(each.provider, each.provider),
                filter="choice",
            ),
            Column(name="item", title="目录项", text=lambda each: each.item_name, filter="choice"),
            Column(name="period", title="报送期", text=lambda each: period(each.period)),
            Column(
                name="left",
                title="待答复行数",
                text=lambda each: str(each.left),
                key=lambda each: each.left,
                numeric=True,
            ),
            Column(
                name="confirmed",
                title="待审定行数",
                text=lambda each: str(each.by_state.get(RowState.CONFIRMED, 0)),
                key=lambda each: each.by_state.get(RowState.CONFIRMED, 0),
                numeric=True,
            ),
        ),
    )


def _due(each: FeedbackView) -> str:
    return each.due.isoformat()


_ROWS: Final = Table[FeedbackRowView](
    caption="各行的处理",
    columns=(
        Column(
            name="row",
            title="行号",
            text=lambda each: str(each.row),
            key=lambda each: each.row,
            numeric=True,
        ),
        Column(name="state", title="状态", text=lambda each: each.state_text, filter="choice"),
        Column(name="reason", title="报送单位的答复", text=lambda each: each.reason),
        Column(name="answered", title="答复时间", text=lambda each: moment(each.answered_at)),
        Column(name="judgement", title="审定意见", text=lambda each: each.judgement),
        Column(name="due", title="重新答复期限", text=lambda each: day(each.due)),
    ),
)

ROUTES: Final = (
    page(_QUEUE, queue, call="judge-answer"),
    page(_ANSWERS, answers, call="judge-answer"),
    # Whoever supervises looks on; a county sees what is of its region.
    page(_QUEUE + "/{feedback}", show, call="urge-obligation"),
    form(_QUEUE + "/{feedback}", judge, call="judge-answer"),
    page(_QUEUE + "/{feedback}/papers", papers, call="judge-answer"),
)
