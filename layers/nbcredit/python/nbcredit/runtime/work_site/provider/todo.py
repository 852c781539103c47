"""What an organisation still has to do, the earliest first; the month; one duty; zero reports."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from nbcredit.domain.periods import BadPeriod, Period
from nbcredit.pages.frames import Fault
from nbcredit.pages.spelling import period as spelled
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.ways import TODO, way_of
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.wire.cases import CaseList, ListCases
from nbcredit.wire.duties import BooksView, ExplainObligation, ReportNothing, ShowDuties
from nbcredit.wire.obligations import ObligationView

_PURPOSE: Final = "查看待办事项"
_TODO: Final = Table[ObligationView](
    caption="待办事项",
    columns=(
        Column(
            name="words",
            title="还有多久",
            text=lambda each: each.words,
            key=lambda each: each.due_on,
            lamp=lambda each: each.lamp,
        ),
        Column(
            name="title",
            title="要办的事",
            text=lambda each: each.title,
            path=way_of,
            filter="text",
        ),
        Column(name="kind", title="种类", text=lambda each: each.kind_text, filter="choice"),
        Column(
            name="due",
            title="截止日期",
            text=lambda each: each.due_text,
            key=lambda each: each.due_on,
        ),
    ),
    nothing="没有待办事项。",
)
_BOOKS: Final = Table[ObligationView](
    caption="本月到期的报送事项",
    columns=(
        Column(name="title", title="事项", text=lambda each: each.title, path=way_of),
        Column(
            name="words",
            title="状态",
            text=lambda each: each.words,
            lamp=lambda each: each.lamp,
            filter="choice",
        ),
        Column(name="due", title="截止日期", text=lambda each: each.due_text),
    ),
    nothing="目录没有要求本单位报送这一期的信息。",
)


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the month."""

    day: date
    outside: bool
    today: bool
    due: Sequence[tuple[ObligationView, str]]


def todo(desk: Desk) -> Response:
    books = _books(desk)
    cases = desk.ask(ListCases, CaseList, purpose=_PURPOSE, provider=desk.organisation).cases
    return desk.list_page(
        "provider/todo.html",
        _TODO,
        books.pending,
        title=TODO.title,
        overdue=sum(each.due_on < books.today for each in books.pending),
        today=books.today,
        period=books.period,
        cases=len(cases),
        may_report=desk.may("deliver-file"),
    )


def calendar(desk: Desk) -> Response:
    """Show a month with what is due on its days; `month` names another than this."""
    asked = desk.request.query.get("month", "")
    first = _books(desk)
    month = _month(asked) or Period.of(first.today)
    books = _books(desk, period=str(month.previous()))
    duties = [duty for each in books.providers for duty in each.duties]
    due = {each.obligation: each for each in (*duties, *books.pending)}.values()
    return desk.list_page(
        "provider/calendar.html",
        _BOOKS,
        [each for each in duties if _in(each.due_on, month)],
        title=f"{spelled(str(month))}事项日历",
        weeks=_weeks(month, books.today, [each for each in due if _in(each.due_on, month)]),
        before=str(month.previous()),
        after=str(month.next()),
        crumbs=(TODO,),
    )


def duty(desk: Desk) -> Response:
    """Show one duty of reporting, and the ways to discharge it."""
    return _duty_page(desk, _of_duty(desk))


def report_nothing(desk: Desk) -> Response:
    """Take a zero report once it was confirmed: a tick that is not set by itself."""
    told, known = desk.request.parameters, _of_duty(desk)
    if desk.fields.get("sure") != "yes":
        return _duty_page(desk.wrong(Fault("请先勾选确认，再提交零报告。", "sure")), known)
    done = desk.tried(
        lambda: desk.ask(
            ReportNothing,
            ObligationView,
            purpose="零报告",
            provider=told["provider"],
            item=told["item"],
            period=told["period"],
        )
    )
    if isinstance(done, Desk):
        return _duty_page(done, known)
    return desk.see(way_of(done), said="零报告已收到：本期无信用信息产生。")


def _duty_page(desk: Desk, known: ObligationView) -> Response:
    told = desk.request.parameters
    return desk.page(
        "provider/duty.html",
        title=known.title,
        crumbs=(TODO,),
        duty=known,
        period=told["period"],
        item=told["item"],
        may_report=desk.may("report-nothing"),
    )


def _of_duty(desk: Desk) -> ObligationView:
    told = desk.request.parameters
    named = f"reporting/{told['period']}/{told['provider']}/{told['item']}"
    # What the catalogue asks for is owed before anybody has opened it: the books know.
    if told["provider"] == desk.organisation:
        books = _books(desk, period=told["period"])
        for each in (duty for of in books.providers for duty in of.duties):
            if each.obligation == named:
                return each
    return desk.ask(ExplainObligation, ObligationView, purpose=_PURPOSE, obligation=named)


def _books(desk: Desk, period: str | None = None) -> BooksView:
    return desk.ask(
        ShowDuties, BooksView, purpose=_PURPOSE, provider=desk.organisation, period=period
    )


def _month(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except BadPeriod:
        return None


def _in(day: date, month: Period) -> bool:
    return Period.of(day) == month


def _weeks(month: Period, today: date, due: Sequence[ObligationView]) -> list[list[Day]]:
    return [
        [
            Day(
                day,
                not _in(day, month),
                day == today,
                [(each, way_of(each)) for each in due if each.due_on == day],
            )
            for day in week
        ]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]


_DUTY: Final = "/todo/{period}/{provider}/{item}"
ROUTES: Final[tuple[Route, ...]] = (
    page("/todo", todo, call="show-duties"),
    page("/calendar", calendar, call="show-duties"),
    page(_DUTY, duty, call="explain-obligation"),
    form(_DUTY, report_nothing, call="report-nothing"),
)
