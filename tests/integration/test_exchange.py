"""Credit-work exchange by calls: sent once, seen by its parties, read and answered (A3.4)."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from nbcredit.domain.organisations import Organisation, OrganisationKind
from tests.faults.scenes import CITIZEN_ID
from tests.integration.lambdas import Lambdas, on_lambda, stream_records
from tests.integration.stage import NAMES, ORGANISATIONS, UPLOADS, a_stage, client, items_of
from tests.obligation_builders import ACT
from tests.unit.test_attachments import EICAR, PDF

CENTRE: Final = {"kind": "operator", "id": "chen", "organisation": "centre"}
SCJG: Final = {"kind": "provider", "id": "wang", "organisation": "scjg"}
ZJJ: Final = {"kind": "provider", "id": "sun", "organisation": "zjj"}
RSJ: Final = {"kind": "provider", "id": "he", "organisation": "rsj"}
NOTICE: Final = {"title": "", "text": "请按新口径报送。"}


@pytest.fixture(scope="module")
def stage_of_all() -> Iterator[Lambdas]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        a_stage() as stage,
        on_lambda(stage, monkeypatch) as made,
    ):
        centre = Organisation(
            code="centre",
            name="市信用中心",
            kind=OrganisationKind.CENTRE,
            credit_code="11330200MB1000042T",
            region="330200",
        )
        stage.parts.directory.save([centre, *ORGANISATIONS], act=ACT)
        yield made


@pytest.fixture
def lambdas(stage_of_all: Lambdas, request: pytest.FixtureRequest) -> Lambdas:
    # Each test sends something of its own: the same would be what another one has sent.
    NOTICE["title"] = request.node.name[:100]
    return stage_of_all


def sent(lambdas: Lambdas, call: str = "post-notice", **changes: Any) -> dict[str, Any]:
    told = {"caller": CENTRE, **NOTICE, "to": {"organisations": ["scjg", "zjj"]}, **changes}
    answer = lambdas.call(call, **told)
    assert answer["ok"], answer
    lambdas.run()
    posted: dict[str, Any] = answer["answer"]
    return posted


def attached(lambdas: Lambdas, body: bytes, name: str) -> str:
    file = {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    form = lambdas.call("prepare-exchange-file", caller=CENTRE, file=file)["answer"]
    client("s3").put_object(Bucket=UPLOADS, Key=form["key"], Body=body)
    number: str = form["upload"]
    return number


def inbox(lambdas: Lambdas, caller: dict[str, str]) -> list[str]:
    """Return what an organisation is told of this test's post."""
    told = lambdas.call("show-inbox", caller=caller, organisation=caller["organisation"], limit=100)
    subjects = [each["subject"].partition("：") for each in told["answer"]["messages"]]
    return sorted(what for what, _, title in subjects if title == NOTICE["title"])


@pytest.mark.requirement("A3.4")
class TestNotice:
    def test_comes_to_its_addressees_with_its_file_and_nobody_else(self, lambdas: Lambdas) -> None:
        number = attached(lambdas, PDF, "口径.pdf")
        posted = sent(lambdas, uploads=[number])

        listed = lambdas.call("list-posts", caller=SCJG)["answer"]
        shown = lambdas.call("show-post", caller=SCJG, post=posted["post"])["answer"]
        hidden = lambdas.call("show-post", caller=RSJ, post=posted["post"])
        unknown = lambdas.call("show-post", caller=RSJ, post="P" + "A" * 16)

        assert (posted["addressees"], posted["addressee_count"]) == (["scjg", "zjj"], 2)
        assert (listed["posts"][0]["post"], listed["posts"][0]["read_at"]) == (posted["post"], None)
        assert shown["post"]["addressees"] == ["scjg"]
        query = parse_qs(urlsplit(shown["post"]["files"][0]["download"]).query)
        assert query["response-content-disposition"][0].startswith("attachment; filename=")
        assert query["response-content-type"] == ["application/octet-stream"]
        assert (hidden["status"], hidden["code"]) == (404, "unknown-post")
        assert hidden["detail"].replace(posted["post"], "") == unknown["detail"].replace(
            "P" + "A" * 16, ""
        )
        assert not lambdas.call("list-posts", caller=RSJ)["answer"]["posts"]
        assert inbox(lambdas, SCJG) == ["收到通知"]
        assert not inbox(lambdas, RSJ)

    def test_sent_twice_is_sent_once(self, lambdas: Lambdas) -> None:
        first = sent(lambdas)

        assert sent(lambdas) == first
        assert inbox(lambdas, ZJJ) == ["收到通知"]

    @pytest.mark.fault("F23")
    def test_comes_once_however_often_its_event_does(self, lambdas: Lambdas) -> None:
        lambdas.call("post-notice", caller=CENTRE, **NOTICE, to={"organisations": ["zjj"]})
        from functions.relay_outbox import app as relay  # noqa: PLC0415 -- read after its settings

        event = next(
            each
            for each in stream_records()
            if each["dynamodb"]["NewImage"]["kind"]["S"] == "post-sent"
        )
        # Twice delivered, and once more after a crash that left it in the outbox.
        for _ in range(2):
            relay.handler({"Records": [event]}, lambdas.context)
            item = event["dynamodb"]["NewImage"]
            client("dynamodb").put_item(TableName=NAMES.work, Item=item)
        lambdas.run()

        assert inbox(lambdas, ZJJ) == ["收到通知"]
        listed = lambdas.call("list-posts", caller=ZJJ)["answer"]["posts"]
        assert len({each["post"] for each in listed}) == len(listed)

    def test_tells_its_sender_alone_who_has_read_it(self, lambdas: Lambdas) -> None:
        post = sent(lambdas)["post"]
        for _ in range(2):
            lambdas.call("show-post", caller=SCJG, post=post)
        lambdas.call("show-post", caller={**SCJG, "id": "zhao"}, post=post)

        told = lambdas.call("list-readers", caller=CENTRE, post=post)["answer"]

        assert (told["read"], told["unread"]) == (1, 1)
        assert [(each["organisation"], each["readers"]) for each in told["readers"]] == [
            ("zjj", 0),
            ("scjg", 2),
        ]
        assert told["readers"][1]["read_by"] == "wang"
        assert lambdas.call("list-readers", caller=SCJG, post=post)["code"] == "unknown-post"
        assert lambdas.call("list-posts", caller=SCJG)["answer"]["posts"][0]["read_at"]

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"text": f"身份证 {CITIZEN_ID}"}, 400, "number-in-text"),
            ({"title": f"关于{CITIZEN_ID}"}, 400, "number-in-text"),
            ({"to": {"organisations": ["nobody"]}}, 400, "unknown-addressee"),
            ({"to": {}}, 400, "no-addressee"),
            ({"caller": SCJG, "to": {"kinds": ["department"]}}, 403, "not-to-all"),
            ({"uploads": ["01J00000000000000000000000"]}, 400, "no-such-attachment"),
            ({"caller": {**SCJG, "organisation": "stranger"}}, 400, "unknown-addressee"),
        ],
    )
    def test_is_refused(
        self, lambdas: Lambdas, changes: dict[str, Any], status: int, code: str
    ) -> None:
        told = {"caller": CENTRE, **NOTICE, "to": {"organisations": ["zjj"]}, **changes}

        answer = lambdas.call("post-notice", **told)

        assert (answer["status"], answer["code"]) == (status, code)

    @pytest.mark.fault("F46")
    def test_takes_no_program_and_no_file_of_another(self, lambdas: Lambdas) -> None:
        program, of_centre = attached(lambdas, EICAR, "口径.pdf"), attached(lambdas, PDF, "a.pdf")
        to = {"organisations": ["zjj"]}

        hostile = lambdas.call("post-notice", **NOTICE, to=to, uploads=[program])
        foreign = lambdas.call("post-notice", caller=SCJG, **NOTICE, to=to, uploads=[of_centre])

        assert hostile["code"] == "attachment-refused"
        assert foreign["code"] == "no-such-attachment"


@pytest.mark.requirement("A3.4")
class TestQuestion:
    def test_is_answered_in_a_thread_and_closed_by_who_asked(self, lambdas: Lambdas) -> None:
        to = {"organisations": ["centre"]}
        post = sent(lambdas, "ask-question", caller=SCJG, to=to)["post"]
        answered = {"caller": CENTRE, "post": post, "text": "按决定日期填。"}
        for _ in range(2):
            assert lambdas.call("answer-question", **answered)["ok"]
        lambdas.run()
        lambdas.call("answer-question", caller=SCJG, post=post, text="明白了。")
        by_other = lambdas.call("close-question", caller=CENTRE, post=post)
        for _ in range(2):
            assert lambdas.call("close-question", caller=SCJG, post=post)["ok"]
        lambdas.run()

        shown = lambdas.call("show-post", caller=CENTRE, post=post)["answer"]

        assert [each["text"] for each in shown["replies"]] == ["按决定日期填。", "明白了。"]
        assert (shown["post"]["state_text"], shown["can_answer"]) == ("已办结", False)
        assert by_other["code"] == "not-your-question"
        late = lambdas.call("answer-question", caller=CENTRE, post=post, text="再说一句。")
        assert late["code"] == "question-closed"
        # Said once more it is what was said, closed or not.
        assert lambdas.call("answer-question", **answered)["ok"]
        assert inbox(lambdas, SCJG) == ["咨询有新的答复"]
        assert inbox(lambdas, CENTRE) == [
            "咨询已办结",
            "咨询有新的答复",
            "收到咨询",
        ]

    def test_is_nobody_elses(self, lambdas: Lambdas) -> None:
        to = {"organisations": ["centre"]}
        post = sent(lambdas, "ask-question", caller=SCJG, to=to)["post"]

        for call, told in (
            ("answer-question", {"text": "我也问。"}),
            ("close-question", {}),
            ("list-readers", {}),
        ):
            assert lambdas.call(call, caller=ZJJ, post=post, **told)["code"] == "unknown-post"

    def test_is_not_a_notice(self, lambdas: Lambdas) -> None:
        post = sent(lambdas)["post"]

        answer = lambdas.call("answer-question", caller=SCJG, post=post, text="收到。")

        assert answer["code"] == "not-a-question"

    @pytest.mark.requirement("A20.1")
    def test_leaves_each_act_in_the_trail(self, lambdas: Lambdas) -> None:
        to = {"organisations": ["centre"]}
        post = sent(lambdas, "ask-question", caller=SCJG, to=to)["post"]
        for _ in range(2):
            lambdas.call("show-post", caller=CENTRE, post=post)
        lambdas.call("answer-question", caller=CENTRE, post=post, text="按决定日期填。")
        lambdas.call("close-question", caller=SCJG, post=post)

        entries = [json.loads(item["content"]) for item in items_of(NAMES.audit)]
        acts = [each["action"] for each in entries if post in each["about"]]

        assert sorted(acts) == [
            "post-answered", "post-closed", "post-read", "post-read", "post-sent",
        ]  # fmt: skip
