import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nbcredit.command.desk import Desk, Platform
from nbcredit.command.main import app
from tests.cleaning_builders import PENALTY, PERSON, RESIDENT, csv_text
from tests.files_to_clean import ROWS, WRONG, a_workbook, json_lines

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def no_platform() -> Platform:
    raise AssertionError("checking a file needs no platform")


def clean(file: Path, *args: str) -> Result:
    desk = Desk(connect=no_platform, now=lambda: NOW)
    command = ["clean", str(file), "--out", str(file.parent / "结果"), *args]
    return CliRunner().invoke(app, command, obj=desk)


def a_file(folder: Path, data: str | bytes, name: str = "处罚.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.requirement("A8.5")
class TestClean:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (csv_text([PENALTY]), 0),
            (csv_text(ROWS), 1),
            (csv_text([PENALTY] * 300).encode() + "宁波".encode("gb18030"), 2),
        ],
    )
    def test_ends_as_the_file_would(self, tmp_path: Path, data: str | bytes, code: int) -> None:
        result = clean(a_file(tmp_path, data), "--item", "administrative-penalty")

        assert result.exit_code == code, result.output

    @pytest.mark.requirement("A8.3")
    def test_tells_the_worst_first_and_what_to_do(self, tmp_path: Path) -> None:
        unnamed = {**PENALTY, "行政处罚决定书文号": "甬罚3号", "违法事实": ""}
        dated = {**PENALTY, "行政处罚决定书文号": "甬罚4号", "公示截止期": "2027年10月12日"}

        result = clean(a_file(tmp_path, csv_text([unnamed, *ROWS, *[WRONG] * 3, dated])))

        first, *told, last = result.stdout.splitlines()
        assert first == (
            "处罚.csv：目录项 行政处罚（administrative-penalty）（按表头），"
            "目录 2026-1 版，按 2026-11-23 检查"
        )
        assert last.startswith("下一步：在原文件中改好被退回的行，再检查一次")
        assert told == [
            "读取 9 行 = 通过 2 + 退回 5 + 重复 1 + 空行 1",
            "",
            "错误 2 类，5 行被退回：",
            "  1. 处罚决定日期：日期不对（E303），4 处",
            "     处罚决定日期不是有效的日期：请写成 2026-01-05 这样的格式。",
            "     第 4 行 N 列：2026-13-45；第 7 行 N 列：2026-13-45；第 8 行 N 列：2026-13-45",
            "  2. 违法事实：没有填写（E301），1 处",
            "     违法事实不能为空：请填写。",
            "     第 2 行 H 列",
            "",
            "提示 1 类，不影响报送，请核对：",
            "  1. 行政处罚决定书文号：与前面的行重复（W903），1 处",
            "     与第 3 行重复，只入库一次：不用处理。",
            "     第 5 行 F 列",
            "",
            "规范化改动（写法已自动统一，不用处理）：",
            "  公示截止期：日期的写法 1 处",
            "",
            f"结果在 {tmp_path / '结果'}：",
            "  issues.csv    全部问题，按原因分组，可用 Excel 打开",
            "  clean.ndjson  通过的行，已规范化，供程序读取",
            "  summary.json  汇总，供程序读取",
            "",
        ]

    def test_tells_why_the_whole_file_is_refused(self, tmp_path: Path) -> None:
        result = clean(
            a_file(tmp_path, csv_text([{"甲": "1"}])), "--item", "administrative-penalty"
        )

        assert result.exit_code == 2
        assert "整个文件没有通过：" in result.stdout
        assert "1. 表头不对（E203），1 处" in result.stdout
        assert "下一步：按上面的说明改好文件" in result.stdout
        assert "clean.ndjson" not in result.stdout

    def test_says_how_to_upload_what_is_right(self, tmp_path: Path) -> None:
        file = a_file(tmp_path, csv_text([PENALTY]), "处罚 10月.csv")

        result = clean(file)

        assert f'nbcredit upload "{file}" --item administrative-penalty' in result.stdout
        assert "错误" not in result.stdout

    @pytest.mark.requirement("A8.2")
    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (csv_text(ROWS).encode("gb18030"), "a.csv"),
            (csv_text(ROWS).replace(",", "\t"), "a.txt"),
            (json_lines([PENALTY, WRONG]), "a.jsonl"),
            (a_workbook(ROWS), "a.xlsx"),
        ],
    )
    def test_recognises_the_item_in_every_format(
        self, tmp_path: Path, data: str | bytes, name: str
    ) -> None:
        result = clean(a_file(tmp_path, data, name))

        assert result.exit_code == 1, result.output
        assert "administrative-penalty）（按表头）" in result.stdout

    @pytest.mark.requirement("A8.2")
    def test_names_the_list_of_changes_where_there_are_some(self, tmp_path: Path) -> None:
        old = {**PENALTY, **PERSON, "证件号码": RESIDENT[:6] + RESIDENT[8:17]}

        result = clean(a_file(tmp_path, csv_text([old])))

        assert "可能改变含义的 1 处请核对 changes.csv" in result.stdout
        assert "  证件号码：15 位号码换算为 18 位 1 处\n" in result.stdout
        assert "changes.csv   可能改变含义的改动，请逐条核对" in result.stdout
        assert RESIDENT not in result.stdout
        assert old["证件号码"] not in result.stdout

    def test_checks_by_the_day_asked_for(self, tmp_path: Path) -> None:
        file = a_file(tmp_path, csv_text([PENALTY]))

        assert clean(file, "--today", "2026-10-01").exit_code == 1
        assert clean(file, "--today", "2026-10-12").exit_code == 0

    def test_prints_one_json_document_for_programs(self, tmp_path: Path) -> None:
        result = clean(a_file(tmp_path, csv_text(ROWS)), "--json")

        told = json.loads(result.stdout)
        summary = (tmp_path / "结果" / "summary.json").read_text(encoding="utf-8")
        assert told == json.loads(summary)
        assert result.exit_code == 1

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (["--item", "nonsense"], "unknown-item"),
            (["--today", "明天"], "bad-today"),
            ([], "unknown-file"),
        ],
    )
    def test_says_what_is_wrong_with_the_command(
        self, tmp_path: Path, args: list[str], said: str
    ) -> None:
        result = clean(a_file(tmp_path, "甲,乙,丙\n1,2,3\n"), *args)

        assert result.exit_code == 2
        assert said in result.stderr
        assert not (tmp_path / "结果").exists()

    def test_takes_the_name_of_an_item_for_its_code(self, tmp_path: Path) -> None:
        result = clean(a_file(tmp_path, csv_text(ROWS)), "--item", "行政处罚")

        assert result.exit_code == 1
        assert "administrative-penalty" in result.stdout

    def test_says_that_a_folder_is_no_file_and_a_file_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "结果").write_text("", encoding="utf-8")

        of_folder, into_file = clean(tmp_path), clean(a_file(tmp_path, csv_text(ROWS)))

        assert of_folder.exit_code == into_file.exit_code == 2
        assert "是文件夹：请写出其中的文件" in of_folder.stderr
        assert "是文件：--out 请写一个文件夹" in into_file.stderr

    def test_says_that_there_is_no_file(self, tmp_path: Path) -> None:
        result = clean(tmp_path / "none.csv")

        assert result.exit_code == 2
        assert "没有文件" in result.stderr
