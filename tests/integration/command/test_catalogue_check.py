import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from typer.testing import CliRunner, Result

from nbcredit.command.connection import Connection
from nbcredit.command.desk import Desk, Platform
from nbcredit.command.main import app
from tests.cleaning_builders import CATALOGUE as CATALOGUES, PENALTY, PERSON, RESIDENT, csv_text
from tests.integration.command.platforms import NOW, a_problem, a_stage

ENDS = {"accepted": 3, "rejected": 1, "duplicate": 1, "blank": 0}
REPORTED: dict[str, Any] = {
    "submission": "ABC",
    "provider": "scjg",
    "item": "administrative-penalty",
    "file_name": "处罚.csv",
    "state": "settled",
}
TRIAL: dict[str, Any] = {
    "submission": "ABC",
    "provider": "scjg",
    "item": "administrative-penalty",
    "item_name": "行政处罚",
    "period": "2026-10",
    "file_name": "处罚.csv",
    "before": ENDS,
    "after": ENDS,
    "rows": 5,
    "newly_rejected": 0,
    "newly_accepted": 0,
    "causes": [],
    "refusal": [],
    "partial": False,
}
CAUSE: dict[str, Any] = {
    "code": "E301",
    "field": "remarks",
    "title": "备注",
    "message": "备注不能为空：请填写。",
    "rows": 2,
    "places": [
        {"row": 4, "column": "K", "header": "备注", "value": ""},
        {"row": 7, "column": "K", "header": "备注", "value": "张*"},
    ],
}
WORSE: dict[str, Any] = {
    **TRIAL,
    "after": {"accepted": 1, "rejected": 3, "duplicate": 1, "blank": 0},
    "newly_rejected": 2,
    "causes": [CAUSE],
}
REFUSED: dict[str, Any] = {
    **TRIAL,
    "after": dict.fromkeys(ENDS, 0),
    "rows": 0,
    "refusal": [{"code": "E201", "row": 1, "message": "缺少“备注”列。"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of one item, as the office changes it."""
    changed = tmp_path / "2026-2"
    changed.mkdir()
    shutil.copy(CATALOGUES / "2026-1" / "administrative-penalty.json", changed)
    shutil.copy(CATALOGUES / "item.meta.json", tmp_path)
    return changed


def of_scjg(call: dict[str, Any]) -> dict[str, Any]:
    assert call["period"] == "2026-10"
    return {"submissions": [REPORTED] if call["provider"] == "scjg" else []}


def checked(folder: Path, trial: Any, *options: str) -> tuple[Result, list[dict[str, Any]]]:
    with a_stage(list_reported=of_scjg, try_catalogue=trial) as stage:
        result = stage.run("catalogue", "check", str(folder), *options)
        return result, stage.answers.asked


@pytest.mark.requirement("A6.1")
class TestReportedFiles:
    def test_are_asked_for_once_a_provider_and_tried_by_the_office(self, folder: Path) -> None:
        result, asked = checked(folder, TRIAL)

        assert result.exit_code == 0
        listed = [call["provider"] for call in asked if call["call"] == "list-reported"]
        assert len(listed) == len(set(listed)) == 9
        (trial,) = [call for call in asked if call["call"] == "try-catalogue"]
        assert trial["caller"]["organisation"] == "office"
        assert trial["item_schema"]["x-item"]["code"] == "administrative-penalty"

    def test_that_stay_as_they_are_end_with_0(self, folder: Path) -> None:
        result, _ = checked(folder, TRIAL)

        assert result.exit_code == 0
        assert "处罚.csv  scjg  行政处罚（administrative-penalty）  2026-10" in result.stdout
        assert "原来：接收 3，退回 1，重复 1" in result.stdout
        assert "试读：接收 3，退回 1，重复 1" in result.stdout
        assert "合计 1 个文件、5 行：新退回 0 个文件、0 行" in result.stdout

    def test_with_rows_newly_rejected_end_with_1_and_the_places(self, folder: Path) -> None:
        result, _ = checked(folder, WORSE)

        assert result.exit_code == 1
        assert "新退回 2 行：" in result.stdout
        assert "E301  备注（remarks）  2 行，如：备注不能为空：请填写。" in result.stdout
        assert "第 4 行 K 列“备注”\n" in result.stdout
        assert "第 7 行 K 列“备注”（原值：张*）" in result.stdout

    def test_that_would_be_refused_end_with_1_and_the_reason(self, folder: Path) -> None:
        result, _ = checked(folder, REFUSED)

        assert result.exit_code == 1
        assert "试读：整个文件被退回" in result.stdout
        assert "E201  缺少“备注”列。" in result.stdout
        assert "新退回 1 个文件、0 行" in result.stdout

    def test_that_were_refused_before_are_nothing_new(self, folder: Path) -> None:
        result, _ = checked(folder, {**REFUSED, "before": None})

        assert result.exit_code == 0
        assert "原来：整个文件被退回" in result.stdout

    def test_are_tried_part_by_part_to_their_end(self, folder: Path) -> None:
        def part(call: dict[str, Any]) -> dict[str, Any]:
            return {**WORSE, "partial": call["skip_rows"] == 0}

        result, asked = checked(folder, part)

        skipped = [call["skip_rows"] for call in asked if call["call"] == "try-catalogue"]
        assert skipped == [0, 5]
        assert "共 10 行" in result.stdout
        assert "新退回 4 行：" in result.stdout
        assert "试读：接收 2，退回 6，重复 2" in result.stdout

    def test_of_which_one_fails_do_not_keep_the_others_from_being_tried(self, folder: Path) -> None:
        def failing(call: dict[str, Any]) -> dict[str, Any]:
            gone = a_problem("file-gone", "上传的文件不存在。")
            return gone if call["submission"] == "GONE" else TRIAL

        def two(call: dict[str, Any]) -> dict[str, Any]:
            gone = {**REPORTED, "submission": "GONE", "file_name": "失踪.csv"}
            return {"submissions": [gone, *of_scjg(call)["submissions"]]}

        with a_stage(list_reported=two, try_catalogue=failing) as stage:
            result = stage.run("catalogue", "check", str(folder))

        assert result.exit_code == 1
        assert "失踪.csv：没有试完：上传的文件不存在。" in result.stdout
        assert "处罚.csv" in result.stdout

    def test_that_are_still_being_read_are_told(self, folder: Path) -> None:
        reading = {"submissions": [{**REPORTED, "state": "reading"}]}
        with a_stage(list_reported=reading) as stage:
            result = stage.run("catalogue", "check", str(folder))

        assert result.exit_code == 1
        assert "处罚.csv：没有试完：还在读取" in result.stdout

    def test_are_not_shown_to_others(self, folder: Path) -> None:
        refused = {**a_problem("not-allowed-to-try", "不能试读。"), "status": 403}

        result, _ = checked(folder, refused)

        assert result.exit_code == 2
        assert "not-allowed-to-try" in result.stderr


class TestWithoutPlatform:
    def test_says_what_was_not_tried(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        monkeypatch.delenv("NBCREDIT_STACK", raising=False)

        result = CliRunner().invoke(app, ["catalogue", "check", str(folder)])

        assert result.exit_code == 1
        assert "1 个目录项，没有错误。" in result.stdout
        assert "的文件没有试：请用 --stack 指定堆栈或运行 make serve" in result.stdout

    @pytest.mark.parametrize(("local", "code"), [(True, 1), (False, 2)])
    def test_that_answers_no_more_is_a_fault_of_a_named_stack_only(
        self,
        folder: Path,
        local: bool,  # noqa: FBT001 -- a parameter of the table
        code: int,
    ) -> None:
        address = "http://127.0.0.1:4570"

        def silent(body: bytes) -> bytes:
            assert body
            raise EndpointConnectionError(endpoint_url=address)

        connection = Connection(outputs={}, endpoint_url=address if local else None)
        desk = Desk(connect=lambda: Platform(connection, silent), now=lambda: NOW)

        result = CliRunner().invoke(app, ["catalogue", "check", str(folder)], obj=desk)

        assert result.exit_code == code
        assert ("没有试" in result.stdout) is local

    def test_asks_nothing_offline(self, folder: Path) -> None:
        result, asked = checked(folder, TRIAL, "--offline")

        assert (result.exit_code, asked) == (0, [])
        assert "没有试" not in result.stdout

    def test_with_faults_tries_nothing(self, folder: Path) -> None:
        (folder / "administrative-penalty.json").write_text("{}", encoding="utf-8")

        result, asked = checked(folder, TRIAL)

        assert (result.exit_code, asked) == (2, [])


@pytest.mark.requirement("A6.1")
class TestLocalFiles:
    def tried(self, folder: Path, **files: str) -> Result:
        reports = folder.parent / "reports"
        for name, text in files.items():
            path = reports / name.replace("__", "/").replace("_csv", ".csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        result, asked = checked(folder, TRIAL, "--files", str(reports))
        assert asked == []
        return result

    def test_are_read_by_the_same_engine_and_end_with_0(self, folder: Path) -> None:
        result = self.tried(folder, 处罚_csv=csv_text([PENALTY, PENALTY]))

        assert result.exit_code == 0
        assert "处罚.csv  行政处罚（administrative-penalty）  共 2 行" in result.stdout
        assert "试读：接收 1，退回 0，重复 1" in result.stdout
        assert "原来" not in result.stdout

    def test_say_why_rows_are_rejected_and_mask_what_is_a_persons(self, folder: Path) -> None:
        def limit(schema: dict[str, Any]) -> None:
            schema["properties"]["document_number"]["maxLength"] = 3

        change(folder, limit)

        result = self.tried(folder, 处罚_csv=csv_text([{**PENALTY, **PERSON}]))

        assert result.exit_code == 1
        assert "  退回的原因：\n" in result.stdout
        assert "E302  证件号码（document_number）  1 行" in result.stdout
        assert RESIDENT not in result.output

    def test_take_their_item_from_their_folder(self, folder: Path) -> None:
        result = self.tried(folder, **{"administrative-penalty__x_csv": "甲,乙\n1,2\n"})

        assert result.exit_code == 1
        assert "试读：整个文件被退回" in result.stdout

    def test_that_nobody_recognises_are_told(self, folder: Path) -> None:
        result = self.tried(folder, x_csv="甲,乙\n1,2\n", 处罚_csv=csv_text([PENALTY]))

        assert result.exit_code == 1
        assert "x.csv：没有试完：从表头看不出" in result.stdout
        assert "试读：接收 1" in result.stdout

    def test_are_asked_for_where_there_are_none(self, folder: Path) -> None:
        result = self.tried(folder)

        assert result.exit_code == 2
        assert "no-files" in result.stderr


def change(folder: Path, make: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "administrative-penalty.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    make(schema)
    path.write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
