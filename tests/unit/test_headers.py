import pytest

from nbcredit.cleaning.headers import column_letter, map_header
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.submissions import FileRefused
from tests.cleaning_builders import ITEMS, PENALTY, REGISTRATION, an_item

REGISTRY = list(REGISTRATION)


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


class TestRefusal:
    def test_names_every_missing_column(self) -> None:
        ((code, message),) = refused(REGISTRY[2:])

        assert code == "E201"
        assert "统一社会信用代码、企业名称" in message

    def test_names_a_repeated_column(self) -> None:
        ((code, message),) = refused([*REGISTRY, "状态"])

        assert code == "E202"
        assert "D 列和 H 列都是“登记状态”" in message

    def test_recognises_the_header_of_another_item(self) -> None:
        ((code, message),) = refused(list(PENALTY))

        assert code == "E203"
        assert "行政处罚" in message

    def test_tells_a_header_that_is_none(self) -> None:
        ((code, _),) = refused(["91330200MA00000000", "某公司", "存续"])

        assert code == "E203"

    def test_has_a_limit_of_columns(self) -> None:
        ((code, _),) = refused([*REGISTRY, *("多" for _ in range(194))])

        assert code == "E107"


@pytest.mark.parametrize(
    ("index", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_column_letters_are_those_of_a_spreadsheet(index: int, letters: str) -> None:
    assert column_letter(index) == letters
