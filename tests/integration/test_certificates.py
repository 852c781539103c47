import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from infra.local.members import signing_request
from nbcredit.adapters.x509 import client_certificate
from nbcredit.domain.accounts import AccountKind, OwnRequest, UnknownAccount
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.certificates import (
    CertificateNotNow,
    CertificateState,
    ClientCertificate,
    RequestRefused,
)
from nbcredit.domain.sessions import NotSignedIn, SignInRefused
from nbcredit.usecases.accounts import NotTheAccountKeeper
from tests.identity import ADDRESS, ANNA, BORIS, PURPOSE, Person, World, a_world

pytestmark = pytest.mark.requirement("A19.1")
WEAK = 1024


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def made(
    world: World,
    *,
    issuer: str = "CN=测试证书机构,C=CN",
    serial: int = 1,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    days: tuple[int, int] = (-1, 300),
    signed_by: ec.EllipticCurvePrivateKey | None = None,
) -> ClientCertificate:
    """Return a certificate that the platform has not issued."""
    key, now = ec_key(), world.clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "scjg.000000")]))
        .issuer_name(x509.Name.from_rfc4514_string(issuer))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .sign(signed_by or key, SHA256())
    )
    shown = client_certificate(certificate.public_bytes(Encoding.DER))
    assert shown is not None
    return shown


class TestIssuing:
    def test_signs_for_client_authentication_in_kms(self, world: World) -> None:
        account = world.opened()

        _, issued = world.certified(account)

        certificate = x509.load_pem_x509_certificate(issued.pem.encode())
        authority = x509.load_pem_x509_certificate(
            world.certificates.authority.certificate().encode()
        )
        certificate.verify_directly_issued_by(authority)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
        [name] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert name.value == account.id
        assert account.name not in certificate.subject.rfc4514_string()

    def test_gives_the_thumbprint_of_rfc_8705(self, world: World) -> None:
        _, issued = world.certified(world.opened())

        der = x509.load_pem_x509_certificate(issued.pem.encode()).public_bytes(Encoding.DER)
        digest = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")
        assert issued.thumbprint == digest

    def test_is_the_same_for_the_same_request(self, world: World) -> None:
        account = world.opened()
        request, issued = world.certified(account)

        again = world.certificates.request(account.id, request, by=ANNA, purpose=PURPOSE)

        assert again == issued

    def test_takes_a_key_once(self, world: World) -> None:
        key, first, second = ec_key(), world.opened(), world.opened()
        for account in (first,):
            request = signing_request(key, account.id)
            world.certificates.request(account.id, request, by=ANNA, purpose=PURPOSE)

        with pytest.raises(RequestRefused, match="密钥已经用过"):
            world.certificates.request(
                second.id, signing_request(key, second.id), by=ANNA, purpose=PURPOSE
            )

    @pytest.mark.requirement("A21.1")
    def test_is_not_for_oneself_nor_by_whoever_gave_the_code(self, world: World) -> None:
        account = world.opened()
        request = signing_request(ec_key(), account.id)
        itself = replace(ANNA, id=account.id)

        with pytest.raises(OwnRequest):
            world.certificates.request(account.id, request, by=itself, purpose=PURPOSE)
        world.codes.hand_out(account.id, by=ANNA, purpose=PURPOSE)
        with pytest.raises(OwnRequest):
            world.certificates.request(account.id, request, by=ANNA, purpose=PURPOSE)

    def test_is_by_the_centre_and_for_open_accounts(self, world: World) -> None:
        waiting = world.applied()
        request = signing_request(ec_key(), waiting.id)
        clerk = Actor(kind=ActorKind.PROVIDER, id="li", organisation="scjg")

        with pytest.raises(NotTheAccountKeeper):
            world.certificates.request(waiting.id, request, by=clerk, purpose=PURPOSE)
        with pytest.raises(CertificateNotNow):
            world.certificates.request(waiting.id, request, by=BORIS, purpose=PURPOSE)


def request_of(key: Any, name: str, algorithm: Any = None) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
    built = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return built.sign(key, algorithm or SHA256()).public_bytes(Encoding.PEM).decode()


def tampered(pem: str) -> str:
    request = x509.load_pem_x509_csr(pem.encode())
    der = bytearray(request.public_bytes(Encoding.DER))
    der[-1] ^= 1
    body = base64.encodebytes(bytes(der)).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"


class TestRequests:
    @pytest.mark.parametrize(
        ("request_", "reason"),
        [
            ("not a request", "不是 PEM"),
            (request_of(ec_key(), ""), "名称（CN）"),
            (request_of(ec_key(), "scjg.other0"), "应为账号"),
            (request_of(ec.generate_private_key(ec.SECP224R1()), "x"), "密钥要用"),
            (request_of(rsa.generate_private_key(65537, WEAK), "x"), "密钥要用"),
            (tampered(request_of(ec_key(), "x")), "签名与其中的公钥不符"),
        ],
        ids=["text", "no name", "another's", "P-224", "RSA 1024", "tampered"],
    )
    def test_are_refused_with_a_reason(self, world: World, request_: str, reason: str) -> None:
        account = world.opened()

        with pytest.raises(RequestRefused, match=reason):
            world.certificates.request(account.id, request_, by=ANNA, purpose=PURPOSE)


class TestRenewing:
    def test_replaces_at_once_and_ends_sessions_with_the_old(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        own = replace(BORIS, id=clerk.account, organisation="scjg")

        new = world.certificates.renew(
            clerk.account, signing_request(ec_key(), clerk.account), by=own, purpose=PURPOSE
        )

        with pytest.raises(NotSignedIn) as refused:
            world.sessions.member(token, clerk.certificate, address=ADDRESS)
        assert refused.value.cause == "certificate-replaced"
        world.clock.forward(timedelta(seconds=30))
        Person(world, clerk.account, new, clerk.secret).sign_in()

    def test_is_for_oneself_alone(self, world: World) -> None:
        clerk = world.enrolled()

        with pytest.raises(UnknownAccount):
            world.certificates.renew(
                clerk.account, signing_request(ec_key(), clerk.account), by=ANNA, purpose=PURPOSE
            )


@pytest.mark.fault("F52")
class TestBadCertificates:
    """Whatever is wrong: one look outside, its own code in the trail."""

    @pytest.mark.parametrize(
        ("changes", "cause"),
        [
            ({"usage": ExtendedKeyUsageOID.SERVER_AUTH}, "certificate-wrong-usage"),
            ({"issuer": "CN=Somebody Else"}, "certificate-unknown-issuer"),
            ({"days": (1, 300)}, "certificate-not-yet-valid"),
            ({"days": (-300, -1)}, "certificate-expired"),
            ({}, "certificate-not-issued"),
        ],
        ids=["usage", "issuer", "not yet", "expired", "the authority's name"],
    )
    def test_neither_begin_nor_hold_a_session(
        self, world: World, changes: dict[str, Any], cause: str
    ) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        world.clock.forward(timedelta(seconds=30))
        bad = made(world, **changes)

        with pytest.raises(NotSignedIn) as held:
            world.sessions.member(token, bad, address=ADDRESS)
        with pytest.raises(SignInRefused) as begun:
            clerk.sign_in(certificate=bad)

        assert str(held.value) == str(NotSignedIn(""))
        assert str(begun.value) == str(SignInRefused(""))
        assert world.causes().count(cause) == 2

    def test_with_the_serial_of_another_issuer_are_not_taken_for_it(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        twin = made(world, issuer="CN=Somebody Else", serial=int(clerk.issued.serial, 16))

        with pytest.raises(NotSignedIn) as refused:
            world.sessions.member(token, twin, address=ADDRESS)

        assert refused.value.cause == "certificate-unknown-issuer"

    def test_that_an_issued_one_has_signed_prove_nobody(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        chained = made(world, signed_by=ec_key())

        with pytest.raises(NotSignedIn) as refused:
            world.sessions.member(token, chained, address=ADDRESS)

        assert refused.value.cause == "certificate-not-issued"

    def test_of_another_do_not_go_with_a_token(self, world: World) -> None:
        clerk, other = world.enrolled(), world.enrolled()
        token, _ = clerk.sign_in()

        with pytest.raises(NotSignedIn) as refused:
            world.sessions.member(token, other.certificate, address=ADDRESS)

        assert refused.value.cause == "certificate-of-another"


class TestRevoking:
    @pytest.mark.fault("F53")
    def test_works_at_the_next_request_wherever_it_comes_in(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        elsewhere = world.restarted()
        elsewhere.sessions.member(token, clerk.certificate, address=ADDRESS)

        world.certificates.revoke(clerk.account, reason="遗失", by=BORIS, purpose=PURPOSE)

        with pytest.raises(NotSignedIn) as refused:
            elsewhere.sessions.member(token, clerk.certificate, address=ADDRESS)
        assert refused.value.cause == "certificate-revoked"

    @pytest.mark.fault("F54")
    def test_needs_no_list(self, world: World) -> None:
        """The store is asked at each request: a list that is stale, or missing, opens nothing."""
        clerk = world.enrolled()
        stale = world.certificates.revocations()

        world.certificates.revoke(clerk.account, reason="遗失", by=BORIS, purpose=PURPOSE)

        assert serials(stale) == set()
        with pytest.raises(SignInRefused):
            clerk.sign_in()

    def test_is_told_in_a_signed_list(self, world: World) -> None:
        revoked, kept = world.enrolled(), world.enrolled()
        world.certificates.revoke(revoked.account, reason="遗失", by=BORIS, purpose=PURPOSE)

        told = world.certificates.revocations()

        authority = x509.load_pem_x509_certificate(
            world.certificates.authority.certificate().encode()
        )
        key = authority.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert x509.load_pem_x509_crl(told.encode()).is_signature_valid(key)
        assert serials(told) == {int(revoked.issued.serial, 16)}
        assert int(kept.issued.serial, 16) not in serials(told)

    def test_comes_with_the_end_of_the_account(self, world: World) -> None:
        clerk = world.enrolled()

        world.accounts.close(clerk.account, reason="离职", by=BORIS, purpose=PURPOSE)

        ended = world.certificates.show(clerk.account, by=BORIS)
        assert ended.state is CertificateState.REVOKED


def serials(pem: str) -> set[int]:
    return {each.serial_number for each in x509.load_pem_x509_crl(pem.encode())}


class TestExpiring:
    def test_are_listed_by_their_ends(self, world: World) -> None:
        first = world.certified(world.opened())[1]
        world.clock.forward(timedelta(days=10))
        second = world.certified(world.opened("fy"))[1]

        def listed(days: int, organisation: str = "centre") -> list[str]:
            by = replace(ANNA, organisation=organisation)
            return [each.serial for each in world.certificates.expiring(days=days, by=by)]

        assert listed(354) == []
        assert listed(356) == [first.serial]
        assert listed(366) == [first.serial, second.serial]
        assert listed(366, "fy") == [second.serial]


class TestSystems:
    def test_get_short_tokens_bound_to_their_certificates(self, world: World) -> None:
        person = world.enrolled()
        system = world.system(of=person.account)
        other = world.system("scjg", of=person.account)

        token, session = world.tokens.issue(
            system.account, certificate=system.certificate, address=ADDRESS
        )

        member = world.tokens.member(token, system.certificate, address=ADDRESS)
        assert member.account.id == system.account
        assert session.certificate == system.certificate.thumbprint
        with pytest.raises(NotSignedIn):
            world.tokens.member(token, other.certificate, address=ADDRESS)
        world.clock.forward(timedelta(minutes=10))
        with pytest.raises(NotSignedIn):
            world.tokens.member(token, system.certificate, address=ADDRESS)

    @pytest.mark.requirement("A21.1")
    def test_get_no_certificate_from_whoever_opened_the_account(self, world: World) -> None:
        person = world.opened()
        account = world.opened(kind=AccountKind.SYSTEM, responsible=person.id)
        request = signing_request(ec_key(), account.id)

        with pytest.raises(OwnRequest):
            world.certificates.request(account.id, request, by=BORIS, purpose=PURPOSE)

    @pytest.mark.requirement("A21.1")
    def test_are_not_taken_over_by_one_administrator(self, world: World) -> None:
        system = world.system(of=world.opened().id)
        request, certificates = signing_request(ec_key(), system.account), world.certificates

        with pytest.raises(CertificateNotNow):
            certificates.request(system.account, request, by=ANNA, purpose=PURPOSE)
        certificates.revoke(system.account, reason="遗失", by=ANNA, purpose=PURPOSE)
        with pytest.raises(OwnRequest):
            certificates.request(system.account, request, by=ANNA, purpose=PURPOSE)

        carla = replace(ANNA, id="carla")
        issued = certificates.request(system.account, request, by=carla, purpose=PURPOSE)
        assert issued.state is CertificateState.VALID

    def test_renew_their_own_while_it_is_valid(self, world: World) -> None:
        system = world.system(of=world.opened().id)
        request = signing_request(ec_key(), system.account)
        itself = replace(BORIS, id=system.account, organisation="scjg")

        renewed = world.certificates.renew(system.account, request, by=itself, purpose=PURPOSE)

        assert renewed.thumbprint != system.issued.thumbprint

    def test_are_no_persons_and_persons_no_systems(self, world: World) -> None:
        person = world.enrolled()
        system = world.system(of=person.account)
        session, _ = person.sign_in()

        with pytest.raises(SignInRefused):
            world.tokens.issue(person.account, certificate=person.certificate, address=ADDRESS)
        with pytest.raises(NotSignedIn):
            world.tokens.member(session, person.certificate, address=ADDRESS)
        token, _ = world.tokens.issue(
            system.account, certificate=system.certificate, address=ADDRESS
        )
        with pytest.raises(NotSignedIn):
            world.sessions.member(token, system.certificate, address=ADDRESS)

    def test_end_with_whoever_answers_for_them(self, world: World) -> None:
        person = world.enrolled()
        system = world.system(of=person.account)
        token, _ = world.tokens.issue(
            system.account, certificate=system.certificate, address=ADDRESS
        )

        world.accounts.suspend(person.account, reason="调离", by=BORIS, purpose=PURPOSE)

        with pytest.raises(NotSignedIn) as refused:
            world.tokens.member(token, system.certificate, address=ADDRESS)
        assert refused.value.cause == "account-suspended"
