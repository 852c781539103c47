"""A provider's off-catalogue information on pages: reported, shown, closed (A5.2)."""

import json
from urllib.parse import urlsplit

import pytest

from functions.answer_call import app as answer_call
from nbcredit.domain.permissions import Role
from tests.cleaning_builders import csv_text
from tests.faults.scenes import CITIZEN, CITIZEN_ID, company
from tests.integration.lambdas import Context
from tests.integration.stage import Stage, items_of
from tests.integration.work_site.provider_desk import ProviderDesk, a_desk, a_row
from tests.unit.test_attachments import PDF

pytestmark = pytest.mark.requirement("A5.2")

NEW = "/off-catalogue/new"
TOLD = {
    "title": "预付卡兑付风险提示",
    "legal_basis": "《浙江省公共信用信息管理条例》",
    "description": "发卡企业未按期备案。",
}
OFFICE = {"kind": "operator", "id": "zhao", "organisation": "office"}


def kept(desk: ProviderDesk, *, name: str = "", content: bytes = b"", **more: str) -> str:
    """Report a piece with the form; return its page."""
    sent = desk.attach(NEW, {**TOLD, **more}, name=name, content=content)
    assert sent.status == 303, sent.text
    return str(urlsplit(sent.headers["Location"]).path)


def covered(page: str, *, item: str = "administrative-penalty") -> None:
    information = page.rpartition("/")[2]
    told = {"call": "cover-off-catalogue", "information": information, "item": item}
    asked = {**told, "caller": OFFICE, "purpose": "纳入目录"}
    assert answer_call.handler(asked, Context())["ok"]


class TestReported:
    def test_is_listed_with_its_state_and_shown(self, desk: ProviderDesk) -> None:
        page = kept(desk)

        listed, shown = desk.get("/off-catalogue").text, desk.get(page).text

        assert page in listed
        assert "已留存，未公开未共享" in listed
        assert TOLD["legal_basis"] in shown
        assert "办结</h2>" not in shown

    def test_again_is_the_same_piece(self, desk: ProviderDesk) -> None:
        assert kept(desk) == kept(desk)

    def test_names_persons_by_a_number_that_is_shown_in_part(self, desk: ProviderDesk) -> None:
        firm = f"宁波测试有限公司，{company(1)}"
        page = kept(desk, subjects=f"{firm}\n\n{CITIZEN},{CITIZEN_ID}")

        shown = desk.get(page).text

        assert f"统一社会信用代码 {company(1)}" in shown
        assert CITIZEN in shown
        assert CITIZEN_ID not in shown

    def test_keeps_a_file_that_is_fetched_from_the_bucket(self, desk: ProviderDesk) -> None:
        page = kept(desk, name="备案.pdf", content=PDF)

        fetched = desk.get(f"{page}/file")

        assert "备案.pdf" in desk.get(page).text
        assert fetched.status == 303
        assert "/off-catalogue/scjg/" in fetched.headers["Location"]
        assert "X-Amz-Signature" in fetched.headers["Location"]

    def test_without_a_file_has_none_to_fetch(self, desk: ProviderDesk) -> None:
        assert desk.get(f"{kept(desk)}/file").status == 404

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"title": ""}, "title", "请填写标题。"),
            ({"title": "字"}, "title", "标题 2 至 200 字。"),
            ({"legal_basis": ""}, "legal_basis", "请填写法律依据。"),
            ({"description": f"见 {CITIZEN_ID}"}, "description", "身份证号码"),
            ({"subjects": "只有名称"}, "subjects", "第 1 行不对"),
            ({"subjects": "某公司,123"}, "subjects", "18 位数字"),
            ({"subjects": f"某人,{CITIZEN_ID[:-1]}A,身份证"}, "subjects", "第 1 个主体"),
            ({"subjects": f"{'长' * 201},123"}, "subjects", "名称最多 200 字"),
        ],
    )
    def test_says_what_is_wrong_beside_its_field(
        self, desk: ProviderDesk, changes: dict[str, str], field: str, words: str
    ) -> None:
        page = desk.attach(NEW, {**TOLD, **changes}, name="", content=b"")

        assert page.status == 400
        assert f'href="#{field}"' in page.text
        assert words in page.text
        assert TOLD["description"] in page.text or "description" in changes
        assert "没有报送过目录外信息。" in desk.get("/off-catalogue").text

    @pytest.mark.fault("F46")
    @pytest.mark.parametrize("content", [b"", b"MZ\x90\x00program"])
    def test_does_not_keep_a_file_of_a_wrong_kind(self, desk: ProviderDesk, content: bytes) -> None:
        page = desk.attach(NEW, TOLD, name="备案.pdf", content=content)

        assert page.status == 400
        assert 'href="#file"' in page.text

    def test_does_not_take_a_file_that_is_too_large(self, desk: ProviderDesk) -> None:
        page = desk.attach(NEW, TOLD, name="a.pdf", content=b"x" * (5 << 20))

        assert page.status == 413

    def test_is_entered_in_the_trail_by_whoever_looked(self, desk: ProviderDesk) -> None:
        desk.get(kept(desk))

        told = [json.loads(item["content"]) for item in items_of("audit") if "content" in item]
        assert {("off-catalogue-reported", "scjg-wang"), ("off-catalogue-read", "scjg-wang")} <= {
            (each["action"], each["actor"]["id"]) for each in told
        }


class TestClosed:
    def test_names_the_submission_that_reported_it(self, desk: ProviderDesk) -> None:
        page = kept(desk)
        covered(page)
        submission = desk.reported(a_row(1))

        assert "已纳入目录，请按目录项报送" in desk.get("/off-catalogue").text
        assert f'value="{submission}"' in desk.get(page).text
        done = desk.send(page, {"submission": submission})

        assert (done.status, done.headers["Location"]) == (303, page)
        assert f"/submissions/{submission}" in desk.get(page).text
        assert "办结" in desk.get("/off-catalogue", **{"f-state": "已按目录项报送，办结"}).text

    def test_is_not_offered_before_it_was_reported(self, desk: ProviderDesk) -> None:
        page = kept(desk)
        covered(page)

        assert "/uploads/new?item=administrative-penalty" in desk.get(page).text

    @pytest.mark.parametrize("number", ["", "NOSUCH"])
    def test_needs_a_submission_that_is_there(self, desk: ProviderDesk, number: str) -> None:
        page = kept(desk)
        covered(page)
        desk.reported(a_row(1))

        wrong = desk.send(page, {"submission": number})

        assert wrong.status == 400
        assert 'href="#submission"' in wrong.text

    def test_needs_a_submission_of_its_item(self, desk: ProviderDesk) -> None:
        page = kept(desk)
        covered(page, item="credit-commitment")
        submission = desk.stage.report(csv_text([a_row(1)]).encode()).id

        wrong = desk.send(page, {"submission": submission})

        assert wrong.status == 400
        assert "不是该单位按纳入的目录项报送" in wrong.text

    def test_is_not_while_nothing_covers_it(self, desk: ProviderDesk) -> None:
        page = kept(desk)

        wrong = desk.send(page, {"submission": desk.reported(a_row(1))}, at=NEW)

        assert wrong.status == 400
        assert "还没有纳入目录" in wrong.text


class TestOpen:
    def test_to_whom_may_look_but_not_report(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_desk(stage, monkeypatch, Role.VERIFIER) as verifier:
            listed = verifier.get("/off-catalogue")

            assert listed.status == 200
            assert NEW not in listed.text
            assert verifier.get(NEW).status == 403

    @pytest.mark.requirement("A4.1")
    def test_shows_nothing_of_anothers(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_desk(stage, monkeypatch) as own:
            page = kept(own, name="备案.pdf", content=PDF)
        with a_desk(stage, monkeypatch, organisation="rsj") as other:
            statuses = [other.get(page).status, other.get(f"{page}/file").status]

            assert statuses == [404] * 2
            assert page not in other.get("/off-catalogue").text
            assert other.send(page, {"submission": "X"}, at=NEW).status == 404
