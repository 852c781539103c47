"""What every call has: its caller and purpose; one body in, one answer or problem out."""

from typing import Annotated, Any, Literal

from pydantic import Field

from nbcredit.domain.actors import ActorKind
from nbcredit.wire.base import Code, Purpose, Wire


class Caller(Wire):
    """Who calls, as the holder of the invoke permission declares it; kept in the audit trail."""

    kind: Literal[ActorKind.OPERATOR, ActorKind.PROVIDER] = ActorKind.OPERATOR
    id: Annotated[str, Field(min_length=1, max_length=100)]
    organisation: Code


class Call(Wire):
    """What every call names: its caller and its purpose."""

    caller: Caller
    purpose: Purpose


class Answered(Wire):
    """The envelope of an answer."""

    ok: Literal[True] = True
    answer: dict[str, Any]


class Problem(Wire):
    """RFC 9457 problem details; `code` is stable, `detail` is Chinese and says what to do."""

    ok: Literal[False] = False
    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: tuple[str, ...] = ()


class Done(Wire):
    """An act that left nothing to show but its count."""

    count: int
