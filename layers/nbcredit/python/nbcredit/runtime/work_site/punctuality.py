"""Organisations with their record of punctuality, and the same by region (A4.1, A16.1)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from nbcredit.domain.organisations import OrganisationKind
from nbcredit.domain.periods import Period, business_date
from nbcredit.pages.frames import Link
from nbcredit.pages.spelling import moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.clock import SystemClock
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import directory
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import page
from nbcredit.runtime.work_site.supervision import CRUMBS, HOME, PURPOSE
from nbcredit.wire import supervision as wire
from nbcredit.wire.obligations import ObligationView

_LIST: Final = HOME + "/organisations"
_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_CITY: Final = "330200"


def organisations(desk: Desk) -> Response:
    month, found = _figures(desk)
    rows = [each for region in found.regions for each in region.organisations]
    return desk.list_page(
        "supervision/organisations.html",
        _by_organisation(month),
        rows,
        title="单位报送情况",
        crumbs=CRUMBS,
        month=month,
        period=found.period,
        note="",
    )


def regions(desk: Desk) -> Response:
    month, found = _figures(desk)
    return desk.list_page(
        "supervision/organisations.html",
        _by_region(_region_names(desk)),
        found.regions,
        title="区域统计",
        crumbs=CRUMBS,
        month=month,
        period=found.period,
        note=found.note,
    )


def record(desk: Desk) -> Response:
    month, code = _month(desk), desk.request.parameters["organisation"]
    found = desk.ask(
        wire.ShowRecord, wire.RecordView, purpose=PURPOSE, organisation=code, month=month
    )
    exported = desk.export(_DUTIES, found.duties)
    if exported is not None:
        return exported
    known = directory(desk).get(code)
    return desk.page(
        "supervision/organisation.html",
        title=found.organisation_name or code,
        crumbs=(*CRUMBS, Link("单位报送情况", f"{_LIST}?month={month}")),
        month=month,
        found=found,
        kind=known.kind_text if known else "",
        credit_code=known.credit_code if known else "",
        figures=[(column.title, column.text(found.figures)) for column in _FIGURES],
        table=desk.shown(_DUTIES, found.duties),
        urges=[(moment(each.at), f"{each.title}　{each.note}") for each in found.urges],
    )


def _figures(desk: Desk) -> tuple[str, wire.RegionsView]:
    month = _month(desk)
    return month, desk.ask(wire.ShowRegions, wire.RegionsView, purpose=PURPOSE, month=month)


def _month(desk: Desk) -> str:
    asked = desk.request.query.get("month", "")
    today = business_date(SystemClock().now())
    return asked if _MONTH.fullmatch(asked) else str(Period(today.year, today.month))


def _region_names(desk: Desk) -> Mapping[str, str]:
    named = {
        each.region: each.name
        for each in directory(desk).values()
        if each.kind is OrganisationKind.COUNTY
    }
    return {**named, _CITY: "市级"}


def _part(value: float | None) -> str:
    return f"{value:.1%}" if value is not None else "没有"


def _count(name: str, title: str, of: Callable[[wire.FiguresView], int]) -> Column[Any]:
    return Column(name=name, title=title, text=lambda each: str(of(each)), key=of, numeric=True)


def _rate(name: str, title: str, of: Callable[[wire.FiguresView], float | None]) -> Column[Any]:
    return Column(
        name=name,
        title=title,
        text=lambda each: _part(of(each)),
        key=lambda each: of(each) or 0.0,
        numeric=True,
    )


# What is shown of figures everywhere, in the order in which they are read.
_FIGURES: Final[tuple[Column[wire.FiguresView], ...]] = (
    _rate("punctual", "按时率", lambda each: each.punctual),
    _count("on_time", "按时", lambda each: each.on_time),
    _count("zero", "零报告", lambda each: each.zero),
    _count("late", "迟报", lambda each: each.late),
    _count("missing", "未报", lambda each: each.missing),
    _rate("errors", "差错率", lambda each: each.error_rate),
    _count("overdue", "现在逾期", lambda each: each.overdue_items),
    _count("open", "现在未办结", lambda each: each.open_items),
    _count("urged", "被催办", lambda each: each.urged),
)


def _of_figures(column: Column[wire.FiguresView]) -> Column[Any]:
    """Return the column for rows that have figures."""
    key = column.key
    return Column(
        name=column.name,
        title=column.title,
        text=lambda each: column.text(each.figures),
        key=(lambda each: key(each.figures)) if key else None,
        numeric=True,
    )


def _by_organisation(month: str) -> Table[wire.ProviderFigures]:
    return Table(
        caption="单位报送情况",
        nothing="没有要报送的单位。",
        columns=(
            Column(
                name="organisation",
                title="单位",
                text=lambda each: each.organisation_name or each.organisation,
                path=lambda each: f"{_LIST}/{each.organisation}?month={month}",
                filter="text",
            ),
            *map(_of_figures, _FIGURES),
        ),
    )


def _by_region(names: Mapping[str, str]) -> Table[wire.RegionView]:
    return Table(
        caption="区域统计",
        nothing="没有要报送的单位。",
        columns=(
            Column(
                name="region",
                title="区域",
                text=lambda each: names.get(each.region, each.region),
            ),
            *map(_of_figures, _FIGURES),
        ),
    )


_DUTIES: Final = Table[ObligationView](
    caption="本期应报事项",
    nothing="本期没有应报事项。",
    columns=(
        Column(name="title", title="事项", text=lambda each: each.title, filter="text"),
        Column(
            name="state",
            title="情况",
            text=lambda each: each.words,
            key=lambda each: each.due_on,
            lamp=lambda each: each.lamp,
            filter="choice",
        ),
        Column(
            name="due",
            title="到期日",
            text=lambda each: each.due_text,
            key=lambda each: each.due_on,
        ),
        Column(name="met", title="完成时间", text=lambda each: moment(each.met_at)),
    ),
)

ROUTES: Final = (
    page(_LIST, organisations, call="urge-obligation"),
    page(_LIST + "/{organisation}", record, call="urge-obligation"),
    page(HOME + "/regions", regions, call="urge-obligation"),
)
