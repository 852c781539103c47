"""What a submission does to obligations: its own in five days, and its provider's duty (A8.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.duties import duty_period
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import BadPeriod, Period, business_date, is_backfill
from nbcredit.domain.submissions import ENDED, State, Submission
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.usecases.duties import duty_of
from nbcredit.usecases.obligations import Change, ObligationStore

# A8: within five working days of receipt a submission is cleaned, compared and stored.
STORING_DAYS: Final = 5
STORING_RULE: Final = "A8.1"

_READ: Final = frozenset({State.WAITING, State.LOADING, State.SETTLED})


@dataclass(frozen=True, slots=True)
class SubmissionDues:
    """Works out the changes that are written together with a submission's new state."""

    store: ObligationStore

    def changes(self, submission: Submission) -> list[Change]:
        return [*self._storing(submission), *self._duty(submission)]

    def _storing(self, submission: Submission) -> Iterator[Change]:
        """Open the obligation to store it, meet it at the end, open it again with the file."""
        new = storing_of(submission)
        if new is None:
            return
        known = self.store.find(new.id)
        after = known or new
        if known is not None and submission.state is State.READING and not known.state.pending:
            after = replace(new, revision=known.revision)
        if submission.state in ENDED and submission.settled_at is not None:
            after = after.met(at=submission.settled_at, by=submission.id)
        if after != known:
            yield Change(known, after)

    def _duty(self, submission: Submission) -> Iterator[Change]:
        """Let data that were read discharge the duty; what was refused discharges nothing."""
        new = duty_of(submission)
        if new is None or new.reports is None or submission.state not in _READ:
            return
        known = self.store.find(new.id)
        duty = known or new
        reports = duty.reports or new.reports
        after = duty.with_reports(reports.with_data(submission.id, at=submission.reported_at))
        if after != known:
            yield Change(known, after)


def storing_of(submission: Submission) -> Obligation | None:
    """Return the centre's obligation to store a submission, as it is when it is received."""
    if submission.due is None:
        return None
    return Obligation(
        kind=Kind.SUBMISSION,
        reference=submission.id,
        debtor=CENTRE,
        title=f"处理 {submission.provider} 报送的批次 {submission.id}",
        due=submission.due,
        opened_at=submission.reported_at,
        history=_of_history(submission),
    )


def _of_history(submission: Submission) -> bool:
    try:
        return is_backfill(submission.period, reported_at=submission.reported_at)
    except BadPeriod:
        # It is about to be refused for that.
        return False


def duty_of_place(place: UploadKey, *, catalogue: Catalogue) -> str:
    """Return the period whose duty a report at this place discharges, empty where there is none."""
    item = catalogue.items.get(place.item)
    if item is None or place.provider not in item.providers:
        return ""
    try:
        period = Period.parse(place.period)
    except BadPeriod:
        return ""
    return str(duty_period(period, frequency=item.update_frequency))


def remarks_on_duty(submission: Submission, store: ObligationStore) -> Iterator[Issue]:
    """Yield what is to be told of a file because of the duty it discharges (A7.2)."""
    new = duty_of(submission)
    known = store.find(new.id) if new is not None else None
    if known is None or known.reports is None or known.reports.zero_at is None:
        return
    yield Issue(
        code=IssueCode.ZERO_SUPERSEDED,
        row=0,
        value=submission.duty,
        message=(
            f"报送期 {submission.duty} 已于 {business_date(known.reports.zero_at)} 报过零报告，"
            "现以本批次的数据为准：请核对是否报错了期次。"
        ),
    )
