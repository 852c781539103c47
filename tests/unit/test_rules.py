"""What the rules of an item say of dates that systems write for nothing."""

import pytest

from nbcredit.domain.catalogue import Sensitivity
from tests.cleaning_builders import (
    ARREARS,
    PENALTY,
    SHIPPED,
    an_example,
    an_item,
    cleaned,
    codes_of,
)

ITEM = "administrative-penalty"


@pytest.mark.requirement("A8.2")
class TestEventDates:
    @pytest.mark.parametrize(
        "day", ["0001-01-01", "1900-1-1", "1899-12-31", "1949-12-31", "1970.01.01"]
    )
    def test_are_stored_with_a_note_where_they_are_implausibly_early(self, day: str) -> None:
        (done,) = cleaned(ITEM, {**PENALTY, "处罚决定日期": day})

        assert done.row is not None
        (issue,) = [each for each in done.issues if each.code == "W919"]
        assert issue.header == "处罚决定日期"
        assert "早得不像真的" in issue.message

    @pytest.mark.parametrize("day", ["1950-01-01", "1969-12-31", "1970-01-02"])
    def test_may_be_old(self, day: str) -> None:
        (done,) = cleaned(ITEM, {**PENALTY, "处罚决定日期": day})

        assert "W919" not in codes_of(done)

    def test_may_be_months(self) -> None:
        (done,) = cleaned("social-insurance-arrears", {**ARREARS, "欠费起始年月": "1970-01"})

        assert codes_of(done) == ["W919"]

    @pytest.mark.parametrize("code", SHIPPED)
    def test_do_not_concern_births_and_examples(self, code: str) -> None:
        item = an_item(code)
        births = {
            field.title: "1949-10-01"
            for field in item.fields.values()
            if field.form == "date" and field.sensitivity is Sensitivity.PERSONAL
        }
        (done,) = cleaned(code, {**an_example(code), **births})

        assert "W919" not in codes_of(done)
