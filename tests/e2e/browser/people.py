"""People at a browser: each with certificate, password and second factor of a member."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from infra.local.samples import Known
from infra.local.site import Site

DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 375, "height": 800}
_STEP: Final = timedelta(seconds=30)


@dataclass
class Visitors:
    """Opens browsers as a member; who has signed in once stays so."""

    browser: Browser
    site: Site
    folder: Path
    known: Mapping[str, Known]
    _signed_in: dict[str, Any] = field(default_factory=dict)

    def page(self, name: str, *, viewport: Any = DESK, script: bool = True) -> Page:
        """Return a page of a member who has signed in."""
        member = self.known[name]
        if name not in self._signed_in:
            entrance = self.context(member.account)
            sign_in(entrance.new_page(), self.site, member.password, member.totp_secret)
            self._signed_in[name] = entrance.storage_state()
            entrance.close()
        return self.context(
            member.account, state=self._signed_in[name], viewport=viewport, script=script
        ).new_page()

    def context(
        self,
        account: str,
        *,
        certificate: Path | None = None,
        key: Path | None = None,
        state: Any = None,
        viewport: Any = DESK,
        script: bool = True,
    ) -> BrowserContext:
        """Return a browser with a certificate, signed in where a state is given."""
        return self.browser.new_context(
            base_url=self.site.address,
            ignore_https_errors=True,
            java_script_enabled=script,
            locale="zh-CN",
            storage_state=state,
            viewport=viewport,
            client_certificates=[
                {
                    "origin": self.site.address,
                    "certPath": certificate or self.folder / f"{account}.pem",
                    "keyPath": key or self.folder / f"{account}.key",
                }
            ],
        )


def sign_in(page: Page, site: Site, password: str, secret: str) -> None:
    """Sign in; the code just used for enrolling is not taken again, the next one is."""
    for ahead in (timedelta(), _STEP):
        page.goto(f"{site.address}/sign-in")
        page.get_by_label("密码", exact=True).fill(password)
        page.get_by_label("动态验证码").fill(code_of(secret, ahead=ahead))
        page.get_by_role("button", name="登录").click()
        if "/sign-in" not in page.url:
            return
    raise AssertionError(page.locator("main").inner_text())


def code_of(secret: str, *, ahead: timedelta = timedelta()) -> str:
    now = datetime.now(UTC)  # noqa: TID251 -- the real platform has a real clock
    return pyotp.TOTP(secret.replace(" ", "")).at(now + ahead)
