"""Look at what `sam build` made: its sizes, and whether each function starts with its layers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

BUILT: Final = Path(".aws-sam/build")
MEGABYTE: Final = 1_000_000
# Lambda unpacks 250 MB at most; what is left is room for the next package.
LIMIT: Final = 200 * MEGABYTE
# Hundreds of milliseconds of a start, for functions that neither print nor read workbooks.
HEAVY: Final = ("typst", "xlsxwriter", "openpyxl", "python_calamine", "docx")
STARTS: Final = 3
FAKE: Final = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "LOG_LEVEL": "INFO",
    "PATH": os.defpath,
}

# Runs in a fresh interpreter: no site-packages, no network; the built folders are the only path.
START: Final = """
import json, sys, time
folders, heavy = json.loads(sys.argv[1]), json.loads(sys.argv[2])
def offline(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise RuntimeError(f"network at import: {event} {arguments!r}")
sys.addaudithook(offline)
sys.path[:0] = folders
before = time.perf_counter()
import app
seconds = time.perf_counter() - before
assert callable(app.handler), "app.handler cannot be called"
touched = sorted({name.partition(".")[0] for name in sys.modules} & set(heavy))
print(json.dumps({"seconds": seconds, "modules": len(sys.modules), "heavy": touched}))
"""

# What a function imports only when it needs it has to be in the layers as well.
WALK: Final = """
import importlib, json, pkgutil, sys
sys.path[:0] = json.loads(sys.argv[1])
import nbcredit
names = [found.name for found in pkgutil.walk_packages(nbcredit.__path__, "nbcredit.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


@dataclass(frozen=True, slots=True)
class Built:
    """One function as it was built."""

    name: str
    code: Path
    layers: tuple[str, ...]
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """How a function's first import went."""

    seconds: float
    modules: int
    fault: str = ""


def functions(template: dict[str, Any]) -> Iterator[Built]:
    shared = template["Globals"]["Function"]
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            own = resource["Properties"]
            # Lists of the globals and of a function add up.
            layers = [*shared.get("Layers", []), *own.get("Layers", [])]
            variables = {
                **shared["Environment"]["Variables"],
                **own.get("Environment", {}).get("Variables", {}),
            }
            yield Built(
                name=name,
                code=BUILT / own["CodeUri"],
                layers=tuple(layer["Ref"] for layer in layers),
                variables=tuple(variables),
            )


def layers(template: dict[str, Any]) -> dict[str, Path]:
    return {
        name: BUILT / resource["Properties"]["ContentUri"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    }


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def start(function: Built, python: str, layer_folders: Iterable[Path]) -> Start:
    """Import the function's module as a cold start does, and answer how that went."""
    path = [function.code, *(folder / "python" for folder in layer_folders)]
    variables = dict.fromkeys(function.variables, "1")
    result = run(python, START, path, json.dumps(HEAVY), variables=variables)
    if result.returncode:
        return Start(0, 0, fault=result.stderr.strip())
    answer = json.loads(result.stdout.splitlines()[-1])
    heavy = ", ".join(answer["heavy"])
    return Start(answer["seconds"], answer["modules"], fault=heavy and f"imports {heavy}")


def walk(python: str, layer_folders: Iterable[Path]) -> str:
    """Import all of the platform's code with the layers alone, and answer what was wrong."""
    result = run(python, WALK, [folder / "python" for folder in layer_folders])
    if not result.returncode:
        print(f"layers   {result.stdout.strip()} modules of the platform import with nothing else")
    return result.stderr.strip()


def run(
    python: str, code: str, path: Iterable[Path], *arguments: str, variables: dict[str, str] = FAKE
) -> subprocess.CompletedProcess[str]:
    folders = json.dumps([str(folder.resolve()) for folder in path])
    return subprocess.run(
        [python, "-I", "-S", "-c", code, folders, *arguments],
        env={**variables, **FAKE},
        capture_output=True,
        text=True,
        check=False,
    )


def main(python: str) -> int:
    template = yaml_parse((BUILT / "template.yaml").read_text(encoding="utf-8"))
    folders = layers(template)
    sizes = {name: size(folder) for name, folder in folders.items()}
    for name, total in sizes.items():
        print(f"layer    {name:<18} {total / MEGABYTE:6.1f} MB unpacked")

    faults = [fault for fault in [walk(python, folders.values())] if fault]
    for function in functions(template):
        total = size(function.code) + sum(sizes[layer] for layer in function.layers)
        own = [folders[layer] for layer in function.layers]
        starts = [start(function, python, own) for _ in range(STARTS)]
        best = min(starts, key=lambda one: one.seconds)
        print(
            f"function {function.name:<18} {total / MEGABYTE:6.1f} MB unpacked,"
            f" cold import {best.seconds * 1000:4.0f} ms, {best.modules} modules"
        )
        faults += [f"{function.name}: {one.fault}" for one in starts[:1] if one.fault]
        if total > LIMIT:
            faults.append(f"{function.name}: over {LIMIT / MEGABYTE:.0f} MB unpacked")

    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
