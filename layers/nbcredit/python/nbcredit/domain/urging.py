"""Urging: who supervises reminds a debtor of what is owed, once a day (A4.1)."""

from dataclasses import dataclass
from datetime import date, datetime

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import Conflict, Forbidden
from nbcredit.domain.obligations import Obligation


class NotASupervisor(Forbidden):
    """Centre and office supervise the city, a county its region; nobody else."""

    code = "not-a-supervisor"

    def __init__(self) -> None:
        super().__init__("只有信用中心、市信用办和区县信用办可以督办，区县只限本区域。")


class NothingToUrge(Conflict):
    """What is done already needs no urging."""

    code = "nothing-to-urge"

    def __init__(self, obligation: Obligation) -> None:
        super().__init__(f"“{obligation.title}”已经完成，不需要催办。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """One reminder by a supervisor, kept in the debtor's record."""

    obligation: str
    debtor: str
    title: str
    due_on: date
    day: date
    at: datetime
    by: Actor
    note: str = ""
