"""Comparison cases as they are kept (A8.4)."""

from collections.abc import Sequence
from typing import Protocol

from nbcredit.domain.audit import Act
from nbcredit.domain.comparison import Case
from nbcredit.domain.events import Event
from nbcredit.domain.submissions import Submission


class CaseStore(Protocol):
    """Where cases are kept; a decision is written with its audit entry and its event."""

    def find(self, submission: Submission, row: int) -> Case | None: ...

    def decide(self, case: Case, *, act: Act, event: Event) -> None:
        """Keep a decision, once; raise `CaseDecided` where somebody was faster."""
        ...

    def open_of_provider(self, provider: str, *, limit: int) -> Sequence[Case]:
        """Return the provider's open cases, those first that were reported first."""
        ...

    def open_count(self, submission: Submission) -> int:
        """Return how many rows of a submission wait for a decision."""
        ...

    def providers(self) -> Sequence[str]:
        """Return who has or had cases."""
        ...
