"""What a terminal of 80 columns shows: nothing is cut off that the next command needs."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import pytest

from nbcredit.command.desk import Desk, Platform
from nbcredit.command.main import app
from nbcredit.command.submissions import say_list, say_table
from nbcredit.wire.submissions import SubmissionView
from tests.integration.command.platforms import CATALOGUE, ITEM, NOW, SUBMISSION, a_stage

ID = "IWHJKXQ2M4T7ZC5BNVDA3GLE"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@contextmanager
def a_terminal() -> Iterator[Terminal]:
    with redirect_stdout(Terminal()) as terminal:
        yield terminal


class TestTable:
    def test_never_breaks_the_code_that_a_command_takes(self) -> None:
        code = "dishonest-judgment-debtor"
        long = "、".join(f"dw{number}" for number in range(40))

        with a_terminal() as terminal:
            say_table(("目录项", "名称", "报送单位"), [(code, "失信被执行人", long)])

        told = terminal.getvalue()
        assert code in told
        assert "…" not in told
        assert all(f"dw{number}" in told for number in (0, 39))


class TestCatalogue:
    def test_shows_every_code_whole(self) -> None:
        providers = [f"dept{number}" for number in range(30)]
        item = {**ITEM, "code": "professional-qualification", "providers": providers}
        with (
            a_stage(show_catalogue={**CATALOGUE, "items": [item]}) as stage,
            a_terminal() as terminal,
        ):
            platform = Platform(stage.connection, stage.answers)
            desk = Desk(connect=lambda: platform, now=lambda: NOW)
            app(["catalogue", "show"], obj=desk, standalone_mode=False)

        told = terminal.getvalue().split()
        assert {"professional-qualification", "2", *providers} <= set(told)
        assert "行政相对人名称" not in terminal.getvalue()


class TestList:
    def test_shows_ids_names_and_reasons_whole(self) -> None:
        reason = (
            "报送位置不对：第二段应是目录项代码。请按 incoming/单位/目录项/年-月/文件名 重新上传。"
        )
        refused = {**SUBMISSION, "submission": ID, "state": "refused", "reason": reason}
        settled = {**SUBMISSION, "outcomes": {"rejected": 2, "new": 1}}

        with a_terminal() as terminal:
            say_list([SubmissionView.model_validate(each) for each in (refused, settled)])

        lines = [line.strip() for line in terminal.getvalue().splitlines()]
        assert lines == [
            f"批次 {ID}  完成",
            "2026-11-23 10:00:00  scjg  行政处罚 2026-10  处罚.csv",
            reason,
            "批次 ABC  完成  读取 3  退回 2",
            "2026-11-23 10:00:00  scjg  行政处罚 2026-10  处罚.csv",
        ]
