"""F43, F44, F45: forms for uploads, what they allow, and what stands behind them.

The bucket's own refusals are judged here from the signed policy, and asked of the local cloud in
`tests/e2e/test_uploads.py`; that a replay changes nothing is proved on the way of the file itself.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import pytest

from functions.receive_file import app as receive_file
from nbcredit.domain.file_names import disposition, plain_name
from nbcredit.domain.uploads import is_form_id
from tests.contract.permits import Asked, allowed
from tests.contract.post_policies import Posted, conditions_of, refusal_of
from tests.faults.scenes import penalties, penalty
from tests.faults.test_hostile_names import NAMES as HOSTILE_NAMES
from tests.integration.lambdas import Lambdas, latest, on_lambda
from tests.integration.stage import UPLOADS, a_stage, items_of

BODY: Final = penalties([penalty(1)]).body
PROVIDER: Final = {"kind": "provider", "id": "wang", "organisation": "scjg"}
ANOTHER: Final = {"kind": "provider", "id": "sun", "organisation": "zjj"}
PLACE: Final = {"provider": "scjg", "item": "administrative-penalty", "period": "2026-10"}


@cache
def a_form() -> tuple[dict[str, Any], str]:
    """Return a form, made once, and the secret it was signed with."""
    with (
        a_stage() as stage,
        pytest.MonkeyPatch.context() as environment,
        on_lambda(stage, environment) as made,
    ):
        return prepared(made)["answer"], os.environ["AWS_SECRET_ACCESS_KEY"]


@pytest.fixture
def form() -> dict[str, Any]:
    return a_form()[0]


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    # Before the stage is set: there is one at a time.
    a_form()
    with a_stage() as stage, on_lambda(stage, monkeypatch) as made:
        yield made


def told(body: bytes, *, name: str = "十月处罚.csv") -> dict[str, Any]:
    return {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def prepared(lambdas: Lambdas, body: bytes = BODY, **changes: Any) -> dict[str, Any]:
    """Ask for a form and return the answer, or the problem."""
    return lambdas.call(
        "prepare-upload", **{"caller": PROVIDER, "file": told(body), **PLACE, **changes}
    )


def posted(
    form: Mapping[str, Any], body: bytes = BODY, *, after: timedelta = timedelta(), **changed: str
) -> Posted:
    # boto signs by the machine's own clock.
    signed_at = datetime.strptime(f"{form['fields']['x-amz-date']}+0000", "%Y%m%dT%H%M%SZ%z")
    return Posted(
        bucket=UPLOADS,
        fields={**form["fields"], **changed},
        size=len(body),
        at=signed_at + after,
    )


def refusal(*args: Any, **named: Any) -> str:
    return refusal_of(posted(*args, **named), secret=a_form()[1])


def post(lambdas: Lambdas, form: Mapping[str, Any], body: bytes = BODY) -> str:
    """Put what the bucket would take, and let the event of it have its consequences."""
    assert refusal(form, body) == ""
    version = lambdas.upload(body, form["key"])
    lambdas.run()
    return version


def acts(action: str) -> list[dict[str, Any]]:
    entries = (json.loads(item["content"]) for item in items_of("audit"))
    return [each for each in entries if each["action"] == action]


@pytest.mark.fault("F44")
@pytest.mark.requirement("A5.1")
class TestAForm:
    def test_is_for_one_key_under_the_providers_own_prefix(self, lambdas: Lambdas) -> None:
        form = prepared(lambdas)["answer"]
        another = prepared(lambdas)["answer"]

        assert form["key"] == f"incoming/scjg/administrative-penalty/2026-10/{form['upload']}"
        assert form["key"] != another["key"]
        assert {"key": form["key"]} in conditions_of(form["fields"])
        assert refusal(form) == ""

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"key": "incoming/scjg/administrative-penalty/2026-10/01J00000000000000000000000"},
             "key"),
            ({"key": "incoming/zjj/administrative-penalty/2026-10/x"}, "key"),
            ({"key": "incoming/scjg/legal-registration/2026-10/x"}, "key"),
            ({"key": "incoming/scjg/administrative-penalty/2026-10/../../x"}, "key"),
            ({"key": "submissions/x/receipt.json"}, "key"),
            ({"key": ""}, "key"),
            ({"x-amz-checksum-sha256": "AAAA"}, "x-amz-checksum-sha256"),
            ({"Content-Type": "text/html"}, "content-type"),
            ({"x-amz-meta-name": "a"}, "extra x-amz-meta-name"),
            ({"x-amz-tagging": "a"}, "extra x-amz-tagging"),
            ({"x-amz-server-side-encryption": "AES256"}, "extra x-amz-server-side-encryption"),
            ({"success_action_redirect": "https://example.invalid"},
             "extra success_action_redirect"),
            ({"x-amz-signature": "0" * 64}, "signature"),
            ({"policy": "e30="}, "signature"),
        ],
    )  # fmt: skip
    def test_allows_no_other(self, form: dict[str, Any], changed: dict[str, str], why: str) -> None:
        assert refusal(form, **changed) == why

    @pytest.mark.parametrize("body", [BODY[:-1], BODY + b"\n", b"", BODY * 1000])
    def test_allows_no_other_size(self, form: dict[str, Any], body: bytes) -> None:
        assert refusal(form, body) == "size"

    @pytest.mark.parametrize(
        ("minutes", "why"), [(14, ""), (15, "expired"), (16, "expired"), (60 * 24, "expired")]
    )
    def test_ends_after_fifteen_minutes(self, form: dict[str, Any], minutes: int, why: str) -> None:
        assert refusal(form, after=timedelta(minutes=minutes)) == why

    def test_is_signed_by_a_role_that_may_put_there_and_nowhere_else(self) -> None:
        def may(key: str) -> bool:
            return allowed("AnswerCall", Asked("s3:PutObject", f"FilesBucket.Arn/{key}"))

        assert may("incoming/scjg/administrative-penalty/2026-10/01J")
        assert not may("audit/seal.json")
        assert not allowed("AnswerCall", Asked("s3:DeleteObject", "FilesBucket.Arn/incoming/x"))


@pytest.mark.fault("F44")
@pytest.mark.fault("F45")
@pytest.mark.requirement("A5.1")
class TestWhoGetsAForm:
    @pytest.mark.parametrize(
        ("changes", "code", "says"),
        [
            ({"caller": ANOTHER}, "reports-for-another", "不能代"),
            ({"caller": {**PROVIDER, "organisation": "office"}}, "reports-for-another", "不能代"),
            ({"item": "tax-arrears"}, "not-its-duty", "没有把"),
            ({"item": "no-such-item"}, "not-its-duty", "现行目录没有"),
            ({"period": "2026-12"}, "not-its-duty", "还没有到"),
            (
                {"provider": "nobody", "caller": {**PROVIDER, "organisation": "nobody"}},
                "not-its-duty",
                "机构目录中没有",
            ),
        ],
    )
    def test_is_decided_by_the_owner_rule_and_told_in_the_trail(
        self, lambdas: Lambdas, changes: dict[str, Any], code: str, says: str
    ) -> None:
        answer = prepared(lambdas, **changes)

        assert (answer["ok"], answer["status"], answer["code"]) == (False, 403, code)
        assert says in answer["detail"]
        [act] = acts("prepare-upload")
        assert act["outcome"] == "refused"
        assert act["detail"]["code"] == code
        assert act["detail"]["provider"] == changes.get("provider", "scjg")
        assert not [item for item in items_of("work") if item["pk"].startswith("UPLOAD#")]

    def test_is_the_centre_for_every_provider(self, lambdas: Lambdas) -> None:
        centre = {"kind": "operator", "id": "chen", "organisation": "centre"}

        assert prepared(lambdas, caller=centre)["ok"]

    @pytest.mark.parametrize("provider", ["../zjj", "SCJG", "scjg/zjj", "", "scjg "])
    def test_is_nobody_whose_code_is_none(self, lambdas: Lambdas, provider: str) -> None:
        assert prepared(lambdas, provider=provider)["code"] == "call-not-understood"

    def test_is_nobody_with_more_than_the_platform_reads(self, lambdas: Lambdas) -> None:
        large = prepared(lambdas, file={**told(BODY), "size": 1_000_000_001})

        assert (large["code"], large["status"]) == ("file-too-large", 400)
        assert "1000 MB" in large["detail"]


@pytest.mark.fault("F44")
@pytest.mark.requirement("A5.3")
class TestWhatCameWithAForm:
    def test_is_a_submission_of_the_person_who_asked_for_it(self, lambdas: Lambdas) -> None:
        form = prepared(lambdas)["answer"]

        post(lambdas, form)

        [submission] = latest(lambdas)
        assert (submission["state"], submission["file_name"]) == ("settled", "十月处罚.csv")
        [act] = acts("submission-received")
        assert (act["actor"]["id"], act["actor"]["address"]) == ("wang", "203.0.113.7")
        assert [each["about"] for each in acts("upload-prepared")] == [[form["upload"]]]

    def test_comes_once_however_often_it_is_posted(self, lambdas: Lambdas) -> None:
        form = prepared(lambdas)["answer"]
        post(lambdas, form)
        before = lambdas.stage.heads(), latest(lambdas)

        for _ in range(2):
            post(lambdas, form)

        assert (lambdas.stage.heads(), latest(lambdas)) == before
        ignored = acts("upload-ignored")
        assert [each["detail"]["reason"] for each in ignored] == ["form-used-before"] * 2
        assert {each["outcome"] for each in ignored} == {"refused"}

    def test_is_not_taken_for_a_replay_where_its_event_comes_again(self, lambdas: Lambdas) -> None:
        form = prepared(lambdas)["answer"]
        version = post(lambdas, form)

        again = json.dumps({"Records": [lambdas.event(form["key"], version)]})
        lambdas.send("incoming", again)
        lambdas.run()

        assert not acts("upload-ignored")
        assert len(acts("upload-repeated")) == 1

    @pytest.mark.parametrize("body", [penalties([penalty(2)]).body, BODY[:-1], BODY * 2])
    def test_is_not_processed_where_it_is_not_what_was_announced(
        self, lambdas: Lambdas, body: bytes
    ) -> None:
        form = prepared(lambdas)["answer"]

        # As if the bucket had not kept to the form.
        lambdas.upload(body, form["key"])
        lambdas.run()

        assert latest(lambdas) == []
        assert not list(lambdas.stage.records())
        assert [each["detail"]["reason"] for each in acts("upload-ignored")] == ["not-as-announced"]

    def test_is_known_by_its_key_only_where_the_form_is_of_that_place(
        self, lambdas: Lambdas
    ) -> None:
        form = prepared(lambdas)["answer"]
        elsewhere = form["key"].replace("/scjg/", "/zjj/").replace("2026-10", "2026-09")

        lambdas.upload(BODY, elsewhere)
        lambdas.run()

        [submission] = latest(lambdas, "zjj")
        assert submission["file_name"] == form["upload"]
        assert acts("submission-received")[0]["actor"]["id"] != "wang"

    def test_may_leave_its_hash_open_but_not_its_size(self, lambdas: Lambdas) -> None:
        form = prepared(lambdas, file={"name": "a.csv", "size": len(BODY)})["answer"]

        assert "x-amz-checksum-sha256" not in form["fields"]
        assert refusal(form, BODY + b" ") == "size"
        post(lambdas, form)
        assert len(latest(lambdas)) == 1


@pytest.mark.fault("F43")
class TestTheNameOfAFile:
    def test_is_kept_beside_a_key_that_is_the_platforms(self, lambdas: Lambdas) -> None:
        names = [*HOSTILE_NAMES, "张三处罚决定.csv", "x" * 1000, "\x00"]
        for number, name in enumerate(names):
            body = penalties([penalty(number, of=number)]).body
            form = prepared(lambdas, body, file=told(body, name=name))["answer"]

            assert form["key"] == f"incoming/scjg/administrative-penalty/2026-10/{form['upload']}"
            assert is_form_id(form["upload"])
            assert lambdas.upload(body, form["key"])

        for _ in range(3):
            assert not lambdas.deliver("incoming", receive_file.handler)
        submissions = latest(lambdas)

        assert {each["file_name"] for each in submissions} == {plain_name(each) for each in names}
        assert {each["state"] for each in submissions} == {"waiting"}

    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("十月处罚.xlsx", "十月处罚.xlsx"),
            ("C:\\Users\\wang\\十月.xlsx", "十月.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("a\u202evsc.exe", "avsc.exe"),
            ("a\r\nX-Injected: 1", "aX-Injected: 1"),
            ("...", "未命名文件"),
            ("/", "未命名文件"),
            ("一  二.csv", "一 二.csv"),
            ("十" * 300 + ".xlsx", "十" * 195 + ".xlsx"),
            ("." + "x" * 300, "x" * 200),
        ],
    )
    def test_is_shown_without_folders_and_unseen_characters(self, name: str, plain: str) -> None:
        assert plain_name(name) == plain

    @pytest.mark.parametrize("name", [*HOSTILE_NAMES, '"', "\\", "é.csv", "x'y.csv"])
    def test_can_add_nothing_to_the_header_of_a_download(self, name: str) -> None:
        header = disposition(name)

        start, ascii_name, rest = header.split('"')
        assert start == "attachment; filename="
        assert ascii_name.isascii()
        assert rest.startswith("; filename*=UTF-8''")
        assert header.isprintable()
        assert header.count(";") == 2
