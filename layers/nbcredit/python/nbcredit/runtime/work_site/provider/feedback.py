"""Feedback of the own organisation: read, its rows confirmed as right or withdrawn."""

from collections.abc import Mapping
from typing import Final

from nbcredit.domain.feedback import RowState
from nbcredit.domain.issues import Severity
from nbcredit.pages.frames import Fault
from nbcredit.pages.spelling import day, moment, period
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.ways import FEEDBACK
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.wire.feedback import (
    AnswerFeedback,
    FeedbackDetail,
    FeedbackList,
    FeedbackRowView,
    FeedbackView,
    ListFeedback,
    ShowFeedback,
)
from nbcredit.wire.submissions import IssueList, ListIssues

_PURPOSE: Final = "反馈核实"
_MOST: Final = 100
_MOST_ISSUES: Final = 1000
_AWAITS: Final = frozenset(state.value for state in RowState if state.awaits_provider)
_CONFIRM: Final = (RowState.CONFIRMED.value, "确认无误：与证照核对过，没有错误，由信用中心审定")
_WITHDRAW: Final = (RowState.WITHDRAWN.value, "撤回：这一行不该报送，不用再报")
_FIELDS: Final = {
    "reason": "reason",
    "reason-missing": "reason",
    "reason-holds-number": "reason",
    "rows": "rows",
}

_LIST: Final = Table[FeedbackView](
    caption="反馈",
    columns=(
        Column(
            name="words",
            title="还有多久",
            text=lambda each: each.words,
            key=lambda each: each.due,
            lamp=lambda each: each.lamp,
        ),
        Column(
            name="about",
            title="反馈",
            text=lambda each: each.question or f"退回的 {each.rows} 行：{each.file_name}",
            path=lambda each: f"/feedback/{each.feedback}",
            filter="text",
        ),
        Column(name="item", title="目录项", text=lambda each: each.item_name, filter="choice"),
        Column(
            name="period", title="报送期", text=lambda each: period(each.period), filter="choice"
        ),
        Column(
            name="left",
            title="要处理的行",
            text=lambda each: f"{each.left}",
            key=lambda each: each.left,
            numeric=True,
        ),
        Column(name="due", title="到期日", text=lambda each: day(each.due), key=lambda e: e.due),
    ),
    nothing="没有反馈：本单位报送的行都没有问题。",
)


def _rows_of(
    feedback: FeedbackView, wrong: Mapping[int, str], *, corrects: bool
) -> Table[FeedbackRowView]:
    def way(each: FeedbackRowView) -> str:
        if not act(each):
            return ""
        return "/cases" if each.held else f"/feedback/{feedback.feedback}/{each.row}"

    def act(each: FeedbackRowView) -> str:
        if each.state not in _AWAITS or not (each.held or corrects):
            return ""
        return "处理比对疑问" if each.held else "更正"

    return Table[FeedbackRowView](
        caption="各行的状态",
        columns=(
            Column(
                name="row",
                title="行",
                text=lambda each: "记录" if feedback.record else f"第 {each.row} 行",
                key=lambda each: each.row,
            ),
            Column(
                name="state",
                title="状态",
                text=lambda each: each.state_text,
                lamp=lambda each: "amber" if each.state in _AWAITS else "green",
                filter="choice",
            ),
            Column(name="wrong", title="问题", text=lambda each: wrong.get(each.row, "")),
            Column(name="act", title="办理", text=act, path=way),
            Column(name="reason", title="理由", text=lambda each: each.reason),
            Column(name="answered", title="答复时间", text=lambda each: moment(each.answered_at)),
            Column(name="judgement", title="信用中心的意见", text=lambda each: each.judgement),
        ),
    )


def listed(desk: Desk) -> Response:
    found = desk.ask(
        ListFeedback, FeedbackList, purpose=_PURPOSE, provider=desk.organisation, limit=_MOST
    )
    ordered = sorted(found.feedback, key=lambda each: (not each.left, each.due))
    return desk.list_page(
        "provider/feedback_list.html", _LIST, ordered, title=FEEDBACK.title, most=_MOST
    )


def show(desk: Desk) -> Response:
    return _shown(desk, _asked(desk))


def answer(desk: Desk) -> Response:
    """Confirm rows as right or withdraw them, with a reason."""
    found = _asked(desk)
    rows = [int(each) for each in desk.several("rows") if each.isdecimal()]
    state = desk.fields.get("answer", "")
    faults = [
        *([] if rows else [Fault("请勾选要处理的行。", "rows")]),
        *(
            []
            if state in {_CONFIRM[0], _WITHDRAW[0]}
            else [Fault("请选择确认无误或撤回。", "answer")]
        ),
        *([] if desk.fields.get("reason") else [Fault("请写明理由。", "reason")]),
    ]
    if faults:
        return _shown(desk.wrong(*faults), found)
    done = desk.tried(
        lambda: desk.ask(
            AnswerFeedback,
            FeedbackDetail,
            purpose=_PURPOSE,
            feedback=found.feedback.feedback,
            rows=rows,
            answer=state,
            reason=desk.fields["reason"],
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _shown(done, found)
    said = "已确认无误，由信用中心审定" if state == _CONFIRM[0] else "已撤回"
    return desk.see(f"/feedback/{found.feedback.feedback}", said=f"{len(rows)} 行{said}。")


def _asked(desk: Desk) -> FeedbackDetail:
    return desk.ask(
        ShowFeedback,
        FeedbackDetail,
        purpose=_PURPOSE,
        feedback=desk.request.parameters["feedback"],
        limit=_MOST,
    )


def _wrong(desk: Desk, feedback: FeedbackView) -> Mapping[int, str]:
    """Return what is wrong with the first rows of the file that went back."""
    if not feedback.submission:
        return {}
    found = desk.ask(
        ListIssues, IssueList, purpose=_PURPOSE, submission=feedback.submission, limit=_MOST_ISSUES
    )
    told: dict[int, list[str]] = {}
    for issue in found.issues:
        if issue.severity == Severity.ERROR:
            told.setdefault(issue.row, []).append(issue.message)
    return {row: "\n".join(messages) for row, messages in told.items()}


def _shown(desk: Desk, found: FeedbackDetail) -> Response:
    feedback = found.feedback
    fields = desk.fields if desk.request.method == "POST" else {}
    open_rows = [each for each in found.rows if each.state in _AWAITS and not each.held]
    return desk.list_page(
        "provider/feedback.html",
        _rows_of(feedback, _wrong(desk, feedback), corrects=desk.may("report-rows")),
        found.rows,
        title="核实记录" if feedback.record else "退回的行",
        crumbs=(FEEDBACK,),
        feedback=feedback,
        shown=len(found.rows),
        may_answer=desk.may("answer-feedback"),
        may_report=desk.may("deliver-file"),
        open=[
            (str(each.row), "这条记录" if feedback.record else f"第 {each.row} 行")
            for each in open_rows
        ],
        answers=[_CONFIRM] if feedback.record else [_CONFIRM, _WITHDRAW],
        ticked=desk.several("rows") if desk.request.method == "POST" else [],
        answer=fields.get("answer", ""),
        reason=fields.get("reason", ""),
    )


_ONE: Final = "/feedback/{feedback}"
ROUTES: Final[tuple[Route, ...]] = (
    page("/feedback", listed, call="list-feedback"),
    page(_ONE, show, call="show-feedback"),
    form(_ONE, answer, call="answer-feedback"),
)
