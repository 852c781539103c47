import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.contract.deployment import ROOT, functions, listed, of_type, shared, spelled, written
from tests.contract.grants import GRANTS, spelled_out

# Read by Powertools, not by the platform's settings.
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}
# For every function; those that never retry a message leave it unread.
SHARED = {"RETRY_BASE_SECONDS"}

# These serve pages, and export lists as workbooks.
SITES = {"WorkSite"}

each_function = pytest.mark.parametrize("name", functions())


class TestFunctions:
    def test_are_the_folders_of_the_repository(self) -> None:
        folders = {file.parent.name for file in (ROOT / "functions").glob("*/app.py")}

        assert {Path(own["CodeUri"]).name for own in functions().values()} == folders

    @each_function
    def test_get_the_variables_that_their_settings_read(self, name: str) -> None:
        settings = getattr(importlib.import_module("nbcredit.runtime.settings"), f"{name}Settings")

        given = set(functions()[name]["Environment"]["Variables"])
        read = {field.upper() for field in settings.model_fields}

        assert read - SHARED - POWERTOOLS == given
        assert read <= given | set(shared()["Environment"]["Variables"])

    @each_function
    def test_write_to_a_log_group_of_their_own_that_is_kept_by_stage(self, name: str) -> None:
        logs = written()[functions()[name]["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]

        assert spelled(logs["RetentionInDays"]) == "LogRetentionDays"
        assert spelled(logs["KmsKeyId"]) == "DataKey.Arn"
        assert logs["LogGroupName"]["Fn::Sub"].endswith(name_of(functions()[name]))

    @each_function
    def test_take_their_layers_and_runtime_from_the_globals(self, name: str) -> None:
        assert {"Runtime", "Architectures", "Handler", "Tracing"}.isdisjoint(functions()[name])

    @each_function
    def test_have_further_layers_only_to_write_workbooks_or_serve_pages(self, name: str) -> None:
        own = [spelled(layer) for layer in functions()[name].get("Layers", [])]
        serves = name in SITES
        # `show-template` makes a workbook in the call.
        writes = (
            serves
            or name == "AnswerCall"
            or "s3:PutObject"
            in spelled_out(GRANTS[name].get("WorkBucket.Arn/submissions/*/feedback/*", "s3:"))
        )

        assert own == ["WebLayer"] * serves + ["WorkbooksLayer"] * writes

    @each_function
    def test_have_a_role_of_their_own(self, name: str) -> None:
        assert spelled(functions()[name]["Role"]) == f"{name}Role.Arn"

    @each_function
    def test_report_what_failed_of_a_batch(self, name: str) -> None:
        for event in functions()[name].get("Events", {}).values():
            if event["Type"] in {"SQS", "DynamoDB"}:
                assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]

    def test_have_room_on_disk_for_the_issue_list_they_write(self) -> None:
        writing = {
            name
            for name, grants in GRANTS.items()
            if "s3:PutObject"
            in spelled_out(grants.get("WorkBucket.Arn/submissions/*/issues.csv", "s3:"))
        }

        room = {
            name: own["EphemeralStorage"]["Size"]
            for name, own in functions().items()
            if "EphemeralStorage" in own
        }

        assert writing == room.keys()
        assert min(room.values()) >= 2048


class TestPythonVersion:
    def test_is_the_same_wherever_it_is_written(self) -> None:
        runtime = shared()["Runtime"]
        layers = of_type(written(), "AWS::Serverless::LayerVersion").values()

        assert runtime == "python3.13"
        assert [layer["CompatibleRuntimes"] for layer in layers] == [[runtime]] * len(layers)
        for file in (ROOT / "layers").glob("*/Makefile"):
            assert runtime in file.read_text(encoding="utf-8")

    def test_is_among_those_the_package_supports(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

        assert project["requires-python"] == ">=3.11,<3.14"


class TestLayers:
    def test_are_built_for_the_architecture_of_the_functions(self) -> None:
        for layer in of_type(written(), "AWS::Serverless::LayerVersion").values():
            assert layer["CompatibleArchitectures"] == shared()["Architectures"]

    def test_are_those_that_exist(self) -> None:
        folders = {file.parent.name for file in (ROOT / "layers").glob("*/Makefile")}
        layers = of_type(written(), "AWS::Serverless::LayerVersion")

        assert {Path(layer["ContentUri"]).name for layer in layers.values()} == folders
        common = [spelled(layer) for layer in listed(shared()["Layers"])]
        own = {spelled(each) for one in functions().values() for each in one.get("Layers", [])}
        assert [*common, *sorted(own)] == list(layers)


def name_of(function: dict[str, Any]) -> str:
    return "/" + Path(function["CodeUri"]).name.replace("_", "-")
