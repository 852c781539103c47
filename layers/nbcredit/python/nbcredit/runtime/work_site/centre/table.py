"""The routes of the desks of those who supervise and run the platform, and of what all share."""

from collections.abc import Iterable
from typing import Final

from nbcredit.domain.organisations import OrganisationKind
from nbcredit.runtime.work_site import (
    account_applications,
    account_certificates,
    accounts,
    audit,
    exchange,
    punctuality,
    supervision,
)
from nbcredit.runtime.work_site.centre import cases, feedback, records
from nbcredit.runtime.work_site.office import catalogue, off_catalogue
from nbcredit.runtime.work_site.routes import Entry, Route

_OFFICE: Final = frozenset({OrganisationKind.OFFICE})
_CENTRE: Final = frozenset({OrganisationKind.CENTRE})
_SUPERVISORS: Final = frozenset(
    {OrganisationKind.CENTRE, OrganisationKind.OFFICE, OrganisationKind.COUNTY}
)
MENU: Final = (
    Entry("督办", "/supervision", _SUPERVISORS),
    Entry("反馈核实", "/centre/feedback", _CENTRE),
    Entry("待审定的答复", "/centre/answers", _CENTRE),
    Entry("比对疑问", "/centre/cases", _CENTRE),
    Entry("查询记录", "/centre/records", _CENTRE),
    Entry("信用信息目录", "/office/catalogue", _OFFICE),
    Entry("目录外信息", "/office/off-catalogue"),
    Entry("信用工作交流", "/exchange"),
    Entry("账号", "/accounts"),
    Entry("审计", "/audit"),
)


def routes() -> Iterable[Iterable[Route]]:
    return (
        supervision.ROUTES,
        punctuality.ROUTES,
        feedback.ROUTES,
        cases.ROUTES,
        cases.FOLLOWED_ROUTES,
        records.ROUTES,
        exchange.ROUTES,
        accounts.ROUTES,
        account_applications.ROUTES,
        account_certificates.ROUTES,
        audit.ROUTES,
        catalogue.ROUTES,
        off_catalogue.ROUTES,
    )
