import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.members import signing_request
from tests.integration.command.platforms import NOW, Stage, a_problem, a_stage

pytestmark = pytest.mark.requirement("A19.1")

ID = "scjg.7k3m9q"
ACCOUNT: dict[str, Any] = {
    "account": ID,
    "kind": "person",
    "kind_text": "个人",
    "organisation": "scjg",
    "name": "王小明",
    "staff_number": "",
    "roles": [{"role": "reporter", "label": "报送员"}],
    "use": "按月报送",
    "responsible": "",
    "state": "applied",
    "state_text": "申请中",
    "applied_at": NOW.isoformat(),
    "applied_by": "chen",
    "decided_at": None,
    "decided_by": "",
    "reason": "",
    "confirmed_on": None,
    "certificate": "",
}
CERTIFICATE: dict[str, Any] = {
    "thumbprint": "abc",
    "serial": "1F",
    "issuer": "CN=x",
    "account": ID,
    "organisation": "scjg",
    "state": "valid",
    "state_text": "有效",
    "not_before": NOW.isoformat(),
    "not_after": NOW.isoformat(),
    "issued_at": NOW.isoformat(),
    "issued_by": "chen",
    "ended_at": None,
    "reason": "",
    "pem": "-----BEGIN CERTIFICATE-----\n",
}
REASON = ("--reason", "离职")


@pytest.fixture
def stage() -> Iterator[Stage]:
    acts = ("apply-for", "show", "approve", "refuse", "suspend", "resume", "close")
    answers: dict[str, Any] = {f"{act}-account": ACCOUNT for act in acts}
    with a_stage(
        **answers,
        **{"list-accounts": {"accounts": [ACCOUNT]}, "confirm-posts": {"accounts": [ACCOUNT]}},
        **{"hand-out-code": {"account": ID, "code": "ABCD-EFGH", "good_for_hours": 72}},
        **{f"{act}-certificate": CERTIFICATE for act in ("request", "renew", "show", "revoke")},
        **{"list-expiring": {"certificates": [CERTIFICATE]}},
        **{f"show-{what}": {"pem": "PEM\n"} for what in ("authority", "revocations")},
    ) as stage:
        yield stage


class TestAccounts:
    def test_are_applied_for_by_name_unit_posts_and_use(self, stage: Stage) -> None:
        told = ("王小明", "--unit", "scjg", "--role", "reporter", "--role", "liaison")
        result = stage.run("accounts", "apply", *told, "--use", "按月报送")

        [asked] = stage.answers.asked
        assert result.exit_code == 0, result.output
        assert ID in result.output
        assert asked["caller"]["organisation"] == "centre"
        assert (asked["name"], asked["roles"], asked["kind"]) == (
            "王小明",
            ["reporter", "liaison"],
            "person",
        )

    def test_of_systems_name_whoever_answers_for_them(self, stage: Stage) -> None:
        told = ("对接系统", "--unit", "scjg", "--role", "reporter", "--use", "自动报送")
        stage.run("accounts", "apply", *told, "--system", ID)

        [asked] = stage.answers.asked
        assert (asked["kind"], asked["responsible"]) == ("system", ID)

    @pytest.mark.parametrize(
        ("words", "call"),
        [
            (("show", ID), "show-account"),
            (("approve", ID), "approve-account"),
            (("refuse", ID, *REASON), "refuse-account"),
            (("suspend", ID, *REASON), "suspend-account"),
            (("resume", ID, *REASON), "resume-account"),
            (("close", ID, *REASON), "close-account"),
            (("list",), "list-accounts"),
            (("confirm", ID), "confirm-posts"),
        ],
    )
    def test_are_asked_about_and_shown(
        self, stage: Stage, words: tuple[str, ...], call: str
    ) -> None:
        shown = stage.run("accounts", *words)
        told = stage.run("accounts", *words, "--json")

        assert [asked["call"] for asked in stage.answers.asked] == [call, call]
        assert "王小明" in shown.output
        assert "报送员" in shown.output
        assert ID in json.dumps(json.loads(told.output))

    def test_get_a_code_that_is_shown_once(self, stage: Stage) -> None:
        result = stage.run("accounts", "code", ID)

        assert "ABCD-EFGH" in result.output
        assert "72 小时" in result.output

    def test_are_refused_with_what_the_platform_says(self) -> None:
        with a_stage(approve_account=a_problem("own-request", "请另一位办理。")) as stage:
            result = stage.run("accounts", "approve", ID)

        assert result.exit_code == 2
        assert "请另一位办理。" in result.output


class TestCertificates:
    def test_are_requested_from_a_file_and_written_to_one(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        request, out = tmp_path / "a.csr", tmp_path / "a.pem"
        request.write_text(signing_request(ec.generate_private_key(ec.SECP256R1()), ID))

        for act in ("request", "renew"):
            result = stage.run("certificates", act, ID, str(request), "--out", str(out))

            assert result.exit_code == 0, result.output
            assert out.read_text() == CERTIFICATE["pem"]
        assert [asked["request"] for asked in stage.answers.asked] == [request.read_text()] * 2

    def test_are_not_requested_from_anything_else(self, stage: Stage, tmp_path: Path) -> None:
        (tmp_path / "a.csr").write_text("no request")

        for name in ("a.csr", "missing.csr"):
            result = stage.run("certificates", "request", ID, str(tmp_path / name))
            assert result.exit_code == 2
            assert "openssl req" in result.output

    def test_are_shown_revoked_and_listed_by_their_end(self, stage: Stage) -> None:
        for words in (("show", ID), ("revoke", ID, *REASON), ("expiring", "--days", "30")):
            assert "1F" in stage.run("certificates", *words).output

        assert [asked["call"] for asked in stage.answers.asked] == [
            "show-certificate",
            "revoke-certificate",
            "list-expiring",
        ]
        assert stage.answers.asked[-1]["days"] == 30

    def test_of_the_authority_and_the_list_are_printed(self, stage: Stage) -> None:
        assert stage.run("certificates", "authority").output == "PEM\n"
        assert stage.run("certificates", "revoked").output == "PEM\n"
