"""What follows for feedback from events of others, and from its own answers (A8.6)."""

from dataclasses import dataclass

from nbcredit.domain.comparison import CaseState
from nbcredit.domain.events import Event, EventKind
from nbcredit.usecases.feedback import ReturnQueue
from nbcredit.usecases.held_rows import OVERTAKEN, HeldRows


@dataclass(frozen=True, slots=True)
class FeedbackFollower:
    """Has papers made of what settles, and answers and closes feedback by what happens."""

    held: HeldRows
    returns: ReturnQueue

    def follow(self, event: Event) -> None:
        match event.kind:
            case EventKind.SUBMISSION_SETTLED:
                self.returns.send(event.subject)
            case EventKind.FEEDBACK_ANSWERED:
                self.held.answering.settle(event.subject)
            case EventKind.CASE_DECIDED if OVERTAKEN not in event.detail:
                decision = CaseState(event.detail["decision"])
                row = int(event.detail["row"])
                self.held.follow(event.subject, row, decision, at=event.at)
