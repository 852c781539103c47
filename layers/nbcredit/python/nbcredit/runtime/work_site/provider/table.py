"""The routes of the desk of those who report, and its entries of the menu."""

from collections.abc import Iterable
from typing import Final

from nbcredit.domain.organisations import OrganisationKind
from nbcredit.domain.permissions import WITHHELD, Permission
from nbcredit.runtime.work_site.centre import cases
from nbcredit.runtime.work_site.provider import (
    corrections,
    entry,
    feedback,
    inbox,
    items,
    off_catalogue,
    submissions,
    todo,
    uploads,
)
from nbcredit.runtime.work_site.routes import Entry, Route

_KINDS: Final = frozenset(
    {OrganisationKind.DEPARTMENT, OrganisationKind.COURT, OrganisationKind.PUBLIC_ENTERPRISE}
)
_OUTSIDE: Final = frozenset(
    kind for kind in _KINDS if Permission.REPORT_OUTSIDE not in WITHHELD.get(kind, ())
)
MENU: Final = (
    Entry("待办事项", "/todo", _KINDS),
    Entry("报送文件", "/uploads/new", _KINDS),
    Entry("报送记录", "/submissions", _KINDS),
    Entry("反馈", "/feedback", _KINDS),
    Entry("比对疑问", "/cases", _KINDS),
    Entry("收件箱", "/inbox", _KINDS),
    Entry("目录项和模板", "/items", _KINDS),
    Entry("目录外信息", "/off-catalogue", _OUTSIDE),
)


def routes() -> Iterable[Iterable[Route]]:
    return (
        todo.ROUTES,
        uploads.ROUTES,
        submissions.ROUTES,
        items.ROUTES,
        entry.ROUTES,
        feedback.ROUTES,
        corrections.ROUTES,
        cases.OWN_ROUTES,
        inbox.ROUTES,
        off_catalogue.ROUTES,
    )
