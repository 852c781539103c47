from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nbcredit.domain.accounts import OwnRequest, StaleAccount
from nbcredit.domain.credentials import WeakPassword
from nbcredit.domain.permissions import Permission, Role
from nbcredit.domain.sessions import NotSignedIn, SignInRefused
from tests.identity import ADDRESS, ANNA, BORIS, PASSWORD, PURPOSE, World, a_world
from tests.integration.stage import client


def stored_items() -> list[object]:
    found = client("dynamodb")
    return [found.scan(TableName=table)["Items"] for table in ("work", "audit")]


pytestmark = pytest.mark.requirement("A18.1")


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


class TestSigningIn:
    def test_takes_certificate_password_and_second_factor(self, world: World) -> None:
        clerk = world.enrolled("scjg", Role.REPORTER)

        token, _ = clerk.sign_in()
        member = world.restarted().sessions.member(token, clerk.certificate, address=ADDRESS)

        assert (member.account.id, member.organisation.code) == (clerk.account, "scjg")
        assert member.may(Permission.REPORT)
        assert not member.may(Permission.KEEP_ACCOUNTS)

    def test_keeps_no_secret_in_the_clear(self, world: World) -> None:
        clerk = world.enrolled()

        token, _ = clerk.sign_in()

        stored = repr(stored_items())
        assert PASSWORD not in stored
        assert clerk.secret not in stored
        assert token.partition("~")[2] not in stored

    @pytest.mark.parametrize(
        ("changes", "cause"),
        [
            ({"password": "Wrong-Horse-9-Battery"}, "password-wrong"),
            ({"totp": "000000"}, "second-factor-wrong"),
        ],
    )
    def test_refuses_with_one_look_and_enters_the_cause(
        self, world: World, changes: dict[str, str], cause: str
    ) -> None:
        clerk = world.enrolled()

        with pytest.raises(SignInRefused) as refused:
            clerk.sign_in(**changes)

        assert (refused.value.code, str(refused.value)) == (
            "sign-in-refused",
            str(SignInRefused("")),
        )
        assert cause in world.causes()

    def test_leaves_nothing_of_whoever_shows_no_certificate(self, world: World) -> None:
        clerk = world.enrolled()
        before = stored_items()

        with pytest.raises(SignInRefused) as refused:
            clerk.sign_in(certificate=None)
        with pytest.raises(SignInRefused):
            world.tokens.issue(clerk.account, certificate=None, address=ADDRESS)
        with pytest.raises(NotSignedIn):
            world.sessions.member(f"{clerk.account}~guessed", None, address=ADDRESS)

        assert (refused.value.cause, str(refused.value)) == (
            "certificate-missing",
            str(SignInRefused("")),
        )
        assert stored_items() == before

    def test_enters_a_session_that_comes_without_its_certificate(self, world: World) -> None:
        token, _ = world.enrolled().sign_in()

        with pytest.raises(NotSignedIn):
            world.sessions.member(token, None, address=ADDRESS)

        assert "certificate-missing" in world.causes()

    def test_refuses_an_account_that_nobody_has_with_the_same_look(self, world: World) -> None:
        clerk = world.enrolled()

        with pytest.raises(SignInRefused) as refused:
            clerk.sign_in(account_id="scjg.000000")

        assert str(refused.value) == str(SignInRefused(""))

    def test_takes_a_code_of_the_second_factor_once(self, world: World) -> None:
        clerk = world.enrolled()
        code = clerk.totp()

        clerk.sign_in(totp=code)
        with pytest.raises(SignInRefused):
            clerk.sign_in(totp=code)

        assert "second-factor-used" in world.causes()

    def test_locks_after_failures_for_longer_each_time(self, world: World) -> None:
        clerk = world.enrolled()
        for _ in range(5):
            with pytest.raises(SignInRefused):
                clerk.sign_in(password="Wrong-Horse-9-Battery")

        with pytest.raises(SignInRefused):
            clerk.sign_in()
        assert "locked" in world.causes()
        world.clock.forward(timedelta(minutes=1))
        clerk.sign_in()

    def test_is_not_locked_out_by_others(self, world: World) -> None:
        clerk, other = world.enrolled(), world.enrolled()
        for _ in range(6):
            with pytest.raises(SignInRefused):
                clerk.sign_in(certificate=other.certificate)

        clerk.sign_in()
        assert "certificate-of-another" in world.causes()

    def test_counts_an_attempt_before_it_is_judged(self, world: World) -> None:
        clerk = world.enrolled()
        credentials = world.parts.credentials
        known = credentials.get(clerk.account)

        with pytest.raises(SignInRefused):
            clerk.sign_in(totp="000000")

        assert credentials.get(clerk.account).failures == known.failures + 1


class TestSessions:
    @pytest.mark.parametrize(
        ("steps", "still"),
        [
            ([timedelta(minutes=29)], True),
            ([timedelta(minutes=30)], False),
            ([timedelta(minutes=29)] * 24, True),
            ([timedelta(minutes=29)] * 25, False),
        ],
        ids=["idle", "idle too long", "eleven hours and a half", "twelve hours"],
    )
    def test_end_by_the_clock(self, world: World, steps: list[timedelta], *, still: bool) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        sessions = world.sessions

        for step in steps[:-1]:
            world.clock.forward(step)
            sessions.member(token, clerk.certificate, address=ADDRESS)
        world.clock.forward(steps[-1])

        if still:
            sessions.member(token, clerk.certificate, address=ADDRESS)
        else:
            with pytest.raises(NotSignedIn) as refused:
                sessions.member(token, clerk.certificate, address=ADDRESS)
            assert refused.value.cause == "session-expired"

    def test_end_when_one_signs_out(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        member = world.sessions.member(token, clerk.certificate, address=ADDRESS)

        world.sessions.sign_out(member, address=ADDRESS)

        with pytest.raises(NotSignedIn):
            world.sessions.member(token, clerk.certificate, address=ADDRESS)

    def test_end_everywhere_at_once(self, world: World) -> None:
        clerk = world.enrolled()
        tokens = []
        for _ in range(2):
            tokens.append(clerk.sign_in()[0])
            world.clock.forward(timedelta(seconds=30))
        member = world.sessions.member(tokens[0], clerk.certificate, address=ADDRESS)

        world.sessions.sign_out_everywhere(member, address=ADDRESS)

        for token in tokens:
            with pytest.raises(NotSignedIn):
                world.sessions.member(token, clerk.certificate, address=ADDRESS)
        world.clock.forward(timedelta(seconds=30))
        clerk.sign_in()

    def test_end_with_the_account(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()

        world.accounts.suspend(clerk.account, reason="调离", by=BORIS, purpose=PURPOSE)

        with pytest.raises(NotSignedIn) as refused:
            world.sessions.member(token, clerk.certificate, address=ADDRESS)
        assert refused.value.cause == "account-suspended"

    @pytest.mark.parametrize("token", ["", "scjg.000000", "scjg.000000~x", "~", "x~" * 9])
    def test_are_not_made_up(self, world: World, token: str) -> None:
        clerk = world.enrolled()

        with pytest.raises(NotSignedIn):
            world.sessions.member(token, clerk.certificate, address=ADDRESS)

    def test_cost_one_request_to_the_store(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        world.sessions.member(token, clerk.certificate, address=ADDRESS)
        asked: list[str] = []
        dispatch = world.parts.connection.dispatch

        def seen(name: str, told: dict[str, Any]) -> Any:
            asked.append(name)
            return dispatch(name, told)

        monkeypatch.setattr(world.parts.connection, "dispatch", seen)

        world.sessions.member(token, clerk.certificate, address=ADDRESS)

        assert asked == ["BatchGetItem"]


class TestFirstSignIn:
    @pytest.mark.requirement("A19.1")
    def test_takes_a_code_that_is_handed_out_and_used_once(self, world: World) -> None:
        clerk = world.enrolled()
        code = world.codes.hand_out(clerk.account, by=BORIS, purpose=PURPOSE)

        with pytest.raises(SignInRefused):
            clerk.sign_in()
        clerk.enrol(code, "Another-Horse-9-Battery")
        clerk.sign_in(password="Another-Horse-9-Battery")

        with pytest.raises(SignInRefused):
            clerk.enrol(code)

    def test_ends_the_sessions_of_whoever_knew_the_old_password(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()

        world.codes.hand_out(clerk.account, by=BORIS, purpose=PURPOSE)

        with pytest.raises(NotSignedIn) as refused:
            world.sessions.member(token, clerk.certificate, address=ADDRESS)
        assert refused.value.cause == "session-signed-out"

    def test_refuses_a_code_that_is_too_old(self, world: World) -> None:
        clerk = world.enrolled()
        code = world.codes.hand_out(clerk.account, by=BORIS, purpose=PURPOSE)
        world.clock.forward(timedelta(days=3))

        with pytest.raises(SignInRefused):
            clerk.enrol(code)

    @pytest.mark.requirement("A21.1")
    def test_gives_nobody_certificate_and_code_of_another(self, world: World) -> None:
        account = world.opened()
        world.certified(account)

        with pytest.raises(OwnRequest):
            world.codes.hand_out(account.id, by=ANNA, purpose=PURPOSE)

    @pytest.mark.requirement("A21.1")
    def test_gives_nobody_both_at_the_same_time(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account, code = world.opened(), world.codes.codes.code()

        class CertifiedMeanwhile:
            def code(self) -> str:
                world.certified(account)
                return code

        monkeypatch.setattr(world, "codes", replace(world.codes, codes=CertifiedMeanwhile()))

        with pytest.raises(StaleAccount):
            world.codes.hand_out(account.id, by=ANNA, purpose=PURPOSE)
        with pytest.raises(OwnRequest):
            world.certified(account)

    def test_refuses_a_weak_password(self, world: World) -> None:
        clerk = world.enrolled()
        code = world.codes.hand_out(clerk.account, by=BORIS, purpose=PURPOSE)

        with pytest.raises(WeakPassword):
            clerk.enrol(code, "too-short-9")


class TestChangingAPassword:
    def test_takes_the_old_one_and_a_fresh_code(self, world: World) -> None:
        clerk = world.enrolled()
        token, _ = clerk.sign_in()
        member = world.sessions.member(token, clerk.certificate, address=ADDRESS)
        world.clock.forward(timedelta(seconds=30))

        new = "Fresh-Horse-9-Battery"
        world.signing_in.change_password(
            member, password=PASSWORD, new=new, totp=clerk.totp(), address=ADDRESS
        )
        world.clock.forward(timedelta(seconds=30))

        clerk.sign_in(password=new)
        world.clock.forward(timedelta(seconds=30))
        with pytest.raises(SignInRefused):
            clerk.sign_in()
