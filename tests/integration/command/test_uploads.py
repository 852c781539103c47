import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from nbcredit.domain.submissions import submission_id
from tests.integration.command.platforms import (
    CATALOGUE,
    ITEM,
    SUBMISSION,
    a_problem,
    a_stage,
)
from tests.integration.command.posting import PostOffice

HEADER = "行政相对人名称,行政处罚决定书文号\n"
CONTENT = (HEADER + "宁波拟澜丰贸易有限公司,甬罚〔2026〕1号\n").encode("gb18030")

REJECTED = {**SUBMISSION, "outcomes": {"new": 2, "rejected": 1}, "issues": 1}
REFUSED = {**SUBMISSION, "state": "refused", "state_text": "退回", "reason": "文件是空的"}
LIFE = "链接 15 分钟内有效，过后用 status 重新取得"


def an_issue(code: str, row: int, **changes: Any) -> dict[str, Any]:
    return {
        "row": row,
        "column": "A",
        "header": "行政相对人名称",
        "field": "party_name",
        "code": code,
        "severity": "error" if code[0] == "E" else "warning",
        "value": "",
        "message": f"{code} 的说明。",
        **changes,
    }


ONE_ISSUE: dict[str, Any] = {
    "total": 1,
    "by_code": {"E301": 1},
    "issues": [an_issue("E301", 3, message="请填写行政相对人名称。")],
    "download": "https://files.invalid/issues.csv",
    "changes_download": None,
}
MANY_ISSUES: dict[str, Any] = {
    **ONE_ISSUE,
    "total": 15,
    "by_code": {"E301": 2, "E303": 4, "E999": 1, "W903": 8},
    "issues": [
        an_issue("W903", 2),
        an_issue("E301", 3),
        *(an_issue("E303", row, column="O", value=f"2026-13-0{row}") for row in range(4, 8)),
        an_issue("E999", 9),
    ],
    "changes_download": "https://files.invalid/changes.csv",
}
CHANGES = [
    {"header": header, "field": "x", "kind": "x", "label": label, "cells": cells}
    for header, label, cells in (
        ("处罚决定日期", "日期的写法", 12),
        ("处罚决定日期", "空格和换行", 3),
        ("证件号码", "15 位号码换算为 18 位", 1),
    )
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "处罚 10月#1.csv"
    path.write_bytes(CONTENT)
    return path


class TestUpload:
    def test_finds_out_item_provider_and_period_and_says_so(self, file: Path) -> None:
        with a_stage() as stage:
            result = stage.run("upload", str(file))

            assert result.exit_code == 0, result.output
            assert "目录项 行政处罚（administrative-penalty）（按表头）" in result.output
            assert "报送单位 zfj（本机云的默认单位，要换用 --provider）" in result.output
            assert "报送期 2026-10（默认上个月）" in result.output
            assert "读取 3 行 = 新增 2 + 更新 1" in result.output
            assert [*stage.posted.values()] == [CONTENT]
            assert [key.rpartition("/")[0] for key in stage.posted] == [
                "incoming/zfj/administrative-penalty/2026-10"
            ]

    @pytest.mark.fault("F43")
    @pytest.mark.fault("F44")
    def test_asks_for_a_form_of_exactly_this_file(self, file: Path) -> None:
        with a_stage() as stage:
            stage.run("upload", str(file), "--provider", "scjg")

            [asked] = [c for c in stage.answers.asked if c["call"] == "prepare-upload"]

        assert asked["caller"]["organisation"] == asked["provider"] == "scjg"
        assert asked["file"] == {
            "name": "处罚 10月#1.csv",
            "size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
        }

    @pytest.mark.fault("F44")
    def test_says_why_the_bucket_did_not_take_the_file(self, file: Path) -> None:
        with a_stage() as stage:
            stage.office.refuses = "AccessDenied"
            result = stage.run("upload", str(file))

        assert result.exit_code == 2
        assert "存储没有接收文件（AccessDenied）：上传表单 15 分钟内有效" in result.stderr
        assert "upload-refused" in result.stderr

    def test_says_that_the_way_to_the_bucket_is_closed(self, file: Path) -> None:
        form = {**PostOffice().form_of("k", "n"), "url": "http://127.0.0.1:9/"}
        with a_stage(prepare_upload=form) as stage:
            result = stage.run("upload", str(file))

        assert result.exit_code == 2
        assert "上传中断：请检查网络后重新上传" in result.stderr

    @pytest.mark.fault("F21")
    def test_of_a_folder_of_history_reads_the_months_from_the_names(self, tmp_path: Path) -> None:
        for name in ("行政处罚2024年9月.csv", "2024-11 处罚.csv", "处罚_202410.csv"):
            (tmp_path / name).write_bytes(CONTENT + name.encode("gb18030"))
        (tmp_path / "~$2024-12.xlsx").write_bytes(b"")
        (tmp_path / "说明.docx").write_bytes(b"")
        with a_stage() as stage:
            result = stage.run("upload", str(tmp_path), "--backfill")

            assert result.exit_code == 0, result.output
            assert {key.split("/")[3] for key in stage.posted} == {"2024-09", "2024-10", "2024-11"}
            assert "报送期 2024-11（按文件名）" in result.output

    @pytest.mark.fault("F21")
    def test_of_history_uploads_the_other_files_where_one_says_no_month(
        self, tmp_path: Path
    ) -> None:
        for name in ("2024-11.csv", "处罚.csv"):
            (tmp_path / name).write_bytes(CONTENT)
        with a_stage() as stage:
            result = stage.run("upload", str(tmp_path), "--backfill")

            assert result.exit_code == 2
            assert len(stage.posted) == 1
            assert "从文件名“处罚.csv”看不出唯一的报送期：请改名" in result.stderr

    def test_takes_the_period_from_one_place_only(self, file: Path) -> None:
        with a_stage() as stage:
            result = stage.run("upload", str(file), "--backfill", "--period", "2024-11")

            assert result.exit_code == 2
            assert stage.posted == {}
            assert "请去掉其中一个" in result.stderr

    def test_follows_the_submission_that_the_platform_will_make(self, file: Path) -> None:
        with a_stage() as stage:
            stage.run("upload", str(file), "--provider", "scjg", "--period", "2026-09")

            asked = next(c for c in stage.answers.asked if c["call"] == "show-submission")
            assert asked["submission"] == submission_id(
                provider="scjg",
                item="administrative-penalty",
                period="2026-09",
                sha256=hashlib.sha256(CONTENT).hexdigest(),
            )
            assert asked["caller"]["organisation"] == "scjg"
            assert asked["purpose"] == "报送核对"

    def test_waits_through_every_state_and_prints_plain_lines(self, file: Path) -> None:
        unknown = a_problem("unknown-submission", "没有批次。")
        states = iter(
            [
                unknown,
                unknown,
                {**SUBMISSION, "state": "reading"},
                {**SUBMISSION, "state": "loading", "chunks": 4, "chunks_done": 1},
                {**SUBMISSION, "state": "loading", "chunks": 4, "chunks_done": 1},
                SUBMISSION,
            ]
        )
        with a_stage(show_submission=lambda _call: next(states)) as stage:
            result = stage.run("upload", str(file))

        lines = [line.strip() for line in result.stderr.splitlines()]
        assert lines == ["上传完毕，等待接收", "读取", "入库 1/4 块", "完成"]
        assert "\x1b" not in result.output

    @pytest.mark.parametrize(("view", "code"), [(SUBMISSION, 0), (REJECTED, 1), (REFUSED, 2)])
    def test_tells_the_end_by_its_exit_code(
        self, file: Path, view: dict[str, Any], code: int
    ) -> None:
        with a_stage(show_submission=view) as stage:
            assert stage.run("upload", str(file)).exit_code == code

    def test_shows_issues_with_their_places_and_where_all_of_them_are(self, file: Path) -> None:
        with a_stage(show_submission=REJECTED, list_issues=ONE_ISSUE) as stage:
            output = stage.run("upload", str(file)).output

        assert "1. 没有填写（E301），1 处\n     请填写行政相对人名称。" in output
        assert "第 3 行 A 列“行政相对人名称”" in output
        assert "https://files.invalid/issues.csv" in output

    @pytest.mark.requirement("A8.5")
    def test_shows_errors_before_notes_and_the_most_frequent_cause_first(self, file: Path) -> None:
        with a_stage(show_submission=REJECTED, list_issues=MANY_ISSUES) as stage:
            output = stage.run("upload", str(file)).output

        told = [line.strip() for line in output.splitlines()]
        assert told[told.index("错误 7 处，改好后请重新上传：") :] == [
            "错误 7 处，改好后请重新上传：",
            "1. 日期不对（E303），4 处",
            "E303 的说明。",
            "；".join(f"第 {n} 行 O 列“行政相对人名称”：2026-13-0{n}" for n in (4, 5, 6)),
            "2. 没有填写（E301），2 处",
            "E301 的说明。",
            "第 3 行 A 列“行政相对人名称”",
            "3. 其他问题（E999），1 处",
            "E999 的说明。",
            "第 9 行 A 列“行政相对人名称”",
            "提示 8 处，不影响接收，请核对：",
            "1. 与前面的行重复（W903），8 处",
            "W903 的说明。",
            "第 2 行 A 列“行政相对人名称”",
            f"全部问题清单（{LIFE}）：https://files.invalid/issues.csv",
            f"可能改变含义的改动，请逐条核对（{LIFE}）：https://files.invalid/changes.csv",
        ]

    @pytest.mark.requirement("A8.2")
    @pytest.mark.parametrize("command", ["upload", "status"])
    def test_shows_what_was_spelled_anew(self, file: Path, command: str) -> None:
        view = {**SUBMISSION, "changes": CHANGES}
        with a_stage(show_submission=view, list_issues=MANY_ISSUES) as stage:
            output = stage.run(command, str(file) if command == "upload" else "ABC").output

        assert "规范化改动（写法已自动统一）：\n" in output
        assert "  处罚决定日期：日期的写法 12 处、空格和换行 3 处\n" in output
        assert "  证件号码：15 位号码换算为 18 位 1 处\n" in output
        assert "https://files.invalid/changes.csv" in output

    def test_says_nothing_of_changes_where_there_are_none(self, file: Path) -> None:
        with a_stage() as stage:
            assert "规范化改动" not in stage.run("upload", str(file)).output

    def test_asks_for_the_provider_where_the_catalogue_names_several(self, file: Path) -> None:
        item = {**ITEM, "code": "other-penalty"}
        with a_stage(show_catalogue={**CATALOGUE, "items": [item]}) as stage:
            result = stage.run("upload", str(file))

            assert result.exit_code == 2
            assert "--provider" in result.stderr
            assert "scjg、zfj" in result.stderr
            assert stage.posted == {}

    def test_takes_the_organisation_for_the_provider_where_the_item_is_its_duty(
        self, file: Path
    ) -> None:
        with a_stage() as stage:
            stage.run("--organisation", "scjg", "upload", str(file))

            assert [key.split("/")[1] for key in stage.posted] == ["scjg"]

    def test_goes_on_with_the_other_files_after_one_that_cannot_be_sent(
        self, file: Path, tmp_path: Path
    ) -> None:
        alien = tmp_path / "x.csv"
        alien.write_text("甲,乙,丙\n1,2,3\n", encoding="utf-8")
        with a_stage() as stage:
            result = stage.run("upload", str(tmp_path / "none.csv"), str(alien), str(file))

            assert result.exit_code == 2
            assert "没有文件" in result.stderr
            assert "看不出“x.csv”是哪个目录项" in result.stderr
            assert len(stage.posted) == 1

    def test_says_at_once_what_no_table_is_and_what_to_do(self, tmp_path: Path) -> None:
        picture = tmp_path / "处罚.xlsx"
        picture.write_bytes(b"%PDF-1.7 ...")
        with a_stage() as stage:
            result = stage.run("upload", str(picture))

            assert result.exit_code == 2
            assert "但这个文件是 PDF 文件：请在 Excel 中“另存为”" in result.stderr
            assert "（E103）" in result.stderr
            assert "--item" not in result.stderr
            assert "administrative-penalty" not in result.stderr
            assert {call["call"] for call in stage.answers.asked} == {"show-catalogue"}

    def test_takes_the_name_of_an_item_for_its_code(self, file: Path) -> None:
        with a_stage() as stage:
            result = stage.run("upload", str(file), "--item", "行政处罚")

            assert result.exit_code == 0, result.output
            assert "administrative-penalty" in result.output

    def test_says_so_when_the_same_bytes_came_before(self, file: Path) -> None:
        unknown = a_problem("unknown-submission", "没有批次。")
        states = iter([unknown, SUBMISSION, SUBMISSION, SUBMISSION])
        with a_stage(show_submission=lambda _call: next(states)) as stage:
            first, second = stage.run("upload", str(file)), stage.run("upload", str(file))

        assert "同样的内容以前报送过" not in first.output
        assert "同样的内容以前报送过" in second.output
        assert "要改回这份内容，请上传有改动的文件" in second.output
        assert second.exit_code == 0

    def test_returns_at_once_without_waiting(self, file: Path) -> None:
        with a_stage() as stage:
            result = stage.run("upload", str(file), "--no-wait")

            assert result.exit_code == 0
            assert "已上传，批次 " in result.stdout
            assert not any(call["call"] == "list-issues" for call in stage.answers.asked)

    def test_gives_up_waiting_but_says_that_the_work_goes_on(self, file: Path) -> None:
        with a_stage(show_submission={**SUBMISSION, "state": "reading"}) as stage:
            result = stage.run("upload", str(file), "--timeout", "30")

        assert result.exit_code == 2
        assert "不必重新上传" in result.stderr

    def test_prints_one_json_document_for_programs(self, file: Path) -> None:
        with a_stage(show_submission=REJECTED, list_issues=ONE_ISSUE) as stage:
            result = stage.run("upload", str(file), "--json")

        (told,) = json.loads(result.stdout)
        assert told["submission"]["outcomes"] == {"new": 2, "rejected": 1}
        assert told["issues"]["by_code"] == {"E301": 1}
        assert result.exit_code == 1


class TestStatus:
    def test_shows_a_submission_and_ends_as_upload_does(self) -> None:
        with a_stage(show_submission=REJECTED, list_issues=ONE_ISSUE) as stage:
            result = stage.run("status", "ABC")

        assert result.exit_code == 1
        assert "退回 1" in result.output

    def test_lists_the_latest_of_a_provider_with_tabs_where_nobody_watches(self) -> None:
        with a_stage(list_submissions={"submissions": [REJECTED]}) as stage:
            result = stage.run("status", "--provider", "scjg")

        assert result.exit_code == 0
        header, line = result.stdout.splitlines()
        assert header.split("\t")[0] == "批次"
        assert line.split("\t") == [
            "ABC", "scjg", "行政处罚", "2026-10", "2026-11-23 10:00:00", "完成", "3", "1",
            "处罚.csv",
        ]  # fmt: skip

    def test_lists_those_of_the_connections_own_providers(self) -> None:
        with a_stage(list_submissions={"submissions": [REJECTED]}) as stage:
            result = stage.run("status")

            assert result.exit_code == 0
            assert [call["provider"] for call in stage.answers.asked] == ["zfj"]
            assert "列出单位 zfj 最近的批次" in result.stderr

    def test_says_on_one_line_why_a_file_was_refused_and_what_to_do(self) -> None:
        refused = {**REFUSED, "reason": f"文件是空的{'吗' * 40}：\n请重新上传。"}
        with a_stage(list_submissions={"submissions": [refused]}) as stage:
            line = stage.run("status", "--provider", "scjg").stdout.splitlines()[1]

        assert line.split("\t")[5] == f"退回（文件是空的{'吗' * 40}： 请重新上传。）"

    def test_says_in_words_that_a_provider_has_none(self) -> None:
        with a_stage(list_submissions={"submissions": []}) as stage:
            result = stage.run("status", "--provider", "nobody")

        assert result.exit_code == 0
        assert result.stdout == ""
        assert "没有单位 nobody 的批次" in result.stderr
