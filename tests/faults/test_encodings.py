"""F34, F35: bytes and characters that are not what they should be, each told with its place."""

import json

import pytest

from nbcredit.domain.rows import Outcome
from tests.cleaning_builders import REGISTRATION
from tests.faults.files import Told, csv_of, grid_of, in_every_format, told

HEADER, ROW = grid_of([REGISTRATION])
TEXT = csv_of([HEADER, ROW])
HEAD, TAIL = csv_of([HEADER]), csv_of([ROW])
CODE, NAME = f"{ROW[0]},".encode(), csv_of([ROW[1:]])
# Characters of every plane that Chinese names use.
RARE = "宁波镕㐱䶮𠮷𬭚·①㎡有限公司"

pytestmark = pytest.mark.requirement("A8.2")


def named(name: str, form: str = "csv") -> Told:
    """Return what is told of a file whose one row has that name."""
    return told(in_every_format([{**REGISTRATION, "企业名称": name}])[form])


@pytest.mark.fault("F34")
class TestAnEncoding:
    @pytest.mark.parametrize("form", ["csv", "tsv", "json-lines"])
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
    )
    def test_makes_no_difference(self, encoding: str, form: str) -> None:
        text = in_every_format([{**REGISTRATION, "企业名称": RARE}])[form].decode()

        file = told(text.encode(encoding))

        assert file.issues == []
        assert [values["name"] for values in file.values] == [RARE]

    @pytest.mark.parametrize(
        ("good", "rest"),
        [
            (HEAD.encode() + CODE, NAME.encode("gb18030")),
            (HEAD.encode("gb18030") + CODE, NAME.encode()),
            ((HEAD + TAIL).encode("gb18030") + CODE, NAME.encode()),
            ((HEAD + TAIL).encode()[:-12], b"\xff,2024-01-01\r\n"),
            ((HEAD + TAIL).encode(), b"\xe5\xae"),
            ((HEAD + TAIL).encode("gb18030"), b"\xc4"),
            (HEAD.encode() + CODE, b"\xc0\x80,x\r\n"),
            (HEAD.encode() + CODE, b"\xed\xa0\x80,x\r\n"),
            (f"{HEAD}9".encode("utf-16"), b"\x00"),
            (f"{HEAD}9".encode("utf-16"), b"\x00\xd8,\x00x\x00"),
            (b"\xff\xfe", "统".encode("utf-16-be")[:1]),
            (b"caf", b"\xe9,b\n1,2\n"),
        ],
    )
    def test_that_is_mixed_or_broken_is_told_with_its_place(self, good: bytes, rest: bytes) -> None:
        file = told(good + rest)

        assert file.places == ["E104"]
        line, byte = good.count(b"\n") + 1, len(good) + 1
        assert f"第 {line} 行附近（第 {byte} 个字节）" in file.message
        assert "请在 Excel 中“另存为”" in file.message

    def test_mixed_where_even_numbers_of_characters_fit_both_is_found_behind_many_rows(
        self,
    ) -> None:
        # As GB18030 each cell is a text of half as many rare characters again.
        stray = ",".join([ROW[0], "宁波某某贸易有限公司", "有限公司", *ROW[3:]]) + "\n"
        data = HEAD.encode("gb18030") + TAIL.encode("gb18030") * 500 + stray.encode()

        data.decode("gb18030")
        assert told(data).places == ["E104"]
        assert "第 502 行附近" in told(data).message

    def test_of_names_alone_is_not_taken_for_a_mixture(self) -> None:
        lines = "".join(f"{chr(0x4E00 + at)}{chr(0x6DA8 + at % 9)}版\n" for at in range(4_000))
        data = f"{HEAD}{TAIL}{lines}".encode("gb18030")

        assert "E104" not in told(data).places


@pytest.mark.fault("F34")
class TestAByteOrderMark:
    @pytest.mark.parametrize(
        "data",
        [
            b"\xef\xbb\xbf\xef\xbb\xbf" + TEXT.encode(),
            (HEAD + "\ufeff" + TAIL).encode(),
            b"\xef\xbb\xbf" + json.dumps(REGISTRATION, ensure_ascii=False).encode(),
        ],
    )
    def test_in_the_middle_is_no_part_of_a_value(self, data: bytes) -> None:
        file = told(data)

        assert [issue for issue in file.issues if issue.code.value.startswith("E")] == []
        assert file.values[0]["credit_code"] == REGISTRATION["统一社会信用代码"]


@pytest.mark.fault("F35")
class TestACharacterThatCannotBeMeant:
    @pytest.mark.parametrize("form", ["csv", "tsv", "json-lines", "workbook"])
    @pytest.mark.parametrize(
        ("bad", "kind"),
        [
            ("\x00", "看不见的控制字符（U+0000）"),
            ("\x07", "看不见的控制字符（U+0007）"),
            ("\x0b", "看不见的控制字符（U+000B）"),
            ("\x1b", "看不见的控制字符（U+001B）"),
            ("\x7f", "看不见的控制字符（U+007F）"),
            ("\x85", "看不见的控制字符（U+0085）"),
            ("\ufffd", "不能识别的字符（乱码）（U+FFFD）"),
            ("\uffff", "看不见的控制字符（U+FFFF）"),
        ],
    )
    def test_is_told_by_its_place_in_the_cell(self, form: str, bad: str, kind: str) -> None:
        file = named(f"宁波{bad}公司", form)

        (row,) = file.rows
        assert row.outcome is Outcome.REJECTED
        assert [issue.code.value for issue in row.issues] == ["E306"]
        assert f"企业名称的第 3 个字是{kind}：请删去后重新填写。" == file.message
        assert row.issues[0].column == ("" if form == "json-lines" else "B")

    def test_may_be_half_a_character(self) -> None:
        row = json.dumps({**REGISTRATION, "企业名称": "宁\ud800波"})
        file = told(f"{row}\n".encode())

        assert file.places == ["E306 1"]
        assert "第 2 个字是看不见的控制字符（U+D800）" in file.message

    @pytest.mark.parametrize("kind", ["csv", "json-lines", "workbook"])
    def test_that_is_only_unseen_is_taken_out_and_listed(self, kind: str) -> None:
        file = named("宁\u200b波\u202e公\ufeff司", kind)

        (row,) = file.rows
        assert row.row is not None
        assert row.row.values["name"] == "宁波公司"
        assert [change.kind for change in row.changes] == ["removed"]


@pytest.mark.fault("F35")
class TestALineEnd:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_of_any_kind_ends_a_row(self, end: str) -> None:
        text = csv_of([HEADER, ROW, ["", ""], ROW]).replace("\r\n", end)

        assert told(text.encode()).ends == [
            (2, None),
            (3, Outcome.BLANK),
            (4, Outcome.DUPLICATE),
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
    def test_within_quotes_is_part_of_the_cell(self, end: str) -> None:
        file = named(f"宁波{end}公司")

        assert [values["name"] for values in file.values] == ["宁波公司"]
