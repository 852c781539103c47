"""Translate the SAM template to CloudFormation, offline, as it would be deployed to one region."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

TEMPLATE: Final = Path(__file__).parents[1] / "template.yaml"
# One region a partition: the translator writes the partition's names where it writes any.
REGIONS: Final = {"aws": "us-east-1", "aws-cn": "cn-north-1"}
LOCAL: Final = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::CloudFormation::Stack": "TemplateURL",
}


def source() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    return template


def translated(region: str) -> dict[str, Any]:
    """Return the template as CloudFormation gets it; code is named, not uploaded."""
    template = source()
    for resource in template["Resources"].values():
        if key := LOCAL.get(resource["Type"]):
            resource["Properties"][key] = "s3://artifacts/uploaded"
    parameters = {name: one.get("Default", "") for name, one in template["Parameters"].items()}

    before = os.environ.get("AWS_DEFAULT_REGION")
    # The translator asks boto3 which partition it writes for.
    os.environ["AWS_DEFAULT_REGION"] = region
    try:
        answer: dict[str, Any] = Translator({}, Parser()).translate(template, parameters)
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before
    return answer


def main(folder: Path) -> None:
    for partition, region in REGIONS.items():
        file = folder / f"template.{partition}.json"
        file.write_text(json.dumps(translated(region), indent=1, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
