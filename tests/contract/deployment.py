"""The template as written and as CloudFormation gets it, with references spelled as text."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

from infra.translate import REGIONS, source, translated

ROOT: Final = Path(__file__).parents[2]
PARTITIONS: Final = tuple(REGIONS)
FUNCTION: Final = "AWS::Serverless::Function"

Resource = dict[str, Any]


@cache
def written() -> dict[str, Resource]:
    """Return the resources of template.yaml."""
    resources: dict[str, Resource] = source()["Resources"]
    return resources


@cache
def deployed(partition: str) -> dict[str, Resource]:
    """Return the resources of the translated template."""
    resources: dict[str, Resource] = translated(REGIONS[partition])["Resources"]
    return resources


@cache
def watching() -> dict[str, Resource]:
    """Return the resources of the alarms' stack."""
    text = (ROOT / "infra/alarms.yaml").read_text(encoding="utf-8")
    resources: dict[str, Resource] = yaml_parse(text)["Resources"]
    return resources


def of_type(resources: dict[str, Resource], kind: str) -> dict[str, Any]:
    """Return the properties of all resources of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in resources.items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, Any]:
    return of_type(written(), FUNCTION)


def shared() -> dict[str, Any]:
    """Return what all functions have in common."""
    common: dict[str, Any] = source()["Globals"]["Function"]
    return common


def spelled(value: Any) -> str:
    """Spell a reference as `Table`, `Table.Arn` or the text of its Sub."""
    match value:
        case {"Ref": name}:
            return str(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Fn::Sub": text}:
            return str(text).replace("${", "").replace("}", "")
        case _:
            return str(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
