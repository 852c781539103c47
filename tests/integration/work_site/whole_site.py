"""The work site as its function puts it together, over moto, with people who have certificates."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from functions.work_site import app as work_site
from nbcredit.adapters.dynamodb.ledger import Ledger
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.permissions import Role
from nbcredit.runtime.wiring import Parts
from nbcredit.runtime.work_site.api import CSRF_HEADER
from nbcredit.runtime.work_site.doors import SESSION
from nbcredit.runtime.work_site.routes import Route
from nbcredit.runtime.work_site.tokens import SessionTokens
from tests.faults.scenes import penalties, penalty, registration, registry
from tests.identity import DIRECTORY, PURPOSE, Person, World
from tests.integration.lambdas import on_lambda
from tests.integration.stage import CENTRE, ORGANISATIONS, Stage, a_stage
from tests.site_builders import FACTS, Context, an_event

SETTINGS: Final = {
    "PASSWORD_MEMORY_KIB": "8",
    "CERTIFICATE_SOURCE": "api-gateway",
    "TERMINATOR_SECRET_ID": "none",
    "SITE_NAME": FACTS.name,
    "SITE_HOST": FACTS.host,
    "SITE_OPERATOR": FACTS.operator,
    "SITE_CONTACT": FACTS.contact,
    "SITE_IDENTIFIER": FACTS.identifier,
    "SITE_FILING": FACTS.filing,
    "SITE_POLICE_FILING": "none",
}
# Of what scjg has, nobody else may learn any of this.
SECRETS: Final = ("机密", "宁波1号", "91330200MA0000")
_RANDOM: Final = re.compile(r'name="csrf" value="[^"]+"')


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser or a system shows of itself: a token and the PEM of a certificate."""

    token: str = ""
    pem: str = ""
    bearer: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """All of an answer that anybody could tell one refusal from another by."""

    status: int
    location: str
    body: str

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["code"]) if self.body.startswith("{") else ""

    def without(self, *names: str) -> "Refusal":
        """Return it with what the caller itself has sent taken out."""
        body = self.body
        for name in sorted(names, key=len, reverse=True):
            body = body.replace(name, "·" * len(name))
        return Refusal(self.status, self.location, body)


@dataclass(slots=True)
class WholeSite:
    """The handler of the function, the platform behind it, and what the trail was told."""

    world: World
    stage: Stage
    acts: list[Act] = field(default_factory=list)

    def routes(self) -> list[Route]:
        """Return every route that takes somebody known."""
        everything = work_site.site().table.routes
        return [
            each
            for each in everything
            if not each.open_to_all or (each.path.startswith("/api/") and each.method == "POST")
        ]

    def ask(
        self, shown: Shown, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Refusal:
        headers = {"Host": "any.example"}
        csrf = SessionTokens(shown.token).csrf
        if shown.bearer:
            headers["Authorization"] = f"Bearer {shown.token}"
        elif shown.token:
            headers |= {"Cookie": f"{SESSION}={shown.token}", CSRF_HEADER: csrf}
        called = path.startswith("/api/")
        headers["Content-Type"] = (
            "application/json" if called else "application/x-www-form-urlencoded"
        )
        told = body or {}
        sent = json.dumps(told) if called else urlencode({"csrf": csrf, **told})
        identity = {"clientCert": {"clientCertPem": shown.pem}} if shown.pem else {}
        event = an_event(
            method,
            path,
            body=sent if method == "POST" else None,
            headers=headers,
            identity=identity,
        )
        answer = work_site.handler(event, Context())
        return Refusal(
            answer["statusCode"],
            answer["headers"].get("Location", ""),
            _RANDOM.sub("", str(answer["body"])),
        )

    def call(self, shown: Shown, name: str, body: Mapping[str, Any]) -> Refusal:
        return self.ask(shown, "POST", f"/api/{name}", body)

    def signed_in(self, person: Person) -> Shown:
        self.world.clock.forward(timedelta(seconds=30))
        token, _ = person.sign_in()
        return Shown(token, person.issued.pem)

    def somebody(self, organisation: str, *roles: Role) -> Shown:
        return self.signed_in(self.world.enrolled(organisation, *roles))

    def alike(self, refusal: Refusal, names: Mapping[str, str]) -> Refusal:
        return refusal.without(*names.values())

    def refused(self) -> list[Act]:
        """Return what has been entered as refused since the last time."""
        found = [act for act in self.acts if act.outcome is Outcome.REFUSED]
        self.acts.clear()
        return found

    def filled(self) -> tuple[Shown, dict[str, str]]:
        """Let scjg have one of everything; return somebody of it, and names by fields of calls."""
        stage = self.stage
        stage.report(
            registry([registration(1)]).body, item="legal-registration", name="registry.csv"
        )
        rows = [
            penalty(1, of=1),
            penalty(2, of=1, 行政相对人名称="宁波机密公司"),
            penalty(3, of=1, 处罚决定日期="宁波机密日期"),
        ]
        submission = stage.report(penalties(rows).body, name="宁波机密.csv").id
        [feedback] = stage.feedbacks.answering.store.of_provider("scjg", limit=1)
        person = self.world.enrolled("scjg", Role.REPORTER, Role.VERIFIER, Role.LIAISON)
        owner = self.signed_in(person)
        question = {"purpose": PURPOSE, "title": "宁波机密咨询", "text": "宁波机密正文"}
        posted = self.call(owner, "ask-question", {**question, "to": {"organisations": ["slj"]}})
        told = {
            "purpose": PURPOSE,
            "provider": "scjg",
            "title": "宁波机密信息",
            "legal_basis": "宁波机密条例",
            "description": "宁波机密事项",
        }
        kept = self.call(owner, "report-off-catalogue", told)
        return owner, {
            "submission": submission,
            "feedback": feedback.id,
            "obligation": f"feedback/{feedback.id}",
            "case": f"{submission}-3",
            "record": str(next(iter(stage.records())).id),
            "account": person.account,
            "post": json.loads(posted.body)["post"],
            "information": json.loads(kept.body)["information"],
        }


@contextmanager
def a_whole_site() -> Iterator[WholeSite]:
    with (
        a_stage() as stage,
        pytest.MonkeyPatch.context() as environment,
        on_lambda(stage, environment),
    ):
        for name, value in SETTINGS.items():
            environment.setenv(name, value)
        environment.setattr(Parts, "of", lambda _: stage.parts)
        known = {each.code for each in ORGANISATIONS}
        more = [each for each in DIRECTORY if each.code not in known]
        stage.parts.directory.save(more, act=Act(action="set-up", actor=CENTRE, purpose=PURPOSE))
        world = World(clock=stage.clock)
        world.__dict__["parts"] = stage.parts
        made = WholeSite(world, stage)
        entered = Ledger.record

        def record(self: Ledger, act: Act) -> None:
            made.acts.append(act)
            entered(self, act)

        environment.setattr(Ledger, "record", record)
        work_site.site.cache_clear()
        yield made
        work_site.site.cache_clear()
