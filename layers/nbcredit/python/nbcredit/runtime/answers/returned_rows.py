"""The call about one row that went back."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.returned_cells import ReturnedCellsReader
from nbcredit.usecases.returned_rows import Rereader
from nbcredit.wire.returned_rows import ReturnedRowView, ShowReturnedRow, returned_row_view


@dataclass(frozen=True, slots=True)
class ReturnedRowAnswers:
    """Shows a row as it was written."""

    cells: Callable[[], ReturnedCellsReader]

    def all(self) -> Answers:
        return {ShowReturnedRow: self._show}

    def _show(self, call: ShowReturnedRow, asked: Asked) -> ReturnedRowView:
        number = FeedbackRow(call.feedback, call.row)
        return returned_row_view(self.cells().show(number, by=asked.by, purpose=call.purpose))


def originals() -> Rereader:
    # The engine takes a tenth of a second to import.
    from nbcredit.cleaning.originals import Originals  # noqa: PLC0415 -- no other call's

    return Originals()
