"""The code of functions and layers as archives, equal bytes for equal sources."""

import io
import py_compile
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CACHE: Final = "__pycache__"


def archive(source: Path, *, within: str = "") -> bytes:
    """Return the tree as an archive, with its modules compiled: workers would do it every time."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path in _files(source):
            name = f"{within}{path.relative_to(source).as_posix()}"
            _add(packed, name, path.read_bytes())
            if path.suffix == ".py":
                folder, _, module = name.rpartition("/")
                cached = f"{module[:-3]}.{sys.implementation.cache_tag}.pyc"
                _add(
                    packed, "/".join(filter(None, (folder, _CACHE, cached))), _compiled(path, name)
                )
    return written.getvalue()


def nothing() -> bytes:
    """Return an archive for a layer whose packages the environment already has."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        _add(packed, "python/README", b"Locally, third-party packages come from the environment.\n")
    return written.getvalue()


def _files(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        if path.is_file() and _CACHE not in path.parts and path.suffix != ".pyc":
            yield path


def _compiled(path: Path, name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "module.pyc")
        py_compile.compile(
            str(path),
            str(target),
            dfile=name,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return target.read_bytes()


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content)
