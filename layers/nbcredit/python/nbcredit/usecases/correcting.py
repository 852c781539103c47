"""Planning rows that name the record which they correct (A7.3).

Each is planned as any row is, under the version of a correction; beside it, the record that it
names leaves where the row is another one. An id can only be learned from the platform: whoever
names a record knows it as stored, so that none has to be waited for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nbcredit.domain.errors import BadRequest
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.records import RecordId
from nbcredit.domain.reserved import CORRECTS, Marked, unmarked
from nbcredit.domain.rows import Outcome, Row
from nbcredit.usecases.planning import Planning
from nbcredit.usecases.plans import Plan, Put
from nbcredit.usecases.retracting import REPLACED, Named, Retracting

_NOT_STORED = frozenset({Outcome.HELD, Outcome.REJECTED})


@dataclass(slots=True)
class Correcting:
    """Plans the chunk of a submission that has its corrections."""

    planning: Planning
    retracting: Retracting
    _rows: list[Marked] = field(default_factory=list)
    _refused: list[Issue] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self._rows.append(unmarked(row))

    def plan(self, *, term: int) -> Plan:
        named = [(row, self._named(row)) for row in self._rows]
        known = [each for _, each in named if each is not None]
        self.retracting.look(
            record for each in known for record in (each.record, each.own) if record is not None
        )
        accepted = list(self._accepted(named))
        for row, each in accepted:
            if self.retracting.overtaken(each):
                self.planning.overtaken.add(each.row)
            if each.own not in (None, each.record):
                self.planning.replaces[each.row] = str(each.record)
            self.planning.add(row)
        plan = self.planning.plan(term=term)
        self.retracting.profiles |= self.planning.profiles
        for _, each in accepted:
            if plan.outcomes[each.row] not in _NOT_STORED:
                self.retracting.retract(each)
        return self._with_retracted(plan)

    def _with_retracted(self, plan: Plan) -> Plan:
        store = self.retracting.store
        retracted = self.retracting.puts(store.heads_among(plan.puts))
        places: dict[tuple[str, str], Put] = {
            store.place_of(put): put for put in (*plan.puts, *retracted)
        }
        changed = {change.record: change for change in (*plan.changes, *self.retracting.changes)}
        return replace(
            plan,
            outcomes={**plan.outcomes, **{each.row: Outcome.REJECTED for each in self._refused}},
            issues=(*plan.issues, *self._refused),
            puts=tuple(places.values()),
            changes=tuple(changed.values()),
        )

    def _named(self, marked: Marked) -> Named | None:
        try:
            record = RecordId.parse(marked.corrects)
        except BadRequest:
            return None
        values = marked.row.values
        ref = self.planning.item.subject_of(values)
        return Named(
            row=marked.row.number,
            record=record,
            reason=REPLACED,
            own=self.planning.record_of(values, ref) if ref else None,
            region=self.planning.regions.of(values),
            role=ref.role if ref else "",
        )

    def _accepted(
        self, named: Sequence[tuple[Marked, Named | None]]
    ) -> Iterator[tuple[Row, Named]]:
        """Yield the rows that may be planned; of two about one record the second is refused."""
        touched: dict[RecordId, int] = {}
        for marked, each in named:
            if each is None or not self.retracting.is_own(each.record):
                told = _told(each)
                self._refuse(marked, each, IssueCode.UNKNOWN_RECORD, _UNKNOWN.format(told))
                continue
            touches = self.retracting.touches(each)
            earlier = min((touched[record] for record in touches if record in touched), default=0)
            moves = each.own is not None and each.own.subject != each.record.subject
            if earlier:
                self._refuse(marked, each, IssueCode.CORRECTED_TWICE, _TWICE.format(earlier))
            elif moves and self.planning.item.registers_subjects:
                self._refuse(marked, each, IssueCode.REGISTRATION_MOVED, _MOVED)
            else:
                touched |= dict.fromkeys(touches, each.row)
                yield marked.row, each

    def _refuse(self, marked: Marked, named: Named | None, code: IssueCode, message: str) -> None:
        issue = Issue(code=code, row=marked.row.number, value=_told(named), message=message)
        self._refused.append(issue.at(CORRECTS, self.planning.submission.columns))


def _told(named: Named | None) -> str:
    """Return a record's id as it was written; what is none may be the number of a person."""
    return str(named.record) if named is not None else _HIDDEN


_HIDDEN = "（不是记录编号）"
_UNKNOWN = (
    "本单位的这个目录项没有编号为“{}”的记录，本行没有入库：请用 nbcredit records 查到要更正的记录，"
    "把它的记录编号原样填入；不是更正的请留空。"
)
_TWICE = "与第 {0} 行更正的是同一条记录，以第 {0} 行为准，本行没有入库：每条记录只写一行更正。"
_MOVED = (
    "登记信息的更正不能换统一社会信用代码，本行没有入库：原代码请报送注销，新代码请作为新登记报送。"
)
