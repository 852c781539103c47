"""The JSON API: its document, its guards, and what schemathesis finds in it (F60)."""

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.openapi.__main__ import FOLDER, spelled
from nbcredit.domain.certificates import ClientCertificate
from nbcredit.domain.errors import Unauthenticated
from nbcredit.domain.members import Member
from nbcredit.domain.permissions import MATRIX, Permission, Role
from nbcredit.domain.sessions import NotSignedIn
from nbcredit.runtime.all_answers import AllAnswers
from nbcredit.runtime.answering import Answering
from nbcredit.runtime.settings import AnswerCallSettings, settings
from nbcredit.runtime.work_site.api import CSRF_HEADER, Api
from nbcredit.runtime.work_site.calls import MemberCalls
from nbcredit.runtime.work_site.openapi import document
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.runtime.work_site.table import MENU, table
from nbcredit.usecases.permitting import Gate
from nbcredit.wire.calls import Done
from tests.desk_builders import CENTRE
from tests.integration.lambdas import on_lambda
from tests.integration.stage import Stage, a_stage
from tests.site_builders import (
    FACTS,
    Answer,
    Browser,
    Context,
    MadeUpCalls,
    OpenDoors,
    a_browser,
    a_member,
    an_event,
)

JSON: Final = {"Content-Type": "application/json"}
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True, slots=True)
class Bearers:
    """Knows one token of a system."""

    holder: Member

    def member(self, token: str, certificate: ClientCertificate | None, *, address: str) -> Member:
        del certificate, address
        if token != "system-token":
            raise NotSignedIn("session-unknown")
        return self.holder


def an_api(calls: Any, holder: Member) -> WorkSite:
    people = OpenDoors({"token": a_member()})
    api = Api(calls, people, Bearers(holder))
    return WorkSite(FACTS, table(api.routes()), MENU, people, calls, lambda each: each)


@pytest.fixture
def calls() -> MadeUpCalls:
    return MadeUpCalls({"list-submissions": lambda _: Done(count=7)})


@pytest.fixture
def browser(calls: MadeUpCalls) -> Browser:
    return a_browser(an_api(calls, a_member()))


def ask(browser: Browser, body: str, **headers: str) -> Answer:
    token = browser.get("/my-account").csrf
    return browser.ask(
        "POST",
        "/api/list-submissions",
        body=body,
        headers={**JSON, CSRF_HEADER: token, **headers},
    )


@pytest.mark.requirement("A18.1")
class TestApi:
    def test_answers_in_the_name_of_who_is_signed_in(
        self, browser: Browser, calls: MadeUpCalls
    ) -> None:
        answer = ask(browser, '{"purpose": "核对", "provider": "scjg"}')

        assert (answer.status, json.loads(answer.text)) == (200, {"count": 7})
        assert calls.asked == [{"call": "list-submissions", "purpose": "核对", "provider": "scjg"}]

    def test_answers_systems_by_their_token(self, calls: MadeUpCalls) -> None:
        stranger = a_browser(an_api(calls, a_member()), token="")
        told = {**JSON, "Authorization": "Bearer system-token"}

        answer = stranger.ask("POST", "/api/list-submissions", body="{}", headers=told)

        assert answer.status == 200

    @pytest.mark.parametrize("told", [{}, {"Authorization": "Bearer other"}])
    def test_answers_nobody_else(self, calls: MadeUpCalls, told: dict[str, str]) -> None:
        stranger = a_browser(an_api(calls, a_member()), token="")

        answer = stranger.ask("POST", "/api/list-submissions", body="{}", headers={**JSON, **told})

        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert json.loads(answer.text)["code"] == Unauthenticated.code

    def test_blames_nobody_for_what_is_broken_in_our_stores(
        self, browser: Browser, calls: MadeUpCalls
    ) -> None:
        calls.answers["list-submissions"] = lambda _: Done.model_validate({"table": "work-1"})

        answer = ask(browser, "{}")

        assert (answer.status, json.loads(answer.text)["code"]) == (500, "internal-error")
        assert "work-1" not in answer.text

    def test_refuses_a_session_without_the_token_of_its_forms(self, browser: Browser) -> None:
        assert ask(browser, "{}", **{CSRF_HEADER: "made-up"}).status == 403

    def test_refuses_what_the_matrix_does(self, calls: MadeUpCalls) -> None:
        site = an_api(calls, a_member(Role.LIAISON))
        told = {**JSON, "Authorization": "Bearer system-token"}

        answer = a_browser(site, token="").ask("POST", "/api/report-rows", body="{}", headers=told)

        assert (answer.status, json.loads(answer.text)["code"]) == (403, "not-permitted")

    @pytest.mark.fault("F51")
    @pytest.mark.parametrize("ours", ["caller", "call"])
    def test_lets_nobody_say_who_calls(self, browser: Browser, ours: str) -> None:
        answer = ask(browser, json.dumps({ours: {"organisation": "centre"}}))

        assert (answer.status, json.loads(answer.text)["code"]) == (400, "body-not-understood")

    @pytest.mark.fault("F60")
    @pytest.mark.parametrize(
        "body",
        [
            "",
            "[]",
            "{",
            '{"purpose": "核对", "purpose": "另外"}',
            '{"a": NaN}',
            '{"a": "\\ud800"}',
            "[" * 30 + "]" * 30,
            '{"a":' * 100_000,
        ],
    )
    def test_refuses_json_that_can_be_read_in_two_ways(self, browser: Browser, body: str) -> None:
        answer = ask(browser, body)

        assert (answer.status, json.loads(answer.text)["code"]) == (400, "body-not-understood")

    @pytest.mark.fault("F60")
    def test_counts_brackets_in_texts_as_text(self, browser: Browser) -> None:
        assert ask(browser, json.dumps({"purpose": '["\\' * 40})).status == 200

    def test_takes_json_only(self, browser: Browser) -> None:
        assert ask(browser, "a=1", **{"Content-Type": "text/plain"}).status == 415


class TestDocument:
    def test_is_the_one_that_is_kept(self) -> None:
        kept = (FOLDER / "work-site.json").read_text("utf-8")

        assert kept == spelled(), "run `make schemas`"

    def test_has_every_call_of_the_matrix(self) -> None:
        paths = {path for path in document()["paths"] if path.startswith("/api/")}

        assert paths == {f"/api/{name}" for name in MATRIX}

    def test_names_no_caller(self) -> None:
        schemas = document()["components"]["schemas"]

        assert "Caller" not in schemas
        assert "#/components/schemas/Caller" not in json.dumps(schemas)

    def test_is_served(self, browser: Browser) -> None:
        assert json.loads(browser.get("/api/openapi.json").text) == document()


Start = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, slots=True)
class Wsgi:
    """The site as schemathesis asks it: each request as the event of a REST API."""

    site: WorkSite

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name.removeprefix("HTTP_").replace("_", "-"): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers |= {"Content-Type": environ.get("CONTENT_TYPE", "")}
        event = an_event(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            body=b64encode(body).decode(),
            headers=headers | {"Authorization": "Bearer system-token"},
        )
        answer = self.site.handle(event | {"isBase64Encoded": True}, Context())
        start(f"{answer['statusCode']} -", list(answer["headers"].items()))
        return io.BytesIO(str(answer["body"]).encode())


@pytest.fixture(scope="module")
def api(staged: Stage) -> Iterator[Any]:
    everything = replace(
        a_member(Role.HANDLER, organisation=CENTRE), permissions=frozenset(Permission)
    )
    with pytest.MonkeyPatch.context() as environment, on_lambda(staged, environment):
        made = staged.parts
        answering = Answering(AllAnswers(made, settings(AnswerCallSettings)), made.ledger)
        calls = MemberCalls(answering, Gate(made.directory, made.ledger))
        yield schemathesis.openapi.from_wsgi("/api/openapi.json", Wsgi(an_api(calls, everything)))


@pytest.fixture(scope="module")
def staged() -> Iterator[Stage]:
    with a_stage() as made:
        yield made


@pytest.mark.fault("F60")
class TestSchemathesis:
    @pytest.mark.parametrize("name", sorted(MATRIX))
    def test_finds_nothing(self, api: Any, name: str) -> None:
        @given(case=api[f"/api/{name}"]["POST"].as_strategy())
        @examples(
            max_examples=3,
            phases=[Phase.generate],
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def answers_as_documented(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        answers_as_documented()
