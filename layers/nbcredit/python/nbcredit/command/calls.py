"""Calls to the platform: one body in, one answer or problem out."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from nbcredit.domain.actors import ActorKind
from nbcredit.domain.errors import Refusal
from nbcredit.domain.organisations import CENTRE, OFFICE
from nbcredit.wire.any_call import AnyCall
from nbcredit.wire.calls import Caller, Problem

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class CallRefused(Refusal):
    """The platform declined the call and said why."""

    code = "call-refused"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class CallFailed(Refusal):
    """The function broke before it could answer."""

    code = "call-failed"

    def __init__(self, facts: str) -> None:
        super().__init__("平台没有正常应答：请稍后重试；仍不行请联系运维查看函数日志。")
        self.facts = facts


class Invoke(Protocol):
    """Carries a body to the function that answers calls and brings its answer back."""

    def __call__(self, body: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class LambdaInvoke:
    """Carries bodies by Lambda invoke."""

    client: "LambdaClient"
    function: str

    def __call__(self, body: bytes) -> bytes:
        answer = self.client.invoke(FunctionName=self.function, Payload=body)
        payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise CallFailed(payload.decode("utf-8", "replace"))
        return payload


@dataclass(frozen=True, slots=True)
class Client:
    """Calls as one person of one organisation."""

    invoke: Invoke
    caller: Caller

    def call(self, call: AnyCall) -> dict[str, Any]:
        """Return the answer, or raise `CallRefused` with the platform's problem."""
        body = json.loads(self.invoke(call.model_dump_json().encode()))
        if body.get("ok"):
            answer: dict[str, Any] = body["answer"]
            return answer
        raise CallRefused(Problem.model_validate(body))


def caller_of(*, id: str, organisation: str) -> Caller:  # noqa: A002 -- named as its field
    """Return the caller: an operator of the centre or the office, else a provider."""
    if organisation in {CENTRE, OFFICE}:
        return Caller(kind=ActorKind.OPERATOR, id=id, organisation=organisation)
    return Caller(kind=ActorKind.PROVIDER, id=id, organisation=organisation)
