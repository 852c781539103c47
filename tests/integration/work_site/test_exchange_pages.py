"""Exchange on pages: sent to organisations, kinds and regions, read, answered, closed (A3.4)."""

from collections.abc import Iterator

import pytest

from tests.desk_builders import Desks, desks
from tests.faults.scenes import CITIZEN_ID

PDF = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
NOTICE = {"kind": "notice", "title": "十一月报送通知", "text": "请按时报送。\n谢谢。"}


@pytest.fixture(scope="module")
def opened() -> Iterator[Desks]:
    with desks() as made:
        yield made


def sent(opened: Desks, member: str = "centre", **changes: str) -> str:
    """Send something and return its page."""
    fields = {**NOTICE, "organisations": "scjg", **changes}
    answer = opened.send_file("/exchange/new", member, **fields)
    assert answer.status == 303, answer.text
    opened.lambdas.run()
    return str(answer.headers["Location"])


@pytest.mark.requirement("A3.4")
class TestExchange:
    def test_shows_a_notice_to_its_addressee_and_nobody_else(self, opened: Desks) -> None:
        path = sent(opened, title="给市监局的通知")

        listed = opened.get("/exchange", "scjg")
        shown = opened.get(path, "scjg")

        assert path in listed.text
        assert "未读" in listed.text
        assert "<p>请按时报送。</p><p>谢谢。</p>" in shown.text
        assert opened.get(path, "zjj").status == 404
        assert path not in opened.get("/exchange", "zjj").text
        assert path in opened.get("/exchange/sent").text

    def test_tells_its_sender_who_has_read_it(self, opened: Desks) -> None:
        path = sent(opened, title="谁读过", kinds="department")
        opened.get(path, "scjg")

        readers = opened.get(f"{path}/readers")
        exported = opened.get(f"{path}/readers", export="csv")

        assert "已读 1 个单位，未读 2 个单位" in readers.text
        assert "csv" in exported.headers["Content-Disposition"]
        assert opened.get(f"{path}/readers", "scjg").status == 404

    def test_has_a_question_answered_and_closed(self, opened: Desks) -> None:
        path = sent(opened, "scjg", kind="question", title="口径", organisations="centre")

        nothing = opened.send_file(path, text="")
        answered = opened.send_file(path, text="按处罚决定日期统计。")
        shown = opened.get(path, "scjg")
        closed = opened.post(f"{path}/close", "scjg", page=path)

        assert nothing.status == 400
        assert 'href="#text"' in nothing.text
        assert answered.status == 303
        assert "按处罚决定日期统计。" in shown.text
        assert closed.status == 303
        assert "已办结" in opened.get(path).text
        assert "<textarea" not in opened.get(path).text

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": "rumour"}, "kind"),
            ({"title": ""}, "title"),
            ({"text": ""}, "text"),
            ({"text": f"身份证 {CITIZEN_ID}"}, "text"),
            ({"organisations": ""}, "organisations"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(
        self, opened: Desks, changes: dict[str, str], field: str
    ) -> None:
        fields = {**NOTICE, "organisations": "scjg", **changes}
        fields = {name: value for name, value in fields.items() if value}

        answer = opened.send_file("/exchange/new", **fields)

        assert answer.status == 400
        assert f'href="#{field}"' in answer.text
        assert fields.get("title", "") in answer.text

    def test_carries_a_file(self, opened: Desks) -> None:
        fields = {**NOTICE, "title": "带附件", "organisations": "scjg"}
        page = "/exchange/new"

        done = opened.send_file(page, "centre", page=page, file=PDF, name="口径.pdf", **fields)
        opened.lambdas.run()
        refused = opened.send_file(page, "centre", page=page, file="MZ", name="a.exe", **fields)

        assert done.status == 303, done.text
        assert ">口径.pdf</a>" in opened.get(str(done.headers["Location"]), "scjg").text
        assert 'href="#file"' in refused.text

    def test_lets_nobody_but_centre_office_and_county_address_all(self, opened: Desks) -> None:
        assert 'name="kinds"' in opened.get("/exchange/new").text
        assert 'name="kinds"' not in opened.get("/exchange/new", "county").text
        assert "本区域的全部单位" in opened.get("/exchange/new", "county").text
        assert 'name="regions"' not in opened.get("/exchange/new", "scjg").text
        forced = opened.send_file("/exchange/new", "scjg", **NOTICE, kinds="department")
        assert forced.status == 403
