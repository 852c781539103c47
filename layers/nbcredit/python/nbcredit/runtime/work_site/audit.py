"""The audit trail for those who audit: searched, handed out with proof, proved whole (A20.1)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nbcredit.domain.audit import Outcome
from nbcredit.domain.periods import SHANGHAI
from nbcredit.pages.frames import Link
from nbcredit.pages.spelling import moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.clock import SystemClock
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.responses import Response, download
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.wire import audit as wire

_HOME: Final = "/audit"
_CRUMBS: Final = (Link("首页", "/"), Link("审计", _HOME))
_PURPOSE: Final = "审计"
_JSON_LINES: Final = "application/x-ndjson"
_OUTCOMES: Final = {Outcome.DONE: "成功", Outcome.REFUSED: "被拒绝"}
_ASKED: Final = ("actor", "organisation", "action", "about")
# What a search is of: a place in its answer is worth nothing in that of another (F59).
_SEARCH: Final = ("since", "until", *_ASKED, "outcome")
_SUBJECT: Final = ("credit_code", "document_number")
_FIELDS: Final = {
    "bad-span": "since",
    "since": "since",
    "until": "until",
    "outcome": "outcome",
    "subject-not-named": "credit_code",
    "not-a-credit-code": "credit_code",
}


def search(desk: Desk) -> Response:
    asked = _form_of(desk)
    if not desk.request.query.get("since"):
        return _searched(desk, asked, None)
    done = desk.tried(lambda: _found(desk, asked), fields=_FIELDS)
    if isinstance(done, Desk):
        return _searched(done, asked, None)
    exported = desk.export(_table({}), done.entries)
    return exported if exported is not None else _searched(desk, asked, done)


def export(desk: Desk) -> Response:
    """Hand entries out with their proof, as lines that anybody can check."""
    asked = _form_of(desk)
    found = desk.ask(
        wire.ExportAudit, wire.AuditExport, purpose=_PURPOSE, limit=500, **_told(asked)
    )
    text = "".join(f"{line}\n" for line in found.lines)
    name = f"审计记录及证明 {asked['since']} 至 {asked['until']}.jsonl".replace(":", "")
    return download(text.encode(), name=name, media_type=_JSON_LINES)


def verification(desk: Desk) -> Response:
    return _verified(desk, None)


def verify(desk: Desk) -> Response:
    fields = desk.fields
    done = desk.tried(
        lambda: desk.ask(
            wire.VerifyAudit,
            wire.AuditReport,
            purpose=_PURPOSE,
            since=_moment(fields.get("since", "")),
            until=_moment(fields.get("until", "")),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _verified(done, None)
    return _verified(desk, done)


def looks(desk: Desk) -> Response:
    return _looked(desk, None)


def who_looked(desk: Desk) -> Response:
    """Ask by form, not by address: a person's number is in no log of addresses."""
    fields = desk.fields
    done = desk.tried(
        lambda: desk.ask(
            wire.WhoLooked,
            wire.LooksView,
            purpose=_PURPOSE,
            credit_code=fields.get("credit_code") or None,
            document_number=fields.get("document_number") or None,
            cursor=desk.place(fields.get("cursor", ""), query=_query(desk, fields, _SUBJECT)),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _looked(done, None)
    return _looked(desk, done)


def _found(desk: Desk, asked: Mapping[str, str]) -> wire.AuditPage:
    cursor = desk.place(desk.request.query.get("cursor", ""), query=_query(desk, asked, _SEARCH))
    return desk.ask(
        wire.SearchAudit, wire.AuditPage, purpose=_PURPOSE, limit=200, cursor=cursor, **_told(asked)
    )


def _searched(desk: Desk, asked: Mapping[str, str], found: wire.AuditPage | None) -> Response:
    table = desk.shown(_table(organisation_names(desk)), found.entries) if found else None
    older = desk.cursor(found.cursor, query=_query(desk, asked, _SEARCH)) if found else ""
    return desk.page(
        "audit/search.html",
        title="审计记录",
        crumbs=_CRUMBS[:1],
        asked=asked,
        outcomes=[(outcome.value, words) for outcome, words in _OUTCOMES.items()],
        table=table,
        reached=found.reached if found else None,
        older={**asked, "cursor": older} if older else None,
        kept=asked,
    )


def _query(desk: Desk, asked: Mapping[str, str], names: tuple[str, ...]) -> str:
    told = [asked.get(name, "") for name in names]
    return json.dumps([desk.actor.id, names, told])


def _verified(desk: Desk, found: wire.AuditReport | None) -> Response:
    sent = desk.fields if desk.request.method == "POST" else _form_of(desk)
    return desk.page(
        "audit/verify.html", title="验证审计记录", crumbs=_CRUMBS, asked=sent, found=found
    )


def _looked(desk: Desk, found: wire.LooksView | None) -> Response:
    sent = desk.fields if desk.request.method == "POST" else {}
    return desk.page(
        "audit/looks.html",
        title="谁查过某个主体",
        crumbs=_CRUMBS,
        sent=sent,
        found=found,
        older=desk.cursor(found.cursor, query=_query(desk, sent, _SUBJECT)) if found else "",
        outcomes=_OUTCOMES,
    )


def _form_of(desk: Desk) -> dict[str, str]:
    """Return what is asked for; where nothing is, the last day."""
    query, now = desk.request.query, SystemClock().now().astimezone(SHANGHAI)
    since, until = now - timedelta(days=1), now + timedelta(minutes=1)
    told = {name: query.get(name, "").strip() for name in (*_ASKED, "outcome")}
    return {
        "since": query.get("since") or f"{since:%Y-%m-%dT%H:%M}",
        "until": query.get("until") or f"{until:%Y-%m-%dT%H:%M}",
        **told,
    }


def _told(asked: Mapping[str, str]) -> dict[str, Any]:
    return {
        "since": _moment(asked["since"]),
        "until": _moment(asked["until"]),
        "outcome": asked["outcome"] or None,
        **{name: asked[name] for name in _ASKED},
    }


def _moment(text: str) -> datetime | str:
    """Return a moment typed in the city's time; what is none is left for the call to refuse."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)
    except ValueError:
        return text


def _table(names: Mapping[str, str]) -> Table[wire.AuditEntryView]:
    return Table(
        caption="审计记录",
        nothing="这段时间内没有符合条件的记录。",
        columns=(
            Column(
                name="at",
                title="时间",
                text=lambda each: moment(each.at),
                key=lambda each: each.at,
            ),
            Column(name="action", title="操作", text=lambda each: each.action, filter="choice"),
            Column(name="actor", title="账号", text=lambda each: each.actor, filter="text"),
            Column(
                name="organisation",
                title="单位",
                text=lambda each: names.get(each.organisation, each.organisation),
                filter="choice",
            ),
            Column(
                name="outcome",
                title="结果",
                text=lambda each: _OUTCOMES[each.outcome],
                lamp=lambda each: "green" if each.outcome is Outcome.DONE else "red",
                filter="choice",
            ),
            Column(name="purpose", title="用途", text=lambda each: each.purpose),
            Column(name="about", title="对象（代号）", text=lambda each: "、".join(each.about)),
            Column(name="address", title="来自", text=lambda each: each.address),
            Column(
                name="detail",
                title="详情",
                text=lambda each: "；".join(
                    f"{name}={value}" for name, value in each.detail.items()
                ),
            ),
            Column(name="place", title="链上位置", text=lambda each: each.place),
        ),
    )


ROUTES: Final = (
    page(_HOME, search, call="search-audit"),
    page(_HOME + "/export", export, call="export-audit"),
    page(_HOME + "/verify", verification, call="verify-audit"),
    form(_HOME + "/verify", verify, call="verify-audit"),
    page(_HOME + "/looks", looks, call="who-looked"),
    form(_HOME + "/looks", who_looked, call="who-looked"),
)
