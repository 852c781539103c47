"""A few seconds of what `make fuzz` does for an hour."""

from collections import Counter

import pytest

from nbcredit.cleaning.normalising import DAY_ZERO_1900
from nbcredit.domain.cell_changes import ChangeKind as Kind
from nbcredit.domain.submissions import FileFormat
from tests.cleaning_builders import AUTHORITY, CREDIT_CODE, RESIDENT, an_item
from tests.fuzz.cases import a_case
from tests.fuzz.meaning import Changed, objection
from tests.fuzz.running import Tally, faults_of

CASES = 240
OLD_NUMBER = RESIDENT[:6] + RESIDENT[8:17]


@pytest.mark.requirement("A8.2")
@pytest.mark.requirement("A8.3")
@pytest.mark.requirement("A8.5")
class TestFuzz:
    def test_finds_no_file_that_is_read_wrongly(self) -> None:
        tally = Tally()

        faults = {
            number: found
            for number in range(CASES)
            if (found := faults_of(a_case(1, number), tally))
        }

        assert faults == {}
        # It has looked at files of every format, at rows of every end and at most of what is told.
        assert {f"{form.value} read" for form in FileFormat} <= tally.formats.keys()
        assert set(tally.ends) == {"accepted", "rejected", "duplicate", "blank"}
        assert len(tally.issues) > 25
        assert len(tally.changes) > 6

    def test_makes_the_same_file_of_the_same_number(self) -> None:
        made = [[a_case(2, number).data for number in range(40)] for _ in range(2)]

        assert made[0] == made[1]

    def test_makes_files_of_every_kind_and_item(self) -> None:
        cases = [a_case(3, number) for number in range(400)]

        assert len({case.item.code for case in cases}) == 17
        kinds = Counter(step for case in cases for step in case.made.split(", "))
        assert {"valid", "dirt", "rearranged", "slips", "damaged", "random bytes"} <= kinds.keys()


def changed(title: str, raw: str, value: str, *kinds: Kind, given_in: str = "") -> Changed:
    """Return a cell of a penalty that was read as this value."""
    fields = an_item("administrative-penalty").fields.values()
    field = next(each for each in fields if each.title == title)
    return Changed(field, raw, value, frozenset(kinds), given_in, DAY_ZERO_1900)


NAME, CODE, DAY, FINE, KINDS, NUMBER = (
    "行政相对人名称", "统一社会信用代码", "处罚决定日期", "罚款金额（万元）", "处罚类别",
    "证件号码",
)  # fmt: skip


class TestOracle:
    @pytest.mark.parametrize(
        "right",
        [
            changed(NAME, " 宁波\u200b某公司", "宁波某公司", Kind.WHITE_SPACE, Kind.REMOVED),
            changed(CODE, CREDIT_CODE.lower(), CREDIT_CODE, Kind.CODE),
            changed(CODE, CREDIT_CODE.replace("0", "O"), CREDIT_CODE, Kind.DIGITS),
            changed(DAY, "2026年1月5日", "2026-01-05", Kind.DATE),
            changed(DAY, "46307", "2026-10-12", Kind.SERIAL_DATE),
            changed(FINE, "１，０００元", "0.1", Kind.AMOUNT, given_in="元"),
            changed(KINDS, "罚款；警告", "警告;罚款", Kind.WORDING),
            changed(NUMBER, OLD_NUMBER, RESIDENT, Kind.OLD_NUMBER),
            changed(FINE, "无", "", Kind.NULL_WORD),
        ],
    )
    def test_has_no_objection_to_what_is_right(self, right: Changed) -> None:
        assert objection(right) == ""

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            (changed(NAME, "宁波 某公司", "宁波某公司"), "nothing was counted"),
            (changed(NAME, "宁波某公司", "宁波某", Kind.WHITE_SPACE), "other characters"),
            (changed(NAME, "宁波（甬）公司", "宁波(甬)公司", Kind.WIDTH), "other characters"),
            (changed(NAME, "宁波某公司", "", Kind.WHITE_SPACE), "vanished"),
            (changed(NAME, "某公司", "", Kind.NULL_WORD), "taken for nothing"),
            (changed(CODE, CREDIT_CODE, CREDIT_CODE[::-1], Kind.CODE), "代码"),
            (changed(CODE, CREDIT_CODE, AUTHORITY, Kind.DIGITS), "字母更正为数字"),
            (changed(DAY, "2026/5/1", "2026-01-05", Kind.DATE), "日期的写法"),
            (changed(DAY, "46307", "2026-10-13", Kind.SERIAL_DATE), "日期序号"),
            (changed(DAY, "2026-10-12", "9999-12-31", Kind.DATE), "日期的写法"),
            (changed(FINE, "1,000", "1", Kind.AMOUNT), "金额的写法"),
            (changed(FINE, "2000", "0.2", Kind.AMOUNT), "金额的写法"),
            (changed(KINDS, "罚款;警告", "罚款", Kind.WORDING), "选项的写法"),
            (changed(NUMBER, OLD_NUMBER[:-1], RESIDENT, Kind.OLD_NUMBER), "18 位"),
            (changed(FINE, "２", "3", Kind.WIDTH), "more than white space and width"),
        ],
    )
    def test_objects_to_what_is_wrong(self, wrong: Changed, words: str) -> None:
        assert words in objection(wrong)
