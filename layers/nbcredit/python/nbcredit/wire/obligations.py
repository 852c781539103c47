"""What is owed as its debtor sees it: until when, how it stands, and why."""

from datetime import date, datetime

from nbcredit.domain.lamps import lamp_of
from nbcredit.domain.obligations import Obligation
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.wire.base import Wire


class ObligationView(Wire):
    """One obligation; `explanation` says in Chinese how the due date comes about."""

    obligation: str
    kind: str
    kind_text: str
    debtor: str
    title: str
    due_on: date
    due_text: str
    rule: str
    assumed: bool
    explanation: str
    state: str
    lamp: str
    lamp_sign: str
    words: str
    met_at: datetime | None
    met_by: str
    contradicted: bool


def obligation_view(
    obligation: Obligation, *, calendar: WorkingCalendar, today: date
) -> ObligationView:
    # One that was opened with a calendar that had just been replaced is shown by the new one, too.
    obligation = obligation.redated(calendar.renewed(obligation.due))
    lamp, words = lamp_of(obligation, today=today)
    reports = obligation.reports
    contradicted = reports is not None and reports.contradicted
    return ObligationView(
        obligation=obligation.id,
        kind=obligation.kind.value,
        kind_text=obligation.kind.label,
        debtor=obligation.debtor,
        title=obligation.title,
        due_on=obligation.due.on,
        due_text=calendar.described(obligation.due.on),
        rule=obligation.due.rule,
        assumed=obligation.due.assumed,
        explanation=calendar.explain(obligation.due),
        state=obligation.state.value,
        lamp=lamp.value,
        lamp_sign=lamp.sign,
        words=f"{words}（零报告已被数据取代）" if contradicted else words,
        met_at=obligation.met_at,
        met_by=obligation.met_by,
        contradicted=contradicted,
    )
