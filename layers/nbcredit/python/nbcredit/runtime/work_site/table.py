"""The one table of the site's routes, and the entries of its menu.

How a desk is added. A desk is three things, each named after it (see `my_account`):

1. `runtime/work_site/<desk>.py`: views `def queue(desk: Desk) -> Response`, no more than ten lines
   each, and `ROUTES = (page("/queue", queue, call="list-cases"), form("/queue/{id}", decide, …))`.
   `call` is the call that the page stands upon: it is open to whom the matrix allows that call.
2. `pages/templates/<desk>/*.html`: `{% extends "base.html" %}`, `{% import "macros.html" as ui
   with context %}`, `{% block content %}`: `ui.table(table)`, `ui.text("name", "名称", …)`, …;
   every form has `{{ ui.csrf() }}`. Labels and words for views are in `pages/<desk>.py`.
3. Its routes in `desks()` and, where it has an entry of the menu, a line in `MENU`.

A view asks calls: `desk.ask(ListCases, CaseList, purpose="处理比对疑问", provider=…)` gives the
view of the wire or raises the refusal, which becomes an error page. A form's view tries:
`done = desk.tried(lambda: desk.ask(…), fields={"reason": "reason"})`; where that is a `Desk`
(`isinstance(done, Desk)`), show the form again with `done.page(…)`, which sums up what is wrong;
otherwise `return desk.see("/queue", said="已处理。")`. `desk.fields` are the fields sent, trimmed;
`desk.request.parameters` those of the path, `desk.may("decide-case")` what to offer. Lists:
`desk.list_page(template, TABLE, rows, title=…)` filters, sorts, pages and exports them.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Final

from nbcredit.runtime.work_site import my_account, open_pages
from nbcredit.runtime.work_site.centre import table as centre
from nbcredit.runtime.work_site.provider import table as provider
from nbcredit.runtime.work_site.routes import Entry, Route, RouteTable

MENU: Final = (
    Entry("首页", "/"),
    *provider.MENU,
    *centre.MENU,
    Entry("我的账户", "/my-account"),
)


def desks() -> Iterable[Iterable[Route]]:
    """Return the routes of each desk."""
    return (open_pages.ROUTES, my_account.ROUTES, *centre.routes(), *provider.routes())


def table(*more: Iterable[Route]) -> RouteTable:
    """Return the whole table: the desks, and what has to be put together with its parts."""
    return RouteTable([*chain.from_iterable(desks()), *chain.from_iterable(more)])
