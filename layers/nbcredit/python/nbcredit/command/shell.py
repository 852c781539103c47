"""Commands that speak Chinese: help, usage and errors, and never a traceback."""

import re
import sys
import traceback
from collections.abc import Sequence
from functools import singledispatch
from typing import Any, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from nbcredit.command.calls import CallRefused
from nbcredit.domain.errors import Refusal

REFUSED: Final = 2
_DEBUG: Final = "--debug"

# Typer's words for wrong usage, by the class of its exception.
_USAGE: Final = {
    "MissingParameter": "缺少必填的参数或选项：{0}",
    "NoSuchOption": "没有选项 {0}",
    "NoSuchCommand": "没有命令 {0}",
    "BadParameter": "{0} 的值不对：{1}",
    "BadOptionUsage": "选项 {0} 的用法不对",
    "FileError": "文件 {0} 打不开",
}
_FORMS: Final = {
    "credit_code": "统一社会信用代码是 18 位数字或大写字母",
    "document_number": "证件号码最多 64 个字",
    "effective_from": "生效日期写成 2027-01-01",
    "feedback": "反馈编号由 20 到 26 位数字和大写字母组成",
    "id": "账号是 1 到 100 个字",
    "organisation": "单位代码由小写字母、数字和连字符组成，如 scjg，见 nbcredit catalogue show",
    "provider": "单位代码由小写字母、数字和连字符组成，如 scjg，见 nbcredit catalogue show",
    "purpose": "用途是 2 到 100 个字",
    "question": "问题是 2 到 200 个字",
    "reason": "理由是 2 到 200 个字",
    "version": "版本号写成 2027-1",
}
_NAMED: Final = re.compile(r"'([^']*)'|(--[\w-]+)")
_VALUES: Final = {
    "valid integer": "请写整数，如 200",
    "valid float": "请写数，如 0.05",
}
_LIMITS: Final = re.compile(r"(greater|less) than or equal to ([\d.]+)")
# Between Chinese words no space is written.
_ASIDE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


class _Folding(Table):
    """A table of help: Chinese has no spaces to break lines at, so a line ends where it is full."""

    def add_row(self, *args: Any, **options: Any) -> None:
        super().add_row(*args, **options)
        for column in self.columns:
            column.overflow = "fold"


def _in_one(parts: Sequence[Text]) -> Text:
    """Return help, default and the like as one text, which breaks where the line is full."""
    return Text(" ").join(parts)


class _Chinese:
    """What commands and groups say in Chinese instead of Typer's English.

    A mixin: what it extends belongs to Typer's class beside it, which mypy can't know.
    """

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc] # Typer's, see above
        if option is not None:
            option.help = "显示本帮助并退出。"
        return option

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc] # Typer's, see above
        for english, chinese in (
            ("Usage:", "用法:"),
            ("[OPTIONS]", "[选项]"),
            ("COMMAND [ARGS]...", "命令 [参数]..."),
        ):
            usage = usage.replace(english, chinese)
        return usage


class Command(_Chinese, TyperCommand):
    """One command."""


class Group(_Chinese, TyperGroup):
    """A group of commands; the outermost one turns refusals into a line and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 -- Typer's own signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 -- as above
        **extra: Any,
    ) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(
                given,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except typer.Abort:
            complain("已中止。")
            code = REFUSED
        except TyperException as error:
            complain(_in_chinese(error))
            code = REFUSED
        except Exception as error:  # noqa: BLE001 -- the edge: users never see a traceback
            if _DEBUG in given:
                traceback.print_exc()
            complain(explained(error))
            code = REFUSED
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


def new_app(about: str) -> typer.Typer:
    """Return an empty group of commands whose help is Chinese throughout."""
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils.ENVVAR_STRING = "[环境变量：{}]"
    # Typer lets nobody choose how the lines of its help are broken.
    vars(rich_utils).update(Table=_Folding, Columns=_in_one)
    return typer.Typer(
        cls=Group,
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )


def complain(text: str) -> None:
    typer.echo(text, err=True)


def _in_chinese(error: TyperException) -> str:
    kind, message = type(error).__name__, error.format_message()
    if kind == "NoArgsIsHelpError":
        return message
    named = [quoted or option for quoted, option in _NAMED.findall(message)]
    if message.startswith("No such command"):
        kind = "NoSuchCommand"
    opening = _USAGE.get(kind, "用法不对：{0}").format(*named, *("", ""))
    choices = f"（可选：{'、'.join(named[2:])}）" if kind == "BadParameter" and named[2:] else ""
    said = _ASIDE.sub("", opening.rstrip("："))
    return f"{said}{choices}{_form_of(message)}\n在命令后加 --help 查看用法。"


def _form_of(message: str) -> str:
    """Say how a value is written, as far as Typer's English tells it."""
    for english, chinese in _VALUES.items():
        if english in message:
            return f"：{chinese}"
    if (limit := _LIMITS.search(message)) is None:
        return ""
    return f"：请写不{'小于' if limit[1] == 'greater' else '大于'} {limit[2]} 的数"


@singledispatch
def explained(error: Exception) -> str:
    """Say what went wrong and what to do, with the code to quote when asking for help."""
    return f"程序出错（{type(error).__name__}）：加 --debug 重做一次，并把显示的内容发给运维。"


@explained.register
def _(error: CallRefused) -> str:
    faults = "".join(f"\n  - {fault}" for fault in error.problem.faults)
    return f"{error.problem.detail}（{error.problem.code}）{faults}"


@explained.register
def _(error: Refusal) -> str:
    return f"{error}（{error.code}）"


@explained.register
def _(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    return f"云平台拒绝了请求：{code}。请检查凭证和权限；加 --debug 看详情。"


@explained.register
def _(_error: BotoCoreError) -> str:
    return "连不上云平台：请检查网络、区域和凭证，本机云请看 make serve 是否还在运行。"


@explained.register
def _(error: ValidationError) -> str:
    wrong = (str(fault["loc"][-1]) for fault in error.errors() if fault["loc"])
    told = "；".join(_FORMS.get(name, name) for name in wrong)
    return f"填写的内容格式不对：{told}。"


@explained.register
def _(error: OSError) -> str:
    return f"文件读写出错：{error.strerror or error}（{error.filename or ''}）"
