import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from nbcredit.adapters.signatures import EcdsaSignatures
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import GENESIS, Act, Entry, Outcome, StoredEntry
from nbcredit.domain.audit_proofs import BadProof
from nbcredit.domain.looks import Look, Told, Wanted, looks_of, subject_in
from nbcredit.usecases.audit import BadSpan
from nbcredit.usecases.audit_exports import AuditExports, ExportChecks
from nbcredit.usecases.audit_search import (
    AuditSearch,
    BadCursor,
    NotTheAuditor,
    Page,
    Search,
)
from nbcredit.usecases.sealing import Sealing
from tests.audit_builders import (
    AUDITOR,
    NOON,
    FakeAuditStore,
    FakeHeads,
    FakeSeals,
    FakeSigner,
    FakeTrail,
    stored,
)
from tests.unit.test_sealing import FakeLooks, HandClock, Left

PERSON = "NP1#0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJK"
COMPANY = "LP#91330200MA2AAAAA0A"
CLERK = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg", address="192.0.2.9")


def a_trail() -> list[StoredEntry]:
    """Return what happened in an hour, one act every five minutes."""
    acts = [
        Act(action="subject-read", actor=AUDITOR, purpose="核对", about=(PERSON,)),
        Act(action="subject-read", actor=CLERK, purpose="核对", about=(COMPANY,)),
        Act(action="issues-read", actor=CLERK, purpose="报送", about=("S1",)),
        Act(
            action="subject-verified",
            actor=CLERK,
            purpose="核验",
            about=(PERSON,),
            outcome=Outcome.REFUSED,
        ),
    ]
    previous, found = GENESIS, []
    for sequence in range(12):
        entry = Entry(
            chain="A",
            sequence=sequence,
            previous=previous,
            at=NOON + timedelta(minutes=5 * sequence),
            act=acts[sequence % 4],
        )
        previous = entry.hash
        found.append(stored(entry))
    return found


@dataclass
class Index:
    """Looks in memory."""

    trail: list[StoredEntry]
    known: int = 100

    def latest(self, subject: str, *, limit: int, before: str = "") -> Sequence[Look]:
        all_ = [each for entry in self.trail[: self.known] for each in looks_of(entry)]
        own = [each for each in all_ if each.subject == subject]
        upto = [
            each
            for each in own
            if not before or f"{each.at}#{each.chain}#{each.sequence:08d}" < before
        ]
        return sorted(upto, reverse=True)[:limit]

    def entries(self, looks: Iterable[Look]) -> Sequence[StoredEntry]:
        wanted = {(each.chain, each.sequence) for each in looks}
        return [each for each in self.trail if (each.chain, each.sequence) in wanted]


@dataclass
class Desk:
    """The desk of the audit."""

    trail: list[StoredEntry] = field(default_factory=a_trail)
    acts: FakeTrail = field(default_factory=FakeTrail)
    seals: FakeSeals = field(default_factory=FakeSeals)
    heads: FakeHeads = field(default_factory=FakeHeads)
    signer: FakeSigner = field(default_factory=FakeSigner)
    known: int = 100

    @property
    def searching(self) -> AuditSearch:
        return AuditSearch(
            FakeAuditStore([self.trail]),
            Index(self.trail, self.known),
            self.heads,
            self.acts,
            HandClock(NOON + timedelta(hours=1)),
        )

    def seal(self) -> None:
        Sealing(
            store=FakeAuditStore([self.trail]),
            seals=self.seals,
            heads=self.heads,
            birth=self.heads,
            index=FakeLooks(),
            signer=self.signer,
            signatures=EcdsaSignatures(),
            clock=HandClock(NOON + timedelta(minutes=55)),
        ).run(deadline=Left())

    def search(self, *, by: Actor = AUDITOR, deadline: float = 1000, **told: Any) -> Page:
        return self.searching.search(
            a_search(**told),
            by=by,
            purpose="审计",
            deadline=Left(deadline),
            action="audit-searched",
        )

    def export(self, **told: Any) -> Sequence[str]:
        exports = AuditExports(self.searching, self.seals)
        lines, _ = exports.export(a_search(**told), by=AUDITOR, purpose="审计", deadline=Left())
        return lines


def a_search(**told: Any) -> Search:
    given = {"since": NOON, "until": NOON + timedelta(hours=1), "limit": 50, "cursor": "", **told}
    wanted = Wanted(**{name: given.pop(name) for name in told if hasattr(Wanted(), name)})
    return Search(wanted=wanted, **given)


def numbers(page: Page) -> list[int]:
    return [entry.sequence for entry, _ in page.found]


@pytest.mark.requirement("A20.1")
class TestSearch:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, list(range(11, -1, -1))),
            ({"actor": "wang"}, [11, 10, 9, 7, 6, 5, 3, 2, 1]),
            ({"organisation": "centre"}, [8, 4, 0]),
            ({"action": "issues-read"}, [10, 6, 2]),
            ({"outcome": Outcome.REFUSED}, [11, 7, 3]),
            ({"about": PERSON}, [11, 8, 7, 4, 3, 0]),
            ({"about": "S1"}, [10, 6, 2]),
            ({"about": PERSON, "actor": "wang"}, [11, 7, 3]),
            ({"since": NOON + timedelta(minutes=41)}, [11, 10, 9]),
            ({"until": NOON + timedelta(minutes=10)}, [2, 1, 0]),
            ({"actor": "nobody"}, []),
        ],
    )
    def test_finds_by_what_entries_say_the_latest_first(
        self, wanted: dict[str, Any], found: list[int]
    ) -> None:
        assert numbers(Desk().search(**wanted)) == found

    @pytest.mark.parametrize("limit", [1, 2, 5, 11, 12])
    def test_goes_on_where_a_page_ended(self, limit: int) -> None:
        desk, cursor, found = Desk(), "", []
        for _ in range(20):
            page = desk.search(limit=limit, cursor=cursor)
            found += numbers(page)
            cursor = page.cursor
            if not cursor:
                break

        assert found == list(range(11, -1, -1))
        assert page.reached == NOON

    def test_is_in_the_trail_itself_with_what_was_searched_for(self) -> None:
        desk = Desk()

        desk.search(about=PERSON, actor="wang")

        (act,) = desk.acts.acts
        assert (act.action, act.about, act.detail["actor"]) == ("audit-searched", (PERSON,), "wang")
        assert act.detail["found"] == "3"

    @pytest.mark.parametrize(
        "by",
        [CLERK, replace(AUDITOR, organisation="office"), replace(CLERK, organisation="centre")],
    )
    def test_is_for_those_who_audit(self, by: Actor) -> None:
        with pytest.raises(NotTheAuditor):
            Desk().search(by=by)

    @pytest.mark.parametrize(
        "span", [timedelta(), timedelta(hours=-1), timedelta(days=31, seconds=1)]
    )
    def test_is_of_a_month_at_most(self, span: timedelta) -> None:
        with pytest.raises(BadSpan):
            Desk().search(until=NOON + span)

    def test_does_not_take_a_cursor_of_somebody_elses(self) -> None:
        with pytest.raises(BadCursor):
            Desk().search(cursor="next please")

    def test_stops_in_time_and_says_how_far_it_looked(self) -> None:
        page = Desk().search(deadline=5)

        assert (page.found, page.reached) == ([], NOON + timedelta(hours=1))
        assert page.cursor

    def test_reads_entries_of_an_older_time(self) -> None:
        old = json.loads(a_trail()[0].content)
        del old["request"], old["actor"]["certificate"]
        entry = replace(a_trail()[0], content=json.dumps(old))

        told = Told.by(entry)

        assert (told.certificate, told.request, told.actor) == ("", "", "chen")


@pytest.mark.requirement("A20.1")
class TestWhoLooked:
    def test_tells_looks_at_a_subject_done_and_refused(self) -> None:
        told, cursor = Desk().searching.who_looked(
            PERSON, limit=50, cursor="", by=AUDITOR, purpose="告知本人"
        )

        assert [each.organisation for each in told] == ["scjg", "centre"] * 3
        assert {each.outcome for each in told} == {Outcome.DONE, Outcome.REFUSED}
        assert cursor == ""

    def test_finds_what_is_not_sealed_yet_as_well(self) -> None:
        told, _ = Desk(known=0).searching.who_looked(
            PERSON, limit=50, cursor="", by=AUDITOR, purpose="告知本人"
        )

        assert len(told) == 6

    def test_goes_on_page_by_page(self) -> None:
        desk, cursor, found = Desk(), "", 0
        for _ in range(4):
            told, cursor = desk.searching.who_looked(
                PERSON, limit=2, cursor=cursor, by=AUDITOR, purpose="告知本人"
            )
            found += len(told)

        assert (found, cursor) == (6, "")

    def test_is_in_the_trail(self) -> None:
        desk = Desk()
        desk.searching.who_looked(PERSON, limit=5, cursor="", by=AUDITOR, purpose="告知本人")

        (act,) = desk.acts.acts
        assert (act.action, act.about) == ("who-looked", (PERSON,))

    @pytest.mark.parametrize(
        ("about", "subject"),
        [
            (PERSON, PERSON),
            (f"{PERSON.replace('#', '-')}.social-insurance-arrears.ABC", PERSON),
            (f"{COMPANY.replace('#', '-')}.administrative-penalty.0AZ", COMPANY),
            ("01M6CWACM00000000000000004", ""),
            ("NPO", ""),
            ("LP#somebody", ""),
        ],
    )
    def test_knows_a_subject_by_its_key_and_by_its_records(self, about: str, subject: str) -> None:
        assert subject_in(about) == subject


Forging = Any


def changed(line: str, **changes: Any) -> str:
    return json.dumps({**json.loads(line), **changes}, ensure_ascii=False)


@pytest.mark.requirement("A20.1")
@pytest.mark.fault("F58")
class TestExport:
    @pytest.fixture
    def desk(self) -> Desk:
        desk = Desk()
        desk.seal()
        return desk

    def test_proves_what_is_sealed_and_names_what_is_not(self, desk: Desk) -> None:
        checked = ExportChecks(EcdsaSignatures()).check(desk.export())

        assert checked.whole
        assert (checked.proven, checked.unsealed) == (8, 4)
        assert checked.keys == tuple(desk.seals.pems)

    def test_proves_a_part_as_well(self, desk: Desk) -> None:
        checked = ExportChecks(EcdsaSignatures()).check(desk.export(about=COMPANY))

        assert (checked.proven, checked.unsealed, checked.faults) == (2, 1, {})

    @pytest.mark.parametrize(
        "forging",
        [
            lambda line: changed(line, content=json.loads(line)["content"].replace("scjg", "zjj")),
            lambda line: changed(line, place="A/99"),
            lambda line: changed(line, index=json.loads(line)["index"] + 1),
            lambda line: changed(line, path=["0" * 64]),
            lambda line: changed(line, partition="2026-11-23T12:10#99"),
            lambda line: changed(line, checkpoint=77),
            lambda line: changed(line, content="{}"),
        ],
    )
    def test_shows_an_entry_that_was_forged(self, desk: Desk, forging: Forging) -> None:
        lines = list(desk.export())
        at = next(n for n, line in enumerate(lines) if '"checkpoint":0' in line)
        lines[at] = forging(lines[at])

        assert not ExportChecks(EcdsaSignatures()).check(lines).whole

    def test_counts_nothing_signed_with_another_key(self, desk: Desk) -> None:
        other = Desk(signer=FakeSigner())
        other.seal()
        trusted = next(iter(desk.seals.pems))

        checks = ExportChecks(EcdsaSignatures())

        assert checks.check(desk.export(), trusted=trusted).whole
        assert not checks.check(other.export(), trusted=trusted).whole

    @pytest.mark.parametrize("line", ["x", "{}", '{"kind":"other"}', "[]", '{"kind":"key"}'])
    def test_is_no_other_file(self, desk: Desk, line: str) -> None:
        lines = [*desk.export(), line]

        with pytest.raises(BadProof) as refused:
            ExportChecks(EcdsaSignatures()).check(lines)

        assert refused.value.line == len(lines)
