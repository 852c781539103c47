"""Signing in and out: the certificate is shown by the browser, the rest is typed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from nbcredit.domain.errors import BadRequest
from nbcredit.domain.sessions import SignInRefused
from nbcredit.pages.frames import Fault
from nbcredit.runtime.work_site.desk import SAID, Desk, Visit
from nbcredit.runtime.work_site.doors import SESSION, VISIT
from nbcredit.runtime.work_site.responses import Cookie, Response, is_local, see
from nbcredit.runtime.work_site.routes import Route, form
from nbcredit.runtime.work_site.tokens import SessionTokens
from nbcredit.usecases.sessions import Identities, Sessions
from nbcredit.usecases.signing_in import SigningIn

_TITLE: Final = "登录"
_ENTER: Final = (("password", "请输入密码"), ("totp", "请输入 6 位动态验证码"))


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The pages before and after a session."""

    identities: Identities
    signing_in: SigningIn
    sessions: Sessions

    def routes(self) -> Sequence[Route]:
        return (
            Route(method="GET", path="/sign-in", view=self._show, open_to_all=True),
            Route(method="POST", path="/sign-in", view=self._sign_in, open_to_all=True),
            form("/sign-out", self._sign_out),
            form("/sign-out-everywhere", self._sign_out_everywhere),
        )

    def account_of(self, visit: Visit) -> str:
        """Return the account that the certificate shown was issued to, or nothing."""
        if visit.certificate is None:
            return ""
        known = self.identities.known(
            session="", account="", certificate=visit.certificate.thumbprint
        )
        return known.certificate.account if known.certificate is not None else ""

    def _show(self, visit: Visit) -> Response:
        return self._page(visit, onward=visit.request.query.get("next", ""))

    def _sign_in(self, visit: Visit) -> Response:
        told = visit.fields
        onward = told.get("next", "")
        missing = tuple(Fault(text, name) for name, text in _ENTER if not told.get(name))
        if missing:
            return self._page(replace(visit, faults=missing), onward=onward)
        try:
            token, _ = self.signing_in.sign_in(
                self.account_of(visit),
                visit.request.fields["password"][0],
                told["totp"].replace(" ", ""),
                certificate=visit.certificate,
                address=visit.request.address,
            )
        except SignInRefused as refusal:
            wrong = replace(visit, faults=(Fault(str(refusal), "password"),))
            return replace(self._page(wrong, onward=onward), status=401)
        onward = onward if is_local(onward) else "/"
        session = Cookie(SESSION, token, strict=False)
        return see(onward).with_cookie(session, Cookie(VISIT, ""))

    def _page(self, visit: Visit, *, onward: str) -> Response:
        return visit.page(
            "sign_in.html",
            title=_TITLE,
            certificate=visit.certificate,
            account=self.account_of(visit),
            onward=onward if is_local(onward) else "",
        )

    def _sign_out(self, desk: Desk) -> Response:
        self.sessions.sign_out(desk.member, address=desk.request.address)
        return leave("已退出登录。在公用电脑上，请同时关闭浏览器。")

    def _sign_out_everywhere(self, desk: Desk) -> Response:
        self.sessions.sign_out_everywhere(desk.member, address=desk.request.address)
        return leave("您在所有浏览器上的登录都已退出。")


def leave(said: str) -> Response:
    """Send the browser, its session taken away, to the page for signing in."""
    secret = secrets.token_urlsafe(24)
    return see("/sign-in").with_cookie(
        Cookie(SESSION, "", strict=False),
        Cookie(VISIT, secret),
        Cookie(SAID, SessionTokens(secret).sealed(said)),
    )


@dataclass(frozen=True, slots=True)
class FirstSignInPages:
    """A new account, or one that has lost something: the one-time code of the centre opens it."""

    pages: SignInPages
    signing_in: SigningIn

    def routes(self) -> Sequence[Route]:
        return (
            Route(method="GET", path="/first-sign-in", view=self._show, open_to_all=True),
            Route(method="POST", path="/first-sign-in", view=self._begin, open_to_all=True),
            Route(method="POST", path="/first-sign-in/proof", view=self._finish, open_to_all=True),
        )

    def _show(self, visit: Visit) -> Response:
        return visit.page(
            "first_sign_in.html",
            title="首次登录",
            account=self.pages.account_of(visit),
            code=visit.fields.get("code", "") if visit.request.method == "POST" else "",
        )

    def _begin(self, visit: Visit) -> Response:
        told = {name: values[0] for name, values in visit.request.fields.items()}
        faults = []
        if not told.get("code", "").strip():
            faults.append(Fault("请输入信用中心给您的一次性代码", "code"))
        if told.get("password", "") != told.get("again", ""):
            faults.append(Fault("两次输入的密码不一样", "again"))
        if faults:
            return self._show(replace(visit, faults=tuple(faults)))
        try:
            enrolment = self.signing_in.begin_enrolment(
                self.pages.account_of(visit),
                told["code"].strip(),
                told.get("password", ""),
                certificate=visit.certificate,
                address=visit.request.address,
            )
        except BadRequest as refusal:
            return self._show(replace(visit, faults=(Fault(str(refusal), "password"),)))
        except SignInRefused as refusal:
            wrong = replace(visit, faults=(Fault(str(refusal), "code"),))
            return replace(self._show(wrong), status=401)
        return self._factor(
            visit, code=told["code"].strip(), secret=enrolment.secret, address=enrolment.address
        )

    def _factor(self, visit: Visit, *, code: str, secret: str, address: str) -> Response:
        return visit.page(
            "second_factor.html",
            title="绑定动态验证码",
            code=code,
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            qr=qr_of(address) if address else "",
        )

    def _finish(self, visit: Visit) -> Response:
        told = visit.fields
        try:
            self.signing_in.finish_enrolment(
                self.pages.account_of(visit),
                told.get("code", ""),
                told.get("totp", "").replace(" ", ""),
                certificate=visit.certificate,
                address=visit.request.address,
            )
        except SignInRefused as refusal:
            wrong = replace(visit, faults=(Fault(str(refusal), "totp"),))
            again = self._factor(wrong, code=told.get("code", ""), secret="", address="")
            return replace(again, status=401)
        return visit.see("/sign-in", said="密码和动态验证码都已设好，请登录。")


def qr_of(address: str) -> str:
    """Return a QR code as SVG."""
    import segno  # noqa: PLC0415 -- of all pages, one shows a code

    return str(segno.make(address, error="m").svg_inline(border=2, omitsize=True))
