"""Certificates of accounts: issued from a signing request, fetched, and watched for their end."""

from collections.abc import Mapping
from typing import Final

from nbcredit.pages.spelling import moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site import accounts
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.naming import organisation_names
from nbcredit.runtime.work_site.responses import Response, download
from nbcredit.runtime.work_site.routes import form, page
from nbcredit.runtime.work_site.wording import in_words
from nbcredit.wire.accounts import AccountView, ShowAccount
from nbcredit.wire.certificates import (
    CertificateList,
    CertificateView,
    ListExpiring,
    RequestCertificate,
    ShowCertificate,
)

_FIELDS: Final = {"request": "request", "signing-request-refused": "request"}
_PEM: Final = "application/x-pem-file"
# Reminders go out 90, 30 and 7 days before; what is listed is what they are about.
_DAYS: Final = 90
_NO_REQUEST: Final = (
    "证书请求（CSR）应是以 -----BEGIN CERTIFICATE REQUEST----- 开头的文本，请重新选择文件。"
)


def issue(desk: Desk) -> Response:
    """Issue a certificate from the request that was chosen as a file, or pasted."""
    account = desk.request.parameters["account"]
    done = desk.tried(
        lambda: desk.ask(
            RequestCertificate,
            CertificateView,
            purpose=accounts.PURPOSE,
            account=account,
            request=_request(desk),
        ),
        fields=_FIELDS,
    )
    if isinstance(done, Desk):
        found = desk.ask(ShowAccount, AccountView, purpose=accounts.PURPOSE, account=account)
        return accounts.shown(in_words(done, request=_NO_REQUEST), found)
    return desk.see(f"/accounts/{account}", said="证书已签发，请下载后交给本人导入浏览器。")


def fetch(desk: Desk) -> Response:
    found = desk.ask(
        ShowCertificate,
        CertificateView,
        purpose=accounts.PURPOSE,
        account=desk.request.parameters["account"],
    )
    return download(found.pem.encode(), name=f"{found.account}.pem", media_type=_PEM)


def expiring(desk: Desk) -> Response:
    found = desk.ask(ListExpiring, CertificateList, purpose=accounts.PURPOSE, days=_DAYS)
    return desk.list_page(
        "accounts/certificates.html",
        _table(organisation_names(desk)),
        found.certificates,
        title="快到期的证书",
        crumbs=accounts.CRUMBS,
        days=_DAYS,
    )


def _request(desk: Desk) -> str:
    sent = desk.request.file("file")
    if sent is not None:
        return sent.content.decode("ascii", errors="replace").strip()
    return desk.fields.get("request", "")


def _table(names: Mapping[str, str]) -> Table[CertificateView]:
    return Table(
        caption=f"{_DAYS} 天内到期的证书",
        nothing=f"{_DAYS} 天内没有证书到期。",
        columns=(
            Column(
                name="account",
                title="账号",
                text=lambda each: each.account,
                path=lambda each: f"/accounts/{each.account}",
                filter="text",
            ),
            Column(
                name="organisation",
                title="单位",
                text=lambda each: names.get(each.organisation, each.organisation),
                filter="choice",
            ),
            Column(
                name="until",
                title="有效期至",
                text=lambda each: moment(each.not_after),
                key=lambda each: each.not_after,
            ),
            Column(name="serial", title="序列号", text=lambda each: each.serial),
        ),
    )


ROUTES: Final = (
    page("/certificates", expiring, call="list-expiring"),
    form("/accounts/{account}/certificate", issue, call="request-certificate"),
    page("/accounts/{account}/certificate.pem", fetch, call="show-account"),
)
