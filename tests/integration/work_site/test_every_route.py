"""Every route with every post: the matrix decides, and a refusal tells nothing but itself (F50)."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import pytest
from pydantic import BaseModel

from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.errors import NotFound
from nbcredit.domain.members import Member
from nbcredit.domain.organisations import Directory, Organisation, OrganisationKind
from nbcredit.domain.permissions import GRANTS, MATRIX, POSTS, WITHHELD, NotPermitted, Role, Scope
from nbcredit.runtime.answering import Answering, Asked
from nbcredit.runtime.work_site.api import CSRF_HEADER, Api
from nbcredit.runtime.work_site.calls import MemberCalls
from nbcredit.runtime.work_site.errors import problem
from nbcredit.runtime.work_site.routes import Route
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.runtime.work_site.table import MENU, table
from nbcredit.runtime.work_site.tokens import SessionTokens
from nbcredit.usecases.permitting import Gate
from nbcredit.wire.calls import Call
from tests.call_bodies import CALLS, NOTHING, body_of, calls_with
from tests.identity import DIRECTORY
from tests.site_builders import FACTS, Answer, Browser, OpenDoors, a_browser, a_member

pytestmark = [pytest.mark.requirement("A18.1"), pytest.mark.fault("F50")]

JSON: Final = {"Content-Type": "application/json"}
TOKEN: Final = "token"
CSRF: Final = SessionTokens(TOKEN).csrf
ORGANISATIONS: Final = {each.code: each for each in DIRECTORY}
OF_KIND: Final = {
    each.kind: each for each in sorted(DIRECTORY, key=lambda each: each.code, reverse=True)
}


class Reached(NotFound):
    """The call got as far as its answer."""

    code = "reached"

    def __init__(self) -> None:
        super().__init__("到了答复这一步")


@dataclass(slots=True)
class Answers(Mapping[type[Call], Callable[[Any, Asked], BaseModel]]):
    """Keeps what came through the gate, and answers nothing."""

    reached: list[tuple[Any, Asked]] = field(default_factory=list)

    def __getitem__(self, call: type[Call]) -> Callable[[Any, Asked], BaseModel]:
        def answer(asked: Any, by: Asked) -> BaseModel:
            self.reached.append((asked, by))
            raise Reached

        return answer

    def __iter__(self) -> Iterator[type[Call]]:
        return iter(CALLS.values())

    def __len__(self) -> int:
        return len(CALLS)


@dataclass(slots=True)
class Remembered:
    """A directory and a trail in memory."""

    acts: list[Act] = field(default_factory=list)

    def directory(self) -> Directory:
        return Directory.of(DIRECTORY)

    def record(self, act: Act) -> None:
        self.acts.append(act)


@dataclass(slots=True)
class Post:
    """Somebody at the site, and what has come of what they asked."""

    member: Member
    roles: frozenset[Role]
    browser: Browser
    answers: Answers
    trail: Remembered

    def may(self, call: str) -> bool:
        """Whether a post that the organisation can have is granted it: told by the tables alone."""
        kind, needed = self.member.organisation.kind, MATRIX[call].permission
        granted = any(needed in GRANTS[role] for role in self.roles & POSTS[kind])
        return granted and needed not in WITHHELD.get(kind, ())

    def call(self, name: str, body: Mapping[str, Any]) -> Answer:
        return self.asked("POST", f"/api/{name}", json.dumps(body), {**JSON, CSRF_HEADER: CSRF})

    def open(self, route: Route, **fields: str) -> Answer:
        path = path_of(route, {**NOTHING, "organisation": self.member.organisation.code})
        if route.method == "GET":
            return self.asked("GET", path, None, {})
        self._forget()
        return self.browser.post(path, {"csrf": CSRF, **fields})

    def asked(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        self._forget()
        return self.browser.ask(method, path, body=body, headers=headers)

    def _forget(self) -> None:
        self.answers.reached.clear()
        self.trail.acts.clear()

    def refusals(self) -> list[Act]:
        return [act for act in self.trail.acts if act.outcome is Outcome.REFUSED]


def a_post(organisation: Organisation, *roles: Role) -> Post:
    member = a_member(*roles, organisation=organisation)
    answers, trail = Answers(), Remembered()
    calls = MemberCalls(Answering(answers, trail), Gate(trail, trail))
    people = OpenDoors({TOKEN: member})
    api = Api(calls, people, people)
    site = WorkSite(FACTS, table(api.routes()), MENU, people, calls, lambda each: each)
    return Post(member, frozenset(roles), a_browser(site), answers, trail)


def path_of(route: Route, names: Mapping[str, Any] = NOTHING) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: str(names.get(found[1], "x")), route.path)


def posts() -> Iterator[Any]:
    """Yield each post of each kind, and beside them all those that the kind can't have."""
    for kind, organisation in sorted(OF_KIND.items()):
        for role in sorted(POSTS[kind]):
            yield pytest.param((organisation, (role,)), id=f"{kind}-{role}")
        others = tuple(sorted(set(Role) - POSTS[kind]))
        yield pytest.param((organisation, others), id=f"{kind}-posts-of-others")


# Oneself, then others: of a county, of another one, of the city, and nobody.
WHOSE: Final = ("", "haishu-tax", "yuyao-tax", "fy", "nobody")
GUARDED: Final = [each for each in table().routes if each.call]
REFUSED: Final = json.loads(problem(NotPermitted()).body)


def test_every_kind_of_organisation_walks() -> None:
    assert set(OF_KIND) == set(OrganisationKind)
    assert set(CALLS) == set(MATRIX)


@pytest.fixture(scope="module", params=posts())
def post(request: pytest.FixtureRequest) -> Post:
    organisation, roles = request.param
    return a_post(organisation, *roles)


class TestMatrix:
    def test_decides_about_each_call(self, post: Post) -> None:
        own = post.member.organisation.code
        for name in CALLS:
            answer = post.call(name, body_of(name, provider=own, organisation=own))

            told = json.loads(answer.text)
            assert (name, told["code"]) == (name, "reached" if post.may(name) else "not-permitted")
            assert post.may(name) or told == REFUSED
            assert [call.call for call, _ in post.answers.reached] == [name] * post.may(name)
            assert [act.action for act in post.refusals()] == [name] * (not post.may(name))

    def test_decides_about_each_page(self, post: Post) -> None:
        for route in GUARDED:
            answer = post.open(route)

            refused = answer.status == 403
            assert (route.path, route.method, refused) == (
                route.path,
                route.method,
                not post.may(route.call),
            )
            assert [act.action for act in post.refusals()] == [route.call] * refused
            assert not (refused and post.answers.reached)

    def test_refuses_each_page_in_the_same_words(self) -> None:
        nobody = a_post(OF_KIND[OrganisationKind.AUTHORITY], *Role)
        told = {
            nobody.open(each).text.replace(path_of(each), "/")
            for each in GUARDED
            if each.method == "GET" and "{organisation}" not in each.path
        }

        [page] = told
        assert not any(name in page for name in ("ministry", "王小明"))


@pytest.mark.parametrize("kind", sorted(OrganisationKind))
class TestScope:
    def test_decides_whom_a_call_may_name(self, kind: OrganisationKind) -> None:
        own = OF_KIND[kind]
        post = a_post(own, *Role)
        for name, whose in product(calls_with("provider", "organisation"), WHOSE):
            named = whose or own.code
            answer = post.call(name, body_of(name, provider=named, organisation=named))

            reached = post.may(name) and reaches(MATRIX[name].scopes[kind], own, named)
            assert (name, whose, bool(post.answers.reached)) == (name, whose, reached)
            assert [act.detail["concerns"] for act in post.refusals()] == [named] * (not reached)
            assert reached or json.loads(answer.text) == REFUSED


def reaches(scope: Scope, own: Organisation, named: str) -> bool:
    other = ORGANISATIONS.get(named)
    return {
        Scope.EVERYWHERE: True,
        Scope.REGION: other is not None and other.region == own.region,
        Scope.OWN: named == own.code,
    }[scope]


@pytest.mark.fault("F51")
class TestSmuggled:
    @pytest.mark.parametrize(
        "more",
        ["caller", "call", "actor", "permissions", "region", "session", "state", "outcome_"],
    )
    def test_fields_of_a_call_are_refused(self, mighty: Post, more: str) -> None:
        for name in CALLS:
            answer = mighty.call(name, {**body_of(name), more: {"organisation": "centre"}})

            assert (name, answer.status) == (name, 400)
            assert json.loads(answer.text)["code"].endswith("not-understood")
            assert not mighty.answers.reached

    def test_fields_deeper_in_a_call_are_refused(self, mighty: Post) -> None:
        deep = [
            (name, inner, value)
            for name in CALLS
            for inner, value in body_of(name).items()
            if inner in {"file", "to", "organisations"}
        ]
        for name, inner, value in deep:
            told = {**(value[0] if isinstance(value, list) else value), "caller": 1}
            body = {**body_of(name), inner: [told] if isinstance(value, list) else told}

            assert (name, mighty.call(name, body).status) == (name, 400)
        assert deep
        assert not mighty.answers.reached

    def test_fields_of_a_form_change_nobody(self) -> None:
        own = OF_KIND[OrganisationKind.DEPARTMENT]
        post = a_post(own, *Role)
        more = {"caller": "centre", "call": "approve-account", "provider": "fy", "region": "330281"}
        reached = []
        for route in GUARDED:
            if route.method == "POST":
                post.open(route, **more, sure="1", reason="核对过", title="通知", text="请报送")
                reached += post.answers.reached

        assert reached
        for call, asked in reached:
            assert (asked.by.id, asked.by.organisation) == (post.member.account.id, own.code)
            assert call.caller.organisation == own.code
            assert getattr(call, "provider", None) in {own.code, None}
            assert call.call != "approve-account"


@pytest.fixture(scope="module")
def mighty() -> Post:
    return a_post(OF_KIND[OrganisationKind.CENTRE], *Role)
