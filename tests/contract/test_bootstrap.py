import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.deployment import ROOT

FIND = ROOT / "infra/bootstrap/find_python.sh"
REAL = sys.executable if sys.prefix == sys.base_prefix else os.path.realpath(sys.executable)
MINOR = sys.version_info.minor


def find(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FIND, *arguments],
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def executable(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)


class TestFindingAPython:
    def test_takes_the_one_that_is_named(self) -> None:
        assert find(PYTHON=REAL).stdout.strip() == REAL

    def test_says_so_where_the_named_one_will_not_do(self, tmp_path: Path) -> None:
        executable(tmp_path / "python", "exit 127")

        answer = find(PYTHON=str(tmp_path / "python"))

        assert answer.returncode == 1
        assert "does not run" in answer.stderr

    def test_passes_over_a_shim_that_does_not_run(self, tmp_path: Path) -> None:
        executable(tmp_path / f"shims/python3.{MINOR}", "exit 127")
        executable(tmp_path / f"versions/3.{MINOR}.9/bin/python", f'exec "{REAL}" "$@"')

        answer = find(f"3.{MINOR}", PATH=f"{tmp_path}/shims:/usr/bin:/bin")

        assert answer.stdout.strip() == REAL

    def test_prefers_the_version_that_lambda_runs(self, tmp_path: Path) -> None:
        for minor in (11, 12, 13):
            told = f"{300 + minor} /opt/python3.{minor}"
            executable(tmp_path / f"python3.{minor}", f"echo {told}")

        assert find(PATH=f"{tmp_path}:/usr/bin:/bin").stdout.strip() == "/opt/python3.13"

    @pytest.mark.parametrize("version", ["3.10", "3.14"])
    def test_says_what_is_missing(self, version: str) -> None:
        answer = find(version, PATH="/bin")

        assert answer.returncode == 1
        assert version in answer.stderr
