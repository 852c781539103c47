"""Stored records of a subject, looked up for a purpose, and asked about (A8.6)."""

from typing import Final

from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.pages.frames import Fault, Link
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.usecases.records import UnknownSubject
from nbcredit.wire.feedback import FeedbackDetail, OpenFeedback
from nbcredit.wire.records import ReadSubject, SubjectView, TraceRecord, TraceView

_HOME: Final = "/centre/records"
_CRUMBS: Final = (Link("首页", "/"), Link("查询记录", _HOME))
_FIELDS: Final = {
    "credit_code": "credit_code",
    "document_number": "document_number",
    "purpose": "purpose",
    "subject-not-named": "credit_code",
    "bad-credit-code": "credit_code",
    "question": "question",
    "reason-missing": "question",
    "reason-holds-number": "question",
}


def look(desk: Desk) -> Response:
    return _looked(desk, None)


def read(desk: Desk) -> Response:
    """Show a subject by form, not by address: a number is in no log of addresses."""
    fields = desk.fields
    if not fields.get("purpose"):
        return _looked(desk.wrong(Fault("请写明查询用途。", "purpose")), None)
    try:
        done = desk.tried(lambda: _subject(desk), fields=_FIELDS)
    except UnknownSubject as refusal:
        field = "credit_code" if fields.get("credit_code") else "document_number"
        done = desk.wrong(Fault(str(refusal), field))
    if isinstance(done, Desk):
        return _looked(in_words(done, purpose="查询用途 2 至 100 字。"), None)
    return _looked(desk, done)


def ask_about(desk: Desk) -> Response:
    return _asked_about(desk)


def open_feedback(desk: Desk) -> Response:
    done = desk.tried(
        lambda: desk.ask(
            OpenFeedback,
            FeedbackDetail,
            purpose="要求核实已入库的记录",
            record=desk.request.parameters["record"],
            question=desk.fields.get("question", ""),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _asked_about(in_words(done, question="请写明要核实什么，2 至 200 字。"))
    return desk.see(
        f"/centre/feedback/{done.feedback.feedback}", said="已要求报送单位在 5 个工作日内核实。"
    )


def _subject(desk: Desk) -> SubjectView:
    fields = desk.fields
    return desk.ask(
        ReadSubject,
        SubjectView,
        purpose=fields["purpose"],
        credit_code=fields.get("credit_code") or None,
        document_type=RESIDENT_ID,
        document_number=fields.get("document_number") or None,
    )


def _looked(desk: Desk, found: SubjectView | None) -> Response:
    return desk.page(
        "centre/records.html",
        title="查询记录",
        crumbs=_CRUMBS[:1],
        found=found,
        names=organisation_names(desk) if found else {},
        sent=desk.fields if desk.request.method == "POST" else {},
    )


def _asked_about(desk: Desk) -> Response:
    found = desk.ask(
        TraceRecord,
        TraceView,
        purpose="要求核实已入库的记录",
        record=desk.request.parameters["record"],
    )
    return desk.page(
        "centre/ask_about.html",
        title=f"要求核实：{found.item_name}",
        crumbs=_CRUMBS,
        found=found,
        question=desk.fields.get("question", "") if desk.request.method == "POST" else "",
    )


ROUTES: Final = (
    page(_HOME, look, call="read-subject"),
    form(_HOME, read, call="read-subject"),
    page(_HOME + "/{record}", ask_about, call="open-feedback"),
    form(_HOME + "/{record}", open_feedback, call="open-feedback"),
)
