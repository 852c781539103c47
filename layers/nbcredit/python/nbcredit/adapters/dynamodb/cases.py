"""Comparison cases: those of a provider in one partition, the open ones before the decided."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel, batch_put
from nbcredit.domain.audit import Act
from nbcredit.domain.comparison import Case, CaseDecided
from nbcredit.domain.events import Event
from nbcredit.domain.periods import utc_text
from nbcredit.domain.submissions import Submission

_CASE: Final = TypeAdapter(Case)
_PROVIDERS: Final = "CASES"
_OPEN: Final = "OPEN#"
_DECIDED: Final = "DONE#"


class CaseItem(WorkModel):
    """One case; a decision moves it from the open ones to the decided."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, case: Case) -> "CaseItem":
        place = _place(case.submission, utc_text(case.reported_at), case.question.row)
        return cls(
            _partition(case.provider),
            f"{_OPEN if case.decision is None else _DECIDED}{place}",
            body=_CASE.dump_json(case).decode(),
        )

    def case(self) -> Case:
        return _CASE.validate_json(self.body)


class CasesItem(WorkModel):
    """Says that a provider has or had cases, so that the centre need not ask all of them."""

    @classmethod
    def of(cls, provider: str) -> "CasesItem":
        return cls(_PROVIDERS, provider)


class DynamoCases:
    """Cases in the work table."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger

    def keep(self, cases: Sequence[Case]) -> None:
        """Write the open cases of a chunk; nobody can have decided one before it is committed."""
        providers = {case.provider for case in cases}
        items = [*map(CasesItem.of, sorted(providers)), *map(CaseItem.of, cases)]
        table = WorkModel.Meta.table_name
        batch_put(self._connection, table, (item.serialize() for item in items))

    def find(self, submission: Submission, row: int) -> Case | None:
        place = _place(submission.id, utc_text(submission.reported_at), row)
        partition = _partition(submission.provider)
        # In the way that a decision takes: who is decided meanwhile is found at the second place.
        for state in (_OPEN, _DECIDED):
            try:
                item = CaseItem.get(partition, f"{state}{place}", consistent_read=True)
            except CaseItem.DoesNotExist:
                continue
            return item.case()
        return None

    def decide(self, case: Case, *, act: Act, event: Event) -> None:
        """Keep a decision, once; raise `CaseDecided` where somebody was faster."""
        waiting = CaseItem.of(replace(case, decision=None))
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.delete(waiting, condition=CaseItem.pk.exists())
                tx.save(CaseItem.of(case), condition=CaseItem.pk.does_not_exist())
        except Unmet as error:
            raise CaseDecided(case.id) from error

    def open_of_provider(self, provider: str, *, limit: int) -> Sequence[Case]:
        """Return the provider's open cases, those first that were reported first."""
        items = CaseItem.query(_partition(provider), CaseItem.sk.startswith(_OPEN), limit=limit)
        return [item.case() for item in items]

    def open_count(self, submission: Submission) -> int:
        prefix = f"{_OPEN}{utc_text(submission.reported_at)}#{submission.id}#"
        partition = _partition(submission.provider)
        return CaseItem.count(partition, CaseItem.sk.startswith(prefix), consistent_read=True)

    def decided(self, submission: Submission) -> Sequence[Case]:
        """Return the decided cases of a submission."""
        prefix = f"{_DECIDED}{utc_text(submission.reported_at)}#{submission.id}#"
        partition = _partition(submission.provider)
        items = CaseItem.query(partition, CaseItem.sk.startswith(prefix), consistent_read=True)
        return [item.case() for item in items]

    def providers(self) -> Sequence[str]:
        """Return who has or had cases."""
        return [item.sk for item in CasesItem.query(_PROVIDERS)]


def _partition(provider: str) -> str:
    return f"CASES#{provider}"


def _place(submission: str, reported_at: str, row: int) -> str:
    return f"{reported_at}#{submission}#{row:08d}"
