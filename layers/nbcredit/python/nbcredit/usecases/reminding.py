"""Reminders on the morning of a working day: one digest for each organisation (A8.6, F17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.duties import due_by, due_of
from nbcredit.domain.lamps import lamp_of
from nbcredit.domain.obligations import Kind, Obligation
from nbcredit.domain.organisations import OFFICE
from nbcredit.domain.periods import Period, business_date
from nbcredit.domain.reminders import first_reminder, recipients, stage_between
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.usecases.duties import Duties
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.obligations import ObligationStore
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.receiving import Organisations

REMINDER: Final = Actor.platform("remind")
# The notice of the next year comes in autumn; from here on its absence is an alarm (F20).
NOTICE_MONTH: Final = 11
_MOST_LINES: Final = 200
_DAY: Final = timedelta(days=1)


class Calendars(Protocol):
    """The working-day calendar as it is stored now."""

    def fresh(self) -> WorkingCalendar: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What a run did and found; the last two are what alarms look at."""

    digests: int
    overdue_submissions: int
    calendar_missing: bool


@dataclass(frozen=True, slots=True)
class Reminding:
    """Opens the duties that come up, closes what is over, and reminds whoever is due to be.

    It runs every day and reminds on working days. Run twice it changes nothing; run late, or not
    for days, it says once what it would have said each day.
    """

    obligations: ObligationStore
    duties: Duties
    inbox: Inbox
    calendars: Calendars
    organisations: Organisations
    clock: Clock

    def run(self) -> Reminded:
        now = self.clock.now()
        today, calendar = business_date(now), self.calendars.fresh()
        self._bring_duties(today, calendar)
        missing = self._tell_missing_calendar(today, calendar, at=now)
        owed = self._owed(calendar)
        digests = 0
        if calendar.is_working_day(today):
            digests = self._remind(owed, calendar, today=today, at=now)
        return Reminded(
            digests=digests,
            overdue_submissions=sum(
                each.kind is Kind.SUBMISSION and each.overdue(now=now) for each in owed
            ),
            calendar_missing=missing,
        )

    def _bring_duties(self, today: date, calendar: WorkingCalendar) -> None:
        over = due_by(today)
        # What was over before the platform began was never owed to it: nobody has missed it.
        if self.duties.is_opened(over):
            self.duties.close(over, by=REMINDER)
        # Before long holidays the first reminder comes before the month has ended.
        for period in (over.next(), over.next().next()):
            if _begins(period, calendar) <= today:
                self.duties.open(period, by=REMINDER)

    def _tell_missing_calendar(
        self, today: date, calendar: WorkingCalendar, *, at: datetime
    ) -> bool:
        year = today.year + 1
        if today.month < NOTICE_MONTH or calendar.knows(year):
            return False
        message = Message(
            organisation=OFFICE,
            day=Period.of(today).first_day,
            topic=f"calendar-{year}",
            at=at,
            subject=f"{year} 年的工作日历还没有载入",
            lines=(
                f"{year} 年的期限暂按周一至周五计算，可能偏早。",
                f"国务院办公厅公布 {year} 年放假安排后，请用 nbcredit calendar load 载入。",
                "载入后未完成事项的期限自动重新计算。",
            ),
        )
        self.inbox.leave(message, by=REMINDER)
        return True

    def _owed(self, calendar: WorkingCalendar) -> list[Obligation]:
        """Return all that is pending, by the calendar as it is stored now."""
        debtors = sorted(self.organisations.directory().by_code)
        return [
            each.redated(calendar.renewed(each.due))
            for debtor in debtors
            for each in self.obligations.pending(debtor)
        ]

    def _remind(
        self, owed: Sequence[Obligation], calendar: WorkingCalendar, *, today: date, at: datetime
    ) -> int:
        everybody = self.inbox.store.reminded("")
        if everybody is not None and everybody >= today:
            return 0
        start = everybody or today - _DAY
        left = 0
        for organisation, concerning in _by_recipient(owed).items():
            after = max(start, self.inbox.store.reminded(organisation) or start)
            told = [
                each
                for each in concerning
                if _concerns(each, organisation, after=after, upto=today, calendar=calendar)
            ]
            if told:
                digest = self._digest(organisation, told, calendar, today=today, at=at)
                left += self.inbox.leave(digest, by=REMINDER, reminded=today)
        self.inbox.store.note_reminded(today)
        return left

    def _digest(
        self,
        organisation: str,
        told: Sequence[Obligation],
        calendar: WorkingCalendar,
        *,
        today: date,
        at: datetime,
    ) -> Message:
        names = {code: each.name for code, each in self.organisations.directory().by_code.items()}
        lines = [
            _line(each, organisation, names, calendar, today=today)
            for each in sorted(told, key=lambda each: (each.due.on, each.id))
        ]
        if len(lines) > _MOST_LINES:
            more = len(lines) - _MOST_LINES
            lines = [*lines[:_MOST_LINES], f"另有 {more} 项：请用 nbcredit duties 查看。"]
        return Message(
            organisation=organisation,
            day=today,
            topic="digest",
            at=at,
            subject=f"事项提醒：{len(told)} 项到期或逾期",
            lines=tuple(lines),
        )


def _begins(period: Period, calendar: WorkingCalendar) -> date:
    """Return when a period's duties are opened: when it ends, or is first reminded of."""
    reminder = first_reminder(Kind.REPORTING, due_of(period).on, calendar=calendar)
    return min(reminder, period.next().first_day)


def _by_recipient(owed: Sequence[Obligation]) -> Mapping[str, list[Obligation]]:
    found: dict[str, list[Obligation]] = {}
    for each in owed:
        for organisation in recipients(each, stage=-1):
            found.setdefault(organisation, []).append(each)
    return found


def _concerns(
    obligation: Obligation,
    organisation: str,
    *,
    after: date,
    upto: date,
    calendar: WorkingCalendar,
) -> bool:
    stage = stage_between(obligation, after=after, upto=upto, calendar=calendar)
    return stage is not None and organisation in recipients(obligation, stage=stage)


def _line(
    obligation: Obligation,
    organisation: str,
    names: Mapping[str, str],
    calendar: WorkingCalendar,
    *,
    today: date,
) -> str:
    whose = ""
    if obligation.debtor != organisation:
        whose = f"{names.get(obligation.debtor, obligation.debtor)}："
    lamp, words = lamp_of(obligation, today=today)
    due = calendar.described(obligation.due.on)
    return f"{lamp.sign} {whose}{obligation.title}，{due}到期，{words}"
