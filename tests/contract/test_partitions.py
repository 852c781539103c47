import json
import re
import tomllib

import pytest

from infra.translate import source
from tests.contract.deployment import PARTITIONS, ROOT, deployed

TEMPLATES = ("template.yaml", "infra/alarms.yaml")
# In China services keep these names; all other names come from AWS::URLSuffix.
PRINCIPAL = re.compile(
    r"(?:(?:Service|Principal): |\"(?:Service|Principal)\": \")"
    r"([a-z0-9]+\.amazonaws\.com)\b(?!\.cn)"
)
# What runs on AWS; the emulator of infra/local knows one partition only.
CODE = [*(ROOT / "layers").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]


class TestPartitions:
    @pytest.mark.parametrize("file", TEMPLATES)
    def test_are_never_spelled_in_a_template(self, file: str) -> None:
        text = PRINCIPAL.sub("", (ROOT / file).read_text(encoding="utf-8"))

        assert "arn:aws" not in text
        assert "amazonaws.com" not in text

    @pytest.mark.parametrize("partition", PARTITIONS)
    def test_are_not_spelled_by_the_translation_either(self, partition: str) -> None:
        text = PRINCIPAL.sub("", json.dumps(deployed(partition)))

        assert set(re.findall(r"arn:(aws[a-z-]*):", text)) <= {partition}
        assert "amazonaws.com" not in text

    def test_are_never_spelled_in_code(self) -> None:
        spelling = [
            str(file.relative_to(ROOT))
            for file in CODE
            if re.search(r"arn:aws\b|amazonaws\.com", file.read_text(encoding="utf-8"))
        ]

        assert spelling == []


class TestStages:
    def test_are_those_of_the_template_and_one_for_china(self) -> None:
        config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
        deployments = {
            name: one["deploy"]["parameters"]
            for name, one in config.items()
            if isinstance(one, dict) and "deploy" in one
        }
        stages = source()["Parameters"]["Stage"]["AllowedValues"]

        assert deployments.keys() == {*stages, "prod-cn"}
        assert deployments["prod-cn"]["region"] == "cn-north-1"
        for name, one in deployments.items():
            overrides = dict(each.split("=", 1) for each in one["parameter_overrides"])
            assert overrides["Stage"] == name.removesuffix("-cn")
            assert overrides.keys() <= source()["Parameters"].keys()

    def test_of_production_keep_logs_for_half_a_year_at_least(self) -> None:
        config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))

        for name in ("prod", "prod-cn"):
            overrides = config[name]["deploy"]["parameters"]["parameter_overrides"]
            kept = dict(each.split("=", 1) for each in overrides)["LogRetentionDays"]
            assert int(kept) >= 180
