"""Changing one's password: with the present one and a fresh code of the second factor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.credentials import WeakPassword
from nbcredit.domain.sessions import SignInRefused
from nbcredit.pages.frames import Fault, Link
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, form, page
from nbcredit.usecases.signing_in import SigningIn

PATH: Final = "/my-account/password"
_ABOVE: Final = (Link("我的账户", "/my-account"),)
_WANTED: Final = (
    ("password", "请输入现在的密码"),
    ("new", "请输入新密码"),
    ("totp", "请输入 6 位动态验证码"),
)


@dataclass(frozen=True, slots=True)
class PasswordPages:
    """The page for it."""

    signing_in: SigningIn

    def routes(self) -> Sequence[Route]:
        return (page(PATH, _shown), form(PATH, self._change))

    def _change(self, desk: Desk) -> Response:
        told = {name: values[0] for name, values in desk.request.fields.items()}
        faults = [Fault(text, name) for name, text in _WANTED if not told.get(name, "").strip()]
        if told.get("new", "") != told.get("again", ""):
            faults.append(Fault("两次输入的新密码不一样", "again"))
        if faults:
            return _shown(desk.wrong(*faults))
        try:
            self.signing_in.change_password(
                desk.member,
                password=told["password"],
                new=told["new"],
                totp=told["totp"].replace(" ", ""),
                address=desk.request.address,
            )
        except WeakPassword as refusal:
            return _shown(desk.wrong(Fault(str(refusal), "new")))
        except SignInRefused:
            wrong = Fault("现在的密码或动态验证码不对，请核对后重试。", "password")
            return _shown(desk.wrong(wrong))
        return desk.see("/my-account", said="密码已修改，下次登录请用新密码。")


def _shown(desk: Desk) -> Response:
    return desk.page("change_password.html", title="修改密码", crumbs=_ABOVE)
