import json
import os
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from nbcredit.cleaning.headers import column_letter
from tests.workbook_builders import (
    MAIN,
    OFFICE,
    PACKAGE,
    Packed,
    Parts,
    a_row,
    notes,
    opened,
    packed,
    parts,
    read,
    read_sheet,
    refusal,
    refused,
    relationships,
    repeated,
    sheet_xml,
    strings_xml,
    styles_xml,
    zipped,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SHEET_HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
SHEET_TAIL = b"</sheetData></worksheet>"
# Reads a good file, then every other and how long it took, then the good one again. No file may be
# opened meanwhile, and no connection.
PROGRAM = """
import json, resource, sys, time
from nbcredit.cleaning.workbooks import open_workbook
from nbcredit.domain.submissions import FileRefused

def rows(file):
    workbook = open_workbook(file)
    return sum(1 for sheet in workbook.sheets for _ in workbook.records(sheet))

def note(event, arguments):
    if event == "open" or event.startswith("socket."):
        reached.append(f"{event} {arguments[0]}")

good, *files = [open(path, "rb") for path in sys.argv[1:]]
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
assert rows(good) == 1
ends, reached = [], []
sys.addaudithook(note)
for file in files:
    began = time.process_time()
    try:
        end = rows(file)
    except FileRefused as error:
        end = error.issues[0].code.value
    ends.append((end, time.process_time() - began))
assert rows(good) == 1
print(json.dumps([ends, reached]))
"""


def a_sheet(*texts: str) -> bytes:
    return sheet_xml(a_row(*(texts or ("a",))))


def with_part(name: str, content: bytes | Packed) -> Parts:
    return parts(a_sheet()) | {name: content}


def full_rows(rows: int, columns: int) -> str:
    """Spell rows of numbers with the places that Excel writes."""
    letters = [column_letter(index) for index in range(columns)]
    return "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{letter}{row}"><v>1</v></c>' for letter in letters)
        + "</row>"
        for row in range(1, rows + 1)
    )


def words(count: int) -> list[str]:
    return [sha256(b"%d" % number).hexdigest() for number in range(count)]


class TestTypes:
    @pytest.mark.fault("F31")
    @pytest.mark.parametrize(
        ("data", "code", "words"),
        [
            (b"", "E103", "其他类型"),
            (b"\x89PNG\r\n\x1a\n", "E103", "其他类型"),
            (b"a,b\n1,2\n", "E103", "其他类型"),
            (OLE + b"\0" * 600, "E103", "（.xls）"),
            (OLE + b"\0" * 200_000 + "EncryptedPackage".encode("utf-16-le"), "E108", "密码"),
            (b"PK\x05\x06" + b"\0" * 18, "E103", "空的压缩包"),
            (zipped([("a.csv", b"a,b")]), "E103", "解压后"),
            (zipped([("[Content_Types].xml", b"<Types/>")]), "E103", "解压后"),
            (
                zipped([("[Content_Types].xml", b"<T/>"), ("word/document.xml", b"")]),
                "E103",
                "Word",
            ),
            (zipped([("xl/workbook.bin", b"")]), "E103", "（.xlsb）"),
            (zipped([("mimetype", b""), ("content.xml", b"")]), "E103", "（.ods）"),
            (zipped(parts(a_sheet()).items(), flags=1), "E108", "取消密码"),
            (zipped(parts(a_sheet()).items())[:-30], "E111", "已损坏"),
            (zipped(parts(a_sheet()).items())[:400], "E111", "已损坏"),
            (b"PK\x03\x04", "E111", "已损坏"),
        ],
    )
    def test_that_are_no_workbook_are_told(self, data: bytes, code: str, words: str) -> None:
        issue = refusal(data)

        assert issue is not None
        assert (issue.code, issue.row) == (code, 0)
        assert words in issue.message

    @pytest.mark.fault("F31")
    @pytest.mark.fault("F46")
    @pytest.mark.parametrize(
        "name",
        [
            "xl/vbaProject.bin",
            "xl/macrosheets/sheet1.xml",
            "xl/embeddings/oleObject1.bin",
            "xl/embeddings/other.xlsx",
            "xl/activeX/activeX1.xml",
        ],
    )
    def test_with_macros_or_objects_are_refused(self, name: str) -> None:
        assert refused(with_part(name, b"<a/>")) == "E109"

    @pytest.mark.fault("F46")
    @pytest.mark.parametrize("content", [EICAR, OLE, b"MZ\x90\0", b"\x7fELF\x02"])
    def test_with_a_program_under_any_name_are_refused(self, content: bytes) -> None:
        assert refused(with_part("xl/media/image1.png", content)) == "E109"

    @pytest.mark.fault("F46")
    def test_of_the_scanners_test_are_refused(self) -> None:
        issue = refusal(EICAR)

        assert issue is not None
        assert issue.code == "E103"

    @pytest.mark.fault("F31")
    def test_with_macros_under_another_name_are_refused(self) -> None:
        kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        types = f'<Types><Override PartName="/a" ContentType="{kind}"/></Types>'.encode()
        macros = relationships(("worksheet", "worksheets/sheet1.xml"), ("xlMacrosheet", "a.xml"))

        assert refused(with_part("[Content_Types].xml", types)) == "E109"
        assert refused(with_part("xl/_rels/workbook.xml.rels", macros)) == "E109"


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return files that would take gigabytes or minutes, by what they are."""
    folder = tmp_path_factory.mktemp("bombs")
    zeros = repeated(b"\0" * (1 << 20), 200)
    ticks = repeated(full_rows(2_000, 50).encode(), 150, head=SHEET_HEAD, tail=SHEET_TAIL)
    terse = repeated(
        b"<row>" + b"<c><v>1</v></c>" * 150 + b"</row>", 100_000, head=SHEET_HEAD, tail=SHEET_TAIL
    )
    texts = "".join(f"<si><t>{word}</t></si>" for word in words(10_000)).encode()
    many = repeated(texts, 205, head=strings_xml("")[:-6], tail=b"</sst>")
    lying = packed(a_row("a").encode() * 1_000_000)
    a_long_text = "".join(words(1_500))
    made: dict[str, Parts] = {
        "a zip bomb": with_part("xl/media/image1.png", zeros),
        "a bomb that lies about its size": parts(Packed(lying.data, 1_000, lying.crc)),
        "a zip in a zip": with_part("xl/media/image1.png", zipped([("a", b"")])),
        "10,000 members": parts(a_sheet()) | {f"xl/media/{n}.png": b"" for n in range(10_000)},
        "15 million cells": parts(ticks),
        "15 million terse cells": parts(terse),
        "huge shared strings": parts(a_sheet(), strings=many),
        "one cell at XFD1048576": parts(
            sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
        ),
        "one cell at A1048576": parts(sheet_xml(a_row("a", number=1_048_576))),
        "elements within each other": parts(b"<a>" * 300_000),
        "cells within each other": parts(SHEET_HEAD + b"<row>" + b"<c>" * 300_000),
        "names without end": parts(
            b"<a>" + "".join(f"<a{n}/>" for n in range(100_000)).encode() + b"</a>"
        ),
        "a tag without end": parts(b'<a b="' + "".join(words(100_000)).encode() + b'"/>'),
        "a text without end": parts(sheet_xml(a_row("".join(words(20_000))))),
        "a long text that many cells share": parts(
            sheet_xml("<row>" + '<c t="s"><v>0</v></c>' * 150 + "</row>"),
            strings=strings_xml(f"<si><t>{a_long_text * 8}</t></si>"),
        ),
        "a shared text without end": parts(
            a_sheet(), strings=strings_xml(f"<si>{f'<r><t>{a_long_text}</t></r>' * 50}</si>")
        ),
    }
    paths: dict[str, Path] = {}
    for name, content in made.items():
        paths[name] = folder / f"{len(paths)}.xlsx"
        paths[name].write_bytes(zipped(content.items()))
    return paths


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xlsx"
    path.write_bytes(zipped(parts(a_sheet()).items()))
    return path


def read_in_small_process(good: Path, *files: Path) -> tuple[list[tuple[str, float]], list[str]]:
    """Read files in a process of 512 MB; say how each ended, and what was opened meanwhile."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, good, *files],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ends, reached = json.loads(done.stdout)
    return ends, reached


class TestBombs:
    @pytest.mark.fault("F32")
    def test_are_refused_by_a_small_process_that_goes_on(
        self, bombs: Mapping[str, Path], good: Path
    ) -> None:
        ends, _ = read_in_small_process(good, *bombs.values())

        told = dict(zip(bombs, ends, strict=True))
        assert {name: end for name, (end, _) in told.items()} == dict.fromkeys(bombs, "E110") | {
            "a bomb that lies about its size": "E111",
            "one cell at XFD1048576": "E107",
        }
        assert {name: seconds for name, (_, seconds) in told.items() if seconds > 1} == {}

    @pytest.mark.fault("F32")
    def test_of_a_directory_of_gigabytes_is_not_taken_into_memory(self) -> None:
        data = bytearray(zipped(parts(a_sheet()).items()))
        data[-10:-6] = (1_500_000).to_bytes(4, "little")
        issue = refusal(b"PK\x03\x04" + bytes(2_000_000) + bytes(data))

        assert issue is not None
        assert issue.code == "E110"

    @pytest.mark.fault("F32")
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("xl/WORKSHEETS/sheet1.xml", "E110"),
            ("xl/worksheets/sheet1.xml", "E110"),
            ("/etc/passwd", "E110"),
            ("../../a.xml", "E110"),
            ("xl\\..\\..\\a.xml", "E110"),
            ("C:\\a.xml", "E110"),
        ],
    )
    def test_with_names_that_repeat_or_lead_outside_are_refused(self, name: str, code: str) -> None:
        issue = refusal(zipped([*parts(a_sheet()).items(), (name, a_sheet("b"))]))

        assert issue is not None
        assert issue.code == code

    @pytest.mark.fault("F32")
    def test_of_overlapping_members_are_refused(self) -> None:
        whole = packed(b"<a/>" * 1_000)
        much = Packed(whole.data + b"\0" * 10, whole.size, whole.crc)
        data = zipped(with_part("xl/a.xml", much).items())
        stretched = data.replace(
            len(much.data).to_bytes(4, "little") + much.size.to_bytes(4, "little"),
            (1 << 20).to_bytes(4, "little") + much.size.to_bytes(4, "little"),
        )

        issue = refusal(stretched)

        assert issue is not None
        assert issue.code == "E110"

    @pytest.mark.fault("F32")
    def test_with_a_wrong_checksum_are_refused(self) -> None:
        whole = packed(a_sheet())

        assert refused(parts(Packed(whole.data, whole.size, whole.crc ^ 1))) == "E111"


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">'
PARTS = [
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/theme/theme1.xml",
    "customXml/item1.xml",
]


class TestDocumentTypes:
    @pytest.mark.fault("F33")
    @pytest.mark.parametrize("name", PARTS)
    def test_in_any_part_are_refused_without_reaching_outside(
        self, name: str, good: Path, tmp_path: Path
    ) -> None:
        made = parts(a_sheet(), strings=strings_xml(""), styles=styles_xml())
        files = []
        for number, declared in enumerate((LAUGHS, OUTSIDE, REMOTE)):
            text = made.get(name, b"<a/>")
            assert isinstance(text, bytes)
            body = text.removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>')
            files.append(tmp_path / f"{number}.xlsx")
            files[-1].write_bytes(zipped((made | {name: declared.encode() + body}).items()))

        ends, reached = read_in_small_process(good, *files)

        assert [end for end, _ in ends] == ["E110"] * 3
        assert reached == []

    @pytest.mark.fault("F33")
    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
    def test_are_found_behind_comments_in_any_encoding(self, encoding: str) -> None:
        text = f"<!--{'-  ' * 5_000}--><?a b?>{LAUGHS}<a>&c;</a>"

        assert refused(with_part("xl/theme/theme1.xml", text.encode(encoding))) == "E110"


class TestLinks:
    @pytest.mark.fault("F33")
    @pytest.mark.parametrize(
        "name",
        [
            "xl/externalLinks/externalLink1.xml",
            "xl/connections.xml",
            "xl/queryTables/queryTable1.xml",
            "xl/model/item.data",
        ],
    )
    def test_to_other_data_are_refused(self, name: str) -> None:
        assert refused(with_part(name, b"<a/>")) == "E110"

    @pytest.mark.fault("F33")
    @pytest.mark.parametrize(
        ("kind", "code"), [("hyperlink", ""), ("image", "E110"), ("attachedTemplate", "E110")]
    )
    def test_out_of_the_file_are_refused_but_for_hyperlinks(self, kind: str, code: str) -> None:
        rels = (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/{kind}" '
            'Target="http://127.0.0.1:1/" TargetMode="External"/></Relationships>'
        )

        assert refused(with_part("xl/worksheets/_rels/sheet1.xml.rels", rels.encode())) == code


class TestSheets:
    @pytest.mark.fault("F37")
    def test_with_hidden_content_are_read_and_told(self) -> None:
        rows = a_row("名称", "金额") + '<row r="3" hidden="1"><c t="str"><v>甲</v></c></row>'
        columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
        made = parts(sheet_xml(rows, before=columns), states={1: "hidden"})

        assert read(made) == [(1, ["名称", "金额"]), (2, []), (3, ["甲"])]
        assert [note[:4] for note in notes(made)] == ["W910"] * 3

    @pytest.mark.fault("F37")
    def test_with_merged_cells_are_read_and_told(self) -> None:
        merged = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
        made = parts(sheet_xml(a_row("名称") + a_row("甲") + a_row("", "乙"), after=merged))

        assert read(made)[2] == (3, ["", "乙"])
        assert [note[:4] for note in notes(made)] == ["W915"]

    @pytest.mark.fault("F37")
    def test_of_one_workbook_are_read_each_for_itself(self) -> None:
        made = parts(a_sheet("a"), a_sheet("b"), names=["一月", "二月"], states={2: "hidden"})

        assert [(each.name, each.hidden) for each in opened(made).sheets] == [
            ("一月", False),
            ("二月", True),
        ]
        assert [read(made, sheet=number) for number in (0, 1)] == [[(1, ["a"])], [(1, ["b"])]]


class TestRows:
    @pytest.mark.fault("F38")
    def test_that_are_a_million_formatted_blanks_at_the_end_are_not_told(self) -> None:
        blanks = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(3, 1_048_577))

        assert read_sheet(a_row("a") + a_row("b") + blanks) == [(1, ["a"]), (2, ["b"])]

    @pytest.mark.fault("F38")
    def test_that_are_ragged_or_blank_keep_the_number_that_excel_shows(self) -> None:
        rows = a_row("a", "b", "c") + a_row("1", number=3) + a_row("1", "2", "3", "", number=10)

        assert read_sheet(rows) == [
            (1, ["a", "b", "c"]),
            (2, []),
            (3, ["1"]),
            *((number, []) for number in range(4, 10)),
            (10, ["1", "2", "3"]),
        ]

    @pytest.mark.fault("F38")
    def test_with_formatted_blanks_to_the_right_are_no_wider_for_it(self) -> None:
        blanks = "".join(f'<c r="{column_letter(index)}1" s="1"/>' for index in range(1, 16_384))

        assert read_sheet(f'<row r="1"><c r="A1"><v>1</v></c>{blanks}</row>') == [(1, ["1"])]

    @pytest.mark.fault("F38")
    def test_wider_than_200_columns_are_told_by_their_place(self) -> None:
        wide = '<row r="7"><c r="GR7"><v>1</v></c>{}</row>'
        issue = refusal(zipped(parts(sheet_xml(wide.format('<c r="GS7"><v>1</v></c>'))).items()))

        assert len(read_sheet(wide.format(""))[6][1]) == 200
        assert issue is not None
        assert (issue.code, issue.row) == ("E107", 7)
        assert "第 7 行的单元格 GS7" in issue.message

    @pytest.mark.fault("F38")
    def test_after_too_many_empty_ones_are_refused_by_their_number(self) -> None:
        near, far = (parts(sheet_xml(a_row("a", number=n))) for n in (100_001, 100_002))
        issue = refusal(zipped(far.items()))

        assert len(read(near)) == 100_001
        assert issue is not None
        assert (issue.code, issue.row) == ("E110", 100_002)


class TestManySheets:
    @pytest.mark.fault("F32")
    @pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "Worksheets\\Sheet1.XML"])
    def test_of_one_part_are_refused(self, target: str) -> None:
        made = parts(a_sheet(), a_sheet())
        made["xl/_rels/workbook.xml.rels"] = relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", target)
        )
        issue = refusal(zipped(made.items()))

        assert issue is not None
        assert issue.code == "E110"
        assert "同一个部件" in issue.message

    @pytest.mark.fault("F32")
    @pytest.mark.parametrize(("count", "code"), [(100, ""), (101, "E110")])
    def test_are_refused_beyond_a_hundred(self, count: int, code: str) -> None:
        assert refused(parts(*[a_sheet()] * count)) == code


class TestDamage:
    @pytest.mark.fault("F39")
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            ("<c><v>9.13302E+17</v></c>", "9.13302E+17"),
            ("<c><v>1.1010519900101101E+17</v></c>", "1.10105199001011E+17"),
            ("<c><v>45413</v></c>", "45413"),
            ('<c s="1"><v>45413</v></c>', "2024-05-01"),
            ('<c s="2"><v>0.05</v></c>', "5%"),
            ('<c s="3"><v>45413</v></c>', "2024-05-01"),
            ('<c t="str"><v>\'91330200</v></c>', "'91330200"),
            ('<c t="e"><v>#REF!</v></c>', "#REF!"),
            ('<c t="b"><v>1</v></c>', "TRUE"),
            ("<c><f>1+1</f><v>2</v></c>", "2"),
            ("<c><f>1+1</f></c>", "#VALUE!"),
            ('<c t="inlineStr"><is><r><t>宁</t></r><r><t>波</t></r></is></c>', "宁波"),
        ],
    )
    def test_shows_as_it_does_in_excel(self, cell: str, text: str) -> None:
        styles = styles_xml("yyyy/m/d", "0%", "yyyy-mm")

        assert read_sheet(f"<row>{cell}</row>", styles=styles) == [(1, [text])]

    @pytest.mark.fault("F39")
    def test_of_days_follows_the_calendar_of_the_workbook(self) -> None:
        cell = '<row><c s="1"><v>43951</v></c></row>'

        assert read_sheet(cell, styles=styles_xml("14"), starts_1904=True) == [(1, ["2024-05-01"])]
