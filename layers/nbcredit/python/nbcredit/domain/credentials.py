"""What a person knows and has beside the certificate: password, second factor, lockout (A18.1)."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from nbcredit.domain.errors import BadRequest, Conflict

SHORTEST: Final = 12
LONGEST: Final = 128
_CLASSES: Final = 3

# Failures that cost nothing; from then on each doubles the wait, up to an hour.
FREE_FAILURES: Final = 4
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)

# A code that the centre hands out for a first sign-in, or after something was lost.
CODE_LIFE: Final = timedelta(days=3)

_COMMON: Final = ("password", "qwerty", "123456", "abc123", "111111", "admin", "nbcredit", "woaini")


class WeakPassword(BadRequest):
    """The password does not keep to the policy."""

    code = "weak-password"

    def __init__(self) -> None:
        super().__init__(
            f"密码不符合要求：请用 {SHORTEST} 至 {LONGEST} 个字符，至少含大写字母、小写字母、数字、"
            "符号中的三类，不含账号和常见密码，不与原密码相同。"
        )


class StaleCredentials(Conflict):
    """Another attempt of the same account is under way."""

    code = "stale-credentials"

    def __init__(self) -> None:
        super().__init__("同一账号正在别处登录：请稍后重试。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Hashes and sealed secrets of one account; nothing of it is in the clear."""

    account: str
    password: str = field(default="", repr=False)
    totp: str = field(default="", repr=False)
    last_step: int = 0
    failures: int = 0
    locked_until: datetime | None = None
    code: str = field(default="", repr=False)
    code_until: datetime | None = None
    code_by: str = ""
    pending_password: str = field(default="", repr=False)
    pending_totp: str = field(default="", repr=False)
    revision: int = 0

    @property
    def complete(self) -> bool:
        """Whether one can sign in with it."""
        return bool(self.password and self.totp)

    def locked(self, *, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def attempted(self, *, at: datetime) -> Self:
        """Return it as after a failure: so it is stored before anything is compared."""
        failures = self.failures + 1
        beyond = failures - FREE_FAILURES
        # Ten doublings are beyond the longest wait.
        wait = min(FIRST_WAIT * 2 ** min(beyond - 1, 10), LONGEST_WAIT) if beyond > 0 else None
        return replace(
            self,
            failures=failures,
            locked_until=at + wait if wait is not None else self.locked_until,
            revision=self.revision + 1,
        )

    def passed(self, *, step: int) -> Self:
        """Return it after a success with the code of a step, which is not taken again."""
        return replace(
            self, failures=0, locked_until=None, last_step=step, revision=self.revision + 1
        )

    def with_code(self, code: str, *, at: datetime, by: str) -> "Credentials":
        """Return it with a one-time code alone: what was known before is void."""
        return Credentials(
            account=self.account,
            code=hash_of(code),
            code_until=at + CODE_LIFE,
            code_by=by,
            revision=self.revision + 1,
        )

    def takes_code(self, code: str, *, at: datetime) -> bool:
        """Whether it is the code that was handed out, and still good."""
        good = self.code_until is not None and at < self.code_until
        return hmac.compare_digest(hash_of(code), self.code or hash_of("")) and good

    def pending(self, *, password: str, totp: str) -> Self:
        """Return it with what its holder has chosen, until the second factor is shown to work."""
        return replace(
            self,
            failures=0,
            locked_until=None,
            pending_password=password,
            pending_totp=totp,
            revision=self.revision + 1,
        )

    def enrolled(self, *, step: int) -> "Credentials":
        """Return it ready to sign in with; the one-time code is used up."""
        return Credentials(
            account=self.account,
            password=self.pending_password,
            totp=self.pending_totp,
            last_step=step,
            code_by=self.code_by,
            revision=self.revision + 1,
        )

    def with_password(self, password: str, *, step: int) -> Self:
        return replace(self.passed(step=step), password=password)


def hash_of(code: str) -> str:
    """Return what is kept of a one-time code, which is too long to be guessed from it."""
    return hashlib.sha256(code.replace("-", "").strip().upper().encode()).hexdigest()


def check_password(password: str, *, account: str) -> None:
    """Raise `WeakPassword` where the policy does not allow it."""
    folded = password.casefold()
    if (
        not SHORTEST <= len(password) <= LONGEST
        or len({_class(each) for each in password}) < _CLASSES
        or (account and account.casefold() in folded)
        or any(common in folded for common in _COMMON)
        or any(unicodedata.category(each) == "Cc" for each in password)
    ):
        raise WeakPassword


def _class(character: str) -> str:
    category = unicodedata.category(character)
    return category if category in {"Lu", "Ll", "Nd"} else "other"
