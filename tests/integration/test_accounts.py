from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Never

import pytest

from nbcredit.domain.accounts import (
    AccountKind,
    AccountKnown,
    AccountNotThisMove,
    AccountState,
    NobodyResponsible,
    OwnRequest,
    PostsCombined,
    PostsNotAllowed,
    UnknownAccount,
)
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.obligations import Kind, State
from nbcredit.domain.permissions import Role
from nbcredit.usecases.accounts import Application, AppliesForAnother, NotTheAccountKeeper
from tests.identity import ANNA, BORIS, PURPOSE, World, a_world

LIAISON = Actor(kind=ActorKind.PROVIDER, id="scjg.liaiso", organisation="scjg")


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


@pytest.mark.requirement("A19.1")
class TestApplying:
    def test_is_recorded_with_name_purpose_and_posts(self, world: World) -> None:
        applied = world.applied("scjg", Role.REPORTER, name="王小明")

        [found] = world.restarted().accounts.listed("scjg", by=ANNA, purpose=PURPOSE)
        assert found == applied
        assert (found.name, found.state) == ("王小明", AccountState.APPLIED)
        assert "王小明" not in found.id

    def test_is_the_same_account_the_second_time(self, world: World) -> None:
        first = world.applied(name="王小明")

        assert world.applied(name="王小明") == first

    def test_gives_nobody_two_accounts(self, world: World) -> None:
        world.applied("scjg", Role.REPORTER, name="王小明")

        with pytest.raises(AccountKnown):
            world.applied("scjg", Role.LIAISON, name="王小明")
        world.applied("scjg", Role.LIAISON, name="王小明", staff_number="0077")

    def test_is_for_ones_own_organisation(self, world: World) -> None:
        world.accounts.apply(application("scjg"), by=LIAISON, purpose=PURPOSE)

        with pytest.raises(AppliesForAnother):
            world.accounts.apply(application("fy"), by=LIAISON, purpose=PURPOSE)

    @pytest.mark.requirement("A4.1")
    @pytest.mark.parametrize(
        ("organisation", "role"),
        [
            ("scjg", Role.HANDLER),
            ("scjg", Role.SECURITY_ADMIN),
            ("slj", Role.SUPERVISOR),
            ("haishu", Role.REPORTER),
            ("office", Role.SECURITY_ADMIN),
            ("ministry", Role.REPORTER),
            ("centre", Role.PUBLISHER),
            ("centre", Role.LIAISON),
        ],
    )
    def test_gives_posts_that_the_organisation_can_have(
        self, world: World, organisation: str, role: Role
    ) -> None:
        with pytest.raises(PostsNotAllowed):
            world.applied(organisation, role)

    @pytest.mark.requirement("A21.1")
    @pytest.mark.parametrize(
        "roles",
        [
            (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
            (Role.SECURITY_ADMIN, Role.AUDITOR),
            (Role.SYSTEM_ADMIN, Role.AUDITOR, Role.HANDLER),
        ],
    )
    def test_keeps_three_administrations_apart(self, world: World, roles: tuple[Role, ...]) -> None:
        with pytest.raises(PostsCombined):
            world.applied("centre", *roles)

    def test_of_a_system_names_an_active_person(self, world: World) -> None:
        person, stranger, waiting = world.opened(), world.opened("fy"), world.applied()

        for responsible in ("", stranger.id, waiting.id, "scjg.nobody"):
            with pytest.raises(NobodyResponsible):
                world.applied(kind=AccountKind.SYSTEM, responsible=responsible)
        system = world.applied(kind=AccountKind.SYSTEM, responsible=person.id)
        assert system.responsible == person.id


def application(organisation: str) -> Application:
    return Application(
        organisation=organisation,
        kind=AccountKind.PERSON,
        name="李四",
        staff_number="",
        roles=frozenset({Role.REPORTER}),
        purpose="报送",
        responsible="",
    )


@pytest.mark.requirement("A21.1")
class TestApproving:
    def test_is_by_somebody_else_of_the_centre(self, world: World) -> None:
        applied = world.applied()

        with pytest.raises(OwnRequest):
            world.accounts.approve(applied.id, by=ANNA, purpose=PURPOSE)
        with pytest.raises(OwnRequest):
            world.accounts.approve(applied.id, by=replace(BORIS, id=applied.id), purpose=PURPOSE)
        with pytest.raises(NotTheAccountKeeper):
            world.accounts.approve(applied.id, by=LIAISON, purpose=PURPOSE)
        approved = world.accounts.approve(applied.id, by=BORIS, purpose=PURPOSE)

        assert (approved.state, approved.decided_by) == (AccountState.ACTIVE, BORIS)
        assert world.accounts.approve(applied.id, by=BORIS, purpose=PURPOSE) == approved

    def test_is_not_got_around_by_resuming(self, world: World) -> None:
        applied = world.applied()

        with pytest.raises(AccountNotThisMove):
            world.accounts.resume(applied.id, reason="恢复", by=ANNA, purpose=PURPOSE)

    def test_does_not_resume_what_was_suspended(self, world: World) -> None:
        account = world.opened()
        world.accounts.suspend(account.id, reason="挂失", by=ANNA, purpose=PURPOSE)

        with pytest.raises(AccountNotThisMove):
            world.accounts.approve(account.id, by=BORIS, purpose=PURPOSE)

    def test_is_not_of_what_was_refused(self, world: World) -> None:
        applied = world.applied()

        world.accounts.refuse(applied.id, reason="岗位不符", by=BORIS, purpose=PURPOSE)

        with pytest.raises(AccountNotThisMove):
            world.accounts.approve(applied.id, by=BORIS, purpose=PURPOSE)

    def test_writes_state_and_trail_together(self, world: World) -> None:
        account = world.opened()

        entries = world.trail()
        assert [action for action, about in entries if about == account.id] == [
            "account-applied",
            "account-approved",
        ]
        assert account.name not in repr(entries)


class TestListing:
    def test_shows_other_organisations_nothing(self, world: World) -> None:
        foreign = world.opened("fy")

        assert world.accounts.listed("fy", by=LIAISON, purpose=PURPOSE) == []
        assert world.accounts.listed("", by=LIAISON, purpose=PURPOSE) == []
        with pytest.raises(UnknownAccount):
            world.accounts.show(foreign.id, by=LIAISON, purpose=PURPOSE)

    def test_tells_organisations_apart_whose_codes_begin_alike(self, world: World) -> None:
        own = world.opened("haishu", Role.LIAISON)
        world.opened("haishu-tax")

        assert [each.id for each in world.accounts.listed("haishu", by=ANNA, purpose=PURPOSE)] == [
            own.id
        ]


class TestSuspending:
    def test_can_be_undone_by_another_than_the_holder(self, world: World) -> None:
        account = world.opened()
        world.accounts.suspend(account.id, reason="挂失", by=LIAISON, purpose=PURPOSE)

        with pytest.raises(OwnRequest):
            world.accounts.resume(
                account.id, reason="找回", by=replace(ANNA, id=account.id), purpose=PURPOSE
            )
        resumed = world.accounts.resume(account.id, reason="找回", by=ANNA, purpose=PURPOSE)

        assert resumed.active

    def test_goes_on_with_the_systems_where_it_died_before_them(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person = world.opened()
        system = world.opened(kind=AccountKind.SYSTEM, responsible=person.id)
        with monkeypatch.context() as patch:
            patch.setattr(world.parts.accounts, "all", dying)
            with pytest.raises(RuntimeError):
                world.accounts.suspend(person.id, reason="挂失", by=LIAISON, purpose=PURPOSE)

        world.accounts.suspend(person.id, reason="挂失", by=LIAISON, purpose=PURPOSE)

        left = world.accounts.show(system.id, by=ANNA, purpose=PURPOSE)
        assert left.state is AccountState.SUSPENDED

    def test_is_not_of_another_organisation(self, world: World) -> None:
        foreign = world.opened("fy")

        with pytest.raises(UnknownAccount):
            world.accounts.suspend(foreign.id, reason="挂失", by=LIAISON, purpose=PURPOSE)

    def test_cannot_be_undone_after_closing(self, world: World) -> None:
        account = world.opened()
        world.accounts.close(account.id, reason="离职", by=LIAISON, purpose=PURPOSE)

        with pytest.raises(AccountNotThisMove):
            world.accounts.resume(account.id, reason="返聘", by=BORIS, purpose=PURPOSE)


@pytest.mark.requirement("A21.2")
class TestConfirmingPosts:
    def test_is_owed_each_quarter_and_met_when_all_are_confirmed(self, world: World) -> None:
        clerks = [world.opened(), world.opened()]
        world.upkeep.run()
        assert owed(world, "scjg") == []

        to(world, datetime(2027, 1, 4, 1, tzinfo=UTC))
        world.upkeep.run()
        assert owed(world, "scjg") == [(Kind.CONFIRMATION, "2027-03-31")]
        world.accounts.confirm([each.id for each in clerks], by=LIAISON, purpose=PURPOSE)
        world.upkeep.run()

        assert owed(world, "scjg") == []
        met = world.parts.obligations.find("confirmation/scjg.2027Q1")
        assert met is not None
        assert met.state is State.ON_TIME

    def test_is_not_of_oneself(self, world: World) -> None:
        clerk = world.opened()

        with pytest.raises(OwnRequest):
            world.accounts.confirm([clerk.id], by=replace(LIAISON, id=clerk.id), purpose=PURPOSE)

    def test_suspends_whom_nobody_confirmed_for_a_quarter(self, world: World) -> None:
        kept, left = world.opened(), world.opened()
        to(world, datetime(2027, 2, 1, 1, tzinfo=UTC))
        world.accounts.confirm([kept.id], by=LIAISON, purpose=PURPOSE)
        assert world.upkeep.run().suspended == 0

        to(world, datetime(2027, 3, 31, 16, tzinfo=UTC))
        first = world.upkeep.run()
        again = world.restarted().upkeep.run()

        states = {
            each.id: each.state for each in world.accounts.listed("scjg", by=ANNA, purpose=PURPOSE)
        }
        assert states == {kept.id: AccountState.ACTIVE, left.id: AccountState.SUSPENDED}
        assert (first.suspended, again.suspended, again.changed) == (1, 0, 0)
        [message] = world.parts.inboxes.messages("scjg", limit=5)
        assert left.id in message.subject
        lifted = world.parts.obligations.find("confirmation/scjg.2027Q1")
        assert lifted is not None
        assert lifted.state is State.LIFTED

    def test_suspends_the_systems_of_whom_nobody_confirmed(self, world: World) -> None:
        person = world.opened()
        system = world.opened(kind=AccountKind.SYSTEM, responsible=person.id)
        to(world, datetime(2027, 2, 1, 1, tzinfo=UTC))
        world.accounts.confirm([system.id], by=LIAISON, purpose=PURPOSE)

        to(world, datetime(2027, 3, 31, 16, tzinfo=UTC))
        first = world.upkeep.run()
        again = world.restarted().upkeep.run()

        left = world.accounts.show(system.id, by=ANNA, purpose=PURPOSE)
        assert left.state is AccountState.SUSPENDED
        assert (first.suspended, again.suspended, again.changed) == (2, 0, 0)
        subjects = [each.subject for each in world.parts.inboxes.messages("scjg", limit=5)]
        assert any(system.id in each and "责任人" in each for each in subjects)


@pytest.mark.requirement("A19.1")
class TestRenewals:
    def test_are_owed_by_the_last_day_and_end_with_the_certificate(self, world: World) -> None:
        clerk = world.enrolled()
        world.upkeep.run()
        assert owed(world, "scjg") == []

        to(world, world.clock.now() + timedelta(days=270))
        world.accounts.confirm([clerk.account], by=LIAISON, purpose=PURPOSE)
        world.upkeep.run()
        [(kind, last)] = owed(world, "scjg")
        assert (kind, last) == (Kind.CERTIFICATE, f"{clerk.issued.not_after.date() - timedelta(1)}")
        world.certificates.revoke(clerk.account, reason="遗失", by=BORIS, purpose=PURPOSE)
        world.upkeep.run()

        assert owed(world, "scjg") == []


def dying(_organisation: str) -> Never:
    raise RuntimeError


def owed(world: World, organisation: str) -> list[tuple[Kind, str]]:
    return [(each.kind, str(each.due.on)) for each in world.parts.obligations.pending(organisation)]


def to(world: World, moment: datetime) -> None:
    world.clock.moment = moment
