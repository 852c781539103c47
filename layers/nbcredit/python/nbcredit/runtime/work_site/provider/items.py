"""The items that an organisation reports, how their columns are filled in, and their templates."""

from base64 import b64decode
from typing import Final

from nbcredit.documents.listings import XLSX
from nbcredit.pages.frames import Link
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site import responses
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.choices import items_of
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, page
from nbcredit.wire.catalogue import (
    ColumnGuide,
    ItemGuide,
    ItemView,
    ShowItem,
    ShowTemplate,
    TemplateView,
)

ITEMS: Final = Link("目录项和模板", "/items")
_PURPOSE: Final = "查看目录项"
_DISCLOSED: Final = {"public": "公开", "authorised": "授权查询"}
_ITEMS: Final = Table[ItemView](
    caption="本单位报送的目录项",
    columns=(
        Column(
            name="name",
            title="目录项",
            text=lambda each: each.name,
            path=lambda each: f"/items/{each.code}",
            filter="text",
        ),
        Column(name="code", title="代码", text=lambda each: each.code),
        Column(
            name="columns",
            title="列数",
            text=lambda each: str(len(each.headers)),
            key=lambda each: len(each.headers),
            numeric=True,
        ),
        Column(
            name="disclosure",
            title="公开属性",
            text=lambda each: _DISCLOSED.get(each.disclosure, each.disclosure),
            filter="choice",
        ),
        Column(
            name="template",
            title="模板",
            text=lambda _each: "下载 Excel 模板",
            path=lambda each: f"/items/{each.code}/template",
        ),
        Column(
            name="entry",
            title="逐条填报",
            text=lambda _each: "填报",
            path=lambda each: f"/entry/{each.code}",
        ),
    ),
    nothing="现行目录没有要求本单位报送的目录项。",
)
_COLUMNS: Final = Table[ColumnGuide](
    caption="各列怎样填写",
    columns=(
        Column(name="title", title="列", text=lambda each: each.title, filter="text"),
        Column(name="need", title="是否必填", text=lambda each: each.need, filter="choice"),
        Column(name="how", title="怎样填写", text=lambda each: each.how),
        Column(name="options", title="可选值", text=lambda each: "、".join(each.options)),
        Column(name="example", title="示例", text=lambda each: each.example),
        Column(name="note", title="说明", text=lambda each: each.note),
    ),
    rows_a_page=200,
)


def listed(desk: Desk) -> Response:
    return desk.list_page("provider/items.html", _ITEMS, items_of(desk), title=ITEMS.title)


def show(desk: Desk) -> Response:
    code = desk.request.parameters["item"]
    item = desk.ask(ShowItem, ItemGuide, purpose=_PURPOSE, item=code)
    return desk.list_page(
        "provider/item.html",
        _COLUMNS,
        item.columns,
        title=item.name,
        crumbs=(ITEMS,),
        item=item,
        may_report=desk.may("deliver-file"),
    )


def template(desk: Desk) -> Response:
    code = desk.request.parameters["item"]
    made = desk.ask(ShowTemplate, TemplateView, purpose="下载模板", item=code)
    return responses.download(b64decode(made.content), name=made.file_name, media_type=XLSX)


ROUTES: Final[tuple[Route, ...]] = (
    page("/items", listed, call="show-catalogue"),
    page("/items/{item}", show, call="show-item"),
    page("/items/{item}/template", template, call="show-template"),
)
