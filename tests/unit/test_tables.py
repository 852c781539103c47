from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from nbcredit.cleaning import workbook_choosing
from nbcredit.cleaning.engine import OpenFile, open_file
from nbcredit.cleaning.tables import open_table
from nbcredit.documents.templates import template
from nbcredit.domain.submissions import FileFormat, FileRefused
from nbcredit.domain.template_marks import GUIDE_SHEET, ITEM_PROPERTY, LISTS_SHEET
from tests.cleaning_builders import REGISTRATION, TODAY, an_item
from tests.workbook_builders import (
    PROPERTIES,
    Parts,
    a_row,
    parts,
    relationships,
    sheet_xml,
    zipped,
)

ITEM = an_item("legal-registration")
REQUIRED = [ITEM.fields[name].title for name in ITEM.schema["required"]]


def a_sheet(*rows: Sequence[str], first: int = 1) -> bytes:
    return sheet_xml("".join(a_row(*row, number=first + at) for at, row in enumerate(rows)))


def a_table(row: Mapping[str, str] = REGISTRATION, *, first: int = 1) -> bytes:
    return a_sheet(list(row), list(row.values()), first=first)


def opened(made: Parts) -> OpenFile:
    return open_file(
        [zipped(made.items())], item=ITEM, today=TODAY, form=FileFormat.WORKBOOK, encoding=""
    )


def refused(made: Parts) -> list[str]:
    with pytest.raises(FileRefused) as refusal:
        opened(made)
    return [issue.code.value for issue in refusal.value.issues]


def told(made: Parts) -> list[str]:
    return [issue.code.value for issue in opened(made).issues]


def of_template(made: Parts) -> Parts:
    made["_rels/.rels"] = relationships(
        ("officeDocument", "xl/workbook.xml"), ("custom-properties", "docProps/custom.xml")
    )
    made["docProps/custom.xml"] = (
        f'<Properties xmlns="{PROPERTIES}"><property pid="2" name="{ITEM_PROPERTY}">'
        f"<lpwstr>{ITEM.code}</lpwstr></property></Properties>"
    ).encode()
    return made


class TestChoosing:
    @pytest.mark.fault("F37")
    def test_takes_the_sheet_with_rows_and_tells_the_others(self) -> None:
        made = parts(a_sheet(["封面"]), a_table(), a_sheet(REQUIRED), a_sheet())

        assert told(made) == ["W911", "W911"]
        assert [row.number for row in opened(made)] == [2]

    @pytest.mark.fault("F37")
    def test_refuses_two_sheets_with_rows(self) -> None:
        assert refused(parts(a_table(), a_table())) == ["E112"]

    @pytest.mark.fault("F37")
    @pytest.mark.parametrize("first", [2, 11, 13, 5_000])
    def test_passes_over_blank_rows_above(self, first: int) -> None:
        assert told(parts(a_table(first=first))) == []
        assert told(parts(a_table(), a_sheet(["备注"], first=first))) == ["W911"]
        assert refused(parts(a_table(), a_table(first=first))) == ["E112"]
        assert [row.number for row in opened(parts(a_table(first=first)))] == [first + 1]

    @pytest.mark.fault("F37")
    def test_takes_titles_that_stand_below_each_other_for_no_header(self) -> None:
        guide = a_sheet(*([title, "必填"] for title in REQUIRED))

        assert told(parts(guide, a_table())) == ["W911"]

    @pytest.mark.fault("F37")
    def test_takes_a_header_over_two_rows_for_one(self) -> None:
        first, *rest = REGISTRATION
        sheet = a_sheet([first], ["", *rest], list(REGISTRATION.values()))

        assert refused(parts(sheet, a_table())) == ["E112"]

    @pytest.mark.fault("F37")
    def test_takes_a_header_with_a_column_twice_for_one(self) -> None:
        titles = [*REGISTRATION, next(iter(REGISTRATION))]

        assert refused(parts(a_sheet(["封面"]), a_sheet(titles, titles))) == ["E202"]

    @pytest.mark.fault("F37")
    def test_is_silent_about_the_other_sheets_of_the_template_only(self) -> None:
        made = parts(
            a_table(), a_sheet(["甲"]), a_sheet(["乙"]), names=["数据", GUIDE_SHEET, LISTS_SHEET]
        )

        assert told(made) == ["W911", "W911"]
        assert told(of_template(made)) == []

    @pytest.mark.fault("F32")
    def test_stops_looking_where_sheets_have_too_much(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook_choosing, "MAX_LOOKED_AT", 200_000)
        blanks = sheet_xml("<row/>" * 50_000 + a_row("甲"))

        assert told(parts(a_table(), blanks, a_sheet(["乙"]))) == ["W911", "W911"]
        assert refused(parts(blanks, a_table())) == ["E110"]
        assert refused(parts(blanks)) == ["E203"]


class TestText:
    @pytest.mark.fault("F37")
    @pytest.mark.parametrize("blank", ["\n", ",,\n", ", \u3000\n"])
    def test_may_have_its_header_below_many_blank_rows(self, blank: str) -> None:
        lines = f"{','.join(REGISTRATION)}\n{','.join(REGISTRATION.values())}\n"

        found = open_file([(blank * 12 + lines).encode()], item=ITEM, today=TODAY)

        assert found.header.row == 13
        assert found.issues == ()
        assert [row.number for row in found] == [14]

    @pytest.mark.fault("F30")
    def test_of_blank_rows_without_end_is_refused(self) -> None:
        blanks = (b"\n" * 1_000 for _ in range(1_000_000))

        with pytest.raises(FileRefused, match="第 1 行没有认出"):
            open_file(blanks, item=ITEM, today=TODAY)


class TestTemplate:
    @pytest.mark.requirement("A8.5")
    @pytest.mark.parametrize(("version", "codes"), [("2025-1", ["W914"]), (ITEM.version, [])])
    def test_of_an_older_catalogue_is_told(self, version: str, codes: list[str]) -> None:
        data = template(replace(ITEM, version=version), created=TODAY)

        table = open_table([data], form=FileFormat.WORKBOOK, encoding="", item=ITEM)

        assert [note.code for note in table.notes] == codes
