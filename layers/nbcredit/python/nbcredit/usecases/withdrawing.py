"""Planning withdrawals: rows that name records which leave public view (A7.3)."""

from dataclasses import dataclass, field
from typing import Final

from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.records import RecordId
from nbcredit.domain.rows import Outcome, Row
from nbcredit.usecases.plans import Plan
from nbcredit.usecases.retracting import Named, Retracting

# What a row of a withdrawal has in the place of an item's fields.
RECORD: Final = "@record"
WHY: Final = "@why"


def withdrawal_row(number: int, record: RecordId, reason: str) -> Row:
    return Row.of(number, {RECORD: str(record), WHY: reason})


@dataclass(slots=True)
class Withdrawing:
    """Plans the one chunk of a withdrawal."""

    retracting: Retracting
    _named: list[Named] = field(default_factory=list)

    def add(self, row: Row) -> None:
        record = RecordId.parse(row.values[RECORD])
        self._named.append(Named(row=row.number, record=record, reason=row.values[WHY]))

    def plan(self, *, term: int) -> Plan:
        retracting = self.retracting
        retracting.look(each.record for each in self._named)
        outcomes: dict[int, Outcome] = {}
        issues: list[Issue] = []
        for each in self._named:
            if not retracting.is_own(each.record):
                outcomes[each.row] = Outcome.REJECTED
                issues.append(_unknown(each))
                continue
            overtaken = retracting.overtaken(each)
            outcomes[each.row] = Outcome.OLDER if overtaken else Outcome.UPDATED
            retracting.retract(each)
        return Plan(
            term=term,
            outcomes=outcomes,
            issues=tuple(issues),
            puts=tuple(retracting.puts({})),
            revisions=(),
            changes=tuple(retracting.changes),
            affirmed=(),
        )


def _unknown(named: Named) -> Issue:
    """Tell of a record that is not there: it was when the withdrawal was asked for."""
    return Issue(
        code=IssueCode.UNKNOWN_RECORD,
        row=named.row,
        value=str(named.record),
        message=f"没有编号为“{named.record}”的记录：请核对记录编号。",
    )
