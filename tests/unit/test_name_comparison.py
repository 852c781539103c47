import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.name_comparison import NameParts, agree, among, explained


@pytest.mark.requirement("A8.4")
class TestNameParts:
    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            ("宁波拟澜丰精密机械有限公司", ["宁波", "拟澜丰", "精密机械", "有限公司", "", ""]),
            ("宁波市鄞州区样舟达便利店", ["宁波市鄞州区", "样舟达", "", "便利店", "", ""]),
            ("妙乐（宁波）文化创意有限公司", ["", "妙乐", "文化创意", "有限公司", "", "宁波"]),
            ("宁波甲贸易有限公司宁海分公司", ["宁波", "甲", "贸易", "有限公司", "宁海分公司", ""]),
            ("慈溪市乙农民专业合作社", ["慈溪市", "乙", "", "农民专业合作社", "", ""]),
            ("浙江丙进出口股份有限公司", ["浙江", "丙", "进出口", "股份有限公司", "", ""]),
            ("甲", ["", "甲", "", "", "", ""]),
            ("公司", ["", "公司", "", "", "", ""]),
            ("", ["", "", "", "", "", ""]),
        ],
    )
    def test_are_taken_apart(self, name: str, parts: list[str]) -> None:
        assert NameParts.of(name) == NameParts(*parts)

    @given(st.text("宁波市鄞州区甲乙贸易有限公司分（）() ", max_size=14))
    def test_leave_no_sign_of_a_name_out(self, name: str) -> None:
        parts = NameParts.of(name)

        told = "".join(parts.titled.values()).translate(str.maketrans("", "", "、（）()"))
        assert sorted(told) == sorted(c for c in name if c not in "（）() ")


@pytest.mark.requirement("A8.4")
class TestExplained:
    @pytest.mark.parametrize(
        ("told", "known", "says"),
        [
            ("宁波甲贸易有限公司", "宁波甲贸易有限公司", ["名称一致"]),
            ("甲（宁波）有限公司", "甲(宁波)有限公司", ["名称一致"]),
            (
                "宁波甲贸易有限公司",
                "宁波乙贸易有限公司",
                [
                    "相同：行政区划“宁波”、行业“贸易”、组织形式“有限公司”",
                    "字号不同：本行是“甲”，对方是“乙”",
                    "只差一个字：第 3 个字本行是“甲”，对方是“乙”",
                ],
            ),
            (
                "宁波甲贸易有限公司",
                "宁波市甲机械有限责任公司",
                [
                    "相同：行政区划“宁波”、字号“甲”",
                    "行业不同：本行是“贸易”，对方是“机械”",
                    "组织形式不同：本行是“有限公司”，对方是“有限责任公司”",
                ],
            ),
            (
                "宁波甲贸易有限公司宁海分公司",
                "宁波甲贸易有限公司",
                [
                    "相同：行政区划“宁波”、字号“甲”、行业“贸易”、组织形式“有限公司”",
                    "分支机构不同：本行是“宁海分公司”，对方没有",
                ],
            ),
            (
                "妙乐（宁波）有限公司",
                "妙乐有限公司",
                ["相同：字号“妙乐”、组织形式“有限公司”", "括号内不同：本行是“宁波”，对方没有"],
            ),
            (
                "宁波未科技有限公司",
                "宁波末科技有限公司",
                [
                    "相同：行政区划“宁波”、行业“科技”、组织形式“有限公司”",
                    "字号不同：本行是“未”，对方是“末”",
                    "只差一个字：第 3 个字本行是“未”，对方是“末”，字形相近",
                ],
            ),
            (
                "宁波甲乙有限公司",
                "宁波甲有限公司",
                [
                    "相同：行政区划“宁波”、组织形式“有限公司”",
                    "字号不同：本行是“甲乙”，对方是“甲”",
                    "只差一个字：本行第 4 个字“乙”是多出来的",
                ],
            ),
            (
                "宁波甲有限公司",
                "宁波甲乙有限公司",
                [
                    "相同：行政区划“宁波”、组织形式“有限公司”",
                    "字号不同：本行是“甲”，对方是“甲乙”",
                    "只差一个字：本行第 4 个字处少了“乙”",
                ],
            ),
        ],
    )
    def test_says_which_part_agrees_and_which_differs(
        self, told: str, known: str, says: list[str]
    ) -> None:
        assert explained(told, known).split("；") == says

    @pytest.mark.fault("F42")
    @pytest.mark.parametrize(
        ("told", "known", "says"),
        [
            ("А股公司", "A股公司", "本行名称第 1 个字是西里尔字母“А”（U+0410）"),
            ("A股公司", "АB公司", "对方名称第 1 个字是西里尔字母“А”（U+0410）"),
            ("甲Ο公司", "甲O公司", "本行名称第 2 个字是希腊字母“Ο”（U+039F）"),
        ],
    )
    def test_says_where_a_letter_only_looks_like_another(
        self, told: str, known: str, says: str
    ) -> None:
        assert f"{says}，看起来像拉丁字母" in explained(told, known)

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_never_says_nothing(self, told: str, known: str) -> None:
        assert agree(told, known) or "不同" in explained(told, known)


class TestAmong:
    def test_finds_a_name_in_other_brackets(self) -> None:
        assert among("甲(宁波)公司", ["乙公司", "甲（宁波）公司"])
        assert not among("甲公司", ["甲乙公司"])
