"""An organisation's record of punctuality in a month, and the same by region (A4.1, A16.1).

Counted from the books whenever it is asked for: nothing keeps counters that could go astray.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time
from typing import Protocol, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.obligations import Obligation, State
from nbcredit.domain.organisations import Organisation
from nbcredit.domain.periods import SHANGHAI, Period
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import Kind as SubmissionKind, State as SubmissionState, Submission
from nbcredit.domain.urging import Urge
from nbcredit.usecases.duties import Duties
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.supervision import Supervision, UnknownOrganisation
from nbcredit.usecases.urging import UrgeStore
from nbcredit.usecases.worklists import OpenObligations


class Activity(Protocol):
    """What an organisation did, from its own lists."""

    def submissions(
        self, provider: str, *, since: datetime, until: datetime
    ) -> Sequence[Submission]: ...

    def feedback(self, provider: str, *, since: datetime, until: datetime) -> Sequence[Obligation]:
        """Return what was owed for the feedback that was opened in a time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is counted; sums of organisations are sums of each of these."""

    on_time: int = 0
    late: int = 0
    zero: int = 0
    missing: int = 0
    not_due: int = 0
    submissions: int = 0
    refused: int = 0
    rows: int = 0
    rejected: int = 0
    held: int = 0
    feedback_on_time: int = 0
    feedback_late: int = 0
    feedback_overdue: int = 0
    feedback_open: int = 0
    open_items: int = 0
    overdue_items: int = 0
    urged: int = 0

    @classmethod
    def total(cls, some: Iterable["Figures"]) -> Self:
        found = list(some)
        return cls(
            **{each.name: sum(getattr(one, each.name) for one in found) for each in fields(cls)}
        )

    @property
    def punctual(self) -> float | None:
        """The share of duties that were met in time, data or nothing to report."""
        settled = self.on_time + self.late + self.zero + self.missing
        return (self.on_time + self.zero) / settled if settled else None

    @property
    def error_rate(self) -> float | None:
        """The share of the rows read that went back."""
        return self.rejected / self.rows if self.rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record of one organisation in a month; `open` is as things stand now."""

    organisation: Organisation
    month: Period
    figures: Figures
    duties: Sequence[Obligation]
    open: Sequence[Obligation]
    urges: Sequence[Urge]


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Puts records together.

    A month's record has the duties that were due in it (those of the month before), and what came
    in and went back within it.
    """

    duties: Duties
    activity: Activity
    owed: OpenObligations
    urges: UrgeStore
    supervision: Supervision
    clock: Clock

    def record(self, organisation: str, month: Period, *, by: Actor) -> Record:
        """Return the record to the organisation and its supervisors; to others there is none."""
        found = self.supervision.organisations.directory().by_code.get(organisation)
        if found is None or not self.supervision.sees(by, organisation):
            raise UnknownOrganisation(organisation)
        duties = self.duties.books(month.previous(), provider=organisation)
        return self._of(found, month, duties)

    def regions(self, month: Period, *, by: Actor) -> list[Record]:
        """Return the records of everybody whom the caller supervises, by region."""
        supervised = self.supervision.supervised(by)
        books: dict[str, list[Obligation]] = {}
        for duty in self.duties.books(month.previous()):
            books.setdefault(duty.debtor, []).append(duty)
        return [self._of(each, month, books.get(each.code, [])) for each in supervised]

    def _of(self, found: Organisation, month: Period, duties: Sequence[Obligation]) -> Record:
        since, until = _begin(month), _begin(month.next())
        pending = self.owed.pending(found.code)
        urges = self.urges.of(found.code, since=month.first_day, until=month.next().first_day)
        submissions = self.activity.submissions(found.code, since=since, until=until)
        feedback = self.activity.feedback(found.code, since=since, until=until)
        figures = [
            self._of_duties(duties),
            _of_submissions([each for each in submissions if _counts(each)]),
            self._of_feedback(feedback),
            Figures(
                open_items=len(pending), overdue_items=self._overdue(pending), urged=len(urges)
            ),
        ]
        return Record(
            organisation=found,
            month=month,
            figures=Figures.total(figures),
            duties=duties,
            open=pending,
            urges=urges,
        )

    def _of_duties(self, duties: Sequence[Obligation]) -> Figures:
        states = [each.state for each in duties]
        # What is over and not closed yet is missing already.
        overdue = sum(
            each.state is State.OPEN and each.overdue(now=self.clock.now()) for each in duties
        )
        return Figures(
            on_time=states.count(State.ON_TIME),
            late=states.count(State.LATE),
            zero=states.count(State.ZERO),
            missing=states.count(State.MISSING) + overdue,
            not_due=states.count(State.OPEN) - overdue,
        )

    def _of_feedback(self, owed: Sequence[Obligation]) -> Figures:
        states = [each.state for each in owed]
        overdue = self._overdue(owed)
        return Figures(
            feedback_on_time=states.count(State.ON_TIME),
            feedback_late=states.count(State.LATE),
            feedback_overdue=overdue,
            feedback_open=sum(state.pending for state in states) - overdue,
        )

    def _overdue(self, owed: Sequence[Obligation]) -> int:
        return sum(each.overdue(now=self.clock.now()) for each in owed)


def _of_submissions(submissions: Sequence[Submission]) -> Figures:
    settled = [each for each in submissions if each.state is SubmissionState.SETTLED]
    return Figures(
        submissions=len(submissions),
        refused=sum(each.state is SubmissionState.REFUSED for each in submissions),
        rows=sum(each.books.rows for each in settled),
        rejected=sum(each.books[Outcome.REJECTED] for each in settled),
        held=sum(each.books[Outcome.HELD] for each in settled),
    )


def _counts(submission: Submission) -> bool:
    """Whether it is a report of its own: decided rows and withdrawals are none."""
    return not submission.follows and submission.kind is not SubmissionKind.WITHDRAWAL


def _begin(month: Period) -> datetime:
    return datetime.combine(month.first_day, time(), SHANGHAI).astimezone(UTC)
