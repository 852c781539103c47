"""Calls of supervision: what is open, who is punctual, and urging (A4.1, A16.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from nbcredit.domain.obligations import Kind
from nbcredit.domain.urging import Urge
from nbcredit.usecases.punctuality import Figures, Record
from nbcredit.usecases.worklists import Queue
from nbcredit.wire.base import Code, PeriodText, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.obligations import ObligationView

ObligationId = Annotated[str, Field(min_length=3, max_length=200)]

# What cannot be told from the books, so that nobody takes one figure for the other.
BY_PROVIDER: Final = (
    "区域按报送单位所在区域统计；按记录所属区域的数量需要检索索引，目前的账目还不能给出。"
)


class ListObligations(Call):
    """Ask what is owed and not done by due date: of one organisation, or of all supervised.

    `after` is the place of the last one of the page before.
    """

    call: Literal["list-obligations"] = "list-obligations"
    organisation: Code | None = None
    kind: Kind | None = None
    overdue: bool = False
    after: Annotated[str, Field(max_length=250)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class ListQueues(Call):
    """Ask for every queue that is to be worked on, the most urgent first."""

    call: Literal["list-queues"] = "list-queues"


class UrgeObligation(Call):
    """Urge the debtor of an obligation; once a day."""

    call: Literal["urge-obligation"] = "urge-obligation"
    obligation: ObligationId
    note: Annotated[str, Field(max_length=500)] = ""


class ShowRecord(Call):
    """Ask for an organisation's record of punctuality in a month."""

    call: Literal["show-organisation-record"] = "show-organisation-record"
    organisation: Code
    month: PeriodText


class ShowRegions(Call):
    """Ask for the same figures by region, of the city or of the caller's own region."""

    call: Literal["show-regional-figures"] = "show-regional-figures"
    month: PeriodText


class ObligationList(Wire):
    """Obligations by due date; `next` is where the next page begins, empty after the last."""

    obligations: list[ObligationView]
    next: str


class QueueView(Wire):
    """One queue."""

    queue: str
    title: str
    count: int
    overdue: int
    oldest_due: date | None
    oldest_at: datetime | None


class QueueList(Wire):
    """Queues, those with something overdue first."""

    queues: list[QueueView]


class UrgeView(Wire):
    """One reminder by a supervisor."""

    obligation: str
    debtor: str
    title: str
    due_on: date
    at: datetime
    by_organisation: str
    note: str


class FiguresView(Wire):
    """What was counted; rates are parts of one, null where there is nothing to count."""

    on_time: int
    late: int
    zero: int
    missing: int
    not_due: int
    submissions: int
    refused: int
    rows: int
    rejected: int
    held: int
    feedback_on_time: int
    feedback_late: int
    feedback_overdue: int
    feedback_open: int
    open_items: int
    overdue_items: int
    urged: int
    punctual: float | None
    error_rate: float | None


class RecordView(Wire):
    """The record of an organisation: duties due in the month, what came in it, what is open now."""

    organisation: str
    organisation_name: str
    region: str
    month: str
    period: str
    figures: FiguresView
    duties: list[ObligationView]
    open: list[ObligationView]
    urges: list[UrgeView]


class ProviderFigures(Wire):
    """The figures of one organisation."""

    organisation: str
    organisation_name: str
    figures: FiguresView


class RegionView(Wire):
    """The figures of a region, by where those who report are."""

    region: str
    figures: FiguresView
    organisations: list[ProviderFigures]


class RegionsView(Wire):
    """Figures by region; `note` says what they don't tell."""

    month: str
    period: str
    regions: list[RegionView]
    note: str


def queue_list(queues: Sequence[Queue]) -> QueueList:
    return QueueList(
        queues=[
            QueueView(
                queue=each.name,
                title=each.title,
                count=each.count,
                overdue=each.overdue,
                oldest_due=each.oldest_due,
                oldest_at=each.oldest_at,
            )
            for each in queues
        ]
    )


def urge_view(urge: Urge) -> UrgeView:
    return UrgeView(
        obligation=urge.obligation,
        debtor=urge.debtor,
        title=urge.title,
        due_on=urge.due_on,
        at=urge.at,
        by_organisation=urge.by.organisation,
        note=urge.note,
    )


def record_view(
    record: Record, *, duties: Sequence[ObligationView], pending: Sequence[ObligationView]
) -> RecordView:
    return RecordView(
        organisation=record.organisation.code,
        organisation_name=record.organisation.name,
        region=record.organisation.region,
        month=str(record.month),
        period=str(record.month.previous()),
        figures=_figures(record.figures),
        duties=list(duties),
        open=list(pending),
        urges=[urge_view(each) for each in record.urges],
    )


def regions_view(month: str, period: str, records: Sequence[Record]) -> RegionsView:
    return RegionsView(
        month=month,
        period=period,
        regions=[_region(region, some) for region, some in _by_region(records).items()],
        note=BY_PROVIDER,
    )


def _region(region: str, records: Sequence[Record]) -> RegionView:
    return RegionView(
        region=region,
        figures=_figures(Figures.total(each.figures for each in records)),
        organisations=[
            ProviderFigures(
                organisation=each.organisation.code,
                organisation_name=each.organisation.name,
                figures=_figures(each.figures),
            )
            for each in records
        ],
    )


def _by_region(records: Sequence[Record]) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for each in records:
        found.setdefault(each.organisation.region, []).append(each)
    return found


def _figures(figures: Figures) -> FiguresView:
    return FiguresView(**asdict(figures), punctual=figures.punctual, error_rate=figures.error_rate)
