"""Answering calls: one use case each, and every refusal a problem with its stable code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.catalogue import CatalogueRefused
from nbcredit.domain.errors import (
    BadRequest,
    Concealed,
    Conflict,
    Forbidden,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from nbcredit.usecases.access import NotAllowedToRead
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ports import Deadline
from nbcredit.wire.any_call import ANY_CALL, AnyCall
from nbcredit.wire.calls import Answered, Call, Caller, Problem

_STATUS: Final[Mapping[type[Refusal], int]] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
_TITLES: Final[Mapping[int, str]] = {
    400: "请求有误",
    401: "请先登录",
    403: "无权操作",
    404: "没有找到",
    409: "与现状冲突",
    503: "暂时不可用",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and how long answering may take."""

    by: Actor
    deadline: Deadline


# Takes the call it is filed under.
Answer = Callable[[Any, Asked], BaseModel]
Answers = Mapping[type[Call], Answer]


class CallNotUnderstood(Exception):
    """The body is no call: the sender's mistake, as what is broken in our stores is not."""

    def __init__(self, wrong: ValidationError) -> None:
        super().__init__(f"{wrong.error_count()} faults")
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Answering:
    """Lets each call be answered by whoever is there for it."""

    answers: Answers
    trail: AuditTrail

    def answer(self, body: object, *, deadline: Deadline, request: str = "") -> dict[str, Any]:
        """Return the answer to a call, or the problem with it."""
        try:
            call = understood(body)
            answer = self.ask(call, Asked(_actor(call.caller, request), deadline))
        except CallNotUnderstood as error:
            return misunderstood(error.wrong)
        except Refusal as refusal:
            return problem_of(refusal)
        return Answered(answer=answer.model_dump(mode="json")).model_dump(mode="json")

    def ask(self, call: AnyCall, asked: Asked) -> BaseModel:
        """Return what answers a call, or raise the refusal, which is entered."""
        try:
            return self.answers[type(call)](call, asked)
        except NotAllowedToRead:
            # Whoever refused it has entered it, with the subject's pseudonym.
            raise
        except (Forbidden, Concealed) as refusal:
            act = Act(
                action=call.call,
                actor=asked.by,
                purpose=call.purpose,
                outcome=Outcome.REFUSED,
                detail={"code": refusal.code, **refusal.noted},
            )
            self.trail.record(act)
            raise


def understood(body: object) -> AnyCall:
    """Return the call that a body is, or raise `CallNotUnderstood`."""
    try:
        return ANY_CALL.validate_python(body)
    except ValidationError as error:
        raise CallNotUnderstood(error) from error


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as problem details."""
    status = next((number for kind, number in _STATUS.items() if isinstance(refusal, kind)), 400)
    faults = list(refusal.faults) if isinstance(refusal, CatalogueRefused) else []
    return _problem(refusal.code, status, str(refusal), faults)


def misunderstood(error: ValidationError) -> dict[str, Any]:
    """Return what is wrong with a body as problem details."""
    # Only the places: what was sent may hold personal data.
    faults = [
        f"{'/'.join(str(part) for part in each['loc'])}：{each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    ]
    return _problem(
        "call-not-understood", 400, "请求的内容不符合接口要求，请按所列各处更正。", faults
    )


def _problem(code: str, status: int, detail: str, faults: list[str]) -> dict[str, Any]:
    return Problem(
        type=f"urn:nbcredit:problem:{code}",
        title=_TITLES[status],
        status=status,
        detail=detail,
        code=code,
        faults=tuple(faults),
    ).model_dump(mode="json")


def _actor(caller: Caller, request: str) -> Actor:
    return Actor(kind=caller.kind, id=caller.id, organisation=caller.organisation, request=request)
