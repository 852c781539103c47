"""Feedback in the work table: the task, one item an answer, and two lists to find tasks by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.obligations import write_changes
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.feedback import Answer, Feedback, Step
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.usecases.feedback_store import HeldAgain, StaleAnswer
from nbcredit.usecases.obligations import Change

_FEEDBACK: Final = TypeAdapter(Feedback)
_ANSWER: Final = TypeAdapter(Answer)
_OPEN: Final = "FEEDBACK#OPEN"
_HELD: Final = "HELD#"


class FeedbackItem(WorkModel):
    """A task with its counts; what conditions look at stands outside the body."""

    closed = NumberAttribute()
    revision = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackItem":
        return cls(
            f"FEEDBACK#{feedback.id}",
            "META",
            closed=0 if feedback.is_open else 1,
            revision=feedback.revision + 1,
            body=_FEEDBACK.dump_json(feedback).decode(),
        )

    def feedback(self) -> Feedback:
        return replace(_FEEDBACK.validate_json(self.body), revision=int(self.revision))


class AnswerItem(WorkModel):
    """How one row was answered."""

    revision = NumberAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, feedback: Feedback, answer: Answer) -> "AnswerItem":
        return cls(
            f"FEEDBACK#{feedback.id}",
            _answer(answer.row),
            revision=answer.revision + 1,
            body=_ANSWER.dump_json(answer).decode(),
        )

    def answer(self) -> Answer:
        return replace(_ANSWER.validate_json(self.body), revision=int(self.revision))


class ListedFeedbackItem(WorkModel):
    """A place where a task is found: its provider's list, the open ones, what is asked of whom."""

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
        place = f"{feedback.record}#{feedback.id}"
        return cls(f"FEEDBACK#ASKED#{feedback.provider}", place, feedback=feedback.id)

    @property
    def record(self) -> str:
        """Return the record that is asked about."""
        return self.sk.rpartition("#")[0]


class HeldAgainItem(WorkModel):
    """Says where a row that came back was held."""

    by = UnicodeAttribute()

    @classmethod
    def of(cls, feedback_id: str, found: HeldAgain) -> "HeldAgainItem":
        place = f"{_held(found.row)}{utc_text(found.reported_at)}#{found.by}"
        return cls(f"FEEDBACK#{feedback_id}", place, by=str(found.by))

    def found(self) -> HeldAgain:
        _, row, reported_at, _ = self.sk.split("#")
        by = FeedbackRow.read(self.by)
        if by is None:
            raise AssertionError(f"{self.pk} {self.sk} names no row")
        return HeldAgain(int(row), from_utc_text(reported_at), by)


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
                as_read = FeedbackItem.revision == feedback.revision
                tx.save(FeedbackItem.of(feedback), condition=(FeedbackItem.closed == 0) & as_read)
                tx.delete(ListedFeedbackItem.of_open(feedback))
                if feedback.record:
                    tx.delete(ListedFeedbackItem.of_record(feedback))
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

    def pending(self, *, limit: int) -> Sequence[Feedback]:
        return self._found(ListedFeedbackItem.query(_OPEN, consistent_read=True, limit=limit))

    def asked(self, provider: str) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for each in ListedFeedbackItem.query(f"FEEDBACK#ASKED#{provider}", consistent_read=True):
            found[each.record].append(each.feedback)
        return found

    def _found(self, listed: Iterable[ListedFeedbackItem]) -> list[Feedback]:
        found = [self.find(each.feedback) for each in listed]
        return [each for each in found if each is not None]

    def each_answer(self, feedback_id: str) -> Iterator[Answer]:
        items = AnswerItem.query(
            f"FEEDBACK#{feedback_id}", AnswerItem.sk.startswith("ROW#"), consistent_read=True
        )
        for item in items:
            yield item.answer()

    def answers(self, feedback_id: str, rows: Collection[int]) -> Mapping[int, Answer]:
        if not rows:
            return {}
        between = AnswerItem.sk.between(_answer(min(rows)), _answer(max(rows)))
        items = AnswerItem.query(f"FEEDBACK#{feedback_id}", between, consistent_read=True)
        found = (item.answer() for item in items)
        return {answer.row: answer for answer in found if answer.row in rows}

    def write(
        self,
        feedback: Feedback,
        steps: Sequence[Step],
        *,
        owed: Sequence[Change] = (),
        act: Act,
        event: Event | None,
    ) -> Feedback:
        counted = feedback.counting(steps)
        try:
            with self._ledger.transaction(act, event=event) as tx:
                as_read = FeedbackItem.revision == feedback.revision
                tx.save(FeedbackItem.of(counted), condition=as_read)
                for before, after in steps:
                    unchanged = (
                        AnswerItem.revision == before.revision
                        if before is not None
                        else AnswerItem.pk.does_not_exist()
                    )
                    tx.save(AnswerItem.of(feedback, after), condition=unchanged)
                write_changes(tx, owed)
        except Unmet as error:
            raise StaleAnswer(feedback.id) from error
        return replace(counted, revision=feedback.revision + 1)

    def hold_again(self, feedback_id: str, found: HeldAgain) -> None:
        HeldAgainItem.of(feedback_id, found).save()

    def held_again(self, feedback_id: str, rows: Collection[int]) -> Sequence[HeldAgain]:
        # Of many rows hardly one was held again: all that were are looked through.
        prefix = _held(next(iter(rows))) if len(rows) == 1 else _HELD
        items = HeldAgainItem.query(
            f"FEEDBACK#{feedback_id}", HeldAgainItem.sk.startswith(prefix), consistent_read=True
        )
        return [found for found in (item.found() for item in items) if found.row in rows]


def _answer(row: int) -> str:
    return f"ROW#{row:09d}"


def _held(row: int) -> str:
    return f"{_HELD}{row:09d}#"
