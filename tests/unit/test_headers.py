from collections.abc import Callable

import pytest

from nbcredit.cleaning.headers import Leading, column_letter, find_header, map_header
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.reserved import CORRECTS, FEEDBACK
from nbcredit.domain.submissions import FileRefused
from tests.cleaning_builders import ITEMS, PENALTY, REGISTRATION, an_item

REGISTRY = list(REGISTRATION)
REGISTRY_ITEM = an_item("legal-registration")
NEEDED = [REGISTRY_ITEM.fields[name].title for name in REGISTRY_ITEM.schema["required"]]
FURTHER = [each.title for each in REGISTRY_ITEM.fields.values() if each.title not in NEEDED]


def refused(cells: list[str], item: str = "legal-registration") -> list[tuple[str, str]]:
    others = [an_item(code) for code in ITEMS]
    with pytest.raises(FileRefused) as refusal:
        map_header(cells, an_item(item), others=others)
    return [(issue.code.value, issue.message) for issue in refusal.value.issues]


class TestHeader:
    @pytest.mark.parametrize("code", ITEMS)
    def test_knows_every_spelling_of_every_field(self, code: str) -> None:
        item = an_item(code)
        for field in item.fields.values():
            for spelling in (field.title, field.name, *field.aliases):
                others = [each.title for each in item.fields.values() if each is not field]
                header = map_header([*others, spelling], item)

                assert header.columns[-1].field == field.name
                assert header.issues == ()

    @pytest.mark.requirement("A8.2")
    @pytest.mark.parametrize(
        "spelling",
        [
            "\ufeff统一社会信用代码",
            " 统一社会 信用代码*",
            "统一社会\n信用代码",
            "CREDIT_CODE",
            "ｃｒｅｄｉｔ＿ｃｏｄｅ",
            "“统一社会信用代码”",
        ],
    )
    def test_folds_width_space_and_case(self, spelling: str) -> None:
        header = map_header([spelling, *REGISTRY[1:]], an_item("legal-registration"))

        assert header.columns[0].field == "credit_code"

    def test_may_stand_in_any_order(self) -> None:
        header = map_header(REGISTRY[::-1], an_item("legal-registration"))

        assert [column.header for column in header.columns] == REGISTRY[::-1]
        assert [column.letter for column in header.columns] == list("ABCDEFG")

    def test_ignores_an_unknown_column_and_says_so_once(self) -> None:
        header = map_header([*REGISTRY, "创建人", "", ""], an_item("legal-registration"))

        (issue,) = header.issues
        assert (issue.code, issue.row, issue.column) == (IssueCode.IGNORED_COLUMN, 1, "H")
        assert "创建人" in issue.message
        assert header.width == 8

    @pytest.mark.requirement("A8.5")
    def test_knows_the_columns_of_the_platform_and_passes_over_what_it_only_writes(self) -> None:
        cells = ["处理说明", "原行号", *REGISTRY, " 反馈编号*", "更正记录编号"]
        header = map_header(cells, REGISTRY_ITEM)

        assert [(each.letter, each.field) for each in header.columns[-2:]] == [
            ("J", FEEDBACK),
            ("K", CORRECTS),
        ]
        assert header.columns[0].letter == "C"
        assert header.issues == ()

    def test_leaves_a_header_that_the_item_has_to_the_item(self) -> None:
        schema = {**REGISTRY_ITEM.schema, "properties": {**REGISTRY_ITEM.schema["properties"]}}
        schema["properties"]["status"] = {**schema["properties"]["status"], "title": "反馈编号"}
        item = Item.from_schema(schema, version="2026-1")

        assert (
            map_header([*REGISTRY[:3], "反馈编号", *REGISTRY[4:]], item).columns[3].field
            == "status"
        )


@pytest.mark.fault("F37")
class TestHeaderOverTwoRows:
    def test_is_read_where_the_lower_row_only_adds_columns(self) -> None:
        upper = [*NEEDED, "其他", *("" for _ in FURTHER[1:])]
        lower = [*("" for _ in NEEDED), *FURTHER]
        header = find_header([Leading(1, upper), Leading(2, lower)], REGISTRY_ITEM)

        assert header.row == 2
        assert [column.header for column in header.columns] == [*NEEDED, *FURTHER]
        assert header.issues == ()

    @pytest.mark.parametrize(
        "lower",
        [
            pytest.param(lambda upper: [*upper[:-1], "某公司"], id="data"),
            pytest.param(lambda upper: [*("x" for _ in upper[:-1]), "状态"], id="data and a name"),
            pytest.param(lambda upper: upper, id="the header again"),
            pytest.param(lambda upper: ["" for _ in upper], id="an empty row"),
        ],
    )
    def test_is_none_where_the_lower_row_is(self, lower: Callable[[list[str]], list[str]]) -> None:
        upper = [*NEEDED, "创建人"]
        header = find_header([Leading(1, upper), Leading(2, lower(upper))], REGISTRY_ITEM)

        assert header.row == 1
        assert [column.header for column in header.columns] == NEEDED


class TestRefusal:
    def test_names_every_missing_column(self) -> None:
        ((code, message),) = refused(REGISTRY[2:])

        assert code == "E201"
        assert "统一社会信用代码、企业名称" in message

    def test_names_a_repeated_column(self) -> None:
        ((code, message),) = refused([*REGISTRY, "状态"])

        assert code == "E202"
        assert "D 列和 H 列都是“登记状态”" in message

    def test_names_a_repeated_column_of_the_platform(self) -> None:
        ((code, message),) = refused([*REGISTRY, "反馈编号", "反馈编号"])

        assert code == "E202"
        assert "H 列和 I 列都是“反馈编号”" in message

    def test_recognises_the_header_of_another_item(self) -> None:
        ((code, message),) = refused(list(PENALTY))

        assert code == "E203"
        assert "行政处罚" in message

    def test_tells_a_header_that_has_only_columns_of_the_platform(self) -> None:
        ((code, message),) = refused(["反馈编号", "处理说明"])

        assert code == "E203"
        assert "没有认出" in message

    def test_tells_a_header_that_is_none(self) -> None:
        ((code, _),) = refused(["91330200MA00000000", "某公司", "存续"])

        assert code == "E203"

    def test_names_the_required_columns_where_it_knows_none(self) -> None:
        ((_, message),) = refused(["甲", "乙"])

        assert "请使用本目录项的模板；必填的列有 统一社会信用代码、企业名称、" in message

    @pytest.mark.parametrize(
        ("header", "said"),
        [
            (["企业名称;登记机关;核准日期"], "第 1 行用分号分隔：请改用英文逗号分隔"),
            (["企业名称|登记机关|核准日期", ""], "第 1 行用竖线分隔"),
            (["企业名称，登记机关，核准日期"], "第 1 行用中文逗号分隔"),
            (["甲;乙"], "没有认出"),
            (["甲;乙;丙", "丁"], "没有认出"),
        ],
    )
    def test_tells_that_columns_are_separated_by_something_else(
        self, header: list[str], said: str
    ) -> None:
        ((code, message),) = refused(header)

        assert code == "E203"
        assert said in message

    def test_has_a_limit_of_columns(self) -> None:
        ((code, _),) = refused([*REGISTRY, *("多" for _ in range(194))])

        assert code == "E107"


@pytest.mark.parametrize(
    ("index", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_column_letters_are_those_of_a_spreadsheet(index: int, letters: str) -> None:
    assert column_letter(index) == letters
