"""A county sees the work of its own region, and of others not even that there is any."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.obligations import Kind, Obligation, UnknownObligation
from nbcredit.domain.periods import Period
from nbcredit.domain.permissions import NotPermitted, Role
from nbcredit.domain.working_days import DueDate
from nbcredit.runtime.clocks import duties_of
from nbcredit.usecases.duties import NotYourDuties
from nbcredit.usecases.obligations import Obligations
from nbcredit.usecases.visibility import Visibility, owns_or_oversees
from tests.identity import ADDRESS, PURPOSE, World, a_world
from tests.integration.stage import CENTRE

pytestmark = [pytest.mark.requirement("A4.1"), pytest.mark.fault("F50")]

COUNTY: Final = Actor(kind=ActorKind.COUNTY, id="haishu.aaaaaa", organisation="haishu")


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


class TestVisibility:
    @pytest.mark.parametrize(
        ("who", "whose", "seen"),
        [
            ("haishu", "haishu", True),
            ("haishu", "haishu-tax", True),
            ("haishu", "yuyao-tax", False),
            ("haishu", "scjg", False),
            ("haishu", "nobody", False),
            ("haishu-tax", "haishu", False),
            ("haishu-tax", "haishu-tax", True),
            ("scjg", "fy", False),
            ("scjg", "centre", False),
            ("centre", "yuyao-tax", True),
            ("office", "scjg", True),
            ("nobody", "scjg", False),
        ],
    )
    def test_is_by_organisation_and_region(
        self, world: World, who: str, whose: str, *, seen: bool
    ) -> None:
        by = replace(COUNTY, organisation=who)

        assert Visibility(world.parts.directory)(by, whose) is seen

    def test_does_not_take_the_actors_word(self, world: World) -> None:
        boaster = Actor(kind=ActorKind.COUNTY, id="x", organisation="scjg", region="330203")

        assert not Visibility(world.parts.directory)(boaster, "haishu-tax")

    def test_without_a_directory_leaves_counties_their_own(self) -> None:
        assert owns_or_oversees(COUNTY, "haishu")
        assert not owns_or_oversees(COUNTY, "haishu-tax")


class TestObligations:
    def test_of_another_region_look_like_none(self, world: World) -> None:
        obligations = Obligations(
            world.parts.obligations, world.parts.calendars, Visibility(world.parts.directory)
        )
        for debtor in ("haishu-tax", "yuyao-tax"):
            act = Act(action="opened", actor=CENTRE, purpose=PURPOSE)
            obligations.open(an_obligation(debtor, world.clock.now()), act=act)

        assert obligations.show("feedback/haishu-tax", by=COUNTY).debtor == "haishu-tax"
        with pytest.raises(UnknownObligation) as foreign:
            obligations.show("feedback/yuyao-tax", by=COUNTY)
        with pytest.raises(UnknownObligation) as missing:
            obligations.show("feedback/nothing", by=COUNTY)
        assert type(foreign.value) is type(missing.value)

    def test_of_a_period_are_those_of_the_region(self, world: World) -> None:
        duties = duties_of(world.parts)

        with pytest.raises(NotYourDuties):
            duties.show(Period(2026, 10), provider="yuyao-tax", by=COUNTY)


def an_obligation(debtor: str, now: datetime) -> Obligation:
    return Obligation(
        kind=Kind.FEEDBACK,
        reference=debtor,
        debtor=debtor,
        title="反馈",
        due=DueDate(on=date(2026, 11, 30), rule="A8.6", start=date(2026, 11, 2)),
        opened_at=now,
    )


@pytest.mark.requirement("A18.1")
class TestGate:
    @pytest.mark.parametrize(
        ("organisation", "role", "call", "concerns", "admitted"),
        [
            ("scjg", Role.REPORTER, "list-submissions", "scjg", True),
            ("scjg", Role.REPORTER, "list-submissions", "fy", False),
            ("scjg", Role.REPORTER, "approve-account", "", False),
            ("scjg", Role.REPORTER, "no-such-call", "", False),
            ("haishu", Role.SUPERVISOR, "list-submissions", "haishu-tax", True),
            ("haishu", Role.SUPERVISOR, "list-submissions", "yuyao-tax", False),
            ("haishu", Role.SUPERVISOR, "report-rows", "haishu-tax", False),
            ("centre", Role.HANDLER, "report-rows", "yuyao-tax", True),
            ("centre", Role.AUDITOR, "list-submissions", "scjg", False),
        ],
    )
    def test_decides_by_the_matrix_and_enters_refusals(
        self,
        world: World,
        organisation: str,
        role: Role,
        call: str,
        concerns: str,
        *,
        admitted: bool,
    ) -> None:
        person = world.enrolled(organisation, role)
        token, _ = person.sign_in()
        member = world.sessions.member(token, person.certificate, address=ADDRESS)

        if admitted:
            by = world.gate.admit(member, call, concerns=concerns, purpose=PURPOSE, address=ADDRESS)
            assert (by.id, by.organisation, by.address) == (person.account, organisation, ADDRESS)
            return
        with pytest.raises(NotPermitted) as refused:
            world.gate.admit(member, call, concerns=concerns, purpose=PURPOSE, address=ADDRESS)
        assert str(refused.value) == str(NotPermitted())
        assert call in [action for action, _ in world.trail()]
