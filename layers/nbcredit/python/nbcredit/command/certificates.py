"""`nbcredit certificates`: issued from signing requests, renewed, revoked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.shell import Command, new_app
from nbcredit.command.submissions import local_time, say_table
from nbcredit.domain.errors import BadRequest
from nbcredit.wire.certificates import (
    CertificateList,
    CertificateView,
    ListExpiring,
    PemView,
    RenewCertificate,
    RequestCertificate,
    RevokeCertificate,
    ShowAuthority,
    ShowCertificate,
    ShowRevocations,
)

certificates = new_app("工作网站的数字证书：签发、换发、吊销和到期清单。")

_PURPOSE = "证书管理"
AccountArgument = Annotated[str, typer.Argument(metavar="账号", help="证书所属的账号。")]
RequestFile = Annotated[
    Path, typer.Argument(metavar="请求", help="PEM 格式的证书请求（CSR），名称（CN）为账号。")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="文件", help="把证书写入文件；不写则显示。")
]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


class NoSigningRequest(BadRequest):
    """The file can't be read, or holds something else."""

    code = "no-signing-request"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} 不是证书请求：请用 openssl req -new -newkey ec "
            "-pkeyopt ec_paramgen_curve:P-256 -subj /CN=账号 生成。"
        )


@certificates.command(
    "request",
    cls=Command,
    help="由证书请求签发证书；同一请求再执行一次得到同一张。私钥不离开本人。",
)
def request(
    context: typer.Context,
    account: AccountArgument,
    file: RequestFile,
    *,
    out: Out = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = RequestCertificate(
        caller=client.caller, purpose=_PURPOSE, account=account, request=_read(file)
    )
    _say(client.call(call), out=out, json=json)


@certificates.command(
    "renew", cls=Command, help="到期前换发本人的证书：新证书立即生效，旧证书随即失效。"
)
def renew(
    context: typer.Context,
    account: AccountArgument,
    file: RequestFile,
    *,
    out: Out = None,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = RenewCertificate(
        caller=client.caller, purpose=_PURPOSE, account=account, request=_read(file)
    )
    _say(client.call(call), out=out, json=json)


@certificates.command("show", cls=Command, help="查看一个账号现在的证书。")
def show(
    context: typer.Context, account: AccountArgument, *, out: Out = None, json: Json = False
) -> None:
    client = desk_of(context).client()
    call = ShowCertificate(caller=client.caller, purpose=_PURPOSE, account=account)
    _say(client.call(call), out=out, json=json)


@certificates.command("revoke", cls=Command, help="吊销一个账号的证书：下一次请求起即被拒绝。")
def revoke(
    context: typer.Context,
    account: AccountArgument,
    *,
    reason: Annotated[str, typer.Option(metavar="理由", help="会记入证书和审计记录。")],
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = RevokeCertificate(caller=client.caller, purpose=_PURPOSE, account=account, reason=reason)
    _say(client.call(call), out=None, json=json)


@certificates.command("expiring", cls=Command, help="列出将要到期的证书，先到期的在前。")
def expiring(
    context: typer.Context,
    *,
    days: Annotated[int, typer.Option(metavar="天数", help="多少天之内到期。")] = 90,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    answer = client.call(ListExpiring(caller=client.caller, purpose=_PURPOSE, days=days))
    if json:
        say_json(answer)
        return
    found = CertificateList.model_validate(answer).certificates
    if found:
        _table(found)
    else:
        typer.echo(f"{days} 天内没有到期的证书。")


@certificates.command(
    "authority", cls=Command, help="取得证书机构自己的证书，供网关和 TLS 终结器信任。"
)
def authority(context: typer.Context, *, out: Out = None) -> None:
    client = desk_of(context).client()
    answer = client.call(ShowAuthority(caller=client.caller, purpose=_PURPOSE))
    _write(PemView.model_validate(answer).pem, out)


@certificates.command("revoked", cls=Command, help="取得签名的证书吊销列表（CRL），有效期七天。")
def revoked(context: typer.Context, *, out: Out = None) -> None:
    client = desk_of(context).client()
    answer = client.call(ShowRevocations(caller=client.caller, purpose=_PURPOSE))
    _write(PemView.model_validate(answer).pem, out)


def _read(path: Path) -> str:
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSigningRequest(path) from error
    if "CERTIFICATE REQUEST" not in text:
        raise NoSigningRequest(path)
    return text.strip() + "\n"


def _say(answer: dict[str, object], *, out: Path | None, json: bool) -> None:
    if json:
        say_json(answer)
        return
    told = CertificateView.model_validate(answer)
    _table([told])
    if out is not None:
        _write(told.pem, out)


def _write(pem: str, out: Path | None) -> None:
    if out is None:
        typer.echo(pem, nl=False)
        return
    out.write_text(pem, "ascii")
    typer.echo(f"已写入 {out}")


def _table(found: Sequence[CertificateView]) -> None:
    say_table(
        ("账号", "单位", "状态", "有效期至", "序列号", "指纹"),
        [
            (
                each.account,
                each.organisation,
                each.state_text,
                local_time(each.not_after),
                each.serial,
                each.thumbprint,
            )
            for each in found
        ],
    )
