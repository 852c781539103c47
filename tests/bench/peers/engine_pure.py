"""The engine from its sources alone, beside the one whose inner modules are compiled."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Final

import nbcredit.cleaning
from tests.bench.peers.repeats import Counts

# What is loaded a second time: the package, and what of the tests holds parts of it.
_AGAIN: Final = ("nbcredit", "tests.cleaning_builders", "tests.bench.workload")
_ENGINE: Final = "tests.bench.peers.engine"


class _SourcesOnly(MetaPathFinder):
    """Finds the package's modules as if nothing of it were compiled."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target
        if fullname.partition(".")[0] != "nbcredit":
            return None
        folders = [self._root] if path is None else path
        for folder in folders:
            finder = FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))
            if (spec := finder.find_spec(fullname)) is not None:
                return spec
        return None


def run(path: Path, out: BinaryIO) -> Counts:
    counts: Counts = _engine().run(path, out)
    return counts


@cache
def _engine() -> Any:
    with _without_loaded(), _sources_only():
        return import_module(_ENGINE)


@contextmanager
def _without_loaded() -> Iterator[None]:
    """Hide what is loaded, and afterwards what was loaded instead."""
    before = {name: module for name, module in sys.modules.items() if _is_again(name)}
    for name in before:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if _is_again(name)]:
            del sys.modules[name]
        sys.modules.update(before)


@contextmanager
def _sources_only() -> Iterator[None]:
    (package,) = nbcredit.cleaning.__path__
    finder = _SourcesOnly(Path(package).parents[1])
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _is_again(name: str) -> bool:
    return name == _ENGINE or any(name == top or name.startswith(f"{top}.") for top in _AGAIN)
