"""What supervisors look at: who was urged, what an organisation did, how many cases wait."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection

from nbcredit.adapters.dynamodb.cases import CaseItem, CasesItem
from nbcredit.adapters.dynamodb.feedback import FeedbackItem, ListedFeedbackItem
from nbcredit.adapters.dynamodb.identity_items import ACCOUNTS, AccountItem
from nbcredit.adapters.dynamodb.items import ReportedItem, SubmissionItem
from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.obligations import ObligationItem
from nbcredit.adapters.dynamodb.tables import RawItem, WorkModel, batch_get
from nbcredit.domain.accounts import AccountState
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.feedback import RowState, Tally
from nbcredit.domain.obligations import Kind, Obligation, obligation_id
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import utc_text
from nbcredit.domain.submissions import Submission
from nbcredit.domain.urging import Urge
from nbcredit.usecases.worklists import Queue

_URGE: Final = TypeAdapter(Urge)


class UrgeItem(WorkModel):
    """That a debtor was urged about an obligation on a day."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, urge: Urge) -> "UrgeItem":
        return cls(
            _urged(urge.debtor),
            f"{urge.day}#{urge.obligation}",
            body=_URGE.dump_json(urge).decode(),
        )

    def urge(self) -> Urge:
        return _URGE.validate_json(self.body)


class DynamoUrges:
    """Urges in the work table."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keep(self, urge: Urge, *, act: Act, event: Event) -> bool:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(UrgeItem.of(urge), condition=UrgeItem.pk.does_not_exist())
        except Unmet:
            return False
        return True

    def find(self, debtor: str, day: date, obligation: str) -> Urge | None:
        try:
            place = f"{day}#{obligation}"
            return UrgeItem.get(_urged(debtor), place, consistent_read=True).urge()
        except UrgeItem.DoesNotExist:
            return None

    def of(self, debtor: str, *, since: date, until: date) -> Sequence[Urge]:
        # Behind a day's own text stand the places of that day.
        within = UrgeItem.sk.between(f"{since}", f"{until}")
        return [item.urge() for item in UrgeItem.query(_urged(debtor), within)]


class DynamoActivity:
    """An organisation's submissions and feedback of a time, from its own lists."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def submissions(
        self, provider: str, *, since: datetime, until: datetime
    ) -> Sequence[Submission]:
        within = ReportedItem.sk.between(f"SUB#{utc_text(since)}", f"SUB#{utc_text(until)}")
        listed = [item.submission for item in ReportedItem.query(f"PROVIDER#{provider}", within)]
        found = self._found((f"SUB#{each}", "META") for each in listed)
        return [SubmissionItem.from_raw_data(dict(raw)).submission() for raw in found]

    def feedback(self, provider: str, *, since: datetime, until: datetime) -> Sequence[Obligation]:
        within = ListedFeedbackItem.sk.between(
            f"FEEDBACK#{utc_text(since)}", f"FEEDBACK#{utc_text(until)}"
        )
        listed = ListedFeedbackItem.query(f"PROVIDER#{provider}", within)
        found = self._found(
            ObligationItem.key_of(obligation_id(Kind.FEEDBACK, each.feedback)) for each in listed
        )
        return [ObligationItem.from_raw_data(dict(raw)).obligation() for raw in found]

    def _found(self, keys: Iterable[tuple[str, str]]) -> Iterable[RawItem]:
        return batch_get(self._connection, WorkModel.Meta.table_name, keys)


class WaitingCases:
    """The queue of comparison cases; they have no due date of their own."""

    def queue(self, concerns: Callable[[str], bool]) -> Queue:
        counts, oldest = 0, None
        for each in CasesItem.query("CASES"):
            if not concerns(each.sk):
                continue
            partition, waits = f"CASES#{each.sk}", CaseItem.sk.startswith("OPEN#")
            count = CaseItem.count(partition, waits)
            if count:
                first = next(iter(CaseItem.query(partition, waits, limit=1))).case().reported_at
                oldest = min(first, oldest or first)
            counts += count
        return Queue(name="cases", title="待处理的比对疑问", count=counts, oldest_at=oldest)


class WaitingAnswers:
    """The queue of rows that were confirmed as right, for the centre to judge."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def queue(self, concerns: Callable[[str], bool]) -> Queue:
        listed = ListedFeedbackItem.query("FEEDBACK#OPEN")
        keys = [(f"FEEDBACK#{each.feedback}", "META") for each in listed]
        found = batch_get(self._connection, WorkModel.Meta.table_name, keys)
        tasks = (FeedbackItem.from_raw_data(dict(raw)).feedback() for raw in found)
        waiting = [
            (each, Tally.of(each)[RowState.CONFIRMED]) for each in tasks if concerns(each.provider)
        ]
        return Queue(
            name="answers",
            title="待决定的“确认无误”",
            count=sum(rows for _, rows in waiting),
            oldest_at=min((each.opened_at for each, rows in waiting if rows), default=None),
        )


class Applications:
    """The queue of accounts that the centre has to approve or refuse."""

    def queue(self, concerns: Callable[[str], bool]) -> Queue:
        accounts = (
            [item.account() for item in AccountItem.query(ACCOUNTS)] if concerns(CENTRE) else []
        )
        waiting = [each.applied_at for each in accounts if each.state is AccountState.APPLIED]
        return Queue(
            name="accounts",
            title="待审批的账号",
            count=len(waiting),
            oldest_at=min(waiting, default=None),
        )


def _urged(debtor: str) -> str:
    return f"URGED#{debtor}"
