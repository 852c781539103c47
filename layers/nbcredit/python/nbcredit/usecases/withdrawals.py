"""Withdrawing records: their provider its own, the centre any; they stay in the archive (A7.3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import reason_of
from nbcredit.domain.entries import Entry
from nbcredit.domain.errors import Conflict
from nbcredit.domain.leases import Lane
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import business_date
from nbcredit.domain.records import Head, RecordId
from nbcredit.domain.submissions import Kind
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.entering import PURPOSE, Entering
from nbcredit.usecases.plans import StoredHead, SubjectStore
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.records import UnknownRecord
from nbcredit.usecases.submissions import Standing
from nbcredit.usecases.withdrawing import withdrawal_row


class RegistrationStays(Conflict):
    """What is known of a subject cannot be made unknown; it ends with its cancellation."""

    code = "registration-stays"

    def __init__(self, record: RecordId) -> None:
        super().__init__(
            f"登记信息 {record} 不能撤回：登记有误请报送更正，主体不再存续请报送注销。"
        )
        self.record = record


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Takes records out of public view."""

    entering: Entering
    subjects: SubjectStore
    trail: AuditTrail

    def withdraw(
        self, records: Sequence[RecordId], *, reason: str, by: Actor, deadline: Deadline
    ) -> list[Standing]:
        """Withdraw records, one submission for each item and provider; none, if one may not be.

        What has been withdrawn already is not withdrawn again: its submission is the answer.
        """
        why = reason_of(reason)
        found = self.subjects.read(set(records), ())[0]
        heads = {record: self._own(record, found, by) for record in dict.fromkeys(records)}
        standings = [
            self.entering.go_on(each, deadline)
            for each in dict.fromkeys(
                head.version.submission for head in heads.values() if head.withdrawn
            )
        ]
        lanes: dict[Lane, list[RecordId]] = defaultdict(list)
        for record, head in heads.items():
            if not head.withdrawn:
                lanes[Lane(record.item, head.provider)].append(record)
        for lane, some in lanes.items():
            entry = self._entry(lane, {each: heads[each] for each in some}, why, by)
            standings.append(self.entering.enter(entry, deadline=deadline))
        return standings

    def _own(self, record: RecordId, found: Mapping[RecordId, StoredHead], by: Actor) -> Head:
        """Return what stands, or refuse: of another's record nothing more is told than of none."""
        stored = found.get(record)
        if stored is None:
            raise UnknownRecord(record)
        if by.organisation not in (stored.head.provider, CENTRE):
            self._note_refusal(record, stored.head, by)
            raise UnknownRecord(record)
        if self._item_of(record, stored.head).registers_subjects:
            raise RegistrationStays(record)
        return stored.head

    def _item_of(self, record: RecordId, head: Head) -> Item:
        return self.entering.catalogues.get(head.catalogue).item(record.item)

    def _entry(self, lane: Lane, heads: Mapping[RecordId, Head], reason: str, by: Actor) -> Entry:
        now = self.entering.clock.now()
        in_force = self.entering.catalogues.in_force(business_date(now))
        # An item may have left the catalogue since.
        versions = sorted(head.catalogue for head in heads.values())
        return Entry(
            kind=Kind.WITHDRAWAL,
            # What stands is withdrawn: once it was corrected, the same is another withdrawal.
            token="\n".join(str(head.version) for head in heads.values()),
            provider=lane.provider,
            item=lane.item,
            period=self.entering.this_month(),
            catalogue=in_force.version if lane.item in in_force.items else versions[-1],
            rows=[
                withdrawal_row(number, record, reason)
                for number, record in enumerate(heads, start=1)
            ],
            by=by,
            at=now,
            about=tuple(map(str, heads)),
        )

    def _note_refusal(self, record: RecordId, head: Head, by: Actor) -> None:
        self.trail.record(
            Act(
                action="withdrawal-refused",
                actor=by,
                purpose=PURPOSE,
                about=(str(record),),
                outcome=Outcome.REFUSED,
                detail={"provider": head.provider},
            )
        )
