"""Supervision: every queue with its legal clock, what is open by due date, and urging (A4.1)."""

from collections.abc import Mapping
from typing import Final

from nbcredit.domain.obligations import Kind
from nbcredit.domain.organisations import OrganisationKind
from nbcredit.pages.frames import Link
from nbcredit.pages.spelling import day, moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire import supervision as wire
from nbcredit.wire.duties import ExplainObligation
from nbcredit.wire.obligations import ObligationView

HOME: Final = "/supervision"
_OPEN: Final = HOME + "/open"
_URGE: Final = HOME + "/urge"
CRUMBS: Final = (Link("首页", "/"), Link("督办", HOME))
PURPOSE: Final = "督促按期办理"
# As many as a page of the call gives; more come with the next.
_MOST: Final = 500
_FIELDS: Final = {"note": "note", "number-in-text": "note"}
# The centre works its queues off where everybody else looks on.
_AT_CENTRE: Final = {
    "feedback": "/centre/feedback",
    "cases": "/centre/cases",
    "answers": "/centre/answers",
}


def queues(desk: Desk) -> Response:
    found = desk.ask(wire.ListQueues, wire.QueueList, purpose=PURPOSE)
    return desk.page(
        "supervision/queues.html",
        title="督办",
        crumbs=CRUMBS[:1],
        tiles=[(each, _behind(desk, each), _clock(each)) for each in found.queues],
        region=desk.member.organisation.kind is OrganisationKind.COUNTY,
    )


def open_ones(desk: Desk) -> Response:
    kind = Kind(asked) if (asked := desk.request.query.get("kind", "")) in set(Kind) else None
    query = f"list-obligations|{desk.actor.id}|{kind or ''}"
    found = desk.ask(
        wire.ListObligations,
        wire.ObligationList,
        purpose=PURPOSE,
        kind=kind,
        after=desk.place(desk.request.query.get("after", ""), query=query),
        limit=_MOST,
    )
    return desk.list_page(
        "supervision/open.html",
        _table(organisation_names(desk)),
        found.obligations,
        title=f"没有办结的事项：{kind.label}" if kind else "没有办结的事项",
        crumbs=CRUMBS,
        kind=kind.value if kind else "",
        after=desk.cursor(found.next, query=query),
        most=_MOST,
    )


def ask_to_urge(desk: Desk) -> Response:
    return _shown(desk, desk.request.query.get("obligation", ""))


def urge(desk: Desk) -> Response:
    named = desk.fields.get("obligation", "")
    done = desk.tried(
        lambda: desk.ask(
            wire.UrgeObligation,
            wire.UrgeView,
            purpose=PURPOSE,
            obligation=named,
            note=desk.fields.get("note", ""),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _shown(in_words(done, note="说明最多 500 字。"), named)
    said = f"已于 {moment(done.at)} 催办，对方会收到消息；同一事项一天催办一次。"
    return desk.see(_OPEN, said=said)


def _shown(desk: Desk, named: str) -> Response:
    found = desk.ask(ExplainObligation, ObligationView, purpose=PURPOSE, obligation=named)
    return desk.page(
        "supervision/urge.html",
        title="催办",
        crumbs=(*CRUMBS, Link("没有办结的事项", _OPEN)),
        owed=found,
        debtor=organisation_names(desk).get(found.debtor, found.debtor),
        behind=_about(found),
        may_urge=desk.may("urge-obligation") and found.debtor != desk.organisation,
        note=desk.fields.get("note", "") if desk.request.method == "POST" else "",
    )


def _about(owed: ObligationView) -> str:
    """Return the page of what is owed, empty where there is none."""
    _, _, reference = owed.obligation.partition("/")
    if owed.kind == Kind.SUBMISSION:
        return f"/submissions/{reference}"
    return f"/centre/feedback/{reference}" if owed.kind == Kind.FEEDBACK else ""


def _behind(desk: Desk, queue: wire.QueueView) -> str:
    """Return where a queue is worked on, empty where the member has no page for it."""
    if desk.member.organisation.kind is OrganisationKind.CENTRE and queue.queue in _AT_CENTRE:
        return _AT_CENTRE[queue.queue]
    if desk.member.organisation.kind is OrganisationKind.COUNTY and queue.queue == "cases":
        return HOME + "/cases"
    if queue.queue == "accounts" and desk.may("approve-account"):
        return "/accounts"
    return f"{_OPEN}?kind={queue.queue}" if queue.queue in set(Kind) else ""


def _clock(queue: wire.QueueView) -> tuple[str, str]:
    if queue.overdue:
        return "red", f"其中 {queue.overdue} 件逾期"
    if not queue.count:
        return "green", "没有待办"
    if queue.oldest_due:
        return "green", f"最早 {day(queue.oldest_due)}到期"
    return "amber", f"最早 {moment(queue.oldest_at)} 报送"


def _table(names: Mapping[str, str]) -> Table[ObligationView]:
    return Table(
        caption="没有办结的事项",
        nothing="没有需要督办的事项。",
        columns=(
            Column(
                name="title",
                title="事项",
                text=lambda each: each.title,
                path=lambda each: f"{_URGE}?obligation={each.obligation}",
                filter="text",
            ),
            Column(
                name="clock",
                title="期限",
                text=lambda each: each.words,
                key=lambda each: each.due_on,
                lamp=lambda each: each.lamp,
                filter="text",
            ),
            Column(
                name="due",
                title="到期日",
                text=lambda each: each.due_text,
                key=lambda each: each.due_on,
            ),
            Column(
                name="debtor",
                title="单位",
                text=lambda each: names.get(each.debtor, each.debtor),
                filter="choice",
            ),
            Column(name="kind", title="种类", text=lambda each: each.kind_text, filter="choice"),
        ),
    )


ROUTES: Final = (
    page(HOME, queues, call="urge-obligation"),
    page(_OPEN, open_ones, call="urge-obligation"),
    page(_URGE, ask_to_urge, call="urge-obligation"),
    form(_URGE, urge, call="urge-obligation"),
)
