"""Rows of earlier feedback that rows of a file may answer: by number, record, or as the same row.

A row that is still wrong keeps the number, and with it the due date, of the feedback that it
answers (A8.6).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from nbcredit.domain.catalogue import Item
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.feedback import RECORD_ROW, Answer
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.records import RecordId
from nbcredit.domain.reserved import CORRECTS, FEEDBACK, RESERVED
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.answering import Answering
from nbcredit.usecases.returned_rows import Original, OriginalRow

# Among so many of a provider's latest feedbacks a row is looked for that comes without its number.
LOOKED_THROUGH: Final = 20


class _Earlier(NamedTuple):
    """An earlier feedback: its rows, and the answers to those that are settled."""

    own: frozenset[int]
    settled: Mapping[int, Answer]


@dataclass(slots=True)
class EarlierRows:
    """Finds for each row of a file the row that it answers; that is taken by the first."""

    submission: Submission
    item: Item
    answering: Answering
    _taken: set[FeedbackRow] = field(default_factory=set)
    _known: dict[str, _Earlier | None] = field(default_factory=dict)
    _asked: Mapping[str, Sequence[str]] | None = None
    _marks: Mapping[str, Sequence[FeedbackRow]] | None = None

    def take(self, original: Original, row: OriginalRow, *, wrong: bool) -> FeedbackRow | None:
        """Return the row of an earlier feedback that this one answers, or still leaves `wrong`."""
        for each in self._named(original, row, wrong=wrong):
            if each not in self._taken and self._waits(each, row.number, wrong=wrong):
                self._taken.add(each)
                return each
        return None

    def _named(self, original: Original, row: OriginalRow, *, wrong: bool) -> Iterator[FeedbackRow]:
        number, record = cell(original, row, FEEDBACK), cell(original, row, CORRECTS)
        if number and (named := FeedbackRow.read(number)) is not None:
            yield named
        if record:
            yield from self._about(record)
        if wrong and not number:
            yield from self._same(original, row)

    def _about(self, record: str) -> Iterator[FeedbackRow]:
        """Yield what is asked about a record; what is asked of whom is read once a file."""
        try:
            known = str(RecordId.parse(record))
        except BadRequest:
            return
        if self._asked is None:
            self._asked = self.answering.store.asked(self.submission.provider)
        for feedback in self._asked.get(known, ()):
            yield FeedbackRow(feedback, RECORD_ROW)

    def _same(self, original: Original, row: OriginalRow) -> Iterator[FeedbackRow]:
        mark = mark_of(self.item, original, row)
        if mark:
            yield from self._known_by_marks().get(mark, ())

    def _known_by_marks(self) -> Mapping[str, Sequence[FeedbackRow]]:
        """Return by what rows of the latest open feedbacks of this item are known again."""
        if self._marks is None:
            latest = self.answering.store.of_provider(
                self.submission.provider, limit=LOOKED_THROUGH
            )
            found: dict[str, list[FeedbackRow]] = {}
            for each in latest:
                ours = each.is_open and each.item == self.submission.item
                if ours and each.submission not in ("", self.submission.id):
                    for mark, rows in self.answering.files.read_marks(each.submission).items():
                        numbers = [FeedbackRow(each.id, row) for row in rows]
                        found.setdefault(mark, []).extend(numbers)
            self._marks = found
        return self._marks

    def _waits(self, earlier: FeedbackRow, number: int, *, wrong: bool) -> bool:
        """Whether that row waits for an answer, or this very row has been taken for it before.

        One that is still wrong and was settled after it had been reported is settled with it.
        """
        known = self._read(earlier.feedback)
        if known is None or earlier.row not in known.own:
            return False
        answer = known.settled.get(earlier.row)
        if answer is None or answer.by_row == str(FeedbackRow(self.submission.id, number)):
            return True
        return wrong and answer.at > self.submission.reported_at

    def _read(self, feedback_id: str) -> _Earlier | None:
        """Return an earlier feedback, if it is one of this provider's own for this item."""
        if feedback_id not in self._known:
            self._known[feedback_id] = self._find(feedback_id)
        return self._known[feedback_id]

    def _find(self, feedback_id: str) -> _Earlier | None:
        found = self.answering.store.find(feedback_id)
        if found is None or found.id == self.submission.id:
            return None
        if (found.provider, found.item) != (self.submission.provider, self.submission.item):
            return None
        answers = self.answering.store.each_answer(found.id)
        settled = {answer.row: answer for answer in answers if answer.state.is_settled}
        return _Earlier(self.answering.rows_of(found).own, settled)


def mark_of(item: Item, original: Original, row: OriginalRow) -> str:
    """Return by what a row is known again: its record where that can be told, else all of it."""
    if row.cells is None:
        return ""
    values = {
        name: row.cells[index].strip()
        for name, index in original.fields.items()
        if name not in RESERVED and index < len(row.cells)
    }
    way = item.subject_way(values)
    if way is not None and all(values.get(name) for name in item.natural_key):
        told = [way.kind.value, values[way.number], item.natural_key_of(values)]
    else:
        told = [f"{name}={value}" for name, value in sorted(values.items()) if value]
    return hashlib.blake2b("\n".join(told).encode(), digest_size=12).hexdigest()


def cell(original: Original, row: OriginalRow, name: str) -> str:
    """Return what a row has in the column of a field."""
    index = original.fields.get(name)
    if index is None or row.cells is None or index >= len(row.cells):
        return ""
    return row.cells[index].strip()
