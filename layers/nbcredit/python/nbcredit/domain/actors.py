"""Who acts: every write and every read names an actor (A20.1)."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of party acts."""

    PROVIDER = "provider"
    COUNTY = "county"
    OPERATOR = "operator"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One party and where it acts from; `id` is an account or a function, never a person's data.

    `region` is the one that a county supervises (A4.1), empty for everybody else.
    """

    kind: ActorKind
    id: str
    organisation: str
    address: str = ""
    certificate: str = ""
    request: str = ""
    region: str = ""

    @classmethod
    def platform(cls, function: str) -> "Actor":
        """Return the platform itself, acting through one of its functions."""
        return cls(kind=ActorKind.PLATFORM, id=function, organisation="platform")
