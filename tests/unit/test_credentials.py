from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from nbcredit.adapters.passwords import Argon2Passwords, SealedFactors
from nbcredit.domain.credentials import Credentials, WeakPassword, check_password
from nbcredit.domain.obligations import Kind
from nbcredit.domain.reminders import stage_between
from nbcredit.domain.working_days import DueDate, WorkingCalendar
from tests.obligation_builders import an_obligation

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
ACCOUNT = "scjg.7k3m9q"
pytestmark = pytest.mark.requirement("A18.1")


class TestPasswords:
    @pytest.mark.parametrize(
        "password", ["Correct-Horse-9-Battery", "长长的密码Aa1长长的密码", "abcdefghijk-9"]
    )
    def test_are_taken_where_they_are_strong(self, password: str) -> None:
        check_password(password, account=ACCOUNT)

    def test_are_not_weak_for_want_of_an_account(self) -> None:
        check_password("Correct-Horse-9-Battery", account="")

    @pytest.mark.parametrize(
        "password",
        [
            "Short-9aaaa",
            "alllowercaseletters",
            "lowercase123456789012",
            "Scjg.7K3M9Q-longer",
            "Password-2026-long",
            "Line\nBreak-9-Battery",
            "Aa1-" + "x" * 125,
        ],
    )
    def test_are_refused_where_they_are_weak(self, password: str) -> None:
        with pytest.raises(WeakPassword):
            check_password(password, account=ACCOUNT)

    def test_are_kept_as_argon2id_with_what_it_costs(self) -> None:
        kept = Argon2Passwords(memory_kib=64, passes=1).hashed("Correct-Horse-9-Battery")

        assert kept.startswith("$argon2id$v=19$m=64,t=1,p=1$")

    def test_are_compared_even_where_there_is_none(self) -> None:
        passwords = Argon2Passwords(memory_kib=8, passes=1)
        kept = passwords.hashed("Correct-Horse-9-Battery")

        assert passwords.verify("Correct-Horse-9-Battery", kept)
        assert not passwords.verify("correct-horse-9-battery", kept)
        assert not passwords.verify("", "")
        assert not passwords.verify("x", "no hash")


class TestLockout:
    @pytest.mark.parametrize(
        ("failures", "minutes"),
        [(1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (99, 60)],
    )
    def test_doubles_up_to_an_hour(self, failures: int, minutes: int) -> None:
        known = Credentials(account=ACCOUNT)
        for _ in range(failures):
            known = known.attempted(at=NOW)

        until = NOW + timedelta(minutes=minutes)
        assert not known.locked(at=until)
        assert known.locked(at=until - timedelta(seconds=1)) is (minutes > 0)

    def test_ends_with_a_success(self) -> None:
        known = Credentials(account=ACCOUNT)
        for _ in range(6):
            known = known.attempted(at=NOW)

        passed = known.passed(step=7)

        assert not passed.locked(at=NOW)
        assert (passed.failures, passed.last_step) == (0, 7)


class TestOneTimeCodes:
    def test_are_good_for_three_days_however_they_are_typed(self) -> None:
        known = Credentials(account=ACCOUNT).with_code("ABCD-EFGH", at=NOW, by="chen")

        assert known.takes_code(" abcdefgh ", at=NOW + timedelta(days=2))
        assert not known.takes_code("ABCD-EFGJ", at=NOW)
        assert not known.takes_code("ABCD-EFGH", at=NOW + timedelta(days=3))
        assert "ABCD" not in repr(known)

    def test_are_not_there_before_they_are_handed_out(self) -> None:
        assert not Credentials(account=ACCOUNT).takes_code("", at=NOW)


class Keys:
    """A key service that wraps a key with its context, for the tests."""

    def wrap_new_key(self, context: Mapping[str, str]) -> bytes:
        return repr(sorted(context.items())).encode()

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        assert wrapped == self.wrap_new_key(context)
        return b"k" * 32


class TestSecondFactors:
    @pytest.mark.parametrize(
        ("seconds", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
    )
    def test_allow_for_clocks_that_differ(self, seconds: int, *, taken: bool) -> None:
        factors = SealedFactors(Keys())
        sealed, secret = factors.new(ACCOUNT)
        code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))

        step = factors.step(sealed, code, account_id=ACCOUNT, at=NOW)

        assert (step is not None) is taken

    def test_are_sealed_for_one_account(self) -> None:
        factors = SealedFactors(Keys())
        sealed, secret = factors.new(ACCOUNT)

        assert secret not in sealed
        with pytest.raises(AssertionError):
            factors.step(sealed, "000000", account_id="scjg.other0", at=NOW)

    def test_are_told_to_authenticators_without_a_name(self) -> None:
        factors = SealedFactors(Keys())

        address = factors.address("ABCDEFGH" * 4, account_id=ACCOUNT)

        assert address.startswith("otpauth://totp/")
        assert ACCOUNT in address


@pytest.mark.requirement("A19.1")
class TestRemindersOfCertificates:
    @pytest.mark.parametrize(
        ("today", "stage"),
        [
            ("2027-03-03", None),
            ("2027-03-04", 90),
            ("2027-05-03", 30),
            ("2027-05-26", 7),
            ("2027-06-03", -1),
        ],
    )
    def test_come_90_30_and_7_days_before(self, today: str, stage: int | None) -> None:
        due = DueDate(on=datetime(2027, 6, 2, tzinfo=UTC).date(), rule="A19.1", start=NOW.date())
        owed = an_obligation(kind=Kind.CERTIFICATE, due=due)
        day = datetime.fromisoformat(today).date()

        found = stage_between(
            owed, after=day - timedelta(days=1), upto=day, calendar=WorkingCalendar.of([])
        )

        assert found == stage
