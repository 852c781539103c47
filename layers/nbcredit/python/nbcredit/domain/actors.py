"""Who acts: every write and every read names an actor (A20.1)."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of party acts."""

    PROVIDER = "provider"
    OPERATOR = "operator"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One party and where it acts from; `id` is an account or a function, never a person's data."""

    kind: ActorKind
    id: str
    organisation: str
    address: str = ""

    @classmethod
    def platform(cls, function: str) -> "Actor":
        """Return the platform itself, acting through one of its functions."""
        return cls(kind=ActorKind.PLATFORM, id=function, organisation="platform")
