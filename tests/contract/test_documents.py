"""What the documents name, against what there is."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from pynamodb.models import Model
from typer.core import TyperGroup

from nbcredit.adapters import dynamodb
from nbcredit.command.main import app
from tests.contract.deployment import ROOT
from tests.contract.permits import Asked, speaks_of

README: Final = ROOT / "README.md"
CHINESE: Final = ROOT / "README.zh-CN.md"
ARCHITECTURE: Final = ROOT / "docs" / "architecture.md"
OPERATIONS: Final = ROOT / "docs" / "operations.md"
PAGES: Final = (README, CHINESE, *sorted((ROOT / "docs").glob("*.md")))

_LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING: Final = re.compile(r"^(?P<level>#+) (?P<text>.+)$", re.M)
_BLOCK: Final = re.compile(r"^```\w*\n(?P<body>.*?)^```$", re.M | re.S)
_TARGET: Final = re.compile(r"\bmake ([a-z][a-z-]*)")
_COMMAND: Final = re.compile(r"\bnbcredit (?P<said>(?:--[a-z]+ \S+ )*[a-z].*)")
# Common base classes, never stored themselves.
BASES: Final = {"LaneItem"}
# Items of the subject tables and the change log have no class: they are written in batches.
PREFIXES: Final = ("PROFILE", "DIGEST", "NAME#", "REC#", "HIST#", "CHANGES#")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks_of(page: Path) -> list[str]:
    return [match["body"] for match in _BLOCK.finditer(text_of(page))]


def lines_of(page: Path) -> list[str]:
    """Return what is to be typed, without comments."""
    return [line.split("#")[0].rstrip() for block in blocks_of(page) for line in block.splitlines()]


def commands_in(page: Path) -> Iterator[str]:
    for line in lines_of(page):
        if match := _COMMAND.search(line):
            yield match["said"]


def the_rest(group: Any, said: str) -> Any:
    """Follow a command line through its groups; raise `KeyError` where a name is unknown."""
    command, words = group, iter(said.split())
    for word in words:
        if not isinstance(command, TyperGroup):
            break
        if word.startswith("--"):
            next(words)
            continue
        command = command.commands[word]
    return command


def options_of(said: str) -> set[str]:
    return {word for word in said.split() if word.startswith("--")}


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub spells them."""
    return {
        re.sub(r"[^\w\- ]", "", match["text"].lower()).replace(" ", "-")
        for match in _HEADING.finditer(_BLOCK.sub("", text_of(page)))
    }


class TestReadme:
    @pytest.mark.parametrize("page", [README, CHINESE], ids=lambda page: page.name)
    def test_names_targets_that_exist(self, page: Path) -> None:
        makefile = text_of(ROOT / "Makefile")
        known = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M))
        named = {name for line in lines_of(page) for name in _TARGET.findall(line)}

        assert {"demo", "test", "serve", "build", "deploy", "lint"} <= named <= known

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_names_commands_and_options_that_exist(self, page: Path) -> None:
        root = typer.main.get_command(app)
        for said in commands_in(page):
            command = the_rest(root, said)
            known = {
                option
                for each in (root, command)
                for parameter in each.params
                for option in (*parameter.opts, *parameter.secondary_opts)
            }

            assert not isinstance(command, TyperGroup), said
            assert options_of(said) - {"--help"} <= known, said

    def test_shows_every_command(self) -> None:
        root = typer.main.get_command(app)
        assert isinstance(root, TyperGroup)

        shown = {the_rest(root, said) for said in commands_in(README)}

        assert {
            name
            for name, command in root.commands.items()
            if command not in shown
            and not (isinstance(command, TyperGroup) and shown & set(command.commands.values()))
        } == set()

    def test_says_the_same_in_chinese(self) -> None:
        levels = [
            [match["level"] for match in _HEADING.finditer(_BLOCK.sub("", text_of(page)))]
            for page in (README, CHINESE)
        ]

        assert levels[0] == levels[1]
        assert lines_of(README) == lines_of(CHINESE)


class TestLinks:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_lead_somewhere(self, page: Path) -> None:
        for match in _LINK.finditer(text_of(page)):
            target, _, anchor = match["target"].partition("#")
            aim = (page.parent / target) if target else page

            assert aim.is_file(), match["target"]
            assert not anchor or anchor in anchors_of(aim), match["target"]


class TestPolicyOfProviders:
    @pytest.mark.parametrize(
        ("action", "resource", "service", "granted"),
        [
            ("s3:PutObject", "arn:aws:s3:::BUCKET/incoming/scjg/a.csv", "", True),
            ("s3:PutObject", "arn:aws:s3:::BUCKET/incoming/rsj/a.csv", "", False),
            ("s3:GetObject", "arn:aws:s3:::BUCKET/incoming/scjg/a.csv", "", False),
            ("kms:GenerateDataKey", "arn:aws:kms:REGION:ACCOUNT:key/KEY", "s3", True),
            ("kms:Decrypt", "arn:aws:kms:REGION:ACCOUNT:key/KEY", "s3", True),
            ("kms:Decrypt", "arn:aws:kms:REGION:ACCOUNT:key/KEY", "dynamodb", False),
        ],
    )
    def test_suffices_for_uploads_and_for_nothing_else(
        self, action: str, resource: str, service: str, *, granted: bool
    ) -> None:
        [policy] = [json.loads(block) for block in blocks_of(OPERATIONS) if block.startswith("{")]
        asked = Asked(action, resource, (("kms:ViaService", f"{service}.REGION.amazonaws.com"),))

        assert any(speaks_of(statement, asked) for statement in policy["Statement"]) is granted


class TestArchitecture:
    def test_names_every_item_of_the_tables(self) -> None:
        classes = {
            name
            for found in pkgutil.iter_modules(dynamodb.__path__, f"{dynamodb.__name__}.")
            for module in [importlib.import_module(found.name)]
            for name, each in inspect.getmembers(module, inspect.isclass)
            if issubclass(each, Model) and name.endswith("Item")
        }
        stores = text_of(ARCHITECTURE).split("## Stores")[1].split("## Access patterns")[0]
        patterns = text_of(ARCHITECTURE).split("## Access patterns")[1].split("\n## ")[0]

        assert {
            each for each in (*classes - BASES, *PREFIXES) if f"| `{each}` |" not in stores
        } == (set())
        told = classes - BASES - {"AuditItem"}
        assert {each for each in (*told, *PREFIXES) if f"`{each}" not in patterns} == set()
