"""Sessions of people and tokens of systems: both bound to a certificate, both short (A18.1)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from nbcredit.domain.accounts import Account
from nbcredit.domain.errors import Unauthenticated

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
# RFC 6749 recommends short lives; a system asks again whenever it needs to.
TOKEN_LIFE: Final = timedelta(minutes=10)
# Not every request writes: a session is seen anew once a minute.
SEEN_ANEW: Final = timedelta(minutes=1)

_BETWEEN: Final = "~"


class SessionKind(StrEnum):
    """Who is signed in by it."""

    PERSON = "person"
    SYSTEM = "system"


class NotSignedIn(Unauthenticated):
    """No valid session: `cause` says why, to the trail and to nobody else."""

    code = "not-signed-in"

    def __init__(self, cause: str) -> None:
        super().__init__("您还没有登录，或者登录已经失效：请用本人证书重新登录。")
        self.cause = cause


class SignInRefused(Unauthenticated):
    """One look for all that can be wrong with a sign-in; `cause` is for the trail alone."""

    code = "sign-in-refused"

    def __init__(self, cause: str) -> None:
        super().__init__(
            "没有登录成功：请核对证书、账号、密码和动态验证码后重试。"
            "多次出错会暂时锁定；仍不能登录的，请联系信用中心。"
        )
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session; `key` is the SHA-256 of its token, which is kept by its holder alone."""

    key: str
    kind: SessionKind
    account: str
    certificate: str
    started_at: datetime
    seen_at: datetime
    address: str

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing more is heard of it."""
        if self.kind is SessionKind.SYSTEM:
            return self.started_at + TOKEN_LIFE
        return min(self.started_at + LONGEST, self.seen_at + IDLE)

    def fault(self, account: Account, *, certificate: str, at: datetime) -> str:
        """Return why it does not hold, empty where it does."""
        if at >= self.ends_at:
            return "session-expired"
        if self.certificate != certificate:
            return "session-of-another-certificate"
        if account.sessions_from is not None and self.started_at <= account.sessions_from:
            return "session-signed-out"
        return "" if account.active else f"account-{account.state}"

    def to_be_seen(self, at: datetime) -> bool:
        return self.kind is SessionKind.PERSON and at - self.seen_at >= SEEN_ANEW

    def seen(self, at: datetime) -> Self:
        return replace(self, seen_at=at)


def token_of(account: str, secret: str) -> str:
    """Return a token: it names its account, so that one request finds both."""
    return f"{account}{_BETWEEN}{secret}"


def account_in(token: str) -> str:
    """Return the account that a token names, or raise `NotSignedIn`."""
    account, between, secret = token.partition(_BETWEEN)
    if not (account and between and secret):
        raise NotSignedIn("token-malformed")
    return account


def key_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
