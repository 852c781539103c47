"""What a feedback has its provider owe, and how its opening is told (A8.6)."""

from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.feedback import Answer, Feedback
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.obligations import Kind, Obligation

PURPOSE: Final = "反馈核实"


def owed(feedback: Feedback) -> Obligation:
    """Return what the provider owes with a feedback."""
    return Obligation(
        kind=Kind.FEEDBACK,
        reference=feedback.id,
        debtor=feedback.provider,
        title=feedback.title,
        due=feedback.due,
        opened_at=feedback.opened_at,
        history=feedback.history,
    )


def owed_for(feedback: Feedback, row: int) -> str:
    """Return the reference of what is owed for a row that was returned."""
    return str(FeedbackRow(feedback.id, row))


def owed_again(feedback: Feedback, answer: Answer) -> Obligation:
    """Return what the provider owes for a row that was returned."""
    if answer.due is None or answer.judged_at is None:
        raise AssertionError(f"row {answer.row} of {feedback.id} was returned without a due date")
    return Obligation(
        kind=Kind.FEEDBACK,
        reference=owed_for(feedback, answer.row),
        debtor=feedback.provider,
        title=f"重新处理反馈 {feedback.id} 的第 {answer.row} 行",
        due=answer.due,
        opened_at=answer.judged_at,
        history=feedback.history,
    )


def opening_act(feedback: Feedback, *, by: Actor, purpose: str = PURPOSE) -> Act:
    return Act(
        action="feedback-opened",
        actor=by,
        purpose=purpose,
        about=(feedback.id, *([feedback.record] if feedback.record else [])),
        detail={
            "provider": feedback.provider,
            "rows": str(feedback.rows),
            "due": feedback.due.on.isoformat(),
        },
    )


def opening_event(feedback: Feedback, *, id_: str) -> Event:
    return Event(
        id=id_,
        kind=EventKind.FEEDBACK_OPENED,
        at=feedback.opened_at,
        subject=feedback.id,
        detail={"provider": feedback.provider, "item": feedback.item},
    )
