"""The office's pages: a new catalogue compared before it is published, information covered."""

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from nbcredit.runtime.clock import SystemClock
from nbcredit.runtime.work_site.office.schema_files import BadSchemaFile, schemas_in
from tests.desk_builders import Desks, desks
from tests.integration.stage import shipped_schemas

SCJG = {"kind": "provider", "id": "wang", "organisation": "scjg"}


@pytest.fixture(scope="module")
def opened() -> Iterator[Desks]:
    with desks() as made:
        yield made


def compared(opened: Desks, schemas: dict[str, Any] | str) -> str:
    told = schemas if isinstance(schemas, str) else json.dumps(schemas)
    path = "/office/catalogue/new"
    return opened.send_file(path, "office", page=path, file=told, name="catalogue.json").text


def changed() -> dict[str, Any]:
    """Return the shipped catalogue with one item renamed and one dropped."""
    schemas = shipped_schemas()
    del schemas["volunteer-service"]
    schemas["red-list"] = json.loads(json.dumps(schemas["red-list"]))
    schemas["red-list"]["x-item"]["name"] = "守信激励名单"
    return schemas


@pytest.mark.requirement("A6.1")
class TestCatalogue:
    def test_in_force_is_shown_and_exported(self, opened: Desks) -> None:
        shown = opened.get("/office/catalogue", "office")

        assert "行政处罚" in shown.text
        assert "市市场监督管理局" in shown.text
        assert opened.get("/office/catalogue", "office", export="csv").status == 200

    def test_new_is_compared_first(self, opened: Desks) -> None:
        page = compared(opened, changed())

        assert "改动 2 项" in page
        assert "志愿服务" in page
        assert "第二步：发布" in page

    def test_without_a_change_is_not_offered(self, opened: Desks) -> None:
        page = compared(opened, shipped_schemas())

        assert "没有差别" in page
        assert "第二步" not in page

    def test_comes_as_a_zip_as_well(self) -> None:
        packed = BytesIO()
        with ZipFile(packed, "w") as made:
            for code, schema in shipped_schemas().items():
                made.writestr(f"catalogue/{code}.json", json.dumps(schema))

        assert schemas_in(packed.getvalue()) == shipped_schemas()

    def test_that_would_burst_is_not_unpacked(self) -> None:
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as made:
            made.writestr("red-list.json", " " * 20_000_000)

        with pytest.raises(BadSchemaFile):
            schemas_in(packed.getvalue())

    @pytest.mark.parametrize("told", ["不是目录", "[]", '{"red-list": {"type": "object"}}'])
    def test_that_is_none_is_told(self, opened: Desks, told: str) -> None:
        assert 'href="#file"' in compared(opened, told)

    def test_is_published_by_the_office_alone(self, opened: Desks) -> None:
        kept = re.search(r'name="schemas" value="([^"]+)"', compared(opened, changed()))
        assert kept is not None
        year = SystemClock().now().year + 1
        told = {"schemas": unescape(kept[1]), "effective_from": f"{year}-01-01"}
        page = "/office/catalogue/new"

        wrong = opened.post("/office/catalogue/publish", "office", page=page, version="二", **told)
        bare = opened.post("/office/catalogue/publish", "office", page=page, version="2026-9")
        done = opened.post(
            "/office/catalogue/publish", "office", page=page, version=f"{year}-1", **told
        )

        assert 'href="#version"' in wrong.text
        assert bare.status == 400
        assert done.status == 303
        for member in ("centre", "county", "scjg"):
            assert opened.get(page, member).status == 403


@pytest.mark.requirement("A5.2")
class TestInformation:
    @pytest.fixture
    def path(self, opened: Desks) -> str:
        told = opened.lambdas.call(
            "report-off-catalogue",
            caller=SCJG,
            provider="scjg",
            title="预付卡备案",
            legal_basis="单用途商业预付卡管理办法",
            description="发卡企业备案情况",
        )["answer"]
        return f"/office/off-catalogue/{told['information']}"

    def test_is_listed_and_shown(self, opened: Desks, path: str) -> None:
        assert path in opened.get("/office/off-catalogue", "office").text
        assert "单用途商业预付卡管理办法" in opened.get(path, "office").text
        assert opened.get("/office/off-catalogue", "scjg").status == 403

    def test_is_drafted_as_an_item(self, opened: Desks, path: str) -> None:
        drafted = opened.post(f"{path}/draft", "office", page=path, code="prepaid-card")
        wrong = opened.post(f"{path}/draft", "office", page=path, code="大写")

        assert "prepaid-card.json" in drafted.text
        assert 'href="#code"' in wrong.text

    def test_is_covered_by_an_item(self, opened: Desks, path: str) -> None:
        nothing = opened.post(path, "office")
        done = opened.post(path, "office", item="credit-commitment")

        assert 'href="#item"' in nothing.text
        assert (done.status, done.headers["Location"]) == (303, "/office/off-catalogue")
        assert "信用承诺" in opened.get(path, "office").text
