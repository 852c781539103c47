import csv
import io
import re
from collections.abc import Iterable
from cProfile import Profile
from pstats import Stats
from tempfile import TemporaryFile
from typing import Any

import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.cell_changes import CellChange, ChangeKind
from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.usecases.issue_lists import CHANGE_COLUMNS, ISSUE_COLUMNS, IssueList, change_cells

A_FORMULA = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HOSTILE = st.builds(
    str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "'", ""]), TEXTS
)


def an_issue(code: IssueCode = IssueCode.BAD_DATE, row: int = 2, **changes: Any) -> Issue:
    given = {"column": "F", "header": "成立日期", "field": "established_on", "value": "2026-13-45"}
    return Issue(code=code, row=row, **{**given, "message": "成立日期不对：请改。", **changes})


def written(issues: Iterable[Issue]) -> list[list[str]]:
    text = io.StringIO(newline="")
    with TemporaryFile() as scratch:
        listed = IssueList(scratch)
        listed.add(issues)
        listed.write(text)
    text.seek(0)
    return list(csv.reader(text))


@pytest.mark.requirement("A8.5")
class TestIssueList:
    def test_puts_errors_before_notes_and_first_what_spoils_most_rows(self) -> None:
        order = ("E301", "W903", "W903", "W903", "E303", "E303")
        header, *lines = written(
            an_issue(IssueCode(code), row) for row, code in enumerate(order, 2)
        )

        assert header == list(ISSUE_COLUMNS)
        assert [(line[0], line[1], line[5]) for line in lines] == [
            ("2", "6", "E303"), ("2", "7", "E303"), ("1", "2", "E301"),
            ("3", "3", "W903"), ("3", "4", "W903"), ("3", "5", "W903"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("913302000000001000", "'913302000000001000"),
            ("0574", "'0574"),
            ("330200", "330200"),
            ("-120", "'-120"),
            ("9.13E+17", "9.13E+17"),
        ],
    )
    def test_shows_numbers_digit_by_digit(self, value: str, shown: str) -> None:
        _, (*_, told, _) = written([an_issue(value=value)])

        assert told == shown

    @pytest.mark.fault("F40")
    @given(HOSTILE, HOSTILE, HOSTILE)
    def test_holds_no_formula(self, header: str, value: str, message: str) -> None:
        _, *lines = written([an_issue(header=header, value=value, message=message)])

        (line,) = lines
        assert len(line) == len(ISSUE_COLUMNS)
        assert not any(A_FORMULA.match(cell) for cell in line)

    @pytest.mark.fault("F47")
    def test_keeps_two_hundred_thousand_identical_errors_as_one_cause(self) -> None:
        with TemporaryFile() as scratch:
            listed = IssueList(scratch)
            listed.add(an_issue(row=row) for row in range(2, 200_002))
            text = io.StringIO(newline="")
            listed.write(text)

        (cause,) = listed.causes
        assert cause.rows == 200_000
        assert [issue.row for issue in cause.first] == [2, 3, 4]
        lines = text.getvalue().splitlines()
        assert len(lines) == 200_001
        assert lines[-1].startswith("200000,200001,F,")

    @pytest.mark.fault("F47")
    def test_takes_twice_the_work_for_twice_the_errors(self) -> None:
        def work(count: int) -> int:
            profile = Profile()
            profile.runcall(written, [an_issue(row=row) for row in range(2, count + 2)])
            return int(Stats(profile).total_calls)  # type: ignore[attr-defined] # not in typeshed

        assert work(40_000) < 2.1 * work(20_000)


@pytest.mark.requirement("A8.2")
class TestChangeCells:
    @pytest.mark.fault("F40")
    @given(HOSTILE, HOSTILE, HOSTILE)
    def test_hold_no_formula(self, header: str, was: str, became: str) -> None:
        change = CellChange(
            kind=ChangeKind.REMOVED,
            row=2,
            column="F",
            header=header,
            field="established_on",
            was=was,
            became=became,
        )

        cells = change_cells(change)

        assert len(cells) == len(CHANGE_COLUMNS)
        assert not any(A_FORMULA.match(cell) for cell in cells)


@pytest.mark.requirement("A8.5")
def test_every_code_has_a_title_of_a_few_words() -> None:
    titles = [title_of(code) for code in IssueCode]

    assert all(2 < len(title) <= 24 for title in titles)
    assert len(set(titles)) == len(titles)
