"""The tree of refusals: each has a stable code and the facts behind it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class Refusal(Exception):
    """The platform declines to do what was asked."""

    code: ClassVar[str] = "refused"


class BadRequest(Refusal):
    """What was asked cannot be understood or is not allowed in this form."""

    code = "bad-request"


class Unauthenticated(Refusal):
    """Nobody knows who asks: whoever it is has to sign in first."""

    code = "not-signed-in"


class Forbidden(Refusal):
    """The actor may not do this; `noted` is what the audit trail keeps of it beside the code."""

    code = "forbidden"
    noted: Mapping[str, str] = MappingProxyType({})


class NotFound(Refusal):
    """What was named does not exist."""

    code = "not-found"


class Concealed(NotFound):
    """Nothing of that name is there for the actor, be it another's or nobody's.

    Who answers the call enters that somebody has asked, `noted` with it (F50).
    """

    noted: Mapping[str, str] = MappingProxyType({})


class Conflict(Refusal):
    """The state of things does not allow it now."""

    code = "conflict"


class Unavailable(Refusal):
    """A part the platform needs does not answer; trying again later may help."""

    code = "unavailable"
