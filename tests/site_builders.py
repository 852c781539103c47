"""A work site in one process, with a door that lets named members in and calls that are made up."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel

from nbcredit.domain.accounts import Account, AccountKind, AccountState
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.certificates import ClientCertificate
from nbcredit.domain.members import Member
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.permissions import Role, permissions_of
from nbcredit.domain.sessions import NotSignedIn
from nbcredit.pages.frames import SiteFacts
from nbcredit.runtime.work_site.calls import Calls
from nbcredit.runtime.work_site.doors import SESSION
from nbcredit.runtime.work_site.routes import Entry, Route, RouteTable
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.runtime.work_site.table import MENU, table
from nbcredit.usecases.ports import Deadline

FACTS: Final = SiteFacts(
    name="宁波市公共信用信息平台",
    host="宁波市信用体系建设领导小组办公室",
    operator="宁波市公共信用信息中心",
    contact="0574-00000000",
    identifier="3302000000",
    filing="浙ICP备00000000号",
)
SCJG: Final = Organisation(
    code="scjg",
    name="宁波市市场监督管理局",
    kind=OrganisationKind.DEPARTMENT,
    credit_code="11330200XGJQ0UAU8Y",
    region="330200",
)
_AT: Final = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def a_member(*roles: Role, organisation: Organisation = SCJG, name: str = "王小明") -> Member:
    held = roles or (Role.REPORTER,)
    account = Account(
        id=f"{organisation.code}-wang",
        kind=AccountKind.PERSON,
        organisation=organisation.code,
        name=name,
        roles=held,
        purpose="报送信用信息",
        applied_at=_AT,
        applied_by=Actor(kind=ActorKind.PROVIDER, id="li", organisation=organisation.code),
        state=AccountState.ACTIVE,
        confirmed_on=date(2026, 10, 8),
    )
    permissions = permissions_of(held, organisation.kind)
    return Member(
        account=account, organisation=organisation, permissions=permissions, session="hash"
    )


@dataclass(frozen=True, slots=True)
class OpenDoors:
    """Lets in whoever shows a token that is known."""

    members: Mapping[str, Member]

    def member(self, token: str, certificate: ClientCertificate | None, *, address: str) -> Member:
        del certificate, address
        if token not in self.members:
            raise NotSignedIn("session-unknown")
        return self.members[token]


@dataclass(slots=True)
class MadeUpCalls:
    """Answers what the test has prepared; the matrix decides as ever."""

    answers: dict[str, Callable[[dict[str, Any]], BaseModel]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def may(self, member: Member, call: str) -> bool:
        from nbcredit.domain.permissions import MATRIX  # noqa: PLC0415

        return MATRIX[call].permission in member.permissions

    def check(self, member: Member, call: str, *, address: str) -> None:
        from nbcredit.domain.permissions import NotPermitted  # noqa: PLC0415

        del address
        if not self.may(member, call):
            raise NotPermitted

    def ask(
        self, member: Member, body: Mapping[str, Any], *, address: str, deadline: Deadline
    ) -> BaseModel:
        del deadline
        self.check(member, body["call"], address=address)
        self.asked.append(dict(body))
        return self.answers[body["call"]](dict(body))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser gets."""

    status: int
    headers: Mapping[str, Any]
    body: Any
    cookies: Mapping[str, str]

    @property
    def text(self) -> str:
        return str(self.body)

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        assert found is not None
        return found[1]


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 29_000


@dataclass(slots=True)
class Browser:
    """Asks the handler as API Gateway does, and keeps cookies."""

    handle: Callable[[Mapping[str, Any], Any], dict[str, Any]]
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, fields: Mapping[str, str] | None = None, **more: Any) -> Answer:
        body = urlencode(fields or {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **more.pop("headers", {})}
        return self.ask("POST", path, body=body, headers=headers, **more)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        packed: bool = False,
    ) -> Answer:
        sent = {"Host": "any.example", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.handle(
            {
                **an_event(method, path, query=query, body=body, headers=sent),
                "isBase64Encoded": packed,
            },
            Context(),
        )
        return self._kept(answer)

    def _kept(self, answer: dict[str, Any]) -> Answer:
        headers = {**answer["headers"], **answer["multiValueHeaders"]}
        set_now: dict[str, str] = {}
        for line in headers.get("Set-Cookie", []):
            name, _, rest = line.partition("=")
            set_now[name] = rest.partition(";")[0]
        self.cookies |= set_now
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return Answer(answer["statusCode"], headers, answer["body"], set_now)


def an_event(
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    identity: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an event as a REST API's `{proxy+}` sends it."""
    sent = dict(headers or {})
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": (
            {name: [value] for name, value in query.items()} if query else None
        ),
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "203.0.113.9", **(identity or {})},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def a_site(
    *routes: Route,
    members: Mapping[str, Member] | None = None,
    calls: Calls | None = None,
    menu: tuple[Entry, ...] = MENU,
    whole: bool = True,
) -> WorkSite:
    """Return a site: the whole table with more routes, or these alone."""
    return WorkSite(
        FACTS,
        table(routes) if whole else RouteTable(routes),
        menu,
        OpenDoors(members if members is not None else {"token": a_member()}),
        calls or MadeUpCalls(),
        lambda request: request,
    )


def a_browser(site: WorkSite, *, token: str = "token") -> Browser:  # noqa: S107
    return Browser(site.handle, {SESSION: token} if token else {})
