"""A provider's off-catalogue information: reported, shown, closed once it is an item (A5.2)."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from nbcredit.domain.off_catalogue import State, UnknownInformation
from nbcredit.domain.submissions import State as SubmissionState, UnknownSubmission
from nbcredit.pages.frames import Fault, Link
from nbcredit.pages.spelling import moment, period
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site import responses
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.choices import MOST
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire.off_catalogue import (
    CloseOffCatalogue,
    DeliverAttachment,
    DeliveredAttachmentView,
    InformationList,
    InformationView,
    ListOffCatalogue,
    ReportOffCatalogue,
    ShowOffCatalogue,
    subject_told,
)
from nbcredit.wire.submissions import ListSubmissions, SubmissionList

_HOME: Final = "/off-catalogue"
_ONE: Final = f"{_HOME}/{{information}}"
_CRUMBS: Final = (Link("目录外信息", _HOME),)
_REPORTING: Final = "目录外信息报送"
_HANDLING: Final = "目录外信息办理"
_NEEDED: Final = {
    "title": "请填写标题。",
    "legal_basis": "请填写法律依据。",
    "description": "请填写具体内容。",
}
_FIELDS: Final = {
    "title": "title",
    "legal_basis": "legal_basis",
    "description": "description",
    "number-in-text": "description",
    "subjects": "subjects",
    "bad-mention": "subjects",
    "bad-credit-code": "subjects",
    "attachment-refused": "file",
    "attachment-too-large": "file",
}
_WORDS: Final = {
    "title": "标题 2 至 200 字。",
    "legal_basis": "法律依据 2 至 4000 字。",
    "description": "具体内容 2 至 4000 字。",
    "subjects": "最多 100 个主体；名称最多 200 字，号码和证件类型最多 64 字。",
}
_CLOSING: Final = {"submission": "submission", "not-the-report": "submission"}
_LAMPS: Final = {State.KEPT: "off", State.COVERED: "amber", State.CLOSED: "green"}
_PARTS: Final = (2, 3)
# As many as one call lists.
_MOST_SUBMISSIONS: Final = 100


def listed(desk: Desk) -> Response:
    found = desk.ask(
        ListOffCatalogue, InformationList, purpose=_HANDLING, provider=desk.organisation
    )
    return desk.list_page(
        "provider/off_catalogue.html",
        _TABLE,
        found.information,
        title="目录外信息",
        may_report=desk.may("report-off-catalogue"),
    )


def new(desk: Desk) -> Response:
    return _form(desk)


def report(desk: Desk) -> Response:
    faults = list(_faults(desk))
    if faults:
        return _form(desk.wrong(*faults))
    done = desk.tried(lambda: _reported(desk), fields=_FIELDS)
    if isinstance(done, Desk):
        return _form(in_words(done, **_WORDS))
    return desk.see(f"{_HOME}/{done.information}", said="已留存：不公开，不共享。")


def show(desk: Desk) -> Response:
    return _shown(desk)


def fetch(desk: Desk) -> Response:
    """Send the browser to the file, under an address that was signed just now."""
    found = _asked(desk)
    if found.file is None or found.file.download is None:
        raise UnknownInformation(found.information)
    return responses.fetch(found.file.download)


def close(desk: Desk) -> Response:
    submission = desk.fields.get("submission", "")
    if not submission:
        return _shown(desk.wrong(Fault("请选择批次。", "submission")))
    information = desk.request.parameters["information"]
    try:
        done = desk.tried(
            lambda: desk.ask(
                CloseOffCatalogue,
                InformationView,
                purpose=_HANDLING,
                information=information,
                submission=submission,
            ),
            fields=_CLOSING,
        )
    except UnknownSubmission as refusal:
        return _shown(desk.wrong(Fault(str(refusal), "submission")))
    if isinstance(done, Desk):
        return _shown(done)
    return desk.see(f"{_HOME}/{information}", said="已办结。")


def _faults(desk: Desk) -> Iterator[Fault]:
    for name, words in _NEEDED.items():
        if not desk.fields.get(name):
            yield Fault(words, name)
    for number, parts in _lines(desk):
        if len(parts) not in _PARTS or not all(parts[:2]):
            yield Fault(
                f"涉及的主体第 {number} 行不对：写“名称,号码”或“名称,号码,证件类型”。", "subjects"
            )
    file = desk.request.file("file")
    if file is not None and not file.content:
        yield Fault("文件是空的：请核对选择的文件。", "file")


def _lines(desk: Desk) -> Iterator[tuple[int, list[str]]]:
    """Yield the parts of each line about a subject; a comma may be of either script."""
    text = desk.fields.get("subjects", "").replace("，", ",")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, [part.strip() for part in line.split(",")]


def _reported(desk: Desk) -> InformationView:
    file, upload = desk.request.file("file"), ""
    told = {name: desk.fields[name] for name in _NEEDED}
    subjects = [subject_told(*parts) for _, parts in _lines(desk)]
    if file is not None:
        upload = desk.ask(
            DeliverAttachment,
            DeliveredAttachmentView,
            purpose=_REPORTING,
            provider=desk.organisation,
            name=file.name,
            content=b64encode(file.content).decode(),
        ).upload
    return desk.ask(
        ReportOffCatalogue,
        InformationView,
        purpose=_REPORTING,
        provider=desk.organisation,
        subjects=subjects,
        upload=upload,
        **told,
    )


def _form(desk: Desk) -> Response:
    return desk.page(
        "provider/off_catalogue_new.html",
        title="报送目录外信息",
        crumbs=_CRUMBS,
        fields=desk.fields if desk.request.method == "POST" else {},
        most=MOST,
    )


def _asked(desk: Desk) -> InformationView:
    return desk.ask(
        ShowOffCatalogue,
        InformationView,
        purpose=_HANDLING,
        information=desk.request.parameters["information"],
    )


def _shown(desk: Desk) -> Response:
    found = _asked(desk)
    closes = (
        found.state == State.COVERED
        and found.provider == desk.organisation
        and desk.may("close-off-catalogue")
    )
    return desk.page(
        "provider/information.html",
        title=found.title,
        crumbs=_CRUMBS,
        found=found,
        lamp=_LAMPS[State(found.state)],
        closes=closes,
        submissions=_submissions(desk, found) if closes else [],
        chosen=desk.fields.get("submission", "") if desk.request.method == "POST" else "",
    )


def _submissions(desk: Desk, found: InformationView) -> list[tuple[str, str]]:
    """Return the submissions that may have reported it under its item, the newest first."""
    item = found.coverage.item if found.coverage else ""
    known = desk.ask(
        ListSubmissions,
        SubmissionList,
        purpose=_HANDLING,
        provider=desk.organisation,
        limit=_MOST_SUBMISSIONS,
    )
    return [
        (
            each.submission,
            f"{moment(each.reported_at)}　{period(each.period)}　{each.file_name}",
        )
        for each in known.submissions
        if (each.item, each.state) == (item, SubmissionState.SETTLED)
    ]


_TABLE: Final = Table[InformationView](
    caption="目录外信息",
    nothing="没有报送过目录外信息。",
    columns=(
        Column(
            name="title",
            title="标题",
            text=lambda each: each.title,
            path=lambda each: f"{_HOME}/{each.information}",
            filter="text",
        ),
        Column(
            name="state",
            title="状态",
            text=lambda each: each.state_text,
            lamp=lambda each: _LAMPS[State(each.state)],
            filter="choice",
        ),
        Column(
            name="item",
            title="目录项",
            text=lambda each: each.coverage.item_name if each.coverage else "",
            filter="choice",
        ),
        Column(
            name="subjects",
            title="主体数",
            text=lambda each: str(each.subject_count),
            key=lambda each: each.subject_count,
            numeric=True,
        ),
        Column(
            name="at",
            title="报送时间",
            text=lambda each: moment(each.reported_at),
            key=lambda each: each.reported_at,
        ),
    ),
)
ROUTES: Final[tuple[Route, ...]] = (
    page(_HOME, listed, call="list-off-catalogue"),
    page(f"{_HOME}/new", new, call="report-off-catalogue"),
    form(f"{_HOME}/new", report, call="report-off-catalogue", takes_file=True),
    page(_ONE, show, call="show-off-catalogue"),
    form(_ONE, close, call="close-off-catalogue"),
    page(f"{_ONE}/file", fetch, call="show-off-catalogue"),
)
