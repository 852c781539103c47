"""Signing in on pages, with accounts, certificates and second factors of the real use cases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from nbcredit.domain.certificates import ClientCertificate
from nbcredit.domain.permissions import Role
from nbcredit.runtime.work_site.doors import SESSION
from nbcredit.runtime.work_site.oauth import OAuth
from nbcredit.runtime.work_site.passwords import PasswordPages
from nbcredit.runtime.work_site.requests import Request
from nbcredit.runtime.work_site.routes import Route
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.runtime.work_site.signing_in import FirstSignInPages, SignInPages
from nbcredit.runtime.work_site.table import MENU, table
from tests.identity import BORIS, PASSWORD, PURPOSE, Person, World, a_world
from tests.site_builders import FACTS, Answer, Browser, MadeUpCalls

FRESH: Final = timedelta(seconds=31)


@dataclass(slots=True)
class Window:
    """A browser that shows a certificate."""

    world: World
    certificate: ClientCertificate | None
    browser: Browser

    def sign_in(self, person: Person, **changes: str) -> Answer:
        told = {
            "csrf": self.browser.get("/sign-in").csrf,
            "password": PASSWORD,
            "totp": person.totp(),
            "next": "/my-account",
        }
        return self.browser.post("/sign-in", told | changes)


def a_window(world: World, certificate: ClientCertificate | None) -> Window:
    def certified(request: Request) -> Request:
        return replace(request, certificate=certificate)

    site = WorkSite(FACTS, table(routes(world)), MENU, world.sessions, MadeUpCalls(), certified)
    return Window(world, certificate, Browser(site.handle))


def routes(world: World) -> list[Route]:
    pages = SignInPages(world.parts.sessions, world.signing_in, world.sessions)
    first = FirstSignInPages(pages, world.signing_in)
    passwords = PasswordPages(world.signing_in)
    systems = OAuth(world.tokens)
    return [*pages.routes(), *first.routes(), *passwords.routes(), *systems.routes()]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


@pytest.fixture(scope="module")
def wang(world: World) -> Person:
    return world.enrolled("scjg", Role.REPORTER)


@pytest.fixture
def window(world: World, wang: Person) -> Window:
    world.clock.forward(FRESH)
    return a_window(world, wang.certificate)


@pytest.mark.requirement("A18.1")
class TestSignIn:
    def test_takes_certificate_password_and_second_factor(
        self, window: Window, wang: Person
    ) -> None:
        answer = window.sign_in(wang)

        assert (answer.status, answer.headers["Location"]) == (303, "/my-account")
        [session] = [line for line in answer.headers["Set-Cookie"] if SESSION in line]
        assert session.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
        assert wang.account in window.browser.get("/my-account").text

    def test_shows_whose_certificate_it_is(self, window: Window, wang: Person) -> None:
        assert f"<dd>{wang.account}</dd>" in window.browser.get("/sign-in").text

    def test_without_a_certificate_says_how_to_get_one_in(self, world: World) -> None:
        shown = a_window(world, None).browser.get("/sign-in").text

        assert "浏览器没有出示证书" in shown
        assert 'name="password"' not in shown

    def test_with_anothers_certificate_tells_no_account(self, world: World, wang: Person) -> None:
        foreign = replace(wang.certificate, thumbprint="x" * 43)

        assert "不是本平台签发的" in a_window(world, foreign).browser.get("/sign-in").text

    @pytest.mark.parametrize("wrong", [{"password": "Wrong-Horse-9"}, {"totp": "000000"}])
    def test_that_fails_says_the_same_whatever_was_wrong(
        self, window: Window, wang: Person, wrong: dict[str, str]
    ) -> None:
        answer = window.sign_in(wang, **wrong)

        assert answer.status == 401
        assert "<title>错误：登录" in answer.text
        assert '<a href="#password">没有登录成功' in answer.text
        assert PASSWORD not in answer.text
        assert SESSION not in window.browser.cookies

    def test_names_each_field_that_is_empty(self, window: Window, wang: Person) -> None:
        answer = window.sign_in(wang, password="", totp="")

        assert answer.status == 400
        assert re.findall(r'<a href="#(\w+)">', answer.text) == ["password", "totp"]
        assert 'aria-invalid="true"' in answer.text

    @pytest.mark.fault("F60")
    @pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/"])
    def test_leads_to_no_other_site(self, window: Window, wang: Person, onward: str) -> None:
        assert window.sign_in(wang, next=onward).headers["Location"] == "/"

    def test_out_ends_the_session(self, window: Window, wang: Person) -> None:
        window.sign_in(wang)
        token = window.browser.cookies[SESSION]
        csrf = window.browser.get("/my-account").csrf

        answer = window.browser.post("/sign-out", {"csrf": csrf})

        assert answer.headers["Location"] == "/sign-in"
        assert "已退出登录" in window.browser.get("/sign-in").text
        window.browser.cookies[SESSION] = token
        assert window.browser.get("/my-account").status == 303

    def test_out_everywhere_ends_all_of_them(self, window: Window, wang: Person) -> None:
        window.sign_in(wang)
        other = a_window(window.world, wang.certificate)
        window.world.clock.forward(FRESH)
        other.sign_in(wang)
        csrf = window.browser.get("/my-account").csrf

        window.browser.post("/sign-out-everywhere", {"csrf": csrf})

        assert other.browser.get("/my-account").status == 303

    @pytest.mark.fault("F52")
    def test_is_bound_to_its_certificate(self, window: Window, wang: Person) -> None:
        window.sign_in(wang)
        li = window.world.enrolled("scjg", Role.LIAISON)
        stolen = a_window(window.world, li.certificate)

        stolen.browser.cookies[SESSION] = window.browser.cookies[SESSION]

        assert stolen.browser.get("/my-account").status == 303


@pytest.mark.requirement("A19.1")
class TestFirstSignIn:
    def test_takes_the_code_sets_a_password_and_binds_a_second_factor(self, world: World) -> None:
        account = world.opened("scjg", Role.REPORTER)
        person = Person(world, account.id, world.certified(account)[1])
        code = world.codes.hand_out(account.id, by=BORIS, purpose=PURPOSE)
        window = a_window(world, person.certificate)
        begun = self.begin(window, code, PASSWORD)

        [secret] = re.findall(r"<dt>密钥</dt><dd>([A-Z2-7 ]+)</dd>", begun.text)
        assert "<svg" in begun.text
        person.secret = secret.replace(" ", "")
        told = {"csrf": begun.csrf, "code": code, "totp": person.totp()}
        assert window.browser.post("/first-sign-in/proof", told).status == 303
        assert "请登录" in window.browser.get("/sign-in").text
        world.clock.forward(FRESH)
        assert window.sign_in(person).status == 303

    @pytest.mark.parametrize(
        ("code", "password", "again", "field"),
        [
            ("", PASSWORD, PASSWORD, "code"),
            ("right", PASSWORD, "other", "again"),
            ("right", "short", "short", "password"),
            ("WRONG-CODE", PASSWORD, PASSWORD, "code"),
        ],
    )
    def test_says_which_field_is_wrong(
        self, world: World, code: str, password: str, again: str, field: str
    ) -> None:
        account = world.opened("scjg", Role.REPORTER)
        person = Person(world, account.id, world.certified(account)[1])
        handed = world.codes.hand_out(account.id, by=BORIS, purpose=PURPOSE)
        window = a_window(world, person.certificate)

        answer = self.begin(window, handed if code == "right" else code, password, again)

        assert answer.status in {400, 401}
        assert f'<a href="#{field}">' in answer.text

    @staticmethod
    def begin(window: Window, code: str, password: str, again: str = "") -> Answer:
        told = {
            "csrf": window.browser.get("/first-sign-in").csrf,
            "code": code,
            "password": password,
            "again": again or password,
        }
        return window.browser.post("/first-sign-in", told)


@pytest.mark.requirement("A18.1")
class TestPassword:
    NEW: Final = "Another-Horse-8-Battery"

    def change(self, window: Window, **told: str) -> Answer:
        csrf = window.browser.get("/my-account/password").csrf
        return window.browser.post("/my-account/password", {"csrf": csrf, **told})

    def test_is_changed_with_the_present_one_and_a_fresh_code(self, world: World) -> None:
        person = world.enrolled("scjg", Role.LIAISON)
        window = a_window(world, person.certificate)
        window.sign_in(person)
        world.clock.forward(FRESH)

        done = self.change(
            window, password=PASSWORD, new=self.NEW, again=self.NEW, totp=person.totp()
        )

        assert done.headers["Location"] == "/my-account"
        world.clock.forward(FRESH)
        assert window.sign_in(person, password=self.NEW).status == 303

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"password": ""}, "password"),
            ({"password": "Wrong-Horse-9-X"}, "password"),
            ({"new": "short", "again": "short"}, "new"),
            ({"again": "other"}, "again"),
            ({"totp": ""}, "totp"),
        ],
    )
    def test_that_is_not_changed_says_where(
        self, window: Window, wang: Person, wrong: dict[str, str], field: str
    ) -> None:
        window.sign_in(wang)
        window.world.clock.forward(FRESH)
        told = {"password": PASSWORD, "new": self.NEW, "again": self.NEW, "totp": wang.totp()}

        answer = self.change(window, **(told | wrong))

        assert (answer.status, f'<a href="#{field}">' in answer.text) == (400, True)


@pytest.mark.requirement("A18.1")
class TestTokens:
    def ask(self, window: Window, **told: Any) -> Answer:
        return window.browser.post("/oauth/token", told)

    def test_are_given_to_the_system_whose_certificate_it_is(
        self, world: World, wang: Person
    ) -> None:
        system = world.system("scjg", of=wang.account)
        window = a_window(world, system.certificate)

        answer = self.ask(window, grant_type="client_credentials", client_id=system.account)

        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert '"token_type":"Bearer"' in answer.text

    @pytest.mark.parametrize(
        ("told", "status", "error"),
        [
            ({}, 400, "invalid_request"),
            ({"grant_type": "client_credentials"}, 400, "invalid_request"),
            ({"grant_type": "password", "client_id": "x"}, 400, "unsupported_grant_type"),
            (
                {"grant_type": "client_credentials", "client_id": "x", "scope": "all"},
                400,
                "invalid_scope",
            ),
            ({"grant_type": "client_credentials", "client_id": "x"}, 401, "invalid_client"),
        ],
    )
    def test_are_refused_as_the_standard_says(
        self, window: Window, told: dict[str, str], status: int, error: str
    ) -> None:
        answer = self.ask(window, **told)

        assert (answer.status, f'"error":"{error}"' in answer.text) == (status, True)
