"""A provider's files on pages: tried, reported, watched, and what comes back of them."""

import json
import re
from base64 import b64decode
from io import BytesIO
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest

from nbcredit.domain.permissions import Role
from tests.cleaning_builders import csv_text
from tests.integration.stage import Stage, items_of
from tests.integration.work_site.provider_desk import ProviderDesk, a_desk, a_row

WHAT = {"item": "administrative-penalty", "period": "2026-10"}
BAD = (
    a_row(1),
    a_row(2, 行政相对人名称=""),
    a_row(3, 统一社会信用代码="91330200MA00000009"),
    a_row(4, 处罚决定日期="2026-13-01"),
)


def a_file(*rows: dict[str, str]) -> bytes:
    return csv_text(rows).encode()


def uploaded(desk: ProviderDesk, *rows: dict[str, str]) -> str:
    """Upload rows in the browser, let them be processed, and return the page of the result."""
    sent = desk.attach("/uploads/new", WHAT, name="十月处罚.csv", content=a_file(*rows))
    assert sent.status == 303, sent.text
    desk.arrive()
    return str(urlsplit(sent.headers["Location"]).path)


class TestUpload:
    @pytest.mark.requirement("A5.1")
    @pytest.mark.requirement("A8.1")
    def test_goes_from_the_form_to_the_receipt(self, desk: ProviderDesk) -> None:
        sent = desk.attach("/uploads/new", WHAT, name="十月处罚.csv", content=a_file(a_row(1)))
        waiting = desk.get(sent.headers["Location"].partition("?")[0], sent="1")

        assert "文件已存入，平台很快开始读取。" in waiting.text
        assert 'data-progress="arriving"' in waiting.text
        desk.arrive()
        result = desk.get(urlsplit(sent.headers["Location"]).path)
        assert "已全部处理完，没有要补办的事。" in result.text
        assert "十月处罚.csv" in result.text
        receipt = desk.get(f"{urlsplit(sent.headers['Location']).path}/receipt")
        assert receipt.status == 303
        assert "receipt.html" in receipt.headers["Location"]

    @pytest.mark.requirement("A8.1")
    def test_shows_how_far_it_is(self, desk: ProviderDesk) -> None:
        stage = desk.stage
        submission = stage.receive(stage.put(a_file(a_row(1)))).submission

        page = desk.get(f"/submissions/{submission}").text

        assert 'data-progress="waiting"' in page
        assert "读取和检查：已完成，1 行" in page
        assert "入库：排队等待" in page
        stage.run()
        assert 'data-progress="done"' in desk.get(f"/submissions/{submission}").text

    def test_is_not_waited_for_where_nothing_was_sent(self, desk: ProviderDesk) -> None:
        assert desk.get("/submissions/FNSMIPKYWCF3MQGDL4E5ICCP").status == 404

    def test_is_entered_in_the_name_of_whoever_chose_it(self, desk: ProviderDesk) -> None:
        page = uploaded(desk, a_row(1))

        found = desk.stage.submission(page.rpartition("/")[2])
        assert (found.reported_by.id, found.file.name) == ("scjg-wang", "十月处罚.csv")

    @pytest.mark.requirement("A8.5")
    def test_groups_problems_and_shows_the_first_in_their_places(self, desk: ProviderDesk) -> None:
        page = desk.get(uploaded(desk, *BAD)).text

        assert "3 行需要处理" in page
        assert "日期不对" in page
        assert '<td class="bad">2026-13-01</td>' in page
        assert '<th scope="row">5</th>' in page

    @pytest.mark.requirement("A8.5")
    @pytest.mark.parametrize(
        ("paper", "kept"), [("workbook", "book.xlsx"), ("issues.csv", "issues.csv")]
    )
    def test_leads_to_what_is_to_be_fetched(
        self, desk: ProviderDesk, paper: str, kept: str
    ) -> None:
        page = uploaded(desk, *BAD)

        fetched = desk.get(f"{page}/{paper}")

        assert fetched.status == 303
        assert kept in fetched.headers["Location"]
        assert "X-Amz-Signature" in fetched.headers["Location"]

    def test_says_which_choices_are_missing(self, desk: ProviderDesk) -> None:
        page = desk.attach("/uploads/new", {}, name="", content=b"")

        assert page.status == 400
        assert re.findall(r'<a href="#(\w+)">请选择', page.text) == ["item", "period", "file"]
        assert "<title>错误：报送文件" in page.text

    def test_does_not_take_what_is_too_large(self, desk: ProviderDesk) -> None:
        page = desk.attach("/uploads/new", WHAT, name="a.csv", content=b"x" * (5 << 20))

        assert page.status == 413
        assert "文件超过 4 MB" in page.text

    @pytest.mark.requirement("A5.1")
    @pytest.mark.fault("F44")
    def test_gives_the_script_a_form_for_a_large_file(self, desk: ProviderDesk) -> None:
        told = {"name": "大.csv", "size": "9000000", "sha256": "ab" * 32}

        answer = desk.send("/uploads/form", {**WHAT, **told}, at="/uploads/new")

        found = json.loads(answer.text)
        page = desk.get("/uploads/new")
        assert found["fields"]["key"].startswith("incoming/scjg/administrative-penalty/2026-10/")
        assert found["then"].startswith("/submissions/")
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(found["url"]))
        assert f"connect-src 'self' {origin};" in page.headers["Content-Security-Policy"]

    @pytest.mark.requirement("A5.1")
    def test_refuses_an_item_of_another(self, desk: ProviderDesk) -> None:
        what = {**WHAT, "item": "social-insurance-arrears"}

        page = desk.attach("/uploads/new", what, name="a.csv", content=a_file(a_row(1)))

        assert page.status == 403

    @pytest.mark.requirement("A4.1")
    def test_shows_nothing_of_anothers_submission(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_desk(stage, monkeypatch, organisation="rsj") as other:
            submission = other.reported(a_row(1))

            shown = [
                other.get(f"/submissions/{submission}{part}").status
                for part in ("", "/workbook", "/receipt", "/issues.csv")
            ]

        assert shown == [404] * 4

    def test_is_not_open_to_whom_it_is_not_the_work_of(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_desk(stage, monkeypatch, Role.VERIFIER) as verifier:
            assert verifier.get("/uploads/new").status == 403
            assert "/uploads/new" not in verifier.get("/todo").text.split("</nav>")[0]


class TestHistory:
    @pytest.mark.requirement("A8.1")
    def test_lists_what_was_reported_with_how_it_ended(self, desk: ProviderDesk) -> None:
        page = uploaded(desk, *BAD)

        history = desk.get("/submissions").text

        assert page in history
        assert "已完成，3 行待处理" in history

    def test_can_be_filtered(self, desk: ProviderDesk) -> None:
        page = uploaded(desk, a_row(1))

        assert page in desk.get("/submissions", **{"f-file": "十月"}).text
        assert page not in desk.get("/submissions", **{"f-file": "九月"}).text


class TestTrial:
    @pytest.mark.requirement("A8.5")
    def test_tells_what_would_come_back_and_stores_nothing(self, desk: ProviderDesk) -> None:
        before = {name: items_of(name) for name in ("work", "legal-persons", "natural-persons")}

        page = desk.attach(
            "/trial", {"item": WHAT["item"]}, name="试.csv", content=a_file(*BAD)
        ).text

        assert "3 行有错误，报送时会被退回。" in page
        assert '<td class="bad">2026-13-01</td>' in page
        assert {name: items_of(name) for name in before} == before

    def test_says_that_all_is_well(self, desk: ProviderDesk) -> None:
        page = desk.attach("/trial", WHAT, name="试.csv", content=a_file(a_row(1))).text

        assert "全部通过。" in page

    def test_says_what_is_wrong_with_the_file_as_a_whole(self, desk: ProviderDesk) -> None:
        page = desk.attach("/trial", WHAT, name="试.csv", content=b"a,b\n1,2\n").text

        assert "整个文件没有通过。" in page

    def test_is_entered_in_the_trail(self, desk: ProviderDesk) -> None:
        desk.attach("/trial", WHAT, name="试.csv", content=a_file(a_row(1)))

        told = [json.loads(item["content"]) for item in items_of("audit") if "content" in item]
        assert ("file-checked", "scjg-wang") in {
            (each["action"], each["actor"]["id"]) for each in told
        }


class TestItems:
    @pytest.mark.requirement("A7.1")
    def test_lists_what_is_ones_own_alone(self, desk: ProviderDesk) -> None:
        page = desk.get("/items").text

        assert "行政处罚" in page
        assert "/items/administrative-penalty/template" in page
        assert "social-insurance-arrears" not in page

    def test_explains_each_column(self, desk: ProviderDesk) -> None:
        page = desk.get("/items/administrative-penalty").text

        assert "处罚决定日期" in page
        assert "日期，写成 2026-10-01" in page

    def test_hands_out_the_template(self, desk: ProviderDesk) -> None:
        file = desk.get("/items/administrative-penalty/template")

        assert "xlsx" in file.headers["Content-Disposition"]
        assert "xl/workbook.xml" in ZipFile(BytesIO(b64decode(file.body))).namelist()

    def test_knows_no_item_that_is_not_there(self, desk: ProviderDesk) -> None:
        assert desk.get("/items/no-such-item").status == 404
