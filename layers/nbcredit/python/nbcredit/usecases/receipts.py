"""What a provider may hold against us: the receipt of a submission, for people to keep (A8.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.submissions import Submission
from nbcredit.domain.working_days import DueDate
from nbcredit.usecases.returned_rows import ReturnedCause


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReceipt:
    """A settled submission in the words of its receipt.

    `back` is how many rows went back, `due` by when they are answered; `answers` is how many rows
    answered an earlier feedback, `strays` those whose number named no row that waits for one.
    """

    submission: Submission
    item_name: str
    provider_name: str
    causes: Sequence[ReturnedCause]
    back: int = 0
    carried: int = 0
    due: DueDate | None = None
    answers: int = 0
    strays: Sequence[int] = ()


class Papers(Protocol):
    """Spells what people keep."""

    def receipt(self, told: PaperReceipt) -> str:
        """Return the receipt as a page that can be printed."""
        ...
