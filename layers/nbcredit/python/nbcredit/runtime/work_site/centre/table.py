"""The routes of the desks of those who supervise and run the platform, and of what all share."""

from collections.abc import Iterable
from typing import Final

from nbcredit.domain.organisations import OrganisationKind
from nbcredit.runtime.work_site import exchange
from nbcredit.runtime.work_site.centre import cases, feedback
from nbcredit.runtime.work_site.routes import Entry, Route

_CENTRE: Final = frozenset({OrganisationKind.CENTRE})
MENU: Final = (
    Entry("反馈核实", "/centre/feedback", _CENTRE),
    Entry("待审定的答复", "/centre/answers", _CENTRE),
    Entry("比对疑问", "/centre/cases", _CENTRE),
    Entry("信用工作交流", "/exchange"),
)


def routes() -> Iterable[Iterable[Route]]:
    return (feedback.ROUTES, cases.ROUTES, exchange.ROUTES)
