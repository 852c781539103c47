"""The routes of the desk of those who report, and its entries of the menu."""

from collections.abc import Iterable
from typing import Final

from nbcredit.domain.organisations import OrganisationKind
from nbcredit.runtime.work_site.provider import todo
from nbcredit.runtime.work_site.routes import Entry, Route

_KINDS: Final = frozenset(
    {OrganisationKind.DEPARTMENT, OrganisationKind.COURT, OrganisationKind.PUBLIC_ENTERPRISE}
)
MENU: Final = (Entry("待办事项", "/todo", _KINDS),)


def routes() -> Iterable[Iterable[Route]]:
    return (todo.ROUTES,)
