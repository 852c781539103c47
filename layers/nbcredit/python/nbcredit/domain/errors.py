"""The tree of refusals: each has a stable code and the facts behind it."""

from typing import ClassVar


class Refusal(Exception):
    """The platform declines to do what was asked."""

    code: ClassVar[str] = "refused"


class BadRequest(Refusal):
    """What was asked cannot be understood or is not allowed in this form."""

    code = "bad-request"


class Forbidden(Refusal):
    """The actor may not do this."""

    code = "forbidden"


class NotFound(Refusal):
    """What was named does not exist."""

    code = "not-found"


class Conflict(Refusal):
    """The state of things does not allow it now."""

    code = "conflict"


class Unavailable(Refusal):
    """A part the platform needs does not answer; trying again later may help."""

    code = "unavailable"
