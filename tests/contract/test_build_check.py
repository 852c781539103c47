import sys
from pathlib import Path

import pytest

from infra.build.check import Built, size, start, walk


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    package = tmp_path / "layer/python/nbcredit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("VALUE = 1\n")
    return tmp_path / "layer"


def a_function(tmp_path: Path, code: str) -> Built:
    folder = tmp_path / "function"
    folder.mkdir()
    (folder / "app.py").write_text(code)
    return Built(name="AFunction", code=folder, layers=("Layer",), variables=("WORK_TABLE",))


class TestStart:
    def test_imports_a_function_with_its_layers(self, tmp_path: Path, layer: Path) -> None:
        function = a_function(tmp_path, "import nbcredit\ndef handler(event, context): ...\n")

        answer = start(function, sys.executable, [layer])

        assert not answer.fault
        assert answer.seconds > 0

    @pytest.mark.parametrize(
        ("code", "fault"),
        [
            ("import pytest\n", "No module named 'pytest'"),
            ("handler = None\n", "handler cannot be called"),
            ("import typst\ndef handler(event, context): ...\n", "imports typst"),
            (
                "import socket\nsocket.create_connection(('127.0.0.1', 9))\n",
                "network at import",
            ),
        ],
    )
    def test_tells_what_is_wrong(self, tmp_path: Path, layer: Path, code: str, fault: str) -> None:
        (layer / "python/typst.py").write_text("")

        assert fault in start(a_function(tmp_path, code), sys.executable, [layer]).fault


class TestWalk:
    def test_finds_what_only_a_late_import_would_miss(self, layer: Path) -> None:
        (layer / "python/nbcredit/late.py").write_text("import jsonschema\n")

        assert "No module named 'jsonschema'" in walk(sys.executable, [layer])


class TestSize:
    def test_is_that_of_all_files(self, tmp_path: Path) -> None:
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep/a").write_bytes(b"12345")
        (tmp_path / "b").write_bytes(b"123")

        assert size(tmp_path) == 8
