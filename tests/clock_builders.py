"""The clocks of the regulation on one table: a day at hand, fakes for what is stored."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.calendar_years import parse_year
from nbcredit.domain.catalogue import Catalogue, Item, NoCatalogue
from nbcredit.domain.events import Event
from nbcredit.domain.organisations import Directory, Organisation, OrganisationKind
from nbcredit.domain.periods import SHANGHAI
from nbcredit.domain.submissions import State, StoredFile, Submission
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.domain.working_days import WorkingCalendar
from nbcredit.usecases.duties import Duties
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.obligations import Obligations
from nbcredit.usecases.reminding import Reminding
from nbcredit.usecases.submission_dues import SubmissionDues, duty_of_place
from nbcredit.usecases.zero_reports import Contradictions, ZeroReports
from tests.obligation_builders import ACT, FakeObligations, FixedCalendar

ROOT: Final = Path(__file__).parents[1]
CALENDAR: Final = WorkingCalendar.of(
    parse_year(json.loads(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "schemas" / "calendar").glob("*.json"))
)
CENTRE: Final = Actor(kind=ActorKind.OPERATOR, id="chen", organisation="centre")
SCJG: Final = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")


def at(text: str) -> datetime:
    """Read a moment in Shanghai: `2026-10-10 23:59:59.999999`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def an_item(code: str, *, providers: Sequence[str], frequency: str = "monthly") -> Item:
    own = {"code": code, "name": code, "providers": list(providers), "updateFrequency": frequency}
    return Item.from_schema({"x-item": own, "properties": {}}, version="1")


@dataclass
class FakeCatalogues:
    """Versions with their dates of effect."""

    versions: list[Catalogue]

    def in_force(self, on: date) -> Catalogue:
        begun = [each for each in self.versions if each.effective_from <= on]
        if not begun:
            raise NoCatalogue(on)
        return max(begun, key=lambda each: each.effective_from)


@dataclass
class FakeInboxes:
    """Messages and what was told in memory."""

    kept: dict[tuple[str, str], Message] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    days: dict[str, date] = field(default_factory=dict)

    def leave(
        self, message: Message, *, act: Act, event: Event, reminded: date | None = None
    ) -> bool:
        place = message.organisation, message.id
        if place in self.kept:
            return False
        self.kept[place] = message
        self.acts.append(act)
        self.events.append(event)
        if reminded is not None:
            self.days[message.organisation] = reminded
        return True

    def messages(self, organisation: str, *, limit: int) -> Sequence[Message]:
        own = [each for (whose, _), each in self.kept.items() if whose == organisation]
        return sorted(own, key=lambda each: each.id, reverse=True)[:limit]

    def reminded(self, organisation: str) -> date | None:
        return self.days.get(organisation)

    def note_reminded(self, day: date) -> None:
        self.days[""] = day


class FakeSubmissions:
    """Submissions by id; only what the clocks ask for."""

    def __init__(self) -> None:
        self.kept: dict[str, Submission] = {}

    def get(self, submission_id: str) -> Submission:
        return self.kept[submission_id]

    def reported(self, provider: str, *, since: datetime) -> Sequence[Submission]:
        own = [each for each in self.kept.values() if each.provider == provider]
        return [each for each in own if each.reported_at >= since]


@dataclass
class Table:
    """All of it together; `now` is set by hand."""

    now_is: datetime = field(default_factory=lambda: at("2026-11-02 09:00"))
    items: Mapping[str, Item] = field(
        default_factory=lambda: {
            each.code: each
            for each in (
                an_item("penalty", providers=("scjg", "zjj")),
                an_item("rating", providers=("scjg",), frequency="quarterly"),
            )
        }
    )
    calendar: WorkingCalendar = CALENDAR
    obligation_store: FakeObligations = field(default_factory=FakeObligations)
    inboxes: FakeInboxes = field(default_factory=FakeInboxes)
    submissions: Any = field(default_factory=FakeSubmissions)
    counter: Any = field(default_factory=lambda: itertools.count(1))

    def now(self) -> datetime:
        return self.now_is

    def new(self) -> str:
        return f"E{next(self.counter)}"

    def fresh(self) -> WorkingCalendar:
        return self.calendar

    def directory(self) -> Directory:
        return Directory.of(
            [
                Organisation(
                    code=code,
                    name=f"单位{code}",
                    kind=OrganisationKind.DEPARTMENT,
                    credit_code=f"1133020000000000{place:02d}",
                    region="330200",
                )
                for place, code in enumerate(("scjg", "zjj", "rsj", "centre", "office"))
            ]
        )

    @cached_property
    def catalogues(self) -> FakeCatalogues:
        return FakeCatalogues([Catalogue("1", date(2026, 1, 1), self.items)])

    @cached_property
    def duties(self) -> Duties:
        return Duties(self.obligation_store, self.catalogues, self)

    @cached_property
    def obligations(self) -> Obligations:
        return Obligations(self.obligation_store, FixedCalendar(self.calendar))

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.inboxes, self)

    @cached_property
    def zero_reports(self) -> ZeroReports:
        return ZeroReports(self.obligation_store, self.submissions, self.catalogues, self, self)

    @cached_property
    def contradictions(self) -> Contradictions:
        return Contradictions(self.obligation_store, self.submissions, self.inbox)

    @cached_property
    def reminding(self) -> Reminding:
        return Reminding(
            obligations=self.obligation_store,
            duties=self.duties,
            inbox=self.inbox,
            calendars=self,
            organisations=self,
            clock=self,
        )

    def move(self, submission: Submission) -> Submission:
        """Keep a submission with what it does to obligations, as its store does."""
        self.submissions.kept[submission.id] = submission
        changes = SubmissionDues(self.obligation_store).changes(submission)
        if changes:
            self.obligation_store.write(changes, act=ACT)
        return submission

    def data(
        self,
        moment: str,
        *,
        id: str = "S1",  # noqa: A002 -- the submission's own word
        provider: str = "scjg",
        item: str = "penalty",
        period: str = "2026-10",
        state: State = State.WAITING,
    ) -> Submission:
        """Let data come in at a moment, and be read."""
        received = at(moment)
        place = UploadKey(provider, item, period, "a.csv")
        return self.move(
            Submission(
                id=id,
                provider=provider,
                item=item,
                period=period,
                file=StoredFile(key="k", version_id="v", name="a.csv", size=1, sha256="0"),
                reported_at=received,
                reported_by=SCJG,
                catalogue="1",
                state=state,
                claimed_until=received,
                due=self.calendar.due_at(received, 5, rule="A8.1"),
                duty=duty_of_place(place, catalogue=self.catalogues.versions[0]),
            )
        )

    def states(self, period: str) -> dict[str, str]:
        """Return how the duties of a period are stored."""
        return {
            each.reference.partition("/")[2]: each.state.value
            for each in self.obligation_store.duties(period)
        }
