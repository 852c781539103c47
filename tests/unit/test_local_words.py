"""What the local cloud's commands say is Chinese, argparse's own words included."""

import re

import pytest

from infra.local.__main__ import _parser

ENGLISH = re.compile(r"usage|positional|options|show this|required|invalid|argument", re.IGNORECASE)


class TestWords:
    @pytest.mark.parametrize("asked", [["--help"], ["serve", "--help"], ["totp", "--help"]])
    def test_of_help_are_chinese(
        self, asked: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            _parser().parse_args(asked)

        told = capsys.readouterr().out
        assert told.startswith("用法：")
        assert not ENGLISH.search(told)

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ([], "缺少 command"),
            (["sell"], "没有 'sell' 这一项"),
            (["totp"], "缺少 account"),
            (["stop", "--now"], "不认识 --now"),
            (["serve", "--site-port", "x"], "--site-port 应为整数，不能是 'x'"),
            (["serve", "--site-port"], "--site-port 后面要写一个值"),
        ],
    )
    def test_of_refusals_are_chinese(
        self, asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            _parser().parse_args(asked)

        told = capsys.readouterr().err
        assert said in told
        assert not ENGLISH.search(told)
