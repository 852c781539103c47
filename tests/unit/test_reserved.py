"""The platform's own columns on their way through the engine (A7.3, A8.6)."""

from collections.abc import Mapping

import pytest

from nbcredit.domain.item_schemas import faults_between_parts
from nbcredit.domain.reserved import CORRECTS, FEEDBACK, unmarked
from nbcredit.domain.rows import Outcome, Row
from tests.cleaning_builders import ITEMS, REGISTRATION, a_schema, cleaned, codes_of


def a_row(**reserved: str) -> Mapping[str, str]:
    return {**REGISTRATION, **reserved}


@pytest.mark.requirement("A8.6")
class TestReservedColumns:
    def test_pass_through_beside_the_values_of_the_row(self) -> None:
        (plain,) = cleaned("legal-registration", REGISTRATION)
        (marked,) = cleaned(
            "legal-registration", a_row(反馈编号=" ABCD-5 ", 更正记录编号="LP-1.a.B")
        )

        assert plain.row is not None
        assert marked.row is not None
        assert marked.issues == ()
        assert marked.row.values[FEEDBACK] == "ABCD-5"
        assert marked.row.values[CORRECTS] == "LP-1.a.B"
        assert unmarked(marked.row) == (plain.row, "ABCD-5", "LP-1.a.B")

    def test_are_left_out_where_they_are_empty(self) -> None:
        (row,) = cleaned("legal-registration", a_row(反馈编号="", 更正记录编号=" "))

        assert row.row is not None
        assert not row.row.values.keys() & {FEEDBACK, CORRECTS}
        assert unmarked(row.row).row is row.row

    def test_do_not_make_a_repeated_row_another_one(self) -> None:
        _, second = cleaned("legal-registration", a_row(反馈编号="A-5"), a_row(反馈编号="A-8"))

        assert second.outcome is Outcome.DUPLICATE
        assert codes_of(second) == ["W903"]

    def test_make_corrections_of_different_records_different(self) -> None:
        rows = [a_row(更正记录编号=f"LP-1.a.{end}", 反馈编号="A-5") for end in "BC"]
        _, second = cleaned("legal-registration", *rows)

        assert second.outcome is Outcome.REJECTED
        assert codes_of(second) == ["E601"]

    def test_are_too_long_like_any_other_cell(self) -> None:
        (row,) = cleaned("legal-registration", a_row(反馈编号="A" * 61))

        assert row.outcome is Outcome.REJECTED
        assert [(each.header, each.code) for each in row.issues] == [("反馈编号", "E302")]

    @pytest.mark.parametrize("code", ITEMS)
    @pytest.mark.parametrize("header", ["反馈编号", "更正记录编号", "处理说明", "原行号"])
    def test_are_no_headers_of_an_item(self, code: str, header: str) -> None:
        schema = {**a_schema(code), "properties": {**a_schema(code)["properties"]}}
        name, part = next(iter(schema["properties"].items()))
        schema["properties"][name] = {**part, "title": header}

        assert any(header in fault for fault in faults_between_parts(schema))


def test_a_row_without_reserved_columns_is_left_as_it_is() -> None:
    row = Row.of(2, {"name": "甲"})

    assert unmarked(row) == (row, "", "")
