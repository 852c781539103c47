"""The JSON API: every call of the matrix at `POST /api/<call>`, for people and for systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nbcredit.domain.members import Member
from nbcredit.domain.permissions import MATRIX
from nbcredit.runtime.answering import CallNotUnderstood, misunderstood
from nbcredit.runtime.work_site.calls import Calls
from nbcredit.runtime.work_site.desk import Visit
from nbcredit.runtime.work_site.doors import SESSION, Doors
from nbcredit.runtime.work_site.openapi import document
from nbcredit.runtime.work_site.refusals import BodyNotUnderstood, NotFromHere
from nbcredit.runtime.work_site.responses import Response, json_body
from nbcredit.runtime.work_site.routes import Route

_BEARER: Final = "bearer "
CSRF_HEADER: Final = "x-csrf-token"
# Who a caller is, is proved and never said; the address says which call it is.
_OURS: Final = ("caller", "call")


@dataclass(frozen=True, slots=True)
class Api:
    """Answers calls in JSON."""

    calls: Calls
    people: Doors
    systems: Doors

    def routes(self) -> Sequence[Route]:
        return (
            Route(method="GET", path="/api/openapi.json", view=_describe, open_to_all=True),
            *(self._route(name) for name in sorted(MATRIX)),
        )

    def _route(self, name: str) -> Route:
        return Route(
            method="POST",
            path=f"/api/{name}",
            view=lambda visit: self._answer(name, visit),
            open_to_all=True,
            form_checked=False,
        )

    def _answer(self, name: str, visit: Visit) -> Response:
        member = self._member(visit)
        body = visit.request.json
        if not isinstance(body, dict):
            raise BodyNotUnderstood("请发送一个 JSON 对象。")
        if any(name in body for name in _OURS):
            raise BodyNotUnderstood("请不要写 caller 和 call：由证书、登录和网址决定。")
        try:
            answer = self.calls.ask(
                member,
                {**body, "call": name},
                address=visit.request.address,
                deadline=visit.deadline,
            )
        except CallNotUnderstood as error:
            return json_body(misunderstood(error.wrong), status=400, problem=True)
        told: Any = answer.model_dump(mode="json")
        return json_body(told)

    def _member(self, visit: Visit) -> Member:
        """Return the system whose token it is, or the person whose session it is."""
        request = visit.request
        told = request.headers.get("authorization", "")
        if told.lower().startswith(_BEARER):
            token = told[len(_BEARER) :].strip()
            return self.systems.member(token, visit.certificate, address=request.address)
        member = self.people.member(
            request.cookies.get(SESSION, ""), visit.certificate, address=request.address
        )
        if not visit.tokens.is_csrf(request.headers.get(CSRF_HEADER, "")):
            raise NotFromHere
        return member


def _describe(visit: Visit) -> Response:
    del visit
    return json_body(document())
