"""The words of `python -m infra.local`: argparse speaks English, the commands speak Chinese."""

import argparse
import re
import sys
from typing import Final, NoReturn

_SAID: Final = (
    (r"^usage:", "用法："),
    (r"^positional arguments:", "命令："),
    (r"^options:", "选项："),
    (r"show this help message and exit", "显示本帮助并退出"),
    (r"the following arguments are required: ", "缺少 "),
    (r"unrecognized arguments: ", "不认识 "),
    (r"argument (\S+): ", r"\1 "),
    (r"invalid choice: ('.*?') \(choose from (.*)\)", r"没有 \1 这一项，可选 \2"),
    (r"invalid int value: ", "应为整数，不能是 "),
    (r"expected one argument", "后面要写一个值"),
)


class ChineseParser(argparse.ArgumentParser):
    """A parser whose help and refusals are Chinese; so are those of its commands."""

    def format_help(self) -> str:
        return in_chinese(super().format_help())

    def format_usage(self) -> str:
        return in_chinese(super().format_usage())

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"命令不对：{in_chinese(message)}。用 --help 查看帮助。\n")


def in_chinese(text: str) -> str:
    for english, chinese in _SAID:
        text = re.sub(english, chinese, text, flags=re.MULTILINE)
    return text
