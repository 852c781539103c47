"""The directory of organisations (A4.1, A5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.errors import Forbidden
from nbcredit.domain.organisations import CENTRE, Directory, Organisation


class OrganisationStore(Protocol):
    """Keeps the directory."""

    def directory(self) -> Directory: ...

    def save(self, organisations: Sequence[Organisation], *, act: Act) -> None: ...


class NotTheCentre(Forbidden):
    """Only the centre keeps the directory."""

    code = "not-the-centre"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"机构目录由信用中心维护，“{organisation}”不能更改。")
        self.organisation = organisation


@dataclass(frozen=True, slots=True)
class Organisations:
    """Enters organisations; the same again changes nothing."""

    store: OrganisationStore

    def register(self, organisations: Sequence[Organisation], *, by: Actor, purpose: str) -> None:
        if by.organisation != CENTRE:
            raise NotTheCentre(by.organisation)
        self.store.save(
            organisations,
            act=Act(
                action="organisations-registered",
                actor=by,
                purpose=purpose,
                about=tuple(each.code for each in organisations),
            ),
        )
