import hashlib
from collections.abc import Iterable, Iterator

import pytest

from nbcredit.cleaning.sniffing import inspect
from nbcredit.domain.submissions import FileFormat

RARE = "镕㐱䶮𠮷𬭚"
TABLE = "名称,状态\n" + "".join(f"宁波{RARE}公司{n},存续\n" for n in range(500))


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def refused(blocks: Iterable[bytes], **options: int) -> tuple[str, str]:
    facts = inspect(blocks, **options)
    (issue,) = facts.issues
    assert issue.row == 0
    return issue.code.value, issue.message


@pytest.mark.requirement("A8.2")
class TestEncoding:
    @pytest.mark.fault("F34")
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
    )
    @pytest.mark.parametrize("size", [1, 7, 1 << 16])
    def test_is_found_whatever_the_blocks(self, encoding: str, size: int) -> None:
        data = TABLE.encode(encoding)

        facts = inspect(cut(data, size))

        assert facts.encoding == encoding
        assert facts.issues == ()
        assert (facts.size, facts.sha256) == (len(data), hashlib.sha256(data).hexdigest())

    @pytest.mark.parametrize("text", ["联通", "联通,移动\n"])
    def test_of_a_short_text_is_not_mistaken(self, text: str) -> None:
        assert inspect([text.encode("gb18030")]).encoding == "gb18030"

    def test_of_plain_ascii_is_utf8(self) -> None:
        assert inspect([b"a,b\n1,2\n"]).encoding == "utf-8"

    @pytest.mark.fault("F34")
    @pytest.mark.parametrize("size", [1, 1000, 1 << 16])
    def test_mixed_in_one_file_is_refused_with_its_place(self, size: int) -> None:
        lines = [line.encode() for line in TABLE.splitlines(keepends=True)]
        lines[399] = "宁波公司,存续\n".encode("gb18030")
        data = b"".join(lines)
        at = len(b"".join(lines[:399])) + 1

        facts = inspect(cut(data, size))

        assert facts.sha256 == hashlib.sha256(data).hexdigest()
        assert facts.issues[0].code == "E104"
        assert f"第 400 行附近（第 {at} 个字节）" in facts.issues[0].message

    def test_cut_off_in_a_character_is_refused(self) -> None:
        assert refused([TABLE.encode()[:-7] + b"\xe5"])[0] == "E104"

    @pytest.mark.fault("F34")
    @pytest.mark.parametrize(
        "data",
        [
            TABLE.encode("utf-16")[:-1],
            TABLE.encode("utf-16-le") + b"\x00\xd8",
            b"\xfe\xff" + "名称\n".encode("utf-16-be") + b"\xdc\x00\x00a",
        ],
    )
    def test_of_broken_utf16_is_refused(self, data: bytes) -> None:
        assert refused([data])[0] == "E104"


class TestFormat:
    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("名称,状态\n甲,存续\n", FileFormat.CSV),
            ("名称\t状态\n甲,乙,丙\t存续\n", FileFormat.TSV),
            ("宁波市登记表\n名称\t状态\n甲\t存续\n", FileFormat.TSV),
            ('{"名称": "甲", "状态": "存续"}\n', FileFormat.JSON_LINES),
            ('\n  {"名称": "甲"}\n', FileFormat.JSON_LINES),
            ("名称\n甲\n", FileFormat.CSV),
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_is_told_by_the_first_lines(self, text: str, form: FileFormat, encoding: str) -> None:
        assert inspect([text.encode(encoding)]).format is form

    @pytest.mark.parametrize("data", [b"PK\x03\x04abc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
    def test_of_what_may_be_a_workbook_is_left_to_its_reader(self, data: bytes) -> None:
        facts = inspect([data])

        assert (facts.format, facts.encoding, facts.issues) == (FileFormat.WORKBOOK, "", ())


class TestRefusal:
    @pytest.mark.fault("F30")
    @pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\n"])
    def test_of_an_empty_file(self, data: bytes) -> None:
        assert refused([data])[0] == "E101"
        assert refused([])[0] == "E101"

    @pytest.mark.fault("F31")
    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n",
            b"%PDF-1.7",
            b"\0" * 99,
        ],
    )
    def test_of_what_is_no_table(self, data: bytes) -> None:
        code, message = refused([data])

        assert code == "E103"
        assert "文件必须是 Excel 工作簿（.xlsx）、CSV" in message

    def test_of_a_file_beyond_the_limit(self) -> None:
        code, message = refused([b"a,b\n"] * 1_000_000, limit=2_000_000)

        assert code == "E105"
        assert "2 MB" in message
