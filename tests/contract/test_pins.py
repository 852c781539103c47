import re
from pathlib import Path

import pytest

from tests.contract.deployment import ROOT

FILES = [
    *sorted((ROOT / "infra/bootstrap").glob("*.txt")),
    *sorted((ROOT / "layers").glob("*/requirements.txt")),
]
PIN = re.compile(r"^([a-z0-9-]+)==([^ ;]+)", re.MULTILINE)


def pins(file: Path) -> dict[str, str]:
    return dict(PIN.findall(file.read_text(encoding="utf-8")))


class TestPins:
    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
    def test_name_no_host_and_no_path(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")

        assert not re.search(r"://|file:|(^|\s)/|--(extra-)?index|--find-links", text)

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
    def test_carry_a_hash_each(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        packages = re.split(r"\n(?=[a-z0-9])", text)

        assert all("--hash=sha256:" in package for package in packages if "==" in package)

    @pytest.mark.parametrize("layer", ["runtime", "web", "workbooks"])
    def test_of_lambda_are_those_the_tests_run_on(self, layer: str) -> None:
        tested = pins(ROOT / "infra/bootstrap/requirements.txt")
        shipped = pins(ROOT / f"layers/{layer}/requirements.txt")

        assert shipped
        assert shipped.items() <= tested.items()

    def test_of_the_workbooks_have_the_hashes_that_the_tests_run_on(self) -> None:
        tested = (ROOT / "infra/bootstrap/requirements.txt").read_text(encoding="utf-8")
        shipped = (ROOT / "layers/workbooks/requirements.txt").read_text(encoding="utf-8")
        hashes = set(re.findall(r"sha256:[0-9a-f]{64}", shipped))

        assert hashes
        assert all(each in tested for each in hashes)


class TestServices:
    def test_that_the_code_calls_are_in_the_runtime_layer(self) -> None:
        makefile = (ROOT / "layers/runtime/Makefile").read_text(encoding="utf-8")
        kept = re.search(r"^SERVICES := (.*)$", makefile, re.MULTILINE)
        package = ROOT / "layers/nbcredit/python/nbcredit"
        called = {
            service
            for folder in ("adapters", "runtime")
            for file in (package / folder).rglob("*.py")
            for service in re.findall(
                r"client\(\s*\"([a-z0-9]+)\"", file.read_text(encoding="utf-8")
            )
        }

        assert kept is not None
        assert called <= set(kept[1].split())
