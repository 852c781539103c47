"""What is around the content of every page: the site, the member, the way here."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What the footer of a government site has to tell (国办发〔2017〕47号)."""

    name: str
    host: str
    operator: str
    contact: str
    identifier: str = ""
    filing: str = ""
    police_filing: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; `here` where one is on it, or below it."""

    title: str
    path: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form; `field` is the id of the field that is to be mended."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame of one page."""

    site: SiteFacts
    title: str
    path: str
    style: str
    script: str
    csrf: str = ""
    member: str = ""
    organisation: str = ""
    menu: Sequence[Link] = ()
    crumbs: Sequence[Link] = ()
    faults: Sequence[Fault] = field(default_factory=tuple)
    said: str = ""
    large: bool = False
    progress: bool = False

    @property
    def heading(self) -> str:
        """The title of the window: what is wrong first, then where one is."""
        parts = [self.title, *(link.title for link in reversed(self.crumbs)), self.site.name]
        return ("错误：" if self.faults else "") + " - ".join(dict.fromkeys(parts))

    def fault_of(self, name: str) -> str:
        """Return what is wrong with a field, empty where nothing is."""
        return next((fault.text for fault in self.faults if fault.field == name), "")
