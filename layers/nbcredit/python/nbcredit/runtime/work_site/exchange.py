"""Credit-work exchange: notices, documents and questions, sent, read and answered (A3.4)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final

from nbcredit.domain.exchange import PostKind
from nbcredit.domain.organisations import OrganisationKind
from nbcredit.pages.frames import Fault, Link
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.exchange_tables import HOME, READERS, RECEIVED, SENT
from nbcredit.runtime.work_site.naming import directory
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire import exchange as wire
from nbcredit.wire.organisations import OrganisationView

_CRUMBS: Final = (Link("首页", "/"), Link("信用工作交流", HOME))
_PURPOSE: Final = "信用工作交流"
_MOST: Final = 100
_FILES: Final = ("file", "file-2", "file-3")
_FIELDS: Final = {
    "attachment-refused": "file",
    "attachment-too-large": "file",
    "name": "file",
    "title": "title",
    "text": "text",
    "number-in-text": "text",
    "no-addressee": "organisations",
    "unknown-addressee": "organisations",
    "too-many-addressees": "organisations",
}
# These address all of a kind and every region; a county its own region.
_TO_ALL: Final = (OrganisationKind.CENTRE, OrganisationKind.OFFICE)


def received(desk: Desk) -> Response:
    return _listed(desk, sent=False)


def sent(desk: Desk) -> Response:
    return _listed(desk, sent=True)


def show(desk: Desk) -> Response:
    return _shown(desk, _asked(desk))


def reply(desk: Desk) -> Response:
    post = desk.request.parameters["post"]
    done = desk.tried(
        lambda: desk.ask(
            wire.AnswerQuestion,
            wire.ReplyView,
            purpose=_PURPOSE,
            post=post,
            text=desk.fields.get("text", ""),
            uploads=_uploads(desk),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _shown(in_words(done, text="请填写答复的内容（4000 字以内）。"), _asked(desk))
    return desk.see(f"{HOME}/{post}", said="已答复，并通知各方。")


def close(desk: Desk) -> Response:
    post = desk.request.parameters["post"]
    desk.ask(wire.CloseQuestion, wire.PostView, purpose=_PURPOSE, post=post)
    return desk.see(f"{HOME}/{post}", said="咨询已办结。")


def readers(desk: Desk) -> Response:
    post = desk.request.parameters["post"]
    found = desk.ask(wire.ListReaders, wire.ReadersView, purpose=_PURPOSE, post=post)
    return desk.list_page(
        "exchange/readers.html",
        READERS,
        found.readers,
        title="谁读过",
        crumbs=(*_CRUMBS, Link("查看", f"{HOME}/{post}")),
        found=found,
    )


def draft(desk: Desk) -> Response:
    return _drafted(desk)


def send(desk: Desk) -> Response:
    fields = desk.fields
    faults = [
        Fault(words, name)
        for name, words in (
            ("kind", "请选择发送什么。"),
            ("title", "请填写标题。"),
            ("text", "请填写内容。"),
        )
        if not fields.get(name) or (name == "kind" and fields[name] not in set(PostKind))
    ]
    if faults:
        return _drafted(desk.wrong(*faults))
    done = desk.tried(lambda: _sent(desk), fields=_FIELDS)
    if isinstance(done, Desk):
        return _drafted(in_words(done, title="标题 2 至 200 字。", text="内容 4000 字以内。"))
    return desk.see(
        f"{HOME}/{done.post}", said=f"已发送给 {done.addressee_count} 个单位，并在消息中提醒。"
    )


def _sent(desk: Desk) -> wire.PostView:
    fields = desk.fields
    to = {
        "organisations": desk.several("organisations"),
        "kinds": desk.several("kinds"),
        "regions": desk.several("regions"),
    }
    told = {
        "title": fields["title"],
        "text": fields["text"],
        "to": to,
        "uploads": _uploads(desk),
    }
    if fields["kind"] == PostKind.QUESTION:
        return desk.ask(wire.AskQuestion, wire.PostView, purpose=_PURPOSE, **told)
    return desk.ask(
        wire.PostNotice, wire.PostView, purpose=_PURPOSE, kind=PostKind(fields["kind"]), **told
    )


def _uploads(desk: Desk) -> list[str]:
    """Hand over the files of the form; return their numbers."""
    chosen = (desk.request.file(name) for name in _FILES)
    return [
        desk.ask(
            wire.DeliverExchangeFile,
            wire.DeliveredFileView,
            purpose=_PURPOSE,
            name=file.name,
            content=b64encode(file.content).decode(),
        ).upload
        for file in chosen
        if file is not None
    ]


def _asked(desk: Desk) -> wire.ThreadView:
    post = desk.request.parameters["post"]
    return desk.ask(wire.ShowPost, wire.ThreadView, purpose=_PURPOSE, post=post)


def _shown(desk: Desk, thread: wire.ThreadView) -> Response:
    names = {code: each.name for code, each in directory(desk).items()}
    own = thread.post.sender == desk.organisation
    return desk.page(
        "exchange/post.html",
        title=thread.post.title,
        crumbs=_CRUMBS,
        thread=thread,
        own=own,
        addressees=[names.get(code, code) for code in thread.post.addressees],
        text=desk.fields.get("text", "") if desk.request.method == "POST" else "",
    )


def _listed(desk: Desk, *, sent: bool) -> Response:
    found = desk.ask(wire.ListPosts, wire.PostList, purpose=_PURPOSE, sent=sent, limit=_MOST)
    return desk.list_page(
        "exchange/list.html",
        SENT if sent else RECEIVED,
        found.posts,
        title="发出的" if sent else "信用工作交流",
        most=_MOST,
        crumbs=_CRUMBS if sent else _CRUMBS[:1],
        sent=sent,
        unread=found.unread,
    )


def _drafted(desk: Desk) -> Response:
    known = directory(desk)
    others = [each for each in known.values() if each.code != desk.organisation]
    is_post = desk.request.method == "POST"
    ticked: Mapping[str, Sequence[str]] = (
        {name: desk.several(name) for name in ("organisations", "kinds", "regions")}
        if is_post
        else {"organisations": [desk.request.query.get("to", "")], "kinds": [], "regions": []}
    )
    return desk.page(
        "exchange/new.html",
        title="发通知、文件或咨询",
        crumbs=_CRUMBS,
        kinds=[(kind.value, words) for kind, words in _WHAT.items()],
        organisations=[(each.code, f"{each.name}（{each.kind_text}）") for each in others],
        all_of_kind=_kinds(desk, others),
        all_of_region=_regions(desk, others),
        ticked=ticked,
        fields=desk.fields if is_post else {},
    )


def _kinds(desk: Desk, others: Sequence[OrganisationView]) -> list[tuple[str, str]]:
    if desk.member.organisation.kind not in _TO_ALL:
        return []
    there = {each.kind for each in others}
    return [(kind.value, f"全部{kind.label}") for kind in OrganisationKind if kind in there]


def _regions(desk: Desk, others: Sequence[OrganisationView]) -> list[tuple[str, str]]:
    own = desk.member.organisation
    counties = {each.region: each.name for each in others if each.kind is OrganisationKind.COUNTY}
    if own.kind is OrganisationKind.COUNTY:
        return [(own.region, "本区域的全部单位")]
    if own.kind not in _TO_ALL:
        return []
    return [(region, f"{name}所在区域的全部单位") for region, name in sorted(counties.items())]


_WHAT: Final = {
    PostKind.NOTICE: "通知：请对方知晓",
    PostKind.DOCUMENT: "文件：请对方留存",
    PostKind.QUESTION: "咨询：请对方答复",
}


ROUTES: Final = (
    page(HOME, received, call="list-posts"),
    page(HOME + "/sent", sent, call="list-posts"),
    page(HOME + "/new", draft, call="post-notice"),
    form(HOME + "/new", send, call="post-notice", takes_file=True),
    page(HOME + "/{post}", show, call="show-post"),
    form(HOME + "/{post}", reply, call="answer-question", takes_file=True),
    form(HOME + "/{post}/close", close, call="close-question"),
    page(HOME + "/{post}/readers", readers, call="list-readers"),
)
