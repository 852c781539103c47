"""What a view has at hand: the request, the member, the calls and the pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from nbcredit.documents import listings
from nbcredit.domain.actors import Actor
from nbcredit.domain.certificates import ClientCertificate
from nbcredit.domain.errors import BadRequest, Conflict, Refusal
from nbcredit.domain.members import Member
from nbcredit.pages.environment import render
from nbcredit.pages.frames import Fault, Frame, Link, SiteFacts
from nbcredit.pages.static_files import static_files
from nbcredit.pages.tables import Asked, Shown, Table, chosen, shown, texts
from nbcredit.runtime.answering import CallNotUnderstood
from nbcredit.runtime.work_site import responses
from nbcredit.runtime.work_site.requests import Request
from nbcredit.runtime.work_site.responses import Cookie, Response
from nbcredit.runtime.work_site.tokens import SessionTokens
from nbcredit.usecases.ports import Deadline
from nbcredit.wire.calls import Call

V = TypeVar("V", bound=BaseModel)
T = TypeVar("T")

SAID: Final = "__Host-nbcredit-said"
LARGE: Final = "__Host-nbcredit-large"


class _NoTime:
    """The deadline of a page that only says what is wrong."""

    def remaining(self) -> float:
        return 0.0


NO_TIME: Final = _NoTime()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page, of a member or of nobody in particular."""

    request: Request
    facts: SiteFacts
    tokens: SessionTokens
    deadline: Deadline
    faults: Sequence[Fault] = ()

    @property
    def certificate(self) -> ClientCertificate | None:
        """The certificate that the browser has shown, whoever's it is."""
        return self.request.certificate

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields of the form that was sent, trimmed; of several of a name the first."""
        return {name: values[0].strip() for name, values in self.request.fields.items()}

    def several(self, name: str) -> list[str]:
        """Return all values of a field: ticks of the same name."""
        return list(self.request.fields.get(name, ()))

    def page(
        self,
        template: str,
        *,
        title: str,
        crumbs: Sequence[Link] = (),
        status: int = 200,
        forms_to: str = "",
        progress: bool = False,
        **content: Any,
    ) -> Response:
        """Return a page of a template in `pages/templates`."""
        frame = replace(self.frame(title), crumbs=tuple(crumbs), progress=progress)
        text = render(template, frame, **content)
        if self.faults and status == 200:  # noqa: PLR2004 -- a form that has to be mended
            status = 400
        made = responses.page(text, status=status, forms_to=forms_to)
        return made.with_cookie(Cookie(SAID, "")) if SAID in self.request.cookies else made

    def frame(self, title: str) -> Frame:
        files = static_files()
        return Frame(
            site=self.facts,
            title=title,
            path=self.request.path if self.request.method == "GET" else "/",
            style=files["site.css"].name,
            script=files["progress.js"].name,
            csrf=self.tokens.csrf,
            faults=self.faults,
            said=self.tokens.unsealed(self.request.cookies.get(SAID, "")),
            large=LARGE in self.request.cookies,
        )

    def see(self, path: str, *, said: str = "") -> Response:
        """Send the browser to a page of this site, where `said` is told once."""
        sent = responses.see(path)
        return sent.with_cookie(Cookie(SAID, self.tokens.sealed(said))) if said else sent

    def cursor(self, place: str, *, query: str) -> str:
        """Return a place in a call's answer to be handed out, empty after the last (F59)."""
        return self.tokens.cursor(place, query=query) if place else ""

    def place(self, cursor: str, *, query: str) -> str:
        """Return the place to go on from, or raise `BadPlace` where it was not given out so."""
        return self.tokens.place(cursor, query=query) if cursor else ""

    def asked(self) -> Asked:
        return Asked(self.request.path, self.request.query, self.tokens)


@dataclass(frozen=True, slots=True)
class Desk(Visit):
    """A visit of a member: pages ask calls in the member's name, as the matrix allows it."""

    member: Member = field(kw_only=True)
    menu: Sequence[Link] = field(kw_only=True)
    _ask: Callable[[Member, dict[str, Any]], BaseModel] = field(kw_only=True)
    _may: Callable[[Member, str], bool] = field(kw_only=True)

    @property
    def actor(self) -> Actor:
        return self.member.actor(self.request.address)

    @property
    def organisation(self) -> str:
        """The code of the member's organisation."""
        return self.member.organisation.code

    def may(self, call: str) -> bool:
        """Whether the matrix allows the member a call: what can't be done is not offered."""
        return self._may(self.member, call)

    def ask(self, call: type[Call], view: type[V], *, purpose: str, **told: Any) -> V:
        """Return the answer to a call, or raise the refusal."""
        name = call.model_fields["call"].default
        answer = self._ask(self.member, {"call": name, "purpose": purpose, **told})
        if not isinstance(answer, view):
            raise TypeError(f"{name} answers {type(answer).__name__}, not {view.__name__}")
        return answer

    def tried(self, act: Callable[[], T], *, fields: Mapping[str, str] | None = None) -> "T | Desk":
        """Return what the act gives, or this desk with what was wrong, to show the form again.

        `fields` says which field of the form a refusal's code or a member of the call belongs to.
        """
        try:
            return act()
        except CallNotUnderstood as error:
            return replace(self, faults=tuple(_faults(error.wrong, fields or {})))
        except (BadRequest, Conflict) as refusal:
            return replace(self, faults=(_fault(refusal, fields or {}),))

    def wrong(self, *faults: Fault) -> "Desk":
        """Return this desk with faults that the view has found itself."""
        return replace(self, faults=faults)

    def frame(self, title: str) -> Frame:
        return replace(
            Visit.frame(self, title),
            member=self.member.account.name,
            organisation=self.member.organisation.name,
            menu=self.menu,
        )

    def list_page(
        self,
        template: str,
        table: Table[T],
        rows: Sequence[T],
        *,
        title: str,
        most: int = 0,
        given: int | None = None,
        **content: Any,
    ) -> Response:
        """Return a page with `table` as the template's name for the list, or its export.

        `most` is the limit that the call was asked with: a list that reaches it says so. Where
        the view has left out some, `given` is how many the call gave.
        """
        exported = self.export(table, rows)
        if exported is not None:
            return exported
        listed = self.shown(table, rows, most=most, given=given)
        return self.page(template, title=title, table=listed, **content)

    def shown(
        self, table: Table[T], rows: Sequence[T], *, most: int = 0, given: int | None = None
    ) -> Shown:
        return shown(table, rows, self.asked(), most=most, given=given)

    def export(self, table: Table[T], rows: Sequence[T]) -> Response | None:
        """Return the whole list as a file where the address asks for one."""
        asked = self.asked()
        if not asked.export:
            return None
        heads, cells = texts(table, chosen(table, rows, asked))
        if asked.export == "xlsx":
            book = listings.workbook_of(table.caption, heads, cells)
            return responses.download(book, name=f"{table.caption}.xlsx", media_type=listings.XLSX)
        listed = listings.csv_of(heads, cells)
        return responses.download(listed, name=f"{table.caption}.csv", media_type=listings.CSV)


def _fault(refusal: Refusal, fields: Mapping[str, str]) -> Fault:
    return Fault(str(refusal), fields.get(refusal.code, ""))


def _faults(error: ValidationError, fields: Mapping[str, str]) -> list[Fault]:
    named = [str(part) for each in error.errors() for part in each["loc"] if part in fields]
    if not named:
        return [Fault("填写的内容不符合要求，请逐项核对。")]
    return [Fault("请核对这一项的内容。", fields[name]) for name in dict.fromkeys(named)]
