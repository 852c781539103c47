import re
from pathlib import Path

import pytest

from infra.issue_codes import CHINESE, page
from nbcredit.domain.issues import IssueCode, Severity

LINES = (Path(__file__).parents[2] / "docs" / "issue-codes.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in LINES.splitlines()
    if re.match(r"\| [EW]\d", line)
]


@pytest.mark.requirement("A8.5")
class TestIssueCodes:
    def test_are_the_codes_of_the_document_in_its_order(self) -> None:
        assert [row[0] for row in ROWS] == [code.value for code in IssueCode]

    def test_are_explained_with_message_and_advice(self) -> None:
        assert all(len(row) == 4 and all(row) for row in ROWS)

    def test_are_told_in_chinese_with_what_to_do(self) -> None:
        # Made by `python -m infra.issue_codes`.
        assert CHINESE.read_text(encoding="utf-8") == page(LINES)
        assert [row[2] for row in ROWS] == re.findall(
            r"^\| [EW]\d+ \| .+? \| (.+) \|$", page(LINES), re.M
        )

    def test_are_errors_or_warnings_by_their_letter(self) -> None:
        for code in IssueCode:
            expected = Severity.WARNING if code.value[0] == "W" else Severity.ERROR
            assert code.severity is expected
