from pathlib import Path
from typing import Any

import pytest

from tests.cleaning_builders import a_credit_code, a_resident_id
from tests.integration.command.platforms import NOW, Stage, a_problem, a_stage

ID = "scjg.ABCDEFGHIJKLMNOP"
COMPANY = a_credit_code("91330200MA0000001")
CITIZEN = a_resident_id("33029919880808001")
KEPT: dict[str, Any] = {
    "information": ID,
    "provider": "scjg",
    "title": "预付卡兑付风险提示",
    "legal_basis": "某条例",
    "description": "发卡企业未按期备案。",
    "state": "kept",
    "state_text": "已留存，未公开未共享",
    "reported_at": NOW.isoformat(),
    "reported_by": "wang",
    "subject_count": 2,
    "subjects": [],
    "file": None,
    "coverage": None,
    "submission": "",
}
SHOWN = {
    **KEPT,
    "subjects": [
        {
            "subject": f"LP#{COMPANY}",
            "kind": "legal-person",
            "document_type": "",
            "number": COMPANY,
            "name": "宁波某公司",
        },
    ],
    "file": {
        "name": "备案.pdf",
        "size": 1234,
        "sha256": "0" * 64,
        "kind": "pdf",
        "download": "https://files.invalid/x",
    },
}
COVERED = {
    **KEPT,
    "state": "covered",
    "state_text": "已纳入目录，请按目录项报送",
    "coverage": {
        "item": "red-list",
        "item_name": "红名单",
        "version": "2027-1",
        "effective_from": "2027-01-01",
        "at": NOW.isoformat(),
    },
}
TEXTS = ("--basis", "某条例", "--description", "发卡企业未按期备案。")


def asked(stage: Stage, call: str) -> dict[str, Any]:
    [found] = [each for each in stage.answers.asked if each["call"] == call]
    return found


@pytest.mark.requirement("A5.2")
class TestReport:
    def test_uploads_the_file_with_a_form_and_names_the_subjects(self, tmp_path: Path) -> None:
        file, subjects = tmp_path / "备案 1.pdf", tmp_path / "主体.csv"
        file.write_bytes(b"%PDF-1.7\n%%EOF\n")
        lines = (f"宁波某公司,{COMPANY}", f"张试,{CITIZEN}", "李试,A1,护照", ",,")
        subjects.write_text("\n".join(lines), encoding="gb18030")
        with a_stage(report_off_catalogue=KEPT) as stage:
            form = stage.office.form_of("off-catalogue/scjg/01J", "01J")
            stage.answers.answers["prepare-off-catalogue-file"] = form  # type: ignore[index]
            result = stage.run(
                *("off-catalogue", "report", "预付卡兑付风险提示", "--provider", "scjg"),
                *(*TEXTS, "--file", str(file), "--subjects", str(subjects)),
            )

            assert result.exit_code == 0, result.output
            assert stage.posted == {"off-catalogue/scjg/01J": file.read_bytes()}
            assert asked(stage, "prepare-off-catalogue-file")["file"]["name"] == "备案 1.pdf"
            told = asked(stage, "report-off-catalogue")

        assert (told["upload"], told["caller"]["organisation"]) == ("01J", "scjg")
        assert [
            (each["name"], each["credit_code"], each["document_type"], each["document_number"])
            for each in told["subjects"]
        ] == [
            ("宁波某公司", COMPANY, "身份证", None),
            ("张试", None, "身份证", CITIZEN),
            ("李试", None, "护照", "A1"),
        ]
        assert f"目录外信息 {ID}  预付卡兑付风险提示" in result.output
        assert "状态：已留存，未公开未共享" in result.output

    @pytest.mark.parametrize("line", ["宁波某公司", "a,b,c,d", f",{COMPANY}"])
    def test_says_which_line_names_no_subject(self, tmp_path: Path, line: str) -> None:
        subjects = tmp_path / "主体.csv"
        subjects.write_text(f"\n{line}\n", encoding="utf-8")
        with a_stage() as stage:
            result = stage.run(
                *("off-catalogue", "report", "标题", "--provider", "scjg"),
                *(*TEXTS, "--subjects", str(subjects)),
            )

        assert result.exit_code == 2
        assert "主体.csv 第 2 行不对：每行写“名称,号码”" in result.stderr

    def test_says_why_it_was_refused(self) -> None:
        refused = a_problem("number-in-text", "说明中有身份证号码：请从文字中删去。")
        with a_stage(report_off_catalogue=refused) as stage:
            result = stage.run("off-catalogue", "report", "标题", "--provider", "scjg", *TEXTS)

        assert result.exit_code == 2
        assert "请从文字中删去。（number-in-text）" in result.stderr


@pytest.mark.requirement("A5.2")
class TestOffCatalogue:
    def test_is_listed(self) -> None:
        with a_stage(list_off_catalogue={"information": [COVERED]}) as stage:
            result = stage.run("off-catalogue", "list")

        assert result.stdout.splitlines()[1].split("\t") == [
            ID, "scjg", "预付卡兑付风险提示", "2", "2026-11-23 10:00:00",
            "已纳入目录，请按目录项报送",
        ]  # fmt: skip

    def test_is_shown_with_subjects_and_file_as_its_provider(self) -> None:
        with a_stage(show_off_catalogue=SHOWN) as stage:
            output = stage.run("off-catalogue", "show", ID).output
            told = asked(stage, "show-off-catalogue")

        assert told["caller"]["organisation"] == "scjg"
        assert f"主体：宁波某公司（单位，代码 {COMPANY}）" in output
        assert "附件：备案.pdf（1,234 字节，pdf）" in output
        assert "https://files.invalid/x" in output

    def test_is_covered_in_the_name_of_office_or_centre(self) -> None:
        with a_stage(cover_off_catalogue=COVERED) as stage:
            output = stage.run(
                *("--organisation", "office", "off-catalogue", "cover", ID),
                *("--item", "red-list", "--version", "2027-1"),
            ).output
            told = asked(stage, "cover-off-catalogue")

        assert (told["item"], told["version"]) == ("red-list", "2027-1")
        assert told["caller"]["organisation"] == "office"
        assert "目录项：红名单（red-list），目录 2027-1 版，2027-01-01 起生效" in output

    def test_is_closed_with_the_submission(self) -> None:
        closed = {**COVERED, "state": "closed", "submission": "ABC"}
        with a_stage(close_off_catalogue=closed) as stage:
            output = stage.run("off-catalogue", "close", ID, "ABC").output
            told = asked(stage, "close-off-catalogue")

        assert told["submission"] == "ABC"
        assert "已用批次 ABC 报送" in output
