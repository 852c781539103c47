"""Where a thing is dealt with: the page for an obligation, and the reporting months to choose."""

from datetime import date
from typing import Final

from nbcredit.domain.obligations import Kind
from nbcredit.domain.periods import Period
from nbcredit.pages.frames import Link
from nbcredit.pages.spelling import period as spelled
from nbcredit.wire.obligations import ObligationView

TODO: Final = Link("待办事项", "/todo")
SUBMISSIONS: Final = Link("报送记录", "/submissions")
FEEDBACK: Final = Link("反馈", "/feedback")
CASES: Final = Link("比对疑问", "/cases")
# What is chosen from a list: the month that is due, this month, and two years of what is made up.
_MONTHS: Final = 25


def way_of(obligation: ObligationView) -> str:
    """Return the page where an obligation is met, empty where none is of this desk."""
    kind, _, reference = obligation.obligation.partition("/")
    if kind == Kind.REPORTING:
        return f"/todo/{reference}"
    if kind == Kind.FEEDBACK:
        return f"/feedback/{reference}"
    if kind == Kind.SUBMISSION:
        return f"/submissions/{reference}"
    return ""


def months(today: date) -> list[tuple[str, str]]:
    """Return the months that may be reported, the one that is due first."""
    this = Period.of(today)
    found = [this.previous(), this]
    earlier = this.previous()
    while len(found) < _MONTHS:
        earlier = earlier.previous()
        found.append(earlier)
    return [(str(each), spelled(str(each))) for each in found]


def way_of_submission(submission: str) -> str:
    return f"/submissions/{submission}"
