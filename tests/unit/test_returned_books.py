"""Rows that go back to their provider, in a workbook that comes back (A8.5)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pytest

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.originals import Originals
from nbcredit.documents.returned_books import write_book, write_rest
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.issues import Issue
from nbcredit.domain.reserved import FEEDBACK
from nbcredit.domain.rows import CleanedRow, Outcome
from nbcredit.domain.submissions import FileFormat
from nbcredit.usecases.returned_rows import (
    ReturnedRow,
    ReturnedSheet,
    advice_of,
    overview,
    with_errors,
)
from tests.cleaning_builders import (
    CREDIT_CODE,
    PENALTY,
    TODAY,
    an_item,
    csv_text,
)

ITEM = an_item("administrative-penalty")
SUBMISSION = "ABCDEFGHIJKLMNOPQRSTUVWX"

GOOD = {**PENALTY, "行政处罚决定书文号": "甬市监处罚〔2026〕1号"}
NO_NAME = {**PENALTY, "行政处罚决定书文号": "甬市监处罚〔2026〕2号", "行政相对人名称": ""}
BAD_CODE = {
    **PENALTY,
    "行政处罚决定书文号": "甬市监处罚〔2026〕3号",
    "统一社会信用代码": "91330200MA00000009",
    "违法事实": '=HYPERLINK("x")',
    "处罚依据": "0571",
}


def the_file(*rows: Mapping[str, str]) -> bytes:
    return csv_text(rows).encode()


def returned(
    body: bytes, form: FileFormat = FileFormat.CSV
) -> tuple[ReturnedSheet, list[ReturnedRow]]:
    """Return what goes back of a file, as the platform finds it."""
    cleaned = open_file([body], item=ITEM, today=TODAY, form=form)
    issues = [issue for row in cleaned for issue in row.issues]
    original = Originals().open([body], form=form, encoding="utf-8", item=ITEM, others=())
    rows = [
        ReturnedRow(row.number, row.cells, errors, FeedbackRow(SUBMISSION, row.number))
        for row, errors in with_errors(original.rows, issues)
        if errors
    ]
    sheet = ReturnedSheet(
        submission=SUBMISSION,
        provider="scjg",
        item=ITEM.code,
        item_name=ITEM.name,
        period="2026-10",
        file_name="十月.csv",
        read=len(rows),
        made=date(2026, 11, 2),
        due="2026-11-09",
        titles=original.titles,
        fields=original.fields,
        overview=overview(issues),
    )
    return sheet, rows


def book_of(sheet: ReturnedSheet, rows: Sequence[ReturnedRow]) -> bytes:
    stream = io.BytesIO()
    write_book(sheet, rows, stream)
    return stream.getvalue()


def rest_of(sheet: ReturnedSheet, rows: Sequence[ReturnedRow]) -> bytes:
    stream = io.StringIO()
    write_rest(sheet, rows, stream)
    return stream.getvalue().encode()


def read(body: bytes, form: FileFormat) -> tuple[list[Issue], list[CleanedRow]]:
    opened = open_file([body], item=ITEM, today=TODAY, form=form)
    rows = list(opened)
    return [*opened.issues, *opened.closing_issues], rows


def spelled(form: FileFormat, sheet: ReturnedSheet, rows: Sequence[ReturnedRow]) -> bytes:
    return book_of(sheet, rows) if form is FileFormat.WORKBOOK else rest_of(sheet, rows)


EACH_FORM = pytest.mark.parametrize("form", [FileFormat.WORKBOOK, FileFormat.CSV])


@pytest.mark.requirement("A8.5")
class TestReturnedRows:
    @EACH_FORM
    def test_come_back_as_the_rows_they_were(self, form: FileFormat) -> None:
        sheet, rows = returned(the_file(GOOD, NO_NAME, BAD_CODE))
        notes, again = read(spelled(form, sheet, rows), form)

        assert notes == []
        assert [row.outcome for row in again] == [Outcome.REJECTED] * 2
        original = Originals().open(
            [spelled(form, sheet, rows)], form=form, encoding="utf-8", item=ITEM, others=()
        )
        own = [row.cells[3:] for row in original.rows if row.cells]
        assert own == [tuple(NO_NAME.values()), tuple(BAD_CODE.values())]

    @EACH_FORM
    def test_are_accepted_under_their_number_once_corrected(self, form: FileFormat) -> None:
        sheet, rows = returned(the_file(GOOD, NO_NAME, BAD_CODE))
        code, name = sheet.fields["credit_code"], sheet.fields["party_name"]
        mended = []
        for row in rows:
            cells = list(row.cells or ())
            cells[code], cells[name] = CREDIT_CODE, "宁波某某贸易有限公司"
            mended.append(row._replace(cells=tuple(cells)))
        _, again = read(spelled(form, sheet, mended), form)

        values = [row.row.values for row in again if row.row is not None]
        assert [each[FEEDBACK] for each in values] == [f"{SUBMISSION}-3", f"{SUBMISSION}-4"]
        assert values[1]["facts"] == '=HYPERLINK("x")'
        assert values[1]["legal_basis"] == "0571"

    @EACH_FORM
    def test_take_the_number_of_an_earlier_feedback_out_of_the_columns(
        self, form: FileFormat
    ) -> None:
        sheet, rows = returned(the_file(NO_NAME, BAD_CODE))
        first = spelled(form, sheet, rows)
        again_sheet, again_rows = returned(first, form)
        _, kept = read(spelled(form, again_sheet, again_rows), form)

        assert again_sheet.columns == tuple(range(3, 3 + len(PENALTY)))
        assert len(kept) == 2

    def test_do_not_break_on_a_row_that_cannot_be_read(self) -> None:
        body = the_file(GOOD, GOOD).decode().splitlines()
        sheet, rows = returned("\n".join([*body[:2], f'"甬"x,{body[2]}']).encode())
        _, again = read(book_of(sheet, rows), FileFormat.WORKBOOK)

        assert rows[0].cells is None
        assert "原文件" in rows[0].advice
        assert [row.number for row in again] == [2]

    def test_keep_what_stood_beyond_the_header(self) -> None:
        lines = the_file(GOOD, GOOD).decode().splitlines()
        sheet, rows = returned("\n".join([*lines[:2], lines[2] + ",多出来的"]).encode())
        original = Originals().open(
            [book_of(sheet, rows)],
            form=FileFormat.WORKBOOK,
            encoding="",
            item=ITEM,
            others=(),
        )

        (row,) = original.rows
        assert row.cells is not None
        assert row.cells[-1] == "多出来的"


@pytest.mark.requirement("A8.5")
class TestAdvice:
    def test_says_all_that_is_wrong_with_a_row_in_order(self) -> None:
        _, (row,) = returned(the_file({**BAD_CODE, "行政相对人名称": ""}))

        first, second = row.advice.split("\n")
        assert first.startswith("1. ")
        assert "请填写" in first
        assert second.startswith("2. 统一社会信用代码")

    def test_names_the_providers_own_column_where_the_message_does_not(self) -> None:
        _, (row,) = returned(the_file(NO_NAME))

        (issue,) = row.errors
        assert advice_of(replace(issue, header="对方")) == f"【对方】{issue.message}"

    def test_says_of_a_conflict_which_file_the_row_is_of(self) -> None:
        _, (row,) = returned(the_file(GOOD, {**GOOD, "罚款金额（万元）": "9"}))

        assert "行号是原文件的" in row.advice


@pytest.mark.fault("F47")
class TestOverview:
    def test_counts_rows_once_and_has_the_cause_that_spoils_most_first(self) -> None:
        both = {**BAD_CODE, "行政相对人名称": "", "行政处罚决定书文号": "甬市监处罚〔2026〕9号"}
        sheet, _ = returned(the_file(NO_NAME, BAD_CODE, both, NO_NAME))

        assert sheet.overview.rows == 4
        assert [(each.code.value, each.rows, each.first) for each in sheet.overview.causes] == [
            ("E301", 3, [2, 4, 5]),
            ("E401", 2, [3, 4]),
        ]


@pytest.mark.fault("F40")
def test_a_workbook_of_returned_rows_has_no_formula_address_or_number() -> None:
    bad = {**NO_NAME, "违法事实": "=1+1", "处罚依据": "https://x.example", "处罚内容": "00012"}
    sheet, rows = returned(the_file(bad))
    with ZipFile(io.BytesIO(book_of(sheet, rows))) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}

    cells = parts["xl/worksheets/sheet2.xml"]
    assert "<f>" not in cells
    assert "hyperlink" not in cells
    assert "<t>00012</t>" in cells
    assert 'quotePrefix="1"' in parts["xl/styles.xml"]
