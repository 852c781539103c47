"""Compiles the kernel with mypyc, where there is a C compiler."""

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from infra.kernel.modules import MODULES, PACKAGES, digest, drop, note

_SETUP = """
from mypyc.build import mypycify
from setuptools import setup

flags = ["--strict", "--namespace-packages", "--explicit-package-bases"]
setup(name="nbcredit-kernel", ext_modules=mypycify([*flags, *{modules!r}], opt_level="3"))
"""


def lacking() -> str:
    """Return what a build needs and this machine does not have, or nothing."""
    if shutil.which("cc") is None:
        return "a C compiler"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "Python's headers"
    return ""


def build() -> bool:
    """Compile the modules and put them beside their sources; return whether it worked."""
    made = digest()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        shutil.copytree(
            PACKAGES / "nbcredit",
            target / "nbcredit",
            ignore=shutil.ignore_patterns("__pycache__", "*.so"),
        )
        (target / "setup.py").write_text(_SETUP.format(modules=MODULES))
        done = subprocess.run(
            [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
            cwd=target,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout[-2_000:], done.stderr[-2_000:], file=sys.stderr)
            return False
        drop()
        for path in (*target.glob("*.so"), *(target / "nbcredit").rglob("*.so")):
            shutil.copy2(path, PACKAGES / path.relative_to(target))
    note(made)
    return True
