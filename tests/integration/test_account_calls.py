"""The first accounts of a platform, made by calls of operators, as the runbook tells it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.members import Sample, enrol, signing_request
from nbcredit.adapters.kms import Kms
from nbcredit.adapters.passwords import SealedFactors
from nbcredit.adapters.random_secrets import RandomSecrets
from nbcredit.adapters.x509 import client_certificate
from nbcredit.domain.accounts import AccountKind
from nbcredit.domain.periods import business_date
from nbcredit.domain.permissions import Role
from nbcredit.runtime.clock import RandomIds, SystemClock
from nbcredit.runtime.identity import sessions_of, tokens_of
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.signing_in import SigningIn
from tests.identity import ADDRESS, CHEAP, PASSWORD, key
from tests.integration.lambdas import Lambdas, on_lambda
from tests.integration.stage import NAMES, a_stage, client

RECORDER: Final = {"kind": "operator", "id": "chen", "organisation": "centre"}
APPROVER: Final = {"kind": "operator", "id": "liu", "organisation": "centre"}
CLERK: Final = {"kind": "provider", "id": "wang", "organisation": "scjg"}
WANTED: Final[dict[str, Any]] = {
    "organisation": "scjg",
    "kind": "person",
    "name": "王小明",
    "roles": ["reporter"],
    "use": "按月报送",
}
pytestmark = pytest.mark.requirement("A19.1")


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with a_stage() as stage, on_lambda(stage, monkeypatch) as made:
        yield made


def invoked(lambdas: Lambdas, body: bytes) -> bytes:
    call = json.loads(body)
    return json.dumps(lambdas.call(call.pop("call"), **call)).encode()


def parts() -> Parts:
    """Return parts by the clock of the functions, which is the machine's."""
    return Parts(NAMES, "", SystemClock(), RandomIds())


def signing_in() -> SigningIn:
    made = parts()
    return SigningIn(
        identities=made.sessions,
        issuers=made.authorities,
        credentials=made.credentials,
        sessions=made.sessions,
        passwords=CHEAP,
        factors=SealedFactors(Kms(client("kms"), key_id=key("field"))),
        secrets=RandomSecrets(),
        trail=made.ledger,
        clock=made.clock,
    )


class TestSeeding:
    def test_takes_a_person_to_a_session_and_a_system_to_a_token(self, lambdas: Lambdas) -> None:
        made = parts()
        now = made.clock.now()

        def taken(sample: Sample) -> Any:
            return enrol(
                lambda body: invoked(lambdas, body),
                sample,
                signing_in=signing_in(),
                password=PASSWORD,
                at=now,
            )

        person = taken(Sample(organisation="scjg", name="王小明", roles=(Role.REPORTER,)))
        robot_sample = Sample(
            organisation="scjg",
            name="对接系统",
            roles=(Role.REPORTER,),
            kind=AccountKind.SYSTEM,
            responsible=person.account,
        )
        system = taken(robot_sample)
        shown = client_certificate(person.certificate)
        token, _ = signing_in().sign_in(
            person.account,
            PASSWORD,
            # The code of the enrolment is not taken again, the one after it is.
            person.totp(now + timedelta(seconds=30)),
            certificate=shown,
            address=ADDRESS,
        )
        robot = client_certificate(system.certificate)
        pass_, _ = tokens_of(made).issue(system.account, certificate=robot, address=ADDRESS)

        member = sessions_of(made).member(token, shown, address=ADDRESS)
        assert member.account.name == "王小明"
        assert tokens_of(made).member(pass_, robot, address=ADDRESS).account.id == system.account
        assert person.bundle("trial")
        again = taken(Sample(organisation="scjg", name="王小明", roles=(Role.REPORTER,)))
        assert again.account == person.account
        assert taken(robot_sample).certificate != system.certificate


class TestCalls:
    def test_take_an_account_from_its_application_to_its_end(self, lambdas: Lambdas) -> None:
        account = lambdas.call("apply-for-account", caller=CLERK, **WANTED)["answer"]["account"]

        def asked(call: str, caller: dict[str, str] = APPROVER, **told: Any) -> Any:
            return lambdas.call(call, caller=caller, account=account, **told)["answer"]

        assert asked("approve-account")["state"] == "active"
        request = signing_request(ec.generate_private_key(ec.SECP256R1()), account)
        issued = asked("request-certificate", RECORDER, request=request)
        assert asked("show-certificate", CLERK)["serial"] == issued["serial"]
        assert len(asked("hand-out-code")["code"]) == 19
        assert asked("suspend-account", CLERK, reason="挂失")["state_text"] == "已停用"
        assert asked("resume-account", reason="找回")["state"] == "active"
        assert asked("revoke-certificate", CLERK, reason="遗失")["state"] == "revoked"
        assert asked("close-account", CLERK, reason="离职")["state"] == "closed"
        listed = lambdas.call("list-accounts", caller=CLERK)["answer"]["accounts"]
        assert [each["account"] for each in listed] == [account]
        assert asked("show-account", CLERK)["reason"] == "离职"

    def test_confirm_and_list_what_ends(self, lambdas: Lambdas) -> None:
        now = SystemClock().now()
        account = lambdas.call("apply-for-account", caller=CLERK, **WANTED)["answer"]["account"]
        lambdas.call("approve-account", caller=APPROVER, account=account)
        request = signing_request(ec.generate_private_key(ec.SECP256R1()), account)
        lambdas.call("request-certificate", caller=RECORDER, account=account, request=request)

        confirmed = lambdas.call("confirm-posts", caller=CLERK, accounts=[account])["answer"]
        ending = lambdas.call("list-expiring", caller=CLERK, days=400)["answer"]
        authority = lambdas.call("show-authority", caller=CLERK)["answer"]["pem"]
        ended = lambdas.call("show-revocations", caller=CLERK)["answer"]["pem"]

        assert confirmed["accounts"][0]["confirmed_on"] == str(business_date(now))
        assert [each["account"] for each in ending["certificates"]] == [account]
        assert x509.load_pem_x509_certificate(authority.encode())
        assert list(x509.load_pem_x509_crl(ended.encode())) == []

    @pytest.mark.requirement("A21.1")
    @pytest.mark.fault("F50")
    def test_are_refused_and_entered_where_somebody_has_no_right(self, lambdas: Lambdas) -> None:
        applied = lambdas.call("apply-for-account", caller=RECORDER, **WANTED)["answer"]
        account = applied["account"]
        stranger = CLERK | {"organisation": "zjj"}

        own = lambdas.call("approve-account", caller=RECORDER, account=account)
        foreign = lambdas.call("show-account", caller=stranger, account=account)
        missing = lambdas.call("show-account", caller=stranger, account="scjg.000000")

        assert (own["status"], own["code"]) == (403, "own-request")
        assert foreign["detail"] == missing["detail"].replace("scjg.000000", account)
        assert (foreign["status"], foreign["code"]) == (404, "unknown-account")
