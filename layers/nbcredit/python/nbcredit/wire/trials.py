"""What a trial of a changed catalogue answers (A6.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.issues import Issue
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.catalogue_trials import Trial
from nbcredit.usecases.trial_counts import Cause, Ends
from nbcredit.wire.base import Wire


class ReportedView(Wire):
    """A submission of a period, as far as trying its file needs it."""

    submission: str
    provider: str
    item: str
    file_name: str
    state: str


class ReportedList(Wire):
    """The submissions of one provider for one period, in the order of their reports."""

    submissions: list[ReportedView]


class EndsView(Wire):
    """How rows ended when they were read."""

    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    blank: int = 0


class PlaceView(Wire):
    """Where a row is newly rejected; the value is masked as in issues."""

    row: int
    column: str
    header: str
    value: str


class CauseView(Wire):
    """Why rows are newly rejected, how many, and the first places."""

    code: str
    field: str
    title: str
    message: str
    rows: int
    places: list[PlaceView]


class RefusalView(Wire):
    """Why the file as a whole would be refused."""

    code: str
    row: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Which file was tried."""

    submission: str
    provider: str
    item: str
    item_name: str
    period: str
    file_name: str


class TrialView(Wire):
    """What would become of a file; `before` is empty where it was refused, or never read.

    Where `partial`, go on with `rows` more rows passed over.
    """

    submission: str
    provider: str
    item: str
    item_name: str
    period: str
    file_name: str
    before: EndsView | None
    after: EndsView
    rows: Annotated[int, Field(ge=0)]
    newly_rejected: int
    newly_accepted: int
    causes: list[CauseView]
    refusal: list[RefusalView]
    partial: bool


def reported_list(submissions: Iterable[Submission]) -> ReportedList:
    return ReportedList(
        submissions=[
            ReportedView(
                submission=each.id,
                provider=each.provider,
                item=each.item,
                file_name=each.file.name,
                state=each.state.value,
            )
            for each in submissions
        ]
    )


def tried_of(submission: Submission, *, catalogue: Catalogue) -> Tried:
    """Name the file of a submission; `catalogue` is the one it was read under."""
    item = catalogue.items.get(submission.item)
    return Tried(
        submission=submission.id,
        provider=submission.provider,
        item=submission.item,
        item_name=item.name if item is not None else "",
        period=submission.period,
        file_name=submission.file.name,
    )


def trial_view(tried: Tried, trial: Trial) -> TrialView:
    return TrialView(
        submission=tried.submission,
        provider=tried.provider,
        item=tried.item,
        item_name=tried.item_name,
        period=tried.period,
        file_name=tried.file_name,
        before=_ends(trial.before) if trial.before is not None else None,
        after=_ends(trial.after),
        rows=trial.rows,
        newly_rejected=trial.newly_rejected,
        newly_accepted=trial.newly_accepted,
        causes=[_cause(each) for each in trial.causes],
        refusal=[
            RefusalView(code=each.code.value, row=each.row, message=each.message)
            for each in trial.refusal
        ],
        partial=trial.partial,
    )


def joined(first: TrialView, more: TrialView) -> TrialView:
    """Add the next part of the same file; a refusal in it is one of the whole file."""
    if more.refusal:
        return more
    return more.model_copy(
        update={
            "after": _sum(first.after, more.after),
            "rows": first.rows + more.rows,
            "newly_rejected": first.newly_rejected + more.newly_rejected,
            "newly_accepted": first.newly_accepted + more.newly_accepted,
            "causes": _causes(first.causes, more.causes),
        }
    )


def _ends(ends: Ends) -> EndsView:
    accepted, rejected, duplicate, blank = ends
    return EndsView(accepted=accepted, rejected=rejected, duplicate=duplicate, blank=blank)


def _cause(cause: Cause) -> CauseView:
    return CauseView(
        code=cause.code.value,
        field=cause.field,
        title=cause.title,
        message=cause.message,
        rows=cause.rows,
        places=[_place(each) for each in cause.places],
    )


def _place(issue: Issue) -> PlaceView:
    return PlaceView(row=issue.row, column=issue.column, header=issue.header, value=issue.value)


def _sum(first: EndsView, more: EndsView) -> EndsView:
    told: Mapping[str, int] = first.model_dump()
    return EndsView(**{name: count + told[name] for name, count in more.model_dump().items()})


def _causes(first: list[CauseView], more: list[CauseView]) -> list[CauseView]:
    found = {(each.code, each.field): each for each in first}
    for each in more:
        known = found.get((each.code, each.field), each)
        rows = each.rows if known is each else known.rows + each.rows
        found[each.code, each.field] = known.model_copy(update={"rows": rows})
    return sorted(found.values(), key=lambda each: (-each.rows, each.code))
