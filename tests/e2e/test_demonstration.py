import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from infra.local.demonstration.expectations import Expectations
from infra.local.demonstration.telling import Teller
from infra.local.deploy import ROOT


@pytest.fixture(scope="module")
def run() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local", "demo"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )


class TestDemonstration:
    def test_sees_every_expectation_hold(self, run: subprocess.CompletedProcess[str]) -> None:
        assert run.returncode == 0, run.stdout + run.stderr
        assert "预期全部实现" in run.stdout
        assert "✗" not in run.stdout

    def test_can_be_read_in_a_hundred_columns(self, run: subprocess.CompletedProcess[str]) -> None:
        assert max(cell_len(line) for line in run.stdout.splitlines()) <= 100
        assert "\x1b" not in run.stdout


class TestConclusion:
    def test_fails_where_one_expectation_did_not_hold(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        found = Expectations()
        found.expect("三行入库", 3, 3)
        found.expect("没有死信", 1, 0)

        assert Teller(Path("demo.log")).conclude(found, seconds=12.0) == 1

        told = capsys.readouterr().out
        assert "应为 0，实为 1" in told
        assert "1 项预期没有实现" in told
        assert "demo.log" in told

    def test_fails_where_nothing_was_expected(self) -> None:
        assert Teller(Path("demo.log")).conclude(Expectations(), seconds=0.0) == 1

    def test_succeeds_where_all_held(self) -> None:
        found = Expectations()
        found.expect("三行入库", 3, 3)

        assert Teller(Path("demo.log")).conclude(found, seconds=12.0) == 0
