"""Comparison cases: whom a held row is about, side by side and decided with a reason (A8.4).

The centre has those of all, a provider its own under an address of its desk; a county follows
those of its region under supervision, and decides none.
"""

from collections.abc import Mapping
from typing import Final

from nbcredit.domain.comparison import CaseKind, CaseState
from nbcredit.domain.subjects import SubjectState
from nbcredit.pages.frames import Fault, Link
from nbcredit.pages.spelling import credit_code, moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import item_names, organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.wire.cases import (
    REGISTERED,
    CaseList,
    CaseView,
    DecideCase,
    DecidedView,
    ListCases,
    ShowCase,
    ShownCaseView,
)

_PURPOSE: Final = "处理比对疑问"
_MOST: Final = 1000
_FOLLOWING: Final = "督促处理比对疑问"
_QUEUE: Final = "/centre/cases"
_OWN_QUEUE: Final = "/cases"
_FOLLOWED: Final = "/supervision/cases"
_HOME: Final = Link("首页", "/")
_FOLLOWED_CRUMBS: Final = (_HOME, Link("督办", "/supervision"))
_FIELDS: Final = {
    "reason": "reason",
    "reason-missing": "reason",
    "reason-holds-number": "reason",
    "reason-too-long": "reason",
    "not-a-candidate": "choice",
}
_DROP: Final = "drop"
_OWN: Final = "own"
# In these the first candidate is whom the row's own code names.
_NAMED_BY_CODE: Final = (CaseKind.OTHER_NAME, CaseKind.CANCELLED)


def queue(desk: Desk) -> Response:
    found = desk.ask(ListCases, CaseList, purpose=_PURPOSE, limit=_MOST)
    table = _table(organisation_names(desk), item_names(desk), root=_root(desk))
    return desk.list_page(
        "centre/queue.html",
        table,
        found.cases,
        title="比对疑问",
        most=_MOST,
        crumbs=(_HOME,),
        lead="这些行暂未入库：所写主体与库中登记的不一致，或没有写代码。"
        "请打开逐条核对，写明理由后决定入库或不入库。报送时间早的排在前面。",
    )


def follow(desk: Desk) -> Response:
    found = desk.ask(ListCases, CaseList, purpose=_FOLLOWING, limit=_MOST)
    table = _table(organisation_names(desk), item_names(desk), root=_root(desk))
    return desk.list_page(
        "centre/queue.html",
        table,
        found.cases,
        title="比对疑问",
        most=_MOST,
        crumbs=_FOLLOWED_CRUMBS,
        lead="这些行暂未入库，等报送单位或信用中心处理。可以打开查看；本页不能作决定，"
        "需要时请与报送单位联系。报送时间早的排在前面。",
    )


def show(desk: Desk) -> Response:
    beside = desk.request.query.get("beside", "").replace(" ", "").upper()
    if not beside:
        return _shown(desk, _asked(desk))
    found = desk.tried(lambda: _asked(desk, beside), fields={"beside": "beside"})
    if isinstance(found, Desk):
        told = found.wrong(Fault("统一社会信用代码是 18 位数字和大写字母，请核对。", "beside"))
        return _shown(told, _asked(desk), beside=beside)
    if all(each.credit_code != beside for each in found.candidates):
        told = desk.wrong(Fault("库中没有这个代码的主体，请核对代码。", "beside"))
        return _shown(told, found, beside=beside)
    return _shown(desk, found, beside=beside)


def decide(desk: Desk) -> Response:
    choice, reason = desk.fields.get("choice", ""), desk.fields.get("reason", "")
    if not choice:
        wrong = desk.wrong(Fault("请选择入库或不入库。", "choice"))
        return _shown(wrong, _asked(desk))
    done = desk.tried(lambda: _decided(desk, choice, reason), fields=_FIELDS)
    if isinstance(done, Desk):
        return _shown(done, _asked(desk))
    stored = done.stored_by is not None
    return desk.see(
        _root(desk),
        said="已决定入库，并通知报送单位。" if stored else "已决定不入库，并通知报送单位。",
    )


def _root(desk: Desk) -> str:
    """Return the address of the list that the page belongs to."""
    roots = (_QUEUE, _FOLLOWED)
    return next((each for each in roots if desk.request.path.startswith(each)), _OWN_QUEUE)


def _decided(desk: Desk, choice: str, reason: str) -> DecidedView:
    return desk.ask(
        DecideCase,
        DecidedView,
        purpose=_PURPOSE,
        case=desk.request.parameters["case"],
        decision=_DROP if choice == _DROP else "store",
        candidate=None if choice in (_DROP, _OWN) else choice,
        reason=reason,
    )


def _asked(desk: Desk, beside: str = "") -> ShownCaseView:
    return desk.ask(
        ShowCase,
        ShownCaseView,
        purpose=_FOLLOWING if _root(desk) == _FOLLOWED else _PURPOSE,
        case=desk.request.parameters["case"],
        beside=beside or None,
    )


def _shown(desk: Desk, found: ShownCaseView, *, beside: str = "") -> Response:
    sent = desk.fields if desk.request.method == "POST" else {}
    root = _root(desk)
    followed = root == _FOLLOWED
    return desk.page(
        "centre/case.html",
        title=f"第 {found.case.row} 行：{found.case.kind_text}",
        crumbs=(*(_FOLLOWED_CRUMBS if followed else (_HOME,)), Link("比对疑问", root)),
        root=root,
        shown=found,
        provider=organisation_names(desk).get(found.case.provider, found.case.provider),
        waiting=found.case.state == CaseState.OPEN and desk.may("decide-case") and not followed,
        choices=_choices(found),
        choice=sent.get("choice", ""),
        reason=sent.get("reason", ""),
        beside=beside,
    )


def _choices(found: ShownCaseView) -> list[tuple[str, str]]:
    """Return what can be decided: a person's row has no candidate, one without a code no own."""
    kind = CaseKind(found.case.kind)
    registered = REGISTERED[SubjectState.REGISTERED]
    named = [
        (each.credit_code, f"入库，记在“{each.name}”（{credit_code(each.credit_code)}）名下")
        for each in found.candidates
        if each.registered == registered
    ]
    without_own = kind is CaseKind.NO_IDENTIFIER or kind in _NAMED_BY_CODE
    own = [] if without_own else [(_OWN, "入库，按本行所填的代码或证件号码")]
    return [*own, *named, (_DROP, "不入库（本行有误，请报送单位改好后重报）")]


def _table(names: Mapping[str, str], items: Mapping[str, str], *, root: str) -> Table[CaseView]:
    return Table(
        caption="待处理的比对疑问",
        nothing="没有待处理的比对疑问。",
        columns=(
            Column(
                name="case",
                title="编号",
                text=lambda each: each.case,
                path=lambda each: f"{root}/{each.case}",
            ),
            Column(name="kind", title="疑问", text=lambda each: each.kind_text, filter="choice"),
            Column(
                name="provider",
                title="报送单位",
                text=lambda each: names.get(each.provider, each.provider),
                filter="choice",
            ),
            Column(
                name="item",
                title="目录项",
                text=lambda each: items.get(each.item, each.item),
                filter="choice",
            ),
            Column(
                name="row",
                title="行号",
                text=lambda each: str(each.row),
                key=lambda each: each.row,
                numeric=True,
            ),
            Column(
                name="reported",
                title="报送时间",
                text=lambda each: moment(each.reported_at),
                key=lambda each: each.reported_at,
            ),
        ),
    )


# What the centre alone may do opens its pages.
ROUTES: Final = (
    page(_QUEUE, queue, call="judge-answer"),
    page(_QUEUE + "/{case}", show, call="judge-answer"),
    form(_QUEUE + "/{case}", decide, call="judge-answer"),
)
OWN_ROUTES: Final = (
    page(_OWN_QUEUE, queue, call="list-cases"),
    page(_OWN_QUEUE + "/{case}", show, call="show-case"),
    form(_OWN_QUEUE + "/{case}", decide, call="decide-case"),
)
# Supervision looks on: whose cases it sees is decided by the calls, and nothing is decided here.
FOLLOWED_ROUTES: Final = (
    page(_FOLLOWED, follow, call="urge-obligation"),
    page(_FOLLOWED + "/{case}", show, call="urge-obligation"),
)
