"""A provider's rows on pages: entered one by one, and those that came back answered."""

from html import unescape

import pytest

from nbcredit.domain.permissions import Role
from tests.cleaning_builders import CREDIT_CODE, PENALTY
from tests.integration.stage import Stage, items_of, shipped_item
from tests.integration.work_site.provider_desk import ProviderDesk, a_desk, a_row
from tests.integration.work_site.test_provider_files import BAD

ENTRY = "/entry/administrative-penalty"
ITEM = shipped_item("administrative-penalty")
WHY = "与处罚决定书逐字核对过"


def typed(row: dict[str, str]) -> dict[str, str]:
    """Return a row as the fields of the form have it."""
    names = {field.title: f"c-{name}" for name, field in ITEM.fields.items()}
    return {names[title]: value for title, value in row.items() if value and title in names}


def prefilled(page: str, title: str) -> str:
    """Return what a field of a form shows."""
    name = next(name for name, field in ITEM.fields.items() if field.title == title)
    tag = page.split(f'id="c-{name}" name="c-{name}"')[1].split(">", maxsplit=1)[0]
    return unescape(tag.split('value="')[1].split('"')[0])


class TestEntry:
    @pytest.mark.requirement("A7.1")
    def test_has_a_field_for_each_column_of_the_item(self, desk: ProviderDesk) -> None:
        page = desk.get(ENTRY).text

        assert [name for name in ITEM.fields if f'"c-{name}"' not in page] == []
        assert "必填" not in prefilled(page, "行政相对人名称")

    @pytest.mark.requirement("A7.1")
    def test_stores_a_record_within_the_click(self, desk: ProviderDesk) -> None:
        sent = desk.send(ENTRY, {"period": "2026-11", **typed(a_row(1))})

        assert sent.status == 303, sent.text
        page = desk.get(sent.headers["Location"]).text
        assert "已报送 1 条记录。" in page
        assert "已全部处理完" in page
        assert len(desk.stage.heads()) == 1

    @pytest.mark.requirement("A8.5")
    def test_tells_beside_the_field_what_the_engine_says_and_stores_nothing(
        self, desk: ProviderDesk
    ) -> None:
        before = items_of("work")
        wrong = {"period": "2026-11", **typed(a_row(1, 处罚决定日期="2026-13-01"))}

        page = desk.send(ENTRY, wrong)

        assert page.status == 400
        assert '<a href="#c-' in page.text
        assert 'aria-invalid="true"' in page.text
        assert prefilled(page.text, "处罚决定日期") == "2026-13-01"
        assert items_of("work") == before

    def test_tells_of_each_field_that_is_needed_where_none_is_filled_in(
        self, desk: ProviderDesk
    ) -> None:
        page = desk.send(ENTRY, {"period": "2026-11"}).text

        needed = [ITEM.fields[name].title for name in ITEM.schema["required"]]
        assert [title for title in needed if f">请填写{title}。</a>" not in page] == []

    @pytest.mark.requirement("A8.5")
    def test_tells_of_a_needed_field_that_is_empty(self, desk: ProviderDesk) -> None:
        page = desk.send(ENTRY, {"period": "2026-11", **typed(a_row(1, 行政相对人名称=""))}).text

        assert "行政相对人名称不能为空" in page

    def test_is_not_offered_for_the_item_of_another(self, desk: ProviderDesk) -> None:
        page = desk.get("/entry/social-insurance-arrears").text

        assert "现行目录没有要求本单位报送" in page
        assert "<textarea" not in page
        assert 'name="period"' not in page


class TestFeedback:
    @pytest.mark.requirement("A8.6")
    def test_is_listed_with_lamp_and_what_is_left(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        page = desk.get("/feedback").text

        assert f"/feedback/{submission}" in page
        assert '<td class="n">3</td>' in page

    @pytest.mark.requirement("A8.6")
    def test_is_on_the_list_of_things_to_do(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        assert f'href="/feedback/{submission}"' in desk.get("/todo").text

    @pytest.mark.requirement("A8.6")
    def test_a_row_is_shown_as_it_was_written_with_what_is_wrong(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        page = desk.get(f"/feedback/{submission}/5")

        assert page.status == 200
        assert prefilled(page.text, "处罚决定日期") == "2026-13-01"
        assert prefilled(page.text, "行政相对人名称") == PENALTY["行政相对人名称"]
        assert "处罚决定日期不是有效的日期" in page.text

    @pytest.mark.requirement("A8.6")
    def test_a_row_is_corrected_in_the_page(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        sent = desk.send(f"/feedback/{submission}/5", typed(a_row(4)))
        desk.stage.run()

        assert sent.status == 303, sent.text
        assert "已更正重报" in desk.get(f"/feedback/{submission}").text
        assert len(desk.stage.heads()) == 2

    @pytest.mark.requirement("A8.6")
    def test_a_row_that_is_still_wrong_is_told_so_and_not_sent(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        page = desk.send(f"/feedback/{submission}/5", typed(a_row(4, 处罚决定日期="2026-11-31")))

        assert page.status == 400
        assert prefilled(page.text, "处罚决定日期") == "2026-11-31"
        assert "已更正重报" not in desk.get(f"/feedback/{submission}").text

    @pytest.mark.requirement("A8.6")
    @pytest.mark.parametrize(
        ("answer", "state"),
        [("confirmed", "确认无误，待信用中心决定"), ("withdrawn", "已撤回")],
    )
    def test_rows_are_confirmed_as_right_or_withdrawn(
        self, desk: ProviderDesk, answer: str, state: str
    ) -> None:
        submission = desk.reported(*BAD)
        page = f"/feedback/{submission}"

        sent = desk.send(page, {"rows": "4", "answer": answer, "reason": WHY})

        assert sent.status == 303, sent.text
        shown = desk.get(page).text
        assert state in shown
        assert WHY in shown

    def test_an_answer_says_what_is_missing(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        page = desk.send(f"/feedback/{submission}", {"reason": ""})

        assert page.status == 400
        assert all(f'href="#{field}"' in page.text for field in ("rows", "answer", "reason"))

    @pytest.mark.requirement("A8.6")
    def test_no_row_of_another_is_shown(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_desk(stage, monkeypatch, organisation="rsj") as other:
            submission = other.reported(*BAD)

            shown = [other.get(f"/feedback/{submission}{part}") for part in ("", "/5")]

        assert [page.status for page in shown] == [404, 404]
        assert not any(CREDIT_CODE in page.text for page in shown)

    def test_there_is_no_such_row(self, desk: ProviderDesk) -> None:
        submission = desk.reported(*BAD)

        assert desk.get(f"/feedback/{submission}/2").status == 404

    def test_offers_nothing_that_is_not_for_the_post(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_desk(stage, monkeypatch, Role.VERIFIER) as verifier:
            submission = verifier.reported(*BAD)

            pages = [
                verifier.get(path).text
                for path in (
                    "/todo",
                    "/submissions",
                    f"/submissions/{submission}",
                    f"/feedback/{submission}",
                )
            ]

        assert not any("/uploads/new" in page for page in pages)
        assert f"/feedback/{submission}/5" not in pages[-1]
        assert 'name="answer"' in pages[-1]
