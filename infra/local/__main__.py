"""`python -m infra.local {demo|serve|start|stop|status|totp|problems}`."""

import argparse
import signal
import sys

from infra.local import serve
from infra.local.cloud import CloudError
from infra.local.deploy import DeployError
from infra.local.gateway import forget_own_settings
from infra.local.site import USUAL_PORT
from infra.local.words import ChineseParser
from nbcredit.domain.errors import Refusal


def main() -> int:
    """Run one command; return its exit code."""
    asked = _parser().parse_args()
    forget_own_settings()
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _interrupt)
    try:
        return _run(asked)
    except (CloudError, DeployError) as error:
        print(error, file=sys.stderr)
        return 1
    except Refusal as refused:
        # The first data were not taken: what the function said helps more than a trace.
        print(refused, getattr(refused, "facts", ""), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _interrupt(*_: object) -> None:
    """Do what Ctrl-C does: leave in order, taking the local cloud along."""
    raise KeyboardInterrupt


def _run(asked: argparse.Namespace) -> int:
    match asked.command:
        case "demo":
            # Brings the samples and rich along, which the other commands do without.
            from infra.local.demonstration.stage import demo  # noqa: PLC0415

            return demo()
        case "serve":
            return serve.serve(fresh=asked.fresh, site_port=asked.site_port)
        case "start":
            return serve.start()
        case "stop":
            return serve.stop()
        case "totp":
            return serve.totp(asked.account)
    return serve.problems() if asked.command == "problems" else serve.status()


def _parser() -> argparse.ArgumentParser:
    parser = ChineseParser(prog="python -m infra.local", description="本机云")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="演示：各单位的文件走完全程，约一分钟")
    serving = commands.add_parser("serve", help="启动本机云，直到按 Ctrl-C")
    serving.add_argument("--fresh", action="store_true", help="不用上次留下的数据")
    serving.add_argument(
        "--site-port",
        type=int,
        default=USUAL_PORT,
        help=f"工作网站的端口，通常是 {USUAL_PORT}",
    )
    codes = commands.add_parser("totp", help="显示示例人员现在的动态验证码")
    codes.add_argument("account", help="账号或姓名")
    commands.add_parser("start", help="在后台启动本机云")
    commands.add_parser("stop", help="停止本机云")
    commands.add_parser("status", help="查看本机云是否在运行")
    commands.add_parser("problems", help="列出各函数记下的警告和错误")
    return parser


if __name__ == "__main__":
    sys.exit(main())
