"""The function's own site: who is not let in learns nothing, and what is another's is not there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from nbcredit.domain.audit import Act
from nbcredit.domain.permissions import Role
from nbcredit.domain.sessions import Session, SessionKind, key_of, token_of
from tests.call_bodies import NOTHING, body_of, calls_with
from tests.identity import ADDRESS, ANNA, PURPOSE, Person
from tests.integration.work_site.test_every_route import path_of
from tests.integration.work_site.whole_site import (
    SECRETS,
    Refusal,
    Shown,
    WholeSite,
    a_whole_site,
)

pytestmark = pytest.mark.requirement("A18.1")

POSTS: Final = (Role.REPORTER, Role.VERIFIER, Role.LIAISON)
NAMES: Final = (*NOTHING, "accounts", "records")
# These answer whoever owns what is named.
SHOWN: Final = (
    "show-submission",
    "show-feedback",
    "show-case",
    "explain-obligation",
    "show-account",
    "show-certificate",
    "show-post",
    "show-off-catalogue",
)


@pytest.fixture(scope="module")
def site() -> Iterator[WholeSite]:
    with a_whole_site() as made:
        yield made


@pytest.fixture(scope="module")
def filled(site: WholeSite) -> tuple[Shown, dict[str, str]]:
    return site.filled()


@pytest.fixture(scope="module")
def names(filled: tuple[Shown, dict[str, str]]) -> dict[str, str]:
    return filled[1]


@pytest.fixture(scope="module", params=["fy", "zjj", "haishu"])
def foreigner(request: pytest.FixtureRequest, site: WholeSite) -> Shown:
    """Somebody of the court, of another department, of a county that scjg is not in."""
    roles = POSTS if request.param != "haishu" else (Role.SUPERVISOR, Role.LIAISON)
    return site.somebody(request.param, *roles)


def secrets_in(refusal: Refusal) -> list[str]:
    return [secret for secret in SECRETS if secret in refusal.body]


def unlike(names: Mapping[str, str]) -> dict[str, str]:
    """Return the same names, each of nothing that there is."""
    made = {field: f"{name[:-6]}777777" for field, name in names.items()}
    return {**made, "case": f"{made['submission']}-3"}


def told(name: str, names: Mapping[str, str]) -> dict[str, Any]:
    more = {"accounts": [names["account"]], "records": [names["record"]]}
    return body_of(name, provider="fy", organisation="fy", **names, **more)


@pytest.mark.fault("F50")
class TestAnothers:
    def test_names_are_those_of_something(
        self, site: WholeSite, filled: tuple[Shown, dict[str, str]]
    ) -> None:
        owner, names = filled

        assert {name: site.call(owner, name, told(name, names)).status for name in SHOWN} == (
            dict.fromkeys(SHOWN, 200)
        )

    def test_things_look_to_calls_as_if_there_were_none(
        self, site: WholeSite, foreigner: Shown, names: dict[str, str]
    ) -> None:
        nothing = unlike(names)
        for name in calls_with(*NAMES):
            site.refused()
            found = site.call(foreigner, name, told(name, names))
            entered = site.refused()
            missing = site.call(foreigner, name, told(name, nothing))

            assert (name, found.status) in {(name, 403), (name, 404)}
            assert site.alike(found, names) == site.alike(missing, nothing)
            assert (name, len(entered)) == (name, 1)
            assert (name, secrets_in(site.alike(found, names))) == (name, [])

    def test_things_look_to_pages_as_if_there_were_none(
        self, site: WholeSite, foreigner: Shown, names: dict[str, str]
    ) -> None:
        nothing = unlike(names)
        for route in site.routes():
            if not any(f"{{{field}}}" in route.path for field in names):
                continue
            found = site.ask(foreigner, route.method, path_of(route, {**names, "row": 1}))
            missing = site.ask(foreigner, route.method, path_of(route, {**nothing, "row": 1}))

            assert (route.path, found.status >= 400) == (route.path, True)
            assert site.alike(found, names) == site.alike(missing, nothing)
            assert (route.path, secrets_in(site.alike(found, names))) == (route.path, [])


def planted(site: WholeSite, person: Person) -> Shown:
    """Return a session of now, whatever has become of the certificate that it is bound to."""
    now, token = site.stage.clock.now(), token_of(person.account, "planted")
    session = Session(
        key=key_of(token),
        kind=SessionKind.PERSON,
        account=person.account,
        certificate=person.issued.thumbprint,
        started_at=now,
        seen_at=now,
        address=ADDRESS,
    )
    act = Act(action="planted", actor=ANNA, purpose=PURPOSE)
    site.stage.parts.sessions.begin(session, act=act)
    return Shown(token, person.issued.pem)


def self_made(person: Person) -> str:
    """Return a certificate that says the same of its holder, of an authority nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    issued = x509.load_pem_x509_certificate(person.issued.pem.encode())
    copied = (
        x509.CertificateBuilder()
        .subject_name(issued.subject)
        .issuer_name(x509.Name.from_rfc4514_string("CN=某证书机构,C=CN"))
        .public_key(key.public_key())
        .serial_number(issued.serial_number)
        .not_valid_before(issued.not_valid_before_utc)
        .not_valid_after(issued.not_valid_after_utc)
    )
    for each in issued.extensions:
        copied = copied.add_extension(each.value, critical=each.critical)
    return copied.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.fixture(scope="module")
def old(site: WholeSite) -> Person:
    """Return somebody whose certificate was issued more than a year ago."""
    clock = site.stage.clock
    now = clock.now()
    clock.moment = now - timedelta(days=400)
    enrolled = site.world.enrolled("fy", *POSTS)
    clock.moment = now
    return enrolled


@pytest.fixture(scope="module")
def bad(site: WholeSite, old: Person) -> dict[str, Shown]:
    """Return what is shown, by the cause that is entered for it and told to nobody."""
    wang, li = site.world.enrolled("fy", *POSTS), site.world.enrolled("fy", *POSTS)
    lost = site.world.enrolled("fy", *POSTS)
    system = site.world.system("fy", of=wang.account)
    shown, gone = site.signed_in(wang), site.signed_in(lost)
    site.world.certificates.revoke(lost.account, reason="丢失", by=ANNA, purpose=PURPOSE)
    token, _ = site.world.tokens.issue(
        system.account, certificate=system.certificate, address=ADDRESS
    )
    assert site.ask(shown, "GET", "/my-account").status == 200
    return {
        "certificate-missing": replace(shown, pem=""),
        "certificate-of-another": replace(shown, pem=li.issued.pem),
        "certificate-unknown-issuer": replace(shown, pem=self_made(wang)),
        "certificate-revoked": gone,
        "certificate-expired": planted(site, old),
        "session-unknown": Shown(token, system.issued.pem),
        "certificate-of-another as bearer": Shown(token, li.issued.pem, bearer=True),
    }


@pytest.mark.fault("F52")
class TestBadCertificates:
    def test_open_no_route_and_each_try_is_entered(
        self, site: WholeSite, bad: dict[str, Shown]
    ) -> None:
        # All of them at all routes would take half a minute: each route meets the next two.
        turns = cycle(bad.items())
        for route in site.routes():
            path = path_of(route)
            stranger = site.ask(Shown(), route.method, path)
            assert (path, stranger.status) == (path, 303 if route.method == "GET" else 401)
            assert stranger.location in {"", "/sign-in", "/sign-in?" + urlencode({"next": path})}
            for cause, shown in islice(turns, 2):
                if shown.bearer and not path.startswith("/api/"):
                    continue
                site.refused()

                assert (cause, site.ask(shown, route.method, path)) == (cause, stranger)
                [entry] = site.refused()
                assert entry.detail["cause"] == cause.removesuffix(" as bearer")


@pytest.mark.fault("F53")
class TestRevoked:
    @pytest.mark.parametrize("call", ["revoke-certificate", "suspend-account", "close-account"])
    def test_at_the_next_request_nothing_is_open(self, site: WholeSite, call: str) -> None:
        person = site.world.enrolled("zjj", *POSTS)
        system = site.world.system("zjj", of=person.account)
        token, _ = site.world.tokens.issue(
            system.account, certificate=system.certificate, address=ADDRESS
        )
        shown, machine = site.signed_in(person), Shown(token, system.issued.pem, bearer=True)
        keeper = site.somebody("centre", Role.SECURITY_ADMIN)
        asked = body_of("show-calendar")
        assert site.call(shown, "show-calendar", asked).status == 200
        assert site.call(machine, "show-calendar", asked).status == 200

        for holder in (person, system):
            done = site.call(keeper, call, body_of(call, account=holder.account))
            assert done.status == 200

        for gone in (shown, machine):
            assert site.call(gone, "show-calendar", asked).status == 401
        assert site.ask(shown, "GET", "/my-account").status == 303

    def test_signed_out_everywhere_is_signed_out(self, site: WholeSite) -> None:
        person = site.world.enrolled("zjj", *POSTS)
        here, there = site.signed_in(person), site.signed_in(person)

        assert site.ask(here, "POST", "/sign-out-everywhere").status == 303
        assert site.ask(there, "GET", "/my-account").status == 303
