"""Which modules are compiled, and whether what was compiled still is what the sources say."""

import hashlib
import json
import sysconfig
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ROOT / "layers" / "nbcredit" / "python"
# Which compiler: also environments that lack it have to know.
PINS: Final = ROOT / "infra" / "bootstrap" / "requirements.txt"
# Beside what it speaks of, so that both go together.
STAMP: Final = PACKAGES / "kernel.json"
MODULES: Final = (
    "nbcredit/cleaning/cells.py",
    "nbcredit/cleaning/checking.py",
    "nbcredit/cleaning/duplicates.py",
    "nbcredit/cleaning/row_checking.py",
    "nbcredit/cleaning/row_cleaning.py",
    "nbcredit/domain/identifiers.py",
    "nbcredit/domain/names.py",
)
_SUFFIX: Final = str(sysconfig.get_config_var("EXT_SUFFIX"))


def digest() -> str:
    """Return what a build depends on: sources, the compiler's version and the interpreter.

    Constants of the modules that are imported are compiled in: all of engine and domain count.
    """
    pinned = next(line for line in PINS.read_text().splitlines() if line.startswith("mypy=="))
    told = hashlib.sha256(f"{pinned}\n{_SUFFIX}\n{MODULES}".encode())
    for folder in ("cleaning", "domain"):
        for path in sorted((PACKAGES / "nbcredit" / folder).glob("*.py")):
            told.update(path.read_bytes())
    return told.hexdigest()


def compiled() -> list[Path]:
    """Return the compiled files beside the sources, those of other interpreters too."""
    return sorted(PACKAGES.rglob("*.so"))


def is_fresh() -> bool:
    """Tell whether there is a kernel, made from the sources as they are."""
    if not compiled() or not STAMP.is_file():
        return False
    return bool(json.loads(STAMP.read_text())["digest"] == digest())


def note(made: str) -> None:
    """Remember what the kernel was made from."""
    STAMP.write_text(json.dumps({"digest": made}))


def drop() -> None:
    """Remove what was compiled: the sources run as they are."""
    for path in compiled():
        path.unlink()
    STAMP.unlink(missing_ok=True)
