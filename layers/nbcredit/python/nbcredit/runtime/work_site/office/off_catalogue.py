"""Off-catalogue information: listed, drafted as an item, covered by one (A5.2)."""

import json
from collections.abc import Mapping
from typing import Final

from nbcredit.domain.off_catalogue import State
from nbcredit.pages.frames import Link
from nbcredit.pages.spelling import moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import item_names, organisation_names
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire.catalogue_drafts import DraftItem, DraftView
from nbcredit.wire.off_catalogue import (
    CoverOffCatalogue,
    InformationList,
    InformationView,
    ListOffCatalogue,
    ShowOffCatalogue,
)

_HOME: Final = "/office/off-catalogue"
_CRUMBS: Final = (Link("首页", "/"), Link("目录外信息", _HOME))
_PURPOSE: Final = "将目录外信息纳入目录"
_FIELDS: Final = {"item": "item", "unknown-item": "item", "name": "name"}
_LAMPS: Final = {State.KEPT: "amber", State.COVERED: "amber", State.CLOSED: "green"}


def listed(desk: Desk) -> Response:
    found = desk.ask(ListOffCatalogue, InformationList, purpose=_PURPOSE)
    return desk.list_page(
        "centre/queue.html",
        _table(organisation_names(desk)),
        found.information,
        title="目录外信息",
        crumbs=_CRUMBS[:1],
        lead="报送单位认为应当归集、但现行目录没有的信息：只留存，不公开、不共享。"
        "请打开核对，起草目录项或指定由哪一项覆盖，报送单位随后按目录项报送。",
    )


def show(desk: Desk) -> Response:
    return _shown(desk)


def cover(desk: Desk) -> Response:
    done = desk.tried(
        lambda: desk.ask(
            CoverOffCatalogue,
            InformationView,
            purpose=_PURPOSE,
            information=desk.request.parameters["information"],
            item=desk.fields.get("item", ""),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        return _shown(in_words(done, item="请选择目录项。"))
    return desk.see(_HOME, said=f"“{done.title}”已由目录项覆盖，并通知报送单位。")


def draft(desk: Desk) -> Response:
    """Show a draft of an item, which the office completes and publishes with the next version."""
    done = desk.tried(
        lambda: desk.ask(
            DraftItem,
            DraftView,
            purpose=_PURPOSE,
            information=desk.request.parameters["information"],
            item=desk.fields.get("code", ""),
            name=desk.fields.get("name", ""),
        ),
        fields={"item": "code", "item-known": "code", "name": "name"},
    )
    if isinstance(done, Desk):
        words = "代码用小写字母、数字和短横线，如 water-permit。"
        return _shown(in_words(done, code=words, name="名称最多 200 字。"))
    information = desk.request.parameters["information"]
    return desk.page(
        "office/draft.html",
        title=f"目录项草稿 {done.item}",
        crumbs=(*_CRUMBS, Link("查看", f"{_HOME}/{information}")),
        draft=done,
        schema=json.dumps(done.item_schema, ensure_ascii=False, indent=2),
    )


def _shown(desk: Desk) -> Response:
    found = desk.ask(
        ShowOffCatalogue,
        InformationView,
        purpose=_PURPOSE,
        information=desk.request.parameters["information"],
    )
    names, sent = organisation_names(desk), desk.request.method == "POST"
    return desk.page(
        "office/information.html",
        title=found.title,
        crumbs=_CRUMBS,
        found=found,
        provider=names.get(found.provider, found.provider),
        lamp=_LAMPS[State(found.state)],
        items=list(item_names(desk).items()),
        covers=desk.may("cover-off-catalogue") and found.state == State.KEPT,
        fields=desk.fields if sent else {},
    )


def _table(names: Mapping[str, str]) -> Table[InformationView]:
    return Table(
        caption="目录外信息",
        nothing="没有目录外信息。",
        columns=(
            Column(
                name="title",
                title="标题",
                text=lambda each: each.title,
                path=lambda each: f"{_HOME}/{each.information}",
                filter="text",
            ),
            Column(
                name="provider",
                title="报送单位",
                text=lambda each: names.get(each.provider, each.provider),
                filter="choice",
            ),
            Column(
                name="state",
                title="状态",
                text=lambda each: each.state_text,
                lamp=lambda each: _LAMPS[State(each.state)],
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


ROUTES: Final = (
    page(_HOME, listed, call="cover-off-catalogue"),
    page(_HOME + "/{information}", show, call="cover-off-catalogue"),
    form(_HOME + "/{information}", cover, call="cover-off-catalogue"),
    form(_HOME + "/{information}/draft", draft, call="draft-item"),
)
