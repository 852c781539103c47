"""The site behind `{proxy+}`: the path finds its route, the route its view (Chalice underneath)."""

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from aws_lambda_powertools import Logger
from chalice.app import Chalice, Response as ChaliceResponse
from pydantic import BaseModel

from nbcredit.domain.errors import Refusal, Unauthenticated
from nbcredit.domain.members import Member
from nbcredit.pages.frames import Link, SiteFacts
from nbcredit.runtime.answering import CallNotUnderstood
from nbcredit.runtime.clock import LambdaDeadline
from nbcredit.runtime.work_site.calls import Calls
from nbcredit.runtime.work_site.certificates import Certified
from nbcredit.runtime.work_site.desk import NO_TIME, Desk, Visit
from nbcredit.runtime.work_site.doors import SESSION, VISIT, Doors
from nbcredit.runtime.work_site.errors import broken, error_page, problem
from nbcredit.runtime.work_site.refusals import NoSuchPage, NotFromHere
from nbcredit.runtime.work_site.requests import Request
from nbcredit.runtime.work_site.responses import Cookie, Response
from nbcredit.runtime.work_site.routes import Entry, Route, RouteTable
from nbcredit.runtime.work_site.tokens import SessionTokens
from nbcredit.usecases.ports import Deadline

logger = Logger(child=True)

# Chalice looks at the media type itself, and knows one at a time; bodies are read by the views.
_ANY: Final = ["*/*"]


class _Sent(ChaliceResponse):
    """Chalice's answer, without its guesses about binary bodies."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.body, response.sent_headers, response.status)

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002
        packed = isinstance(self.body, bytes)
        body = base64.b64encode(self.body).decode() if packed else self.body
        many = {name: value for name, value in self.headers.items() if isinstance(value, list)}
        return {
            "statusCode": self.status_code,
            "headers": {name: value for name, value in self.headers.items() if name not in many},
            "multiValueHeaders": many,
            "body": body,
            "isBase64Encoded": packed,
        }


@dataclass(frozen=True, slots=True)
class WorkSite:
    """Routes, the menu, and those who let in and answer."""

    facts: SiteFacts
    table: RouteTable
    menu: Sequence[Entry]
    doors: Doors
    calls: Calls
    certified: Certified
    app: Chalice = field(init=False, repr=False)

    def __post_init__(self) -> None:
        app = Chalice("work_site", configure_logs=False, env={})
        for number, route in enumerate(self.table.routes):
            app.route(
                route.path, methods=[route.method], name=f"view_{number}", content_types=_ANY
            )(self._answering(app, route))
        object.__setattr__(self, "app", app)

    def handle(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one event of the REST API."""
        method, path = event["httpMethod"], event["path"]
        without_body = method == "HEAD"
        try:
            route, parameters = self.table.resolve("GET" if without_body else method, path)
        except Refusal as refusal:
            return _Sent(self._refused(Request.of(event), refusal)).to_dict()
        # Chalice finds routes by what a proxy resource never tells.
        told = {
            **event,
            "httpMethod": route.method,
            "pathParameters": parameters or None,
            "requestContext": {
                **event["requestContext"],
                "resourcePath": route.path,
                "httpMethod": route.method,
            },
        }
        answer: dict[str, Any] = self.app(told, context)
        return {**answer, "body": "", "isBase64Encoded": False} if without_body else answer

    def _answering(self, app: Chalice, route: Route) -> Callable[..., ChaliceResponse]:
        def view(**_: str) -> ChaliceResponse:
            asked = app.current_request
            assert asked is not None  # noqa: S101 -- Chalice has it while a view runs
            request = Request.of(asked.to_original_event())
            return _Sent(self._guarded(route, request, app.lambda_context))

        return view

    def _guarded(self, route: Route, request: Request, context: Any) -> Response:
        try:
            checked = request.checked(files=route.takes_file)
            return self._answer(route, self.certified(checked), context)
        except Refusal as refusal:
            return self._refused(request, refusal)
        except CallNotUnderstood:
            # The address names something that no call would take.
            return self._refused(request, NoSuchPage())
        except Exception:  # the last place before Chalice would answer in English
            logger.exception("view failed", route=route.path, reference=request.id)
            visit, _ = self._visit(request)
            return broken(visit, call=request.is_call, reference=request.id)

    def _answer(self, route: Route, request: Request, context: Any) -> Response:
        visit, fresh = self._visit(request, LambdaDeadline(context))
        if route.open_to_all:
            if route.form_checked:
                _check_form(visit)
            return route.view(visit).with_cookie(*fresh)
        desk = self.desk(visit)
        _check_form(desk)
        if route.call:
            self.calls.check(desk.member, route.call, address=request.address)
        return route.view(desk)

    def desk(self, visit: Visit) -> Desk:
        """Return the desk of whoever holds the session, or raise `Unauthenticated`."""
        request = visit.request
        member = self.doors.member(
            request.cookies.get(SESSION, ""), request.certificate, address=request.address
        )

        def ask(member: Member, body: dict[str, Any]) -> BaseModel:
            return self.calls.ask(member, body, address=request.address, deadline=visit.deadline)

        return Desk(
            request,
            self.facts,
            visit.tokens,
            visit.deadline,
            member=member,
            menu=self._menu(member, request.path),
            _ask=ask,
            _may=self.calls.may,
        )

    def _menu(self, member: Member, path: str) -> list[Link]:
        return [
            Link(entry.title, entry.path, here=_is_below(path, entry.path))
            for entry in self.menu
            if (not entry.kinds or member.organisation.kind in entry.kinds)
            and self._opens(member, self.table.at("GET", entry.path))
        ]

    def _opens(self, member: Member, route: Route | None) -> bool:
        return route is not None and (not route.call or self.calls.may(member, route.call))

    def _visit(
        self, request: Request, deadline: Deadline = NO_TIME
    ) -> tuple[Visit, tuple[Cookie, ...]]:
        """Return the visit, with the cookie that its forms are bound to where there is none."""
        known = request.cookies.get(SESSION) or request.cookies.get(VISIT, "")
        secret = known or secrets.token_urlsafe(24)
        fresh = () if known else (Cookie(VISIT, secret),)
        return Visit(request, self.facts, SessionTokens(secret), deadline), fresh

    def _refused(self, request: Request, refusal: Refusal) -> Response:
        logger.info("refused", code=refusal.code, reference=request.id)
        if request.is_call:
            return problem(refusal)
        visit, fresh = self._visit(request)
        if isinstance(refusal, Unauthenticated) and request.method == "GET":
            back = {} if request.path == "/" else {"next": request.path}
            return visit.see("/sign-in" + ("?" + urlencode(back) if back else ""))
        return error_page(visit, refusal).with_cookie(*fresh)


def _check_form(visit: Visit) -> None:
    """Raise `NotFromHere` where a form was not given out to this session."""
    request = visit.request
    if request.method == "GET":
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotFromHere
    if not visit.tokens.is_csrf(visit.fields.get("csrf", "")):
        raise NotFromHere


def _is_below(path: str, entry: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(f"{entry}/"))
