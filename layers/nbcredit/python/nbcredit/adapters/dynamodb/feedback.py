"""Feedback in the work table: the task, one item an answer, and two lists to find tasks by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.obligations import write_changes
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.feedback import Answer, Feedback
from nbcredit.domain.periods import utc_text
from nbcredit.usecases.feedback_store import StaleAnswer
from nbcredit.usecases.obligations import Change

_FEEDBACK: Final = TypeAdapter(Feedback)
_ANSWER: Final = TypeAdapter(Answer)
_OPEN: Final = "FEEDBACK#OPEN"


class FeedbackItem(WorkModel):
    """A task; `closed` stands outside the body, for the condition."""

    closed = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackItem":
        return cls(
            f"FEEDBACK#{feedback.id}",
            "META",
            closed=0 if feedback.is_open else 1,
            body=_FEEDBACK.dump_json(feedback).decode(),
        )

    def feedback(self) -> Feedback:
        return _FEEDBACK.validate_json(self.body)


class AnswerItem(WorkModel):
    """How one row was answered."""

    revision = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, feedback: Feedback, answer: Answer) -> "AnswerItem":
        return cls(
            f"FEEDBACK#{feedback.id}",
            f"ROW#{answer.row:09d}",
            revision=answer.revision + 1,
            body=_ANSWER.dump_json(answer).decode(),
        )

    def answer(self) -> Answer:
        return replace(_ANSWER.validate_json(self.body), revision=int(self.revision))


class ListedFeedbackItem(WorkModel):
    """A place where a task is found: its provider's list, the open ones, those about a record."""

    feedback = UnicodeAttribute()

    @classmethod
    def of_provider(cls, feedback: Feedback) -> "ListedFeedbackItem":
        place = f"FEEDBACK#{utc_text(feedback.opened_at)}#{feedback.id}"
        return cls(f"PROVIDER#{feedback.provider}", place, feedback=feedback.id)

    @classmethod
    def of_open(cls, feedback: Feedback) -> "ListedFeedbackItem":
        return cls(_OPEN, f"{feedback.due.on}#{feedback.id}", feedback=feedback.id)

    @classmethod
    def of_record(cls, feedback: Feedback) -> "ListedFeedbackItem":
        return cls(f"FEEDBACK#RECORD#{feedback.record}", feedback.id, feedback=feedback.id)


class DynamoFeedback:
    """Feedback in the work table."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def open(self, feedback: Feedback, *, owed: Sequence[Change], act: Act, event: Event) -> bool:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(FeedbackItem.of(feedback), condition=FeedbackItem.pk.does_not_exist())
                tx.save(ListedFeedbackItem.of_provider(feedback))
                tx.save(ListedFeedbackItem.of_open(feedback))
                if feedback.record:
                    tx.save(ListedFeedbackItem.of_record(feedback))
                write_changes(tx, owed)
        except Unmet:
            return False
        return True

    def close(self, feedback: Feedback, *, act: Act, event: Event) -> bool:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(FeedbackItem.of(feedback), condition=FeedbackItem.closed == 0)
                tx.delete(ListedFeedbackItem.of_open(feedback))
        except Unmet:
            return False
        return True

    def find(self, feedback_id: str) -> Feedback | None:
        try:
            return FeedbackItem.get(
                f"FEEDBACK#{feedback_id}", "META", consistent_read=True
            ).feedback()
        except FeedbackItem.DoesNotExist:
            return None

    def of_provider(self, provider: str, *, limit: int) -> Sequence[Feedback]:
        listed = ListedFeedbackItem.query(
            f"PROVIDER#{provider}",
            ListedFeedbackItem.sk.startswith("FEEDBACK#"),
            scan_index_forward=False,
            limit=limit,
        )
        return self._found(listed)

    def pending(self) -> Sequence[Feedback]:
        return self._found(ListedFeedbackItem.query(_OPEN, consistent_read=True))

    def about_record(self, record: str) -> Sequence[Feedback]:
        return self._found(
            ListedFeedbackItem.query(f"FEEDBACK#RECORD#{record}", consistent_read=True)
        )

    def _found(self, listed: Iterable[ListedFeedbackItem]) -> list[Feedback]:
        found = [self.find(each.feedback) for each in listed]
        return [each for each in found if each is not None]

    def answers(self, feedback_id: str) -> Mapping[int, Answer]:
        items = AnswerItem.query(
            f"FEEDBACK#{feedback_id}", AnswerItem.sk.startswith("ROW#"), consistent_read=True
        )
        return {answer.row: answer for answer in (item.answer() for item in items)}

    def write(
        self,
        feedback: Feedback,
        answers: Sequence[Answer],
        *,
        owed: Sequence[Change] = (),
        act: Act,
        event: Event,
    ) -> None:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                for answer in answers:
                    unchanged = (
                        AnswerItem.revision == answer.revision
                        if answer.revision
                        else AnswerItem.pk.does_not_exist()
                    )
                    tx.save(AnswerItem.of(feedback, answer), condition=unchanged)
                write_changes(tx, owed)
        except Unmet as error:
            raise StaleAnswer(feedback.id) from error
