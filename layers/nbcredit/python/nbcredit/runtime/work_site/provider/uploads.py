"""Reporting a file, and trying it first: nothing is stored by a trial."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from nbcredit.domain.issues import Severity
from nbcredit.domain.submissions import submission_id
from nbcredit.pages.frames import Link
from nbcredit.pages.problems import Problem, ranked
from nbcredit.runtime.work_site.bodies import MOST_FILE_BYTES
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.choices import (
    FIELDS,
    MOST,
    Chosen,
    chosen,
    item_options,
    month_options,
)
from nbcredit.runtime.work_site.provider.ways import TODO
from nbcredit.runtime.work_site.responses import Response, json_body
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.wire.checks import CauseView, CheckFile, CheckView
from nbcredit.wire.uploads import (
    DeliveredView,
    DeliverFile,
    FormView,
    PrepareUpload,
    ShowUploadPlace,
    UploadPlace,
)

_UPLOAD: Final = "/uploads/new"
_TRIAL: Final = "/trial"


def new(desk: Desk) -> Response:
    return _form(desk, desk.request.query)


def send(desk: Desk) -> Response:
    """Report the file: the platform reads it as any other that arrives."""
    found = chosen(desk)
    if not isinstance(found, Chosen):
        return _form(desk.wrong(*found), desk.fields)
    done = desk.tried(
        lambda: desk.ask(
            DeliverFile,
            DeliveredView,
            purpose="信用信息报送",
            provider=desk.organisation,
            item=found.item,
            period=found.period,
            name=found.file.name,
            content=b64encode(found.file.content).decode(),
        ),
        fields=FIELDS,
    )
    if isinstance(done, Desk):
        return _form(done, desk.fields)
    return desk.see(f"/submissions/{done.submission}?sent=1")


def prepare(desk: Desk) -> Response:
    """Give the page's script the form for a large file, and where it is seen afterwards."""
    fields = desk.fields
    prepared = desk.ask(
        PrepareUpload,
        FormView,
        purpose="信用信息报送",
        provider=desk.organisation,
        item=fields.get("item", ""),
        period=fields.get("period", ""),
        file={
            "name": fields.get("name", ""),
            "size": fields.get("size", ""),
            "sha256": fields.get("sha256", ""),
        },
    )
    submission = submission_id(
        provider=desk.organisation,
        item=fields["item"],
        period=fields["period"],
        sha256=fields["sha256"],
    )
    return json_body(
        {
            "url": prepared.url,
            "fields": prepared.fields,
            "then": f"/submissions/{submission}?sent=1",
        }
    )


def trial(desk: Desk) -> Response:
    return _trial_form(desk, desk.request.query)


def check(desk: Desk) -> Response:
    """Show what would become of the file; its reader chooses it again to report it."""
    found = chosen(desk, period=False)
    if not isinstance(found, Chosen):
        return _trial_form(desk.wrong(*found), desk.fields)
    done = desk.tried(
        lambda: desk.ask(
            CheckFile,
            CheckView,
            purpose="报送前试查",
            provider=desk.organisation,
            item=found.item,
            name=found.file.name,
            content=b64encode(found.file.content).decode(),
        ),
        fields=FIELDS,
    )
    if isinstance(done, Desk):
        return _trial_form(done, desk.fields)
    return desk.page(
        "provider/checked.html",
        title="试查结果",
        crumbs=(TODO, Link("试查文件", _TRIAL)),
        check=done,
        problems=ranked(map(_problem, done.causes)),
    )


def _form(desk: Desk, told: Mapping[str, str]) -> Response:
    place = desk.ask(ShowUploadPlace, UploadPlace, purpose="信用信息报送")
    parts = urlsplit(place.url)
    return desk.page(
        "provider/upload.html",
        title="报送文件",
        crumbs=(TODO,),
        items=item_options(desk),
        months=month_options(desk),
        item=told.get("item", ""),
        period=told.get("period", ""),
        most=MOST,
        most_bytes=MOST_FILE_BYTES,
        largest=f"{place.largest // 1_000_000} MB",
        forms_to=f"{parts.scheme}://{parts.netloc}",
        progress=True,
    )


def _trial_form(desk: Desk, told: Mapping[str, str]) -> Response:
    return desk.page(
        "provider/trial.html",
        title="试查文件",
        crumbs=(TODO,),
        items=item_options(desk),
        item=told.get("item", ""),
        most=MOST,
    )


def _problem(cause: CauseView) -> Problem:
    return Problem(
        code=cause.code,
        title=cause.title,
        header=cause.header,
        rows=cause.rows,
        first=cause.first,
        is_note=cause.severity != Severity.ERROR,
    )


ROUTES: Final[tuple[Route, ...]] = (
    page(_UPLOAD, new, call="deliver-file"),
    form(_UPLOAD, send, call="deliver-file", takes_file=True),
    form("/uploads/form", prepare, call="prepare-upload"),
    page(_TRIAL, trial, call="check-file"),
    form(_TRIAL, check, call="check-file", takes_file=True),
)
