"""What can be asked of a platform on which three files came the whole way, by their handlers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import pytest
from pydantic import ValidationError

from functions.answer_call import app as answer_call
from nbcredit.adapters.dynamodb.ledger import AuditItem
from nbcredit.adapters.dynamodb.tables import AuditModel
from tests.faults.scenes import (
    CITIZEN,
    CITIZEN_ID,
    PENALTY_FILE,
    REGISTRY_FILE,
    arrears,
    company,
    csv_file,
)
from tests.integration.lambdas import (
    ARREARS_KEY,
    PENALTY_KEY,
    REGISTRY_KEY,
    Lambdas,
    forget,
    latest,
    on_lambda,
    stream_records,
)
from tests.integration.stage import WORK, a_stage, items_of, shipped_schemas

ANOTHER_PROVIDER: Final = {"kind": "provider", "id": "wang", "organisation": "zjj"}
PUBLICATION: Final[dict[str, Any]] = {
    "version": "2027-1",
    "effective_from": "2027-01-01",
    "schemas": shipped_schemas(),
}
ORGANISATION: Final = {
    "code": "yjj",
    "name": "市应急管理局",
    "kind": "department",
    "credit_code": "11330200MB1000018J",
    "region": "330200",
}


OLD_ID: Final = CITIZEN_ID[:6] + CITIZEN_ID[8:17]
WIDE: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def entries(action: str, outcome: str) -> list[dict[str, Any]]:
    """Return the entries of an action in the trail that ended so, oldest first."""
    told = [json.loads(item["content"]) for item in items_of("audit")]
    found = [each for each in told if (each["action"], each["outcome"]) == (action, outcome)]
    return sorted(found, key=lambda each: str(each["at"]))


@pytest.fixture(scope="module")
def loaded() -> Iterator[Lambdas]:
    with (
        a_stage() as stage,
        pytest.MonkeyPatch.context() as environment,
        on_lambda(stage, environment) as lambdas,
    ):
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        lambdas.run()
        lambdas.upload(PENALTY_FILE.body, PENALTY_KEY)
        lambdas.upload(csv_file([arrears(证件号码=OLD_ID, 认定日期="2026/7/15")]), ARREARS_KEY)
        lambdas.run()
        yield lambdas


@pytest.mark.requirement("A5.1")
@pytest.mark.requirement("A8.5")
class TestWholeWay:
    def test_ends_with_balanced_books_and_empty_queues(self, loaded: Lambdas) -> None:
        submissions = [*latest(loaded), *latest(loaded, "rsj")]

        assert {each["state"] for each in submissions} == {"settled"}
        assert all(each["balanced"] for each in submissions)
        assert {each["file_name"] for each in submissions} == {
            "处罚 1+2.csv",
            "registry.csv",
            "arrears.csv",
        }
        assert stream_records() == []
        assert not any(loaded.waiting(queue) for queue in loaded.urls)


class TestAnswerCall:
    def test_shows_a_submission_and_its_issues(self, loaded: Lambdas) -> None:
        (penalties,) = [each for each in latest(loaded) if each["item_name"] == "行政处罚"]

        shown = loaded.call("show-submission", submission=penalties["submission"])
        issues = loaded.call("list-issues", submission=penalties["submission"], limit=2)

        assert shown["answer"] | {"due": None, "duty": None} == penalties
        assert shown["answer"]["due"]["rule"] == "A8.1"
        assert shown["answer"]["duty"]["title"].startswith("报送 2026-10 的")
        assert sum(issues["answer"]["by_code"].values()) == penalties["issues"]
        assert len(issues["answer"]["issues"]) == 2
        assert "issues.csv" in issues["answer"]["download"]

    @pytest.mark.requirement("A8.2")
    def test_shows_what_was_changed_and_where_all_of_it_is(self, loaded: Lambdas) -> None:
        (arrear,) = latest(loaded, "rsj")
        (_, penalties) = latest(loaded)

        of_arrear = loaded.call("list-issues", submission=arrear["submission"])["answer"]
        of_penalties = loaded.call("list-issues", submission=penalties["submission"])["answer"]

        assert (arrear["format"], penalties["changes"]) == ("csv", [])
        assert [(c["header"], c["kind"], c["label"], c["cells"]) for c in arrear["changes"]] == [
            ("证件号码", "old-number", "15 位号码换算为 18 位", 1),
            ("欠缴金额（元）", "amount", "金额的写法", 1),
            ("认定日期", "date", "日期的写法", 1),
        ]
        assert "changes.csv" in of_arrear["changes_download"]
        key = f"submissions/{arrear['submission']}/changes.csv"
        told = boto3.client("s3").get_object(Bucket=WORK, Key=key)["Body"].read().decode()
        assert "15 位号码换算为 18 位" in told
        assert OLD_ID not in told
        assert CITIZEN_ID not in told
        assert of_penalties["changes_download"] is None

    @pytest.mark.requirement("A3.1")
    @pytest.mark.requirement("A5.3")
    def test_reads_a_subject_and_traces_its_record(self, loaded: Lambdas) -> None:
        subject = loaded.call("read-subject", credit_code=company(2))["answer"]
        (penalty, *_) = [r for r in subject["records"] if r["item"] == "administrative-penalty"]

        trace = loaded.call("trace-record", record=penalty["record"])["answer"]

        assert subject["name"] == "宁波2号测试有限公司"
        (version,) = trace["versions"]
        assert (version["file_name"], version["row"]) == ("处罚 1+2.csv", 5)
        assert version["file_key"] == PENALTY_KEY

    @pytest.mark.requirement("A3.1")
    def test_reads_a_natural_person_by_number(self, loaded: Lambdas) -> None:
        subject = loaded.call("read-subject", document_number=CITIZEN_ID)["answer"]

        assert subject["name"] == CITIZEN
        assert len(subject["records"]) == 2
        assert CITIZEN_ID not in subject["subject"]

    @pytest.mark.requirement("A3.1")
    @pytest.mark.parametrize(
        "asked",
        [
            {"document_number": CITIZEN_ID.lower()},
            {"document_number": f"　{CITIZEN_ID.translate(WIDE)} "},
            {"document_number": OLD_ID},
            {"document_type": "居民身份证", "document_number": CITIZEN_ID},
        ],
    )
    def test_finds_a_natural_person_in_every_spelling(
        self, loaded: Lambdas, asked: dict[str, str]
    ) -> None:
        read = loaded.call("read-subject", **asked)
        verified = loaded.call("verify-subject", claims={"name": CITIZEN}, **asked)

        assert read["answer"]["name"] == CITIZEN
        assert verified["answer"] == {"verdict": "match"}

    @pytest.mark.requirement("A3.1")
    @pytest.mark.parametrize("spell", [str.lower, lambda code: f" {code[:9]}-{code[9:]}　"])
    def test_finds_a_legal_person_in_every_spelling(
        self, loaded: Lambdas, spell: Callable[[str], str]
    ) -> None:
        asked = {"credit_code": spell(company(1))}

        read = loaded.call("read-subject", **asked)["answer"]
        verified = loaded.call("verify-subject", claims={"name": read["name"]}, **asked)

        assert read["subject"] == f"LP#{company(1)}"
        assert verified["answer"] == {"verdict": "match"}

    @pytest.mark.requirement("A20.1")
    def test_proves_the_trail_whole(self, loaded: Lambdas) -> None:
        now = datetime.now(UTC)  # noqa: TID251 - the functions run by the machine's clock
        span = {"since": now - timedelta(minutes=20), "until": now + timedelta(minutes=1)}
        told = {name: moment.isoformat() for name, moment in span.items()}

        report = loaded.call("verify-audit", **told)["answer"]

        assert report["whole"]
        assert report["entries"] > 10

    @pytest.mark.requirement("A6.1")
    def test_shows_and_publishes_the_catalogue(self, loaded: Lambdas) -> None:
        office = {"kind": "operator", "id": "li", "organisation": "office"}

        published = loaded.call("publish-catalogue", caller=office, **PUBLICATION)
        again = loaded.call("publish-catalogue", caller=office, **PUBLICATION)
        shown = loaded.call("show-catalogue", on="2027-02-01")

        assert published == {"ok": True, "answer": {"count": 17}}
        assert (again["code"], again["status"]) == ("catalogue-version-published", 409)
        assert shown["answer"]["version"] == "2027-1"

    @pytest.mark.requirement("A4.1")
    def test_registers_organisations(self, loaded: Lambdas) -> None:
        assert loaded.call("register-organisations", organisations=[ORGANISATION])["answer"] == {
            "count": 1
        }

    @pytest.mark.requirement("A4.1")
    @pytest.mark.parametrize(
        ("call", "told", "code", "status"),
        [
            ("read-subject", {"credit_code": company(1)}, "not-allowed-to-read", 403),
            ("trace-record", {"record": f"LP-{company(1)}.x.AAAA"}, "not-allowed-to-read", 403),
            ("show-submission", {"submission": "SCJG"}, "unknown-submission", 404),
            ("list-issues", {"submission": "SCJG"}, "unknown-submission", 404),
            ("publish-catalogue", PUBLICATION, "not-the-office", 403),
            ("register-organisations", {"organisations": [ORGANISATION]}, "not-the-centre", 403),
        ],
    )
    def test_refuses_a_provider_what_is_not_its_own(
        self, loaded: Lambdas, call: str, told: dict[str, Any], code: str, status: int
    ) -> None:
        if told.get("submission") == "SCJG":
            told = {"submission": latest(loaded)[0]["submission"]}

        answer = loaded.call(call, caller=ANOTHER_PROVIDER, **told)

        assert (answer["ok"], answer["code"], answer["status"]) == (False, code, status)

    @pytest.mark.requirement("A20.1")
    @pytest.mark.parametrize(
        ("call", "told", "entered"),
        [
            ("publish-catalogue", PUBLICATION, "publish-catalogue"),
            ("register-organisations", {"organisations": [ORGANISATION]}, "register-organisations"),
            ("read-subject", {"credit_code": company(1)}, "subject-read"),
        ],
    )
    def test_enters_a_refusal_once(
        self, loaded: Lambdas, call: str, told: dict[str, Any], entered: str
    ) -> None:
        before = len(entries(entered, "refused"))

        answer = loaded.call(call, caller=ANOTHER_PROVIDER, **told)

        assert answer["status"] == 403
        (*_, last) = refused = entries(entered, "refused")
        assert len(refused) == before + 1
        assert last["actor"]["organisation"] == "zjj"
        assert last["purpose"] == "核对数据"

    @pytest.mark.requirement("A20.1")
    @pytest.mark.parametrize(
        ("call", "told", "entered", "about"),
        [
            ("show-submission", {}, "submission-read", "submission"),
            ("list-issues", {}, "issues-read", "submission"),
            ("list-submissions", {"provider": "scjg"}, "submissions-listed", "scjg"),
            (
                *("list-reported", {"provider": "scjg", "period": "2026-10"}),
                *("submissions-listed", "scjg"),
            ),
        ],
    )
    def test_enters_who_asked_for_anothers_submissions(
        self, loaded: Lambdas, call: str, told: dict[str, Any], entered: str, about: str
    ) -> None:
        if about == "submission":
            about = latest(loaded)[0]["submission"]
            told = {"submission": about}
        before = len(entries(entered, "refused"))

        loaded.call(call, caller=ANOTHER_PROVIDER, **told)

        (*_, last) = refused = entries(entered, "refused")
        assert len(refused) == before + 1
        assert (last["actor"]["organisation"], last["about"]) == ("zjj", [about])

    @pytest.mark.requirement("A20.1")
    def test_enters_that_issues_were_read(self, loaded: Lambdas) -> None:
        submission = latest(loaded)[0]["submission"]

        loaded.call("list-issues", submission=submission)

        (*_, last) = entries("issues-read", "done")
        assert (last["about"], last["actor"]["id"]) == ([submission], "chen")

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("call", ["list-issues", "publish-catalogue"])
    def test_answers_nothing_that_it_cannot_enter(
        self, loaded: Lambdas, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        told = {
            "list-issues": {"submission": latest(loaded)[0]["submission"]},
            "publish-catalogue": {"caller": ANOTHER_PROVIDER, **PUBLICATION},
        }
        monkeypatch.setattr(AuditModel.Meta, "table_name", "no-such-table")
        # PynamoDB would keep the connection to the missing table with the class that asks for it,
        # where no later stage, and no fault struck at its client, could reach it.
        monkeypatch.setattr(AuditItem, "_connection", None)

        answer = loaded.call(call, **told[call])

        assert (answer["code"], answer["status"]) == ("audit-unavailable", 503)

    def test_shows_a_provider_no_list_of_another(self, loaded: Lambdas) -> None:
        answer = loaded.call("list-submissions", provider="scjg", caller=ANOTHER_PROVIDER)

        assert answer["answer"] == {"submissions": []}

    @pytest.mark.parametrize(
        "body",
        [
            None,
            [],
            "show-submission",
            {},
            {"call": "drop-tables"},
            {"call": "show-submission", "submission": "X"},
            {"call": "read-subject", "document_number": CITIZEN_ID, "surplus": CITIZEN_ID},
        ],
    )
    def test_answers_a_wrong_body_with_its_faults_and_none_of_its_values(
        self, loaded: Lambdas, body: Any
    ) -> None:
        answer = answer_call.handler(body, loaded.context)

        assert (answer["ok"], answer["code"]) == (False, "call-not-understood")
        assert CITIZEN_ID not in str(answer)

    def test_says_what_is_not_there(self, loaded: Lambdas) -> None:
        asked = {
            "unknown-submission": loaded.call("show-submission", submission="NOBODYS"),
            "unknown-subject": loaded.call("read-subject", credit_code=company(99)),
            "subject-not-named": loaded.call("read-subject"),
            "bad-record-id": loaded.call("trace-record", record="LP#x"),
            "unknown-record": loaded.call("trace-record", record=f"LP-{company(1)}.x.AAAA"),
        }

        assert {code: answer["code"] for code, answer in asked.items()} == {c: c for c in asked}


class TestColdStart:
    @pytest.mark.fault("F25")
    def test_without_its_secret_answers_that_keys_are_unavailable(
        self, loaded: Lambdas, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUBJECT_SECRET_ID", "no-such-secret")
        forget()

        refused = loaded.call("read-subject", credit_code="91330200MA2XXXXX0A")

        assert (refused["code"], refused["status"]) == ("keys-unavailable", 503)
        # Who needs no key goes on.
        assert loaded.call("show-catalogue")["ok"]
        monkeypatch.undo()
        forget()

    def test_without_its_settings_breaks(
        self, loaded: Lambdas, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("WORK_TABLE")
        forget()

        with pytest.raises(ValidationError):
            loaded.call("show-catalogue")

        monkeypatch.undo()
        forget()
