import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.names import COMPATIBILITY, matching_form

# What differs only in one of these pairs is one name.
FOLDED = [
    ("宁波某某（甬）有限公司", "宁波某某(甬)有限公司"),
    ("甬市监处罚〔2026〕12号", "甬市监处罚[2026]12号"),
    ("甬市监处罚【2026】12号", "甬市监处罚（２０２６）１２号"),
    ("《某某》", "〈某某〉"),
    ("买买提·阿不都", "买买提•阿不都"),
    ("买买提・阿不都", "买买提‧阿不都"),
    ("浙江０２执", "浙江02执"),
    ("二〇二六", "二○二六"),
    ("二〇二六", "二◯二六"),
    ("二〇二六", "二0二六"),
    ("ａｂｃ公司", "ABC公司"),
    ("abc公司", "ABC公司"),
    ("宁波－某公司", "宁波-某公司"),
    ("宁波—某公司", "宁波–某公司"),
    ("⽇⽉公司", "日月公司"),
    ("宁 波\u3000某\xa0公司", "宁波某公司"),
    ("宁波\n某公司", "宁波某公司"),
    ("宁\u200b波\ufeff某\u202e公司", "宁波某公司"),
    ("葛\U000e0100城公司", "葛城公司"),
    ("葛\ufe00城公司", "葛城公司"),
    ("ﾃｽﾄ公司", "テスト公司"),
]
# Alike at sight, and still others.
DISTINCT = [
    ("A股公司", "А股公司"),
    ("宁波某公司", "宁波某某公司"),
    ("宁波某公司一分公司", "宁波某公司二分公司"),
    ("已经公司", "己经公司"),
    ("未来公司", "末来公司"),
    ("①号店", "1号店"),
    ("㎡公司", "m2公司"),
    ("𠮷田公司", "吉田公司"),
    ("張三", "张三"),
    ("高某", "髙某"),
    ("O公司", "0公司"),
    ("l公司", "1公司"),
    ("甲、乙公司", "甲乙公司"),
    ("甲&乙公司", "甲乙公司"),
    ("第12号", "第1 3号"),
]
NAMES = st.text(
    alphabet=st.one_of(
        st.sampled_from("宁波某公司（）()〔〕[]·•-—〇○0ＡaA ０1①\u3000\u200b\ufe0f⽇"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=20,
)

pytestmark = [pytest.mark.fault("F41"), pytest.mark.requirement("A8.4")]


class TestMatchingForm:
    @pytest.mark.parametrize(("one", "other"), FOLDED)
    def test_is_one_for_names_that_only_look_otherwise(self, one: str, other: str) -> None:
        assert matching_form(one) == matching_form(other)

    @pytest.mark.fault("F42")
    @pytest.mark.parametrize(("one", "other"), DISTINCT)
    def test_tells_names_apart_that_only_look_alike(self, one: str, other: str) -> None:
        assert matching_form(one) != matching_form(other)

    @given(NAMES)
    def test_changes_nothing_the_second_time(self, name: str) -> None:
        assert matching_form(matching_form(name)) == matching_form(name)

    @given(NAMES, NAMES)
    def test_of_two_names_together_is_that_of_each(self, one: str, other: str) -> None:
        assert matching_form(one + other) == matching_form(one) + matching_form(other)

    @given(st.text(alphabet="宁波市海曙区某某有限责任公司甲乙丙ABC0123456789", max_size=20))
    def test_of_what_is_plain_is_itself(self, name: str) -> None:
        assert matching_form(name) == name

    def test_folds_radicals_and_widths_but_no_sign_of_its_own(self) -> None:
        folded = set(map(chr, COMPATIBILITY))

        assert {"⽇", "（", "９", "ａ", "\uf900", "\U0002f800"} <= folded
        assert not {"①", "㎡", "〇", "·", "日", "A", "𠮷"} & folded
