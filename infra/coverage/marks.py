"""Find `requirement` and `fault` marks in the test files, without running or importing them."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """A test that names what it proves."""

    file: str
    test: str


def proofs(root: Path, mark: str) -> dict[str, list[Proof]]:
    """Return the tests under each id of one mark, in the order of their files."""
    found: dict[str, set[Proof]] = defaultdict(set)
    for file in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        whole = list(_ids(_module_marks(tree), mark))
        for test, marks in _tests(tree.body, "", whole, mark):
            for each in marks:
                found[each].add(Proof(file.relative_to(root).as_posix(), test))
    return {each: sorted(tests) for each, tests in found.items()}


def _tests(
    body: Iterable[ast.stmt], within: str, inherited: list[str], mark: str
) -> Iterator[tuple[str, list[str]]]:
    for node in body:
        match node:
            case ast.ClassDef(name=name) if name.startswith("Test"):
                own = list(_ids(node.decorator_list, mark))
                yield from _tests(node.body, f"{within}{name}::", inherited + own, mark)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name.startswith("test"):
                    yield f"{within}{name}", inherited + list(_ids(node.decorator_list, mark))


def _module_marks(tree: ast.Module) -> Iterator[ast.expr]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                yield value


def _ids(expressions: Iterable[ast.expr], mark: str) -> Iterator[str]:
    for expression in expressions:
        for node in ast.walk(expression):
            match node:
                case ast.Call(func=ast.Attribute(attr=name, value=ast.Attribute(attr="mark"))) if (
                    name == mark
                ):
                    for argument in node.args:
                        match argument:
                            case ast.Constant(value=str(text)):
                                yield text
