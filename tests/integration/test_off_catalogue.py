"""Off-catalogue information by calls: kept sealed, seen by few, covered and closed (A5.2)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.faults.scenes import CITIZEN, CITIZEN_ID, company, penalties, penalty
from tests.integration.lambdas import Lambdas, latest, on_lambda
from tests.integration.stage import NAMES, UPLOADS, a_stage, client, items_of
from tests.unit.test_attachments import EICAR, PDF

PROVIDER: Final = {"kind": "provider", "id": "wang", "organisation": "scjg"}
ANOTHER: Final = {"kind": "provider", "id": "sun", "organisation": "zjj"}
OFFICE: Final = {"kind": "operator", "id": "li", "organisation": "office"}
CENTRE: Final = {"kind": "operator", "id": "chen", "organisation": "centre"}
SUBJECTS: Final = [
    {"credit_code": company(1), "name": "宁波1号测试有限公司"},
    {"document_number": CITIZEN_ID.lower(), "name": CITIZEN},
]
TEXTS: Final = {
    "title": "预付卡兑付风险提示",
    "legal_basis": "《浙江省公共信用信息管理条例》",
    "description": "发卡企业未按期备案。",
}


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with a_stage() as stage, on_lambda(stage, monkeypatch) as made:
        yield made


def report(lambdas: Lambdas, **changes: Any) -> dict[str, Any]:
    told = {"caller": PROVIDER, "provider": "scjg", "subjects": SUBJECTS, **TEXTS, **changes}
    return lambdas.call("report-off-catalogue", **told)


def attached(lambdas: Lambdas, body: bytes, *, name: str = "备案.pdf") -> str:
    """Upload a file with its form; return the form's number."""
    file = {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    form = lambdas.call("prepare-off-catalogue-file", caller=PROVIDER, provider="scjg", file=file)[
        "answer"
    ]
    client("s3").put_object(Bucket=UPLOADS, Key=form["key"], Body=body)
    number: str = form["upload"]
    return number


def acts() -> list[dict[str, Any]]:
    entries = (json.loads(item["content"]) for item in items_of(NAMES.audit))
    return [each for each in entries if "off-catalogue" in each["action"]]


@pytest.mark.requirement("A5.2")
class TestReported:
    def test_is_kept_with_its_basis_its_file_and_its_subjects(self, lambdas: Lambdas) -> None:
        kept = report(lambdas, upload=attached(lambdas, PDF, name='备案"\r\n.pdf'))["answer"]

        shown = lambdas.call(
            "show-off-catalogue", caller=PROVIDER, information=kept["information"]
        )["answer"]

        assert (kept["state"], kept["subject_count"], kept["subjects"]) == ("kept", 2, [])
        assert {name: shown[name] for name in TEXTS} == TEXTS
        assert [(each["name"], each["number"]) for each in shown["subjects"]] == [
            ("宁波1号测试有限公司", company(1)),
            (CITIZEN, f"{CITIZEN_ID[:4]}{'*' * 10}{CITIZEN_ID[-4:]}"),
        ]
        asked = parse_qs(urlsplit(shown["file"]["download"]).query)
        assert asked["response-content-disposition"] == [
            "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E5%A4%87%E6%A1%88%22.pdf"
        ]
        assert asked["response-content-type"] == ["application/octet-stream"]
        assert asked["versionId"]

    def test_again_is_the_same_piece(self, lambdas: Lambdas) -> None:
        first = report(lambdas)["answer"]
        lambdas.stage.clock.forward(timedelta(days=1))

        assert report(lambdas)["answer"] == first

    @pytest.mark.fault("F62")
    def test_leaves_nobodys_name_or_number_in_the_clear(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]
        lambdas.call("show-off-catalogue", caller=CENTRE, information=kept["information"])

        for table in (NAMES.work, NAMES.audit):
            stored = json.dumps(items_of(table), ensure_ascii=False, default=str)
            assert CITIZEN_ID[:17] not in stored
            assert CITIZEN not in stored

    def test_is_neither_on_record_nor_verified(self, lambdas: Lambdas) -> None:
        report(lambdas)

        of_company = lambdas.call("read-subject", credit_code=company(1))
        of_citizen = lambdas.call("read-subject", document_number=CITIZEN_ID)
        verdict = lambdas.call(
            "verify-subject", credit_code=company(1), claims={"name": "宁波1号测试有限公司"}
        )

        assert of_company["code"] == of_citizen["code"] == "unknown-subject"
        assert verdict["answer"]["verdict"] == "no-record"
        assert not items_of(NAMES.legal_persons)
        assert not items_of(NAMES.natural_persons)
        assert not [each for each in items_of(NAMES.work) if each["pk"].startswith("CHANGES#")]

    @pytest.mark.fault("F45")
    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"caller": ANOTHER}, 403, "reports-for-another"),
            ({"caller": OFFICE}, 403, "reports-for-another"),
            ({"caller": CENTRE, "provider": "nobody"}, 400, "not-a-provider"),
            ({"description": f"身份证{CITIZEN_ID}"}, 400, "number-in-text"),
            ({"title": ""}, 400, "call-not-understood"),
            ({"subjects": [{"credit_code": company(1)[:-1] + "0", "name": "某"}]}, 400, None),
            ({"subjects": [{"document_number": CITIZEN_ID[:-1], "name": "某"}]}, 400, None),
            ({"subjects": [{"name": "某"}]}, 400, "bad-mention"),
            ({"subjects": [{**SUBJECTS[0], **SUBJECTS[1]}]}, 400, "bad-mention"),
            ({"upload": "01J00000000000000000000000"}, 400, "no-such-attachment"),
        ],
    )
    def test_is_refused_where_it_may_not_be(
        self, lambdas: Lambdas, changes: dict[str, Any], status: int, code: str | None
    ) -> None:
        answer = report(lambdas, **changes)

        assert (answer["ok"], answer["status"]) == (False, status)
        assert code is None or answer["code"] == code
        assert not [each for each in items_of(NAMES.work) if each["pk"] == "OFFCATALOGUE"]


@pytest.mark.requirement("A5.2")
@pytest.mark.fault("F44")
class TestAttachment:
    @pytest.mark.fault("F46")
    def test_that_could_be_run_is_refused_under_any_name(self, lambdas: Lambdas) -> None:
        answer = report(lambdas, upload=attached(lambdas, EICAR, name="备案.pdf"))

        assert answer["code"] == "attachment-refused"

    def test_is_announced_with_a_size_that_is_kept(self, lambdas: Lambdas) -> None:
        answer = lambdas.call(
            "prepare-off-catalogue-file",
            caller=PROVIDER,
            provider="scjg",
            file={"name": "a.pdf", "size": 20_000_001},
        )

        assert answer["code"] == "attachment-too-large"

    def test_other_than_announced_is_refused(self, lambdas: Lambdas) -> None:
        number = attached(lambdas, PDF)
        key = f"off-catalogue/scjg/{number}"
        client("s3").put_object(Bucket=UPLOADS, Key=key, Body=PDF + b"\n")

        assert report(lambdas, upload=number)["code"] == "attachment-refused"

    def test_that_never_came_is_asked_for(self, lambdas: Lambdas) -> None:
        number = attached(lambdas, PDF)
        client("s3").delete_object(Bucket=UPLOADS, Key=f"off-catalogue/scjg/{number}")

        assert report(lambdas, upload=number)["code"] == "no-such-attachment"

    def test_of_another_provider_or_of_a_file_of_rows_is_nobodys(self, lambdas: Lambdas) -> None:
        number = attached(lambdas, PDF)
        rows = lambdas.call(
            "prepare-upload",
            caller=PROVIDER,
            provider="scjg",
            item="administrative-penalty",
            period="2026-10",
            file={"name": "a.csv", "size": 5},
        )["answer"]["upload"]

        of_another = report(lambdas, caller=ANOTHER, provider="zjj", upload=number)

        assert of_another["code"] == "no-such-attachment"
        assert report(lambdas, upload=rows)["code"] == "no-such-attachment"

    def test_stays_the_version_that_was_reported(self, lambdas: Lambdas) -> None:
        number = attached(lambdas, PDF)
        kept = report(lambdas, upload=number)["answer"]
        client("s3").put_object(
            Bucket=UPLOADS, Key=f"off-catalogue/scjg/{number}", Body=b"something else"
        )

        shown = lambdas.call("show-off-catalogue", caller=OFFICE, information=kept["information"])[
            "answer"
        ]["file"]

        assert shown["sha256"] == hashlib.sha256(PDF).hexdigest()
        version = parse_qs(urlsplit(shown["download"]).query)["versionId"][0]
        found = client("s3").get_object(
            Bucket=UPLOADS, Key=f"off-catalogue/scjg/{number}", VersionId=version
        )
        assert found["Body"].read() == PDF


@pytest.mark.requirement("A5.2")
@pytest.mark.requirement("A20.1")
class TestWhoSeesIt:
    def test_are_its_provider_the_centre_and_the_office(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]["information"]

        def seen(caller: dict[str, str], **asked: str) -> list[str]:
            answer = lambdas.call("list-off-catalogue", caller=caller, **asked)["answer"]
            return [each["information"] for each in answer["information"]]

        assert seen(PROVIDER) == seen(CENTRE) == seen(OFFICE) == [kept]
        assert seen(CENTRE, provider="scjg") == [kept]
        assert seen(CENTRE, provider="zjj") == []
        assert seen(ANOTHER) == seen(ANOTHER, provider="scjg") == []

    def test_is_nobody_else_and_others_learn_nothing(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]["information"]

        for caller, information in ((ANOTHER, kept), (PROVIDER, "scjg.AAAAAAAAAAAAAAAA")):
            answer = lambdas.call("show-off-catalogue", caller=caller, information=information)
            assert (answer["status"], answer["code"]) == (404, "unknown-off-catalogue")

    def test_is_in_the_trail_with_pseudonyms(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]["information"]
        lambdas.call("show-off-catalogue", caller=OFFICE, information=kept, purpose="研究纳入目录")

        [read] = [each for each in acts() if each["action"] == "off-catalogue-read"]
        assert (read["actor"]["organisation"], read["purpose"]) == ("office", "研究纳入目录")
        assert read["about"][:2] == [kept, f"LP#{company(1)}"]
        assert read["about"][2].startswith("NP1#")


@pytest.mark.requirement("A5.2")
class TestCovered:
    def test_is_told_to_its_provider_who_reports_it_and_closes(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]["information"]

        covered = lambdas.call(
            "cover-off-catalogue", caller=OFFICE, information=kept, item="administrative-penalty"
        )["answer"]
        lambdas.run()
        (message,) = lambdas.call("show-inbox", caller=PROVIDER, organisation="scjg")["answer"][
            "messages"
        ]
        lambdas.upload(
            penalties([penalty(1)]).body, "incoming/scjg/administrative-penalty/2026-10/a.csv"
        )
        lambdas.run()
        [submission] = latest(lambdas)
        closed = lambdas.call(
            "close-off-catalogue",
            caller=PROVIDER,
            information=kept,
            submission=submission["submission"],
        )["answer"]

        assert (covered["state"], covered["coverage"]["version"]) == ("covered", "2026-1")
        assert message["subject"] == "目录外信息已纳入目录：预付卡兑付风险提示"
        assert "请按目录项“行政处罚”（administrative-penalty）报送。" in message["lines"]
        assert (closed["state"], closed["submission"]) == ("closed", submission["submission"])
        assert [each["action"].removeprefix("off-catalogue-") for each in acts()] == [
            "reported",
            "covered",
            "closed",
        ]

    def test_twice_is_covered_once(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]["information"]
        asked = {"caller": OFFICE, "information": kept, "item": "administrative-penalty"}

        first = lambdas.call("cover-off-catalogue", **asked)
        lambdas.stage.clock.forward(timedelta(hours=1))

        assert lambdas.call("cover-off-catalogue", **asked) == first
        assert len([each for each in acts() if each["action"] == "off-catalogue-covered"]) == 1

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"caller": PROVIDER}, 403, "not-for-providers"),
            ({"item": "no-such-item"}, 404, "unknown-item"),
            ({"item": "tax-arrears"}, 400, "not-its-item"),
            ({"version": "2031-1"}, 404, "unknown-catalogue-version"),
        ],
    )
    def test_is_nothing_by_others_or_by_an_item_that_is_not_its_providers(
        self, lambdas: Lambdas, changes: dict[str, Any], status: int, code: str
    ) -> None:
        kept = report(lambdas)["answer"]["information"]
        asked = {"caller": OFFICE, "information": kept, "item": "administrative-penalty"}

        answer = lambdas.call("cover-off-catalogue", **{**asked, **changes})

        assert (answer["status"], answer["code"]) == (status, code)

    def test_closes_with_no_submission_of_another_item_or_provider(self, lambdas: Lambdas) -> None:
        kept = report(lambdas)["answer"]["information"]
        lambdas.call("cover-off-catalogue", caller=OFFICE, information=kept, item="red-list-none")
        lambdas.call(
            "cover-off-catalogue", caller=OFFICE, information=kept, item="legal-registration"
        )
        lambdas.upload(
            penalties([penalty(1)]).body, "incoming/scjg/administrative-penalty/2026-10/a.csv"
        )
        lambdas.run()
        [submission] = latest(lambdas)

        def close(submission: str, caller: dict[str, str]) -> str:
            answer = lambdas.call(
                "close-off-catalogue", caller=caller, information=kept, submission=submission
            )
            return str(answer["code"])

        assert close(submission["submission"], PROVIDER) == "not-the-report"
        assert close("NOSUCH", PROVIDER) == "unknown-submission"
        assert close(submission["submission"], ANOTHER) == "unknown-off-catalogue"
        assert close(submission["submission"], OFFICE) == "reports-for-another"
