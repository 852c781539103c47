"""`make serve`: the local cloud, up until it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import pyotp

from infra.local import handover, logs, samples
from infra.local.bringing_up import LocalCloud, local_cloud
from infra.local.cloud import CloudError, answers, free_port
from infra.local.deploy import ROOT
from infra.local.folders import Folder
from infra.local.gateway import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Gateway
from infra.local.site import USUAL_PORT, Site, site
from nbcredit.domain.periods import Period, business_date

_HERE: Final = ROOT / ".local"
FOLDER: Final = Folder(path=_HERE / "serve", log=_HERE / "serve.log", keep=True)
_PORT_FILE: Final = FOLDER.path / "port"
_USUAL_PORT: Final = 4570
_START_SECONDS: Final = 420
_STOP_SECONDS: Final = 620


def serve(*, fresh: bool, site_port: int = USUAL_PORT) -> int:
    """Keep the local cloud up; return the exit code."""
    if FOLDER.holder() is not None:
        print(
            "本机云已经在运行。查看：.venv/bin/python -m infra.local status；"
            "停止：.venv/bin/python -m infra.local stop"
        )
        return 1
    started = time.monotonic()
    with (
        local_cloud(FOLDER, port=_port(fresh=fresh), fresh=fresh) as local,
        site(local, port=site_port) as made,
    ):
        known = samples.members(local)
        _PORT_FILE.write_text(str(local.cloud.port))
        handover.write(
            handover.facts(
                local.stack, endpoint_url=local.gateway.endpoint_url, pid=local.cloud.pid
            )
        )
        try:
            _welcome(local, seconds=time.monotonic() - started)
            _invite(made, known)
            while local.cloud.running:
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("\n正在保存数据并停止（数据多时要一两分钟）……", flush=True)
        finally:
            handover.remove()
    if not FOLDER.whole.exists():
        print(f"本机云意外停止，数据没有保存完整，下次从头开始；原因见 {FOLDER.log}。")
        return 1
    print("本机云已停止；数据保留在 .local/serve，下次 make serve 继续使用。")
    return 0


def start() -> int:
    """Leave a local cloud running in the background."""
    if FOLDER.holder() is not None:
        return status()
    FOLDER.log.parent.mkdir(parents=True, exist_ok=True)
    with FOLDER.log.parent.joinpath("serve.out").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "serve"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while not handover.PATH.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            print(f"本机云没有启动起来，原因见 {told.name}。")
            return 1
        time.sleep(0.1)
    return status()


def stop() -> int:
    """Stop whatever local cloud runs in the usual folder."""
    holder = FOLDER.holder()
    if holder is None:
        print("本机云没有在运行。")
        return 0
    os.kill(holder, signal.SIGTERM)
    print("正在保存数据并停止（数据多时要一两分钟）……", flush=True)
    deadline = time.monotonic() + _STOP_SECONDS
    while FOLDER.holder() is not None or handover.PATH.exists():
        if time.monotonic() > deadline:
            if FOLDER.holder() is None:
                # Whoever kept it up is gone too.
                handover.remove()
                break
            print(f"本机云 {_STOP_SECONDS} 秒内没有停止。")
            return 1
        time.sleep(0.1)
    print("本机云已停止。")
    return 0


def status() -> int:
    """Tell whether a local cloud runs, and where."""
    holder = FOLDER.holder()
    if holder is None:
        print("本机云没有在运行：用 make serve 启动。")
        return 3
    port = int(_PORT_FILE.read_text()) if _PORT_FILE.exists() else 0
    if not port or not answers(port):
        print(f"本机云正在启动（进程 {holder}），日志：{FOLDER.log}")
        return 3
    print(f"本机云在运行：http://127.0.0.1:{port}（进程 {holder}），日志：{FOLDER.log}")
    return 0


def problems() -> int:
    """Print what the functions of the running cloud logged as a warning or worse."""
    if not FOLDER.holder():
        return status()
    gateway = Gateway(f"http://127.0.0.1:{_PORT_FILE.read_text()}")
    if not logs.write_problems(gateway, sys.stdout):
        print("没有警告或错误。")
    return 0


def _port(*, fresh: bool) -> int:
    """Return the port of the kept state, whose queue addresses hold it, or a free one."""
    if fresh or not FOLDER.whole.exists() or not _PORT_FILE.exists():
        return free_port(_USUAL_PORT)
    port = int(_PORT_FILE.read_text())
    if free_port(port) != port:
        raise CloudError(
            f"保留的数据属于端口 {port}，而该端口已被别的程序占用："
            "请先停止那个程序，或用 .venv/bin/python -m infra.local serve --fresh 从头开始。"
        )
    return port


def _welcome(local: LocalCloud, *, seconds: float) -> None:
    bucket = local.stack.outputs["FilesBucket"]
    today = business_date(datetime.now(UTC))  # noqa: TID251 - the edge where time comes in
    period = Period.of(today).previous()
    state = "沿用上次的数据" if local.kept else "全新的数据"
    print(
        f"""\
本机云已启动（{seconds:.1f} 秒，{state}）：{local.gateway.endpoint_url}
按 Ctrl-C 停止，数据会保留；要从头开始：.venv/bin/python -m infra.local serve --fresh

在另一个窗口上传文件并查看结果（先进入本目录）：

  export PATH="$PWD/.venv/bin:$PATH"                              使 nbcredit 命令可用
  mkdir -p try && cd try                                          样例文件放在这里，不进 git
  nbcredit sample administrative-penalty --out penalties.csv      生成一个样例文件
  nbcredit upload penalties.csv                                   上传，等待并显示结果
  nbcredit status --provider scjg                                 查看该单位的批次
  nbcredit --help                                                 全部命令

也可以直接用 aws 命令上传（aws-cli 要另装，如 pip install awscli），
位置是 incoming/单位代码/目录项/报送期/文件名：

  export AWS_ACCESS_KEY_ID={ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY} \\
         AWS_DEFAULT_REGION={REGION}
  aws --endpoint-url {local.gateway.endpoint_url} s3 cp penalties.csv \\
      s3://{bucket}/incoming/scjg/administrative-penalty/{period}/penalties.csv

各函数的警告和错误：.venv/bin/python -m infra.local problems；本机云的日志：{FOLDER.log}""",
        flush=True,
    )


def totp(account: str) -> int:
    """Print the code that a sample member's authenticator would show now."""
    known = next((each for each in samples.read() if account in {each.account, each.name}), None)
    if known is None or not known.totp_secret:
        print("没有这个人：请写账号或姓名，见 .local/members/members.json。")
        return 1
    print(pyotp.TOTP(known.totp_secret).now())
    return 0


def _invite(site: Site, members: Sequence[samples.Known]) -> None:
    rows = "\n".join(
        f"  {each.account:<24}{each.password or '（系统账号，用证书取令牌）':<20}"
        f"{each.organisation} {each.name}（{each.posts}）"
        for each in members
    )
    print(
        f"""
工作网站：{site.address}
证书、密钥在 .local/members（.p12 的口令：{samples.BUNDLE_PASSWORD}）。用浏览器打开以前：
  1. 导入本机网站的根证书 {site.authority}（或者在浏览器提示时选择继续）；
  2. 导入一个人的证书 .local/members/<账号>.p12：设置 → 隐私和安全 → 管理证书 → 个人 → 导入；
  3. 打开网址，选择证书，输入密码和动态验证码：.venv/bin/python -m infra.local totp <账号或姓名>
用 curl：见 docs/api.md。

  账号                    密码                单位 姓名（岗位）
{rows}""",
        flush=True,
    )
