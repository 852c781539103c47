"""Calls about duties of reporting, zero reports, and what an organisation still has to do."""

from datetime import date
from typing import Literal

from nbcredit.wire.base import Code, PeriodText, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.obligations import ObligationView


class ReportNothing(Call):
    """Report that a period produced nothing of an item (A7.2)."""

    call: Literal["report-nothing"] = "report-nothing"
    provider: Code
    item: Code
    period: PeriodText


class ShowDuties(Call):
    """Ask for the books of a period, of all providers or of one, with what is still to be done.

    Where no period is named, it is last month: the one whose information is due now.
    """

    call: Literal["show-duties"] = "show-duties"
    provider: Code | None = None
    period: PeriodText | None = None


class ClosePeriod(Call):
    """Settle a period whose due date is over: on time, late, zero, missing; the centre's alone."""

    call: Literal["close-period"] = "close-period"
    period: PeriodText


class ExplainObligation(Call):
    """Ask how one obligation stands and how its due date comes about."""

    call: Literal["explain-obligation"] = "explain-obligation"
    obligation: str


class ProviderBooks(Wire):
    """The books of one provider for a period."""

    provider: str
    provider_name: str
    on_time: int
    late: int
    zero: int
    missing: int
    open: int
    duties: list[ObligationView]


class BooksView(Wire):
    """The books of a period; `pending` is what is still to be done, the earliest first."""

    today: date
    period: str
    due_text: str
    providers: list[ProviderBooks]
    pending: list[ObligationView]
