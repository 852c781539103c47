"""Zero reports: nothing arose in the period; refused after data, superseded by data (A7.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.duties import Reports, duty_period
from nbcredit.domain.errors import BadRequest, Conflict
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.obligations import Obligation
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import SHANGHAI, Period, business_date
from nbcredit.domain.submissions import State, Submission
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.usecases.duties import Catalogues, duty_of, reporting
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.obligations import Change, ObligationStore, insist
from nbcredit.usecases.ownership import check_reporter, insist_on_duty
from nbcredit.usecases.ports import Clock
from nbcredit.usecases.receiving import Organisations
from nbcredit.usecases.submissions import SubmissionStore

TELLER: Final = Actor.platform("relay_outbox")


class DataReported(Conflict):
    """The period has data: nothing arose is not true of it."""

    code = "zero-report-after-data"

    def __init__(self, submission: str, period: Period) -> None:
        super().__init__(
            f"报送期 {period} 已有数据（批次 {submission}），不能再报零报告；"
            "数据有误的，请报更正或撤回。"
        )
        self.submission = submission


class NotAWholeSpan(BadRequest):
    """The item is reported for more than a month; the duty is that of its last month."""

    code = "zero-report-within-span"

    def __init__(self, item: Item, duty: Period) -> None:
        super().__init__(
            f"“{item.name}”不按月报送，本期到 {duty} 为止：请对报送期 {duty} 报零报告。"
        )


@dataclass(frozen=True, slots=True)
class ZeroReports:
    """Takes zero reports; the same again changes nothing."""

    obligations: ObligationStore
    submissions: SubmissionStore
    catalogues: Catalogues
    organisations: Organisations
    clock: Clock

    def report(
        self, provider: str, item: str, period: str, *, by: Actor, purpose: str
    ) -> Obligation:
        """Take a zero report, or raise `DataReported`, or who may not report it."""
        check_reporter(provider, by=by)
        now = self.clock.now()
        catalogue = self.catalogues.in_force(business_date(now))
        insist_on_duty(
            UploadKey(provider, item, period, "零报告"),
            on=business_date(now),
            catalogue=catalogue,
            directory=self.organisations.directory(),
        )
        duty = _new_duty(provider, catalogue, item, Period.parse(period), at=now)
        known = self.obligations.find(duty.id) or duty
        if known.reports is not None and known.reports.zero_at is not None:
            return known
        self._refuse_beside_data(known, provider, item, Period.parse(period))
        act = Act(
            action="nothing-reported",
            actor=by,
            purpose=purpose,
            about=(duty.reference,),
        )
        insist(self.obligations, lambda: list(self._changes(duty, by=by, at=now)), act=act)
        return self.obligations.find(duty.id) or duty

    def _changes(self, duty: Obligation, *, by: Actor, at: datetime) -> Iterator[Change]:
        known = self.obligations.find(duty.id)
        reports = (known or duty).reports or Reports()
        if reports.zero_at is not None:
            return
        if reports.data_at is not None:
            raise DataReported(reports.data, Period.parse(duty.reference.split("/")[0]))
        zero = reports.with_zero(at=at, by=by.id)
        yield Change(known, (known or duty).with_reports(zero))

    def _refuse_beside_data(
        self, known: Obligation, provider: str, item: str, period: Period
    ) -> None:
        """Refuse where there are data, those included that are still being read."""
        reports = known.reports or Reports()
        if reports.data_at is not None:
            raise DataReported(reports.data, period)
        since = datetime(period.year, period.month, 1, tzinfo=SHANGHAI)
        for each in self.submissions.reported(provider, since=since):
            mine = (each.item, each.duty) == (item, str(period))
            if mine and each.state is not State.REFUSED:
                raise DataReported(each.id, period)


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Tells provider and centre where data have superseded a zero report."""

    obligations: ObligationStore
    submissions: SubmissionStore
    inbox: Inbox

    def follow(self, event: Event) -> None:
        if event.kind is not EventKind.SUBMISSION_READ:
            return
        submission = self.submissions.get(event.subject)
        duty = duty_of(submission)
        known = self.obligations.find(duty.id) if duty is not None else None
        if known is None or known.reports is None or not known.reports.contradicted:
            return
        for organisation in (submission.provider, CENTRE):
            message = _told(organisation, submission, known, at=event.at)
            self.inbox.leave(message, by=TELLER)


def _told(organisation: str, submission: Submission, duty: Obligation, *, at: datetime) -> Message:
    return Message(
        organisation=organisation,
        day=business_date(at),
        topic=f"contradicted-{submission.id}",
        at=at,
        subject=f"零报告已被数据取代：{duty.title}",
        lines=(
            f"{submission.provider} 对报送期 {submission.duty} 报过零报告。",
            f"之后又报来数据（批次 {submission.id}），以数据为准。",
            "请核对：零报告报错的不用再处理；数据报错的，请报更正或撤回。",
        ),
    )


def _new_duty(
    provider: str, catalogue: Catalogue, item: str, period: Period, *, at: datetime
) -> Obligation:
    found = catalogue.item(item)
    duty = duty_period(period, frequency=found.update_frequency)
    if duty != period:
        raise NotAWholeSpan(found, duty)
    return reporting(provider, found, duty, at=at)
