import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nbcredit.command.desk import Desk, Platform
from nbcredit.command.main import app
from tests.contract.deployment import ROOT

FOLDER = ROOT / "schemas/catalogue/2026-1"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def no_platform() -> Platform:
    raise AssertionError("a template needs no platform")


def run(*args: str) -> Result:
    desk = Desk(connect=no_platform, now=lambda: NOW)
    return CliRunner().invoke(app, ["template", *args], obj=desk)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestTemplate:
    @pytest.mark.requirement("A6.1")
    def test_is_named_by_item_and_version(self, here: Path) -> None:
        result = run("administrative-penalty")

        assert result.exit_code == 0, result.output
        [path] = here.iterdir()
        assert path.name == "administrative-penalty-模板-2026-1.xlsx"
        assert zipfile.is_zipfile(path)
        assert "行政处罚，目录 2026-1 版，38 列，其中必填 13 列" in result.stdout
        assert "nbcredit upload" in result.stdout

    def test_goes_where_it_is_asked_for(self, here: Path) -> None:
        result = run("legal-registration", "--out", "登记.xlsx")

        assert result.exit_code == 0, result.output
        assert [path.name for path in here.iterdir()] == ["登记.xlsx"]

    def test_follows_another_catalogue(self, here: Path) -> None:
        folder = here / "2027-1"
        folder.mkdir()
        schema = json.loads((FOLDER / "social-insurance-arrears.json").read_text(encoding="utf-8"))
        (folder / "social-insurance-arrears.json").write_text(json.dumps(schema), encoding="utf-8")

        result = run("social-insurance-arrears", "--catalogue", "2027-1")

        assert result.exit_code == 0, result.output
        assert (here / "social-insurance-arrears-模板-2027-1.xlsx").is_file()

    def test_is_made_for_all_items_at_once(self, here: Path) -> None:
        result = run("--all", "--out", "模板")

        assert result.exit_code == 0, result.output
        assert {path.name for path in (here / "模板").iterdir()} == {
            f"{path.stem}-模板-2026-1.xlsx" for path in FOLDER.glob("*.json")
        }

    def test_is_the_same_bytes_again(self, here: Path) -> None:
        for name in ("a.xlsx", "b.xlsx"):
            assert run("legal-registration", "--out", name).exit_code == 0

        assert (here / "a.xlsx").read_bytes() == (here / "b.xlsx").read_bytes()

    def test_never_replaces_what_may_be_filled_in(self, here: Path) -> None:
        filled = here / "administrative-penalty-模板-2026-1.xlsx"
        filled.write_bytes(b"filled in")

        for args in (["administrative-penalty"], ["--all"]):
            result = run(*args)

            assert result.exit_code == 2
            assert "已经存在" in result.stderr
            assert [path.read_bytes() for path in here.iterdir()] == [b"filled in"]

    @pytest.mark.parametrize(
        ("args", "told"),
        [
            (["nonsense"], "unknown-item"),
            ([], "one-or-all"),
            (["administrative-penalty", "--all"], "one-or-all"),
            (["--all", "--catalogue", "."], "empty-folder"),
        ],
    )
    def test_says_what_is_wrong(self, here: Path, args: list[str], told: str) -> None:
        result = run(*args)

        assert result.exit_code == 2
        assert told in result.stderr
        assert not list(here.iterdir())


class TestOtherCommands:
    def test_start_without_the_writer_of_workbooks(self) -> None:
        code = "import sys, nbcredit.command.main; sys.exit('xlsxwriter' in sys.modules)"

        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
