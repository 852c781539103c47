"""Calls of members: the matrix decides first, then whoever is there for the call answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import BaseModel

from nbcredit.domain.actors import ActorKind
from nbcredit.domain.members import Member
from nbcredit.domain.permissions import NotPermitted, allowed
from nbcredit.runtime.answering import Answering, Asked, understood
from nbcredit.usecases.permitting import Gate
from nbcredit.usecases.ports import Deadline
from nbcredit.wire.any_call import AnyCall

_OPENING: Final = "打开工作网站的页面"
# What a call calls the organisation that it is about.
_NAMES_IT: Final = ("provider", "organisation")


class Calls(Protocol):
    """What pages and the JSON API ask calls of."""

    def may(self, member: Member, call: str) -> bool: ...

    def check(self, member: Member, call: str, *, address: str) -> None: ...

    def ask(
        self, member: Member, body: Mapping[str, Any], *, address: str, deadline: Deadline
    ) -> BaseModel: ...


@dataclass(frozen=True, slots=True)
class MemberCalls:
    """Asks in the name of a member; who the caller is, is never taken from the body."""

    answering: Answering
    gate: Gate

    def may(self, member: Member, call: str) -> bool:
        """Whether the matrix allows it, to decide what a page offers."""
        try:
            allowed(call, permissions=member.permissions, kind=member.organisation.kind)
        except NotPermitted:
            return False
        return True

    def check(self, member: Member, call: str, *, address: str) -> None:
        """Raise `NotPermitted`, which is entered in the trail, where a page is not for them."""
        self.gate.admit(member, call, purpose=_OPENING, address=address)

    def ask(
        self, member: Member, body: Mapping[str, Any], *, address: str, deadline: Deadline
    ) -> BaseModel:
        """Return the answer, or raise the refusal or what is wrong with the body."""
        call = understood({**body, "caller": _caller(member)})
        by = self.gate.admit(
            member, call.call, concerns=_concerns(call), purpose=call.purpose, address=address
        )
        return self.answering.ask(call, Asked(by, deadline))


def _caller(member: Member) -> dict[str, str]:
    actor = member.actor("")
    operates = actor.kind is ActorKind.OPERATOR
    return {
        "kind": ActorKind.OPERATOR if operates else ActorKind.PROVIDER,
        "id": actor.id,
        "organisation": actor.organisation,
    }


def _concerns(call: AnyCall) -> str:
    named = (getattr(call, name, None) for name in _NAMES_IT)
    return next((each for each in named if isinstance(each, str) and each), "")
