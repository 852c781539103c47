"""Calls about feedback: what went back to a provider, and how it is answered (A8.6)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.feedback import RowState
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.lamps import Lamp, lamp_until
from nbcredit.domain.periods import business_date
from nbcredit.usecases.answering import Told
from nbcredit.usecases.feedback_papers import PapersOf
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call

FeedbackId = Annotated[str, Field(pattern=r"^[0-9A-Z]{20,26}$")]
Rows = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=1_000)]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
# What awaits somebody comes first.
_ORDER: Final[Mapping[RowState, int]] = {
    state: place
    for place, state in enumerate(
        (RowState.RETURNED, RowState.OPEN, RowState.CONFIRMED, RowState.CORRECTED)
    )
}


class ListFeedback(Call):
    """Ask for the feedback of a provider, newest first; without one, what is open of all."""

    call: Literal["list-feedback"] = "list-feedback"
    provider: Code | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ShowFeedback(Call):
    """Ask for one feedback with the state of its rows."""

    call: Literal["show-feedback"] = "show-feedback"
    feedback: FeedbackId
    limit: Annotated[int, Field(ge=0, le=1_000)] = 100


class ShowPapers(Call):
    """Ask where workbook and receipt of a submission can be fetched; `anew` makes them again."""

    call: Literal["show-papers"] = "show-papers"
    submission: str
    anew: bool = False


class AnswerFeedback(Call):
    """Confirm rows as right, or withdraw them; corrected rows come as a file."""

    call: Literal["answer-feedback"] = "answer-feedback"
    feedback: FeedbackId
    rows: Rows
    answer: Literal[RowState.CONFIRMED, RowState.WITHDRAWN]
    reason: Reason


class JudgeAnswer(Call):
    """Decide on rows that were confirmed as right; the centre's alone."""

    call: Literal["judge-answer"] = "judge-answer"
    feedback: FeedbackId
    rows: Rows
    accept: bool
    reason: Reason


class OpenFeedback(Call):
    """Ask the provider of a stored record to verify it; the centre's alone."""

    call: Literal["open-feedback"] = "open-feedback"
    record: str
    question: Reason


class FeedbackView(Wire):
    """A feedback and how many of its rows are left to be answered."""

    feedback: str
    provider: str
    item: str
    item_name: str
    period: str
    submission: str
    file_name: str
    record: str
    question: str
    opened_at: datetime
    due: date
    overdue: bool
    lamp: str
    words: str
    rows: int
    held: int
    left: int
    by_state: dict[str, int]
    closed_at: datetime | None


class FeedbackList(Wire):
    """Feedback, newest first, or by due date."""

    feedback: list[FeedbackView]


class FeedbackRowView(Wire):
    """One row of a feedback: what became of it, and who said what."""

    row: int
    number: str
    held: bool
    state: str
    state_text: str
    reason: str
    by_row: str
    answered_at: datetime | None
    judgement: str
    due: date | None


class PapersView(Wire):
    """Where the papers of a submission can be fetched for fifteen minutes."""

    workbook: str | None
    rest: str | None
    receipt: str | None
    anew: bool


class FeedbackDetail(Wire):
    """A feedback with its first rows, what awaits somebody before the others."""

    feedback: FeedbackView
    rows: list[FeedbackRowView]


def feedback_view(told: Told, *, catalogue: Catalogue, now: datetime) -> FeedbackView:
    feedback, tally = told.feedback, told.tally
    item = catalogue.items.get(feedback.item)
    lamp, words = _lamp(told, now)
    return FeedbackView(
        feedback=feedback.id,
        provider=feedback.provider,
        item=feedback.item,
        item_name=item.name if item is not None else "",
        period=feedback.period,
        submission=feedback.submission,
        file_name=feedback.file_name,
        record=feedback.record,
        question=feedback.question,
        opened_at=feedback.opened_at,
        due=told.due.on,
        overdue=bool(tally.left) and not told.due.kept_at(now),
        lamp=lamp.value,
        words=words,
        rows=feedback.rows,
        held=feedback.held,
        left=tally.left,
        by_state={state.value: count for state, count in tally.by_state.items()},
        closed_at=feedback.closed_at,
    )


def _lamp(told: Told, now: datetime) -> tuple[Lamp, str]:
    """Return the legal clock at a glance: it runs while the provider has to answer."""
    if told.feedback.closed_at is not None:
        return Lamp.GREEN, "已办结"
    if not told.tally.left:
        return Lamp.AMBER, "已答复，待审定"
    return lamp_until(told.due.on, today=business_date(now), undone="未答复")


def feedback_detail(
    told: Told, *, catalogue: Catalogue, now: datetime, limit: int
) -> FeedbackDetail:
    return FeedbackDetail(
        feedback=feedback_view(told, catalogue=catalogue, now=now),
        rows=list(_rows(told, limit)),
    )


def papers_view(found: PapersOf, *, anew: bool) -> PapersView:
    return PapersView(workbook=found.book, rest=found.rest, receipt=found.receipt, anew=anew)


def _rows(told: Told, limit: int) -> Iterator[FeedbackRowView]:
    last = len(_ORDER)
    ordered = sorted(told.rows.own, key=lambda row: (_ORDER.get(told.state_of(row), last), row))
    for row in ordered[:limit]:
        answer, state = told.answers.get(row), told.state_of(row)
        yield FeedbackRowView(
            row=row,
            number=str(FeedbackRow(told.feedback.id, row)),
            held=row in told.rows.held,
            state=state.value,
            state_text=state.label,
            reason=answer.reason if answer else "",
            by_row=answer.by_row if answer else "",
            answered_at=answer.at if answer else None,
            judgement=answer.judgement if answer else "",
            due=answer.due.on if answer and answer.due else None,
        )
