"""When somebody is reminded of an obligation: each stage once, the latest alone (A8.6, A10.5)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from nbcredit.domain.certificates import REMINDED
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.organisations import CENTRE, OFFICE
from nbcredit.domain.working_days import WorkingCalendar

# Days before the due date; each is moved to the preceding working day.
BEFORE: Final = {
    Kind.REPORTING: (5, 3, 1, 0),
    Kind.SUBMISSION: (1, 0),
    Kind.FEEDBACK: (3, 1, 0),
    Kind.CERTIFICATE: REMINDED,
    Kind.CONFIRMATION: (30, 7, 1),
}
# Days after it: the morning after, then once a week for a month.
AFTER: Final = (1, 8, 15, 22, 29)

# Who hears of what others are overdue with (A8.1).
ESCALATED_TO: Final = {
    Kind.REPORTING: CENTRE,
    Kind.SUBMISSION: OFFICE,
    Kind.FEEDBACK: CENTRE,
    Kind.CERTIFICATE: CENTRE,
    Kind.CONFIRMATION: CENTRE,
}


def first_reminder(kind: Kind, due: date, *, calendar: WorkingCalendar) -> date:
    """Return the first day on which anybody is reminded."""
    return min(day for _, day in _stages(kind, due, calendar))


def stage_between(
    obligation: Obligation, *, after: date, upto: date, calendar: WorkingCalendar
) -> int | None:
    """Return the latest stage that came up after one day and up to another, `None` for none.

    It is told in days that were left, negative when overdue. Several that were missed, or were
    moved to one day, are one reminder: the latest says it all.
    """
    if obligation.history or not obligation.state.pending:
        return None
    stages = _stages(obligation.kind, obligation.due.on, calendar)
    return min((stage for stage, day in stages if after < day <= upto), default=None)


def recipients(obligation: Obligation, *, stage: int) -> Iterator[str]:
    """Yield who is told: the debtor, and of what is overdue whoever watches over it."""
    yield obligation.debtor
    watcher = ESCALATED_TO[obligation.kind]
    if stage < 0 and watcher != obligation.debtor:
        yield watcher


def _stages(kind: Kind, due: date, calendar: WorkingCalendar) -> Iterator[tuple[int, date]]:
    for days in BEFORE[kind]:
        yield days, calendar.moved_to_preceding_working_day(due - timedelta(days))
    for days in AFTER:
        yield -days, due + timedelta(days)
