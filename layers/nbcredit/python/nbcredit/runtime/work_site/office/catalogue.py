"""The catalogue: shown, a new version compared with the one in force, and published (A6.1)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from nbcredit.domain.catalogue import CatalogueRefused, Disclosure, Sharing
from nbcredit.pages.frames import Fault, Link
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.office.schema_files import BadSchemaFile, schemas_in
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire.calls import Done
from nbcredit.wire.catalogue import CatalogueView, ItemView, PublishCatalogue, ShowCatalogue
from nbcredit.wire.catalogue_drafts import CompareCatalogue, ComparisonView

HOME: Final = "/office/catalogue"
CRUMBS: Final = (Link("首页", "/"), Link("信用信息目录", HOME))
_PURPOSE: Final = "维护信用信息目录"
_FIELDS: Final = {
    "version": "version",
    "effective_from": "effective_from",
    "catalogue-version-published": "version",
    "catalogue-effect-in-the-past": "effective_from",
}
_MOST_FAULTS: Final = 20
_DISCLOSURE: Final = {Disclosure.PUBLIC: "社会公开", Disclosure.AUTHORISED: "授权查询"}
_SHARING: Final = {Sharing.UNCONDITIONAL: "无条件共享", Sharing.CONDITIONAL: "有条件共享"}


def show(desk: Desk) -> Response:
    found = desk.ask(ShowCatalogue, CatalogueView, purpose=_PURPOSE)
    return desk.list_page(
        "office/catalogue.html",
        _table(organisation_names(desk)),
        found.items,
        title="信用信息目录",
        crumbs=CRUMBS[:1],
        catalogue=found,
        publishes=desk.may("publish-catalogue"),
    )


def choose(desk: Desk) -> Response:
    return _chosen(desk)


def compare(desk: Desk) -> Response:
    """Show what a new version would change, before it can be published."""
    file = desk.request.file("file")
    if file is None:
        return _chosen(desk.wrong(Fault("请选择文件。", "file")))
    try:
        schemas = schemas_in(file.content)
        found = desk.ask(CompareCatalogue, ComparisonView, purpose=_PURPOSE, schemas=schemas)
    except (BadSchemaFile, CatalogueRefused) as refusal:
        return _chosen(desk.wrong(*_faults(refusal, "file")))
    return _compared(desk, schemas, found)


def publish(desk: Desk) -> Response:
    fields = desk.fields
    schemas = schemas_in(fields.get("schemas", "").encode())
    done = desk.tried(
        lambda: desk.ask(
            PublishCatalogue,
            Done,
            purpose=_PURPOSE,
            version=fields.get("version", ""),
            effective_from=fields.get("effective_from", ""),
            schemas=schemas,
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        found = desk.ask(CompareCatalogue, ComparisonView, purpose=_PURPOSE, schemas=schemas)
        told = in_words(
            done, version="版本写成年份和序号，如 2026-2。", effective_from="请填写生效日期。"
        )
        return _compared(told, schemas, found)
    since = fields["effective_from"]
    return desk.see(
        HOME, said=f"已发布 {fields['version']} 版目录，共 {done.count} 项，自 {since} 起生效。"
    )


def _faults(refusal: BadSchemaFile | CatalogueRefused, field: str) -> list[Fault]:
    told = refusal.faults if isinstance(refusal, CatalogueRefused) else ()
    return [Fault(each, field) for each in told[:_MOST_FAULTS]] or [Fault(str(refusal), field)]


def _chosen(desk: Desk) -> Response:
    return desk.page("office/choose.html", title="发布新版目录", crumbs=CRUMBS)


def _compared(desk: Desk, schemas: Mapping[str, Any], found: ComparisonView) -> Response:
    return desk.page(
        "office/compare.html",
        title="与现行目录比较",
        crumbs=(*CRUMBS, Link("发布新版目录", HOME + "/new")),
        found=found,
        schemas=json.dumps(schemas, ensure_ascii=False, separators=(",", ":")),
        breaks=sum(each.breaks for each in found.changes),
        fields=desk.fields,
    )


def _table(names: Mapping[str, str]) -> Table[ItemView]:
    return Table(
        caption="现行目录项",
        columns=(
            Column(name="name", title="目录项", text=lambda each: each.name, filter="text"),
            Column(name="code", title="代码", text=lambda each: each.code),
            Column(
                name="providers",
                title="报送单位",
                text=lambda each: "、".join(names.get(code, code) for code in each.providers),
                filter="text",
            ),
            Column(
                name="disclosure",
                title="公开",
                text=lambda each: _DISCLOSURE[Disclosure(each.disclosure)],
                filter="choice",
            ),
            Column(
                name="sharing",
                title="共享",
                text=lambda each: _SHARING[Sharing(each.sharing)],
                filter="choice",
            ),
            Column(
                name="columns",
                title="栏目数",
                text=lambda each: str(len(each.headers)),
                key=lambda each: len(each.headers),
                numeric=True,
            ),
        ),
    )


ROUTES: Final = (
    page(HOME, show, call="show-catalogue"),
    page(HOME + "/new", choose, call="compare-catalogue"),
    form(HOME + "/new", compare, call="compare-catalogue", takes_file=True),
    form(HOME + "/publish", publish, call="publish-catalogue", takes_file=True),
)
