"""Style and script, under names that hold their hash: they never change, and are kept for ever."""

import gzip
import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent; `name` changes with its bytes."""

    name: str
    media_type: str
    content: bytes
    packed: bytes
    integrity: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return the files by the names they have here."""
    return {path.name: _read(path) for path in sorted(_STATIC.iterdir()) if path.suffix in _TYPES}


@cache
def by_sent_name() -> Mapping[str, StaticFile]:
    return {file.name: file for file in static_files().values()}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content)
    return StaticFile(
        name=f"{path.stem}-{digest.hexdigest()[:16]}{path.suffix}",
        media_type=_TYPES[path.suffix],
        content=content,
        packed=gzip.compress(content, 9, mtime=0),
        integrity="sha256-" + b64encode(digest.digest()).decode(),
    )
