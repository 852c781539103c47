import json
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import given, settings, strategies as st

from nbcredit.cleaning.normalising import (
    Normaliser,
    amount,
    code,
    day,
    is_null,
    month,
    narrow,
    normaliser_of,
    open_day,
    tidy,
)
from tests.cleaning_builders import SHIPPED, a_schema

# What a normaliser is made from; fields that have it all in common share one.
_MATTERS = ("x-form", "x-unit", "x-known", "x-synonyms", "enum", "items")
DISTINCT = {
    json.dumps([part.get(word) for word in _MATTERS]): (f"{item}.{name}", part)
    for item in SHIPPED
    for name, part in a_schema(item)["properties"].items()
}
PROPERTIES = [pytest.param(part, id=name) for name, part in DISTINCT.values()]
LISTS = [
    pytest.param(part, id=name) for name, part in DISTINCT.values() if part["x-form"] == "choices"
]


def _folds(part: ParameterSet) -> bool:
    (schema,) = part.values
    assert isinstance(schema, dict)
    return schema["x-form"] not in {"text", "name", "reference", "choices"}


DIRTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "0123456789-/.,年月日;；、 　\u200b\ufeff\xa0\t\n'＋－０９Ａａ×xX*¥元万长期无"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=24,
)

pytestmark = [pytest.mark.requirement("A8.2")]


class TestEveryNormaliser:
    @pytest.mark.parametrize("schema", PROPERTIES)
    @settings(max_examples=60)
    @given(text=DIRTY)
    def test_changes_nothing_the_second_time(self, schema: dict[str, Any], text: str) -> None:
        normalise = normaliser_of(schema)
        once = normalise(tidy(text))

        assert normalise(tidy(once)) == once

    @pytest.mark.parametrize("schema", PROPERTIES)
    @settings(max_examples=60)
    @given(text=DIRTY)
    def test_hands_on_a_tidy_text(self, schema: dict[str, Any], text: str) -> None:
        once = normaliser_of(schema)(tidy(text))

        assert tidy(once) == once

    @pytest.mark.parametrize("schema", [part for part in PROPERTIES if _folds(part)])
    @settings(max_examples=60)
    @given(text=DIRTY)
    def test_of_a_code_a_day_or_a_choice_does_not_see_widths(
        self, schema: dict[str, Any], text: str
    ) -> None:
        normalise, plain = normaliser_of(schema), tidy(text)
        one, other = normalise(plain), normalise(tidy(narrow(plain)))

        # What was not understood is handed on as it was, with its widths.
        assert narrow(one) == narrow(other)

    @pytest.mark.parametrize("schema", LISTS)
    @given(data=st.data())
    def test_of_a_list_does_not_see_order_and_repetition(
        self, schema: dict[str, Any], data: st.DataObject
    ) -> None:
        normalise = normaliser_of(schema)
        words = st.sampled_from([*schema["items"]["enum"], *schema.get("x-synonyms", ()), "不明"])
        parts = data.draw(st.lists(words, max_size=6))
        other = data.draw(st.permutations(parts + parts[:2]))

        assert normalise("；".join(parts)) == normalise(" ; ".join(other))


class TestTidy:
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            ("　宁波\xa0", "宁波"),
            ("\ufeff宁\u200b波\u202e", "宁波"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("宁波（甬）·①㎡", "宁波（甬）·①㎡"),
            ("𠮷㐱䶮𬭚", "𠮷㐱䶮𬭚"),
            ("\ue81e", "\u9fb4"),
            ("\x00", "\x00"),
        ],
    )
    def test_keeps_the_characters_of_a_text(self, cell: str, text: str) -> None:
        assert tidy(cell) == text

    @given(DIRTY)
    def test_changes_nothing_the_second_time(self, cell: str) -> None:
        assert tidy(tidy(cell)) == tidy(cell)
        assert narrow(narrow(cell)) == narrow(cell)

    @given(DIRTY)
    def test_may_come_before_or_after_widths_are_folded(self, cell: str) -> None:
        # Two kinds of line end are two kinds of space once they are folded.
        one, other = tidy(narrow(tidy(cell))), tidy(narrow(cell))

        assert "".join(one.split()) == "".join(other.split())


class TestNull:
    @pytest.mark.parametrize("word", ["\\N", "\\n", "NULL", "null"])
    def test_is_nothing_anywhere(self, word: str) -> None:
        assert is_null(word, soft=False)

    @pytest.mark.parametrize("word", ["暂无", "无", "/", "-", "——"])
    def test_may_be_the_content_of_a_text(self, word: str) -> None:
        assert is_null(word, soft=True)
        assert not is_null(word, soft=False)


class TestDay:
    @pytest.mark.parametrize(
        "text",
        ["2026-01-05", "2026-1-5", "2026/1/5", "2026.1.5", "2026.01.05", "20260105",
         "2026年1月5日", "2026年01月05日", "2026-1-5 0:00:00", "2026-01-05T00:00:00",
         "2026-01-05 12:30", "2026/1/5 0:00:00.000", "2026-01-05T08:00:00+08:00",
         "20260105 00:00:00", "2026年1月5日12:30", "２０２６－０１－０５", "'2026-01-05"],
    )  # fmt: skip
    def test_has_one_spelling(self, text: str) -> None:
        assert day(text) == "2026-01-05"

    @pytest.mark.parametrize(
        "text",
        ["2026-02-29", "2026-13-01", "2026/1-5", "5/1/2026", "26-1-5", "2026-1", "4541", "99999",
         "长期", "2026-1-12:30", "2026-01-05Z", "2026010", "２０２６", "٢٠٢٦-٠١-٠٥"],
    )  # fmt: skip
    def test_hands_on_what_is_no_date(self, text: str) -> None:
        assert day(text) == text

    @pytest.mark.parametrize(
        ("text", "spelled"),
        [
            ("2099-12-31", "9999-12-31"),
            ("2099/12/31", "9999-12-31"),
            ("9999-9-9", "9999-12-31"),
            ("99991231", "9999-12-31"),
            ("长期", "9999-12-31"),
            ("2099-12-30", "2099-12-30"),
            ("无处罚期限", ""),
        ],
    )
    def test_may_be_open_ended(self, text: str, spelled: str) -> None:
        assert open_day(text) == spelled

    @pytest.mark.parametrize(
        ("text", "spelled"),
        [
            ("2026-01", "2026-01"),
            ("202601", "2026-01"),
            ("2026年1月", "2026-01"),
            ("2026/1", "2026-01"),
            ("2026-01-31", "2026-01"),
            ("20260131", "2026-01"),
            ("2026-13", "2026-13"),
            ("2026-02-30", "2026-02-30"),
        ],
    )
    def test_gives_its_month(self, text: str, spelled: str) -> None:
        assert month(text) == spelled


class TestAmount:
    @pytest.mark.parametrize(
        ("text", "spelled"),
        [
            ("1,000.50", "1000.5"),
            ("１，０００．５０", "1000.5"),
            ("0.2万元", "0.2"),
            ("0.20", "0.2"),
            (".5", "0.5"),
            ("5.", "5"),
            ("007", "7"),
            ("-0.00", "0"),
            ("-1.50", "-1.5"),
            ("¥12", "12"),
            ("100", "100"),
            ("12345678901234567890.1", "12345678901234567890.1"),
            ("1,00.5", "1,00.5"),
            ("2000元", "2000元"),
            ("1e3", "1e3"),
            ("约5", "约5"),
            (".", "."),
        ],
    )
    def test_is_a_plain_decimal(self, text: str, spelled: str) -> None:
        assert amount("万元")(text) == spelled

    @pytest.mark.parametrize(
        ("unit", "given_in", "text", "spelled"),
        [
            ("万元", "元", "2000", "0.2"),
            ("元", "万元", "0.20005", "2000.5"),
            ("万元", "元", f"1.{'0' * 29}1", f"0.0001{'0' * 29}1"),
            ("元", "万元", f"{'9' * 40}.123456", f"{'9' * 40}1234.56"),
        ],
    )
    def test_is_converted_to_the_last_digit(
        self, unit: str, given_in: str, text: str, spelled: str
    ) -> None:
        assert amount(unit, given_in=given_in)(text) == spelled


class TestCode:
    @pytest.mark.parametrize(
        ("text", "spelled"),
        [
            ("91330203ma2ah0000w", "91330203MA2AH0000W"),
            ("９１３３０２０３ＭＡ", "91330203MA"),
            ("7421 8321—3", "742183213"),
            ("'330200", "330200"),
            ("33020ıſ", "33020ıſ"),
        ],
    )
    def test_has_one_spelling(self, text: str, spelled: str) -> None:
        assert code(text) == spelled


class TestChoice:
    @pytest.fixture
    def status(self) -> Normaliser:
        return normaliser_of(a_schema("legal-registration")["properties"]["status"])

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (" 存 续", "存续"),
            ("存续(在营、开业、在册)", "存续"),
            ("存续（在营、开业、在册）", "存续"),
            ("吊销,未注销", "吊销"),
            ("不明", "不明"),
        ],
    )
    def test_is_found_by_its_synonyms(self, status: Normaliser, text: str, value: str) -> None:
        assert status(text) == value
