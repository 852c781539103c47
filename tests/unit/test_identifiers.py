from datetime import date

import pytest
from hypothesis import given, strategies as st
from stdnum.cn import uscc

from nbcredit.domain.identifiers import (
    birth_date,
    credit_code_check_character,
    first_bad_place,
    is_credit_code,
    is_resident_id,
    masked,
    organisation_code_check_character,
    resident_id_check_character,
    resident_id_of_15,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIRST_17 = st.tuples(
    st.sampled_from("123456789ANY"), st.text(alphabet=ALPHABET, min_size=16, max_size=16)
).map("".join)

pytestmark = [pytest.mark.requirement("A8.3")]


class TestCreditCode:
    def test_example_of_the_standard_holds(self) -> None:
        assert is_credit_code("91350100M000100Y43")

    @given(FIRST_17)
    def test_has_exactly_one_check_character(self, first17: str) -> None:
        right = [character for character in ALPHABET if is_credit_code(first17 + character)]

        assert right == [credit_code_check_character(first17)]

    @given(FIRST_17, st.integers(0, 17), st.sampled_from(ALPHABET))
    def test_tells_any_single_wrong_character(self, first17: str, at: int, other: str) -> None:
        code = first17 + credit_code_check_character(first17)
        wrong = code[:at] + other + code[at + 1 :]

        assert is_credit_code(wrong) == (wrong == code)

    # python-stdnum asks for digits in places 1 to 8, so it is a second opinion on these alone.
    @given(st.integers(10_000_000, 99_999_999), st.text(alphabet=ALPHABET, min_size=9, max_size=9))
    def test_agrees_with_another_library(self, digits: int, rest: str) -> None:
        first17 = f"{digits}{rest}"

        assert credit_code_check_character(first17) == uscc.calc_check_digit(first17)

    @pytest.mark.parametrize("first", ["A1", "N1", "N2", "N3", "Y1", "51", "11", "91"])
    @pytest.mark.parametrize("district", ["330201", "330283", "330204", "33020B"])
    def test_may_begin_with_letters_and_name_an_abolished_district(
        self, first: str, district: str
    ) -> None:
        first17 = f"{first}{district}MF0000000"

        assert is_credit_code(first17 + credit_code_check_character(first17))

    @pytest.mark.parametrize(
        "text",
        ["", "0" * 18, "91350100M000100Y4", "91350100M000100Y433", "91350100m000100y43",
         "91350100M000100Y4３", "I1350100M000100Y43"],
    )  # fmt: skip
    def test_is_nothing_else(self, text: str) -> None:
        assert not is_credit_code(text)

    def test_shows_the_first_place_that_cannot_be(self) -> None:
        assert first_bad_place("91350100MO00100Y43") == 10
        assert first_bad_place("91350100M000100Y43") is None

    @pytest.mark.parametrize(("first8", "check"), [("D2143569", "X"), ("00000000", "0")])
    def test_holds_an_organisation_code(self, first8: str, check: str) -> None:
        assert organisation_code_check_character(first8) == check


class TestResidentId:
    @pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
    def test_example_of_the_standard_holds(self, number: str) -> None:
        assert is_resident_id(number)
        assert resident_id_check_character(number[:17]) == number[17]

    @given(
        st.integers(100_000, 999_999),
        st.dates(date(1900, 1, 1), date(2026, 11, 23)),
        st.integers(0, 999),
    )
    def test_has_exactly_one_check_character(self, district: int, born: date, turn: int) -> None:
        first17 = f"{district}{born:%Y%m%d}{turn:03d}"

        right = [last for last in "0123456789X" if is_resident_id(first17 + last)]

        assert right == [resident_id_check_character(first17)]
        assert birth_date(first17) == born

    @pytest.mark.parametrize(
        "number",
        ["", "11010519491231002x", "110105194912310021", "1101051949123100２X",
         "110105491231002", "11010519491231002X "],
    )  # fmt: skip
    def test_is_nothing_else(self, number: str) -> None:
        assert not is_resident_id(number)

    @pytest.mark.parametrize("born", ["19490230", "19491301", "00000101"])
    def test_needs_a_real_date(self, born: str) -> None:
        first17 = f"110105{born}002"

        assert not is_resident_id(first17 + resident_id_check_character(first17))

    def test_of_the_first_generation_is_converted(self) -> None:
        assert resident_id_of_15("110105491231002") == "11010519491231002X"

    @pytest.mark.parametrize("number", ["110105490230002", "11010549123100X", "1101054912310"])
    def test_of_the_first_generation_must_be_right_too(self, number: str) -> None:
        assert resident_id_of_15(number) is None


class TestMask:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("11010519491231002X", "1101**********002X"),
            ("E12345678", "E123*5678"),
            ("张三", "张*"),
            ("欧阳小明", "欧***"),
            ("张", "*"),
            ("A1234567", "A*******"),
            ("", ""),
        ],
    )
    def test_leaves_what_may_be_shown(self, value: str, shown: str) -> None:
        assert masked(value) == shown
