"""What every exporter makes of hostile text, read back as a spreadsheet would read it (F40)."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, Final
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

import nbcredit
from nbcredit.cleaning.clean_runs import CHANGES_FILE, ISSUES_FILE, clean_file
from nbcredit.cleaning.originals import Originals
from nbcredit.documents.listings import csv_of, workbook_of
from nbcredit.documents.receipts import HtmlPapers
from nbcredit.documents.returned_books import write_book, write_rest
from nbcredit.documents.templates import template
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.catalogue import Item
from nbcredit.domain.cell_changes import CellChange, ChangeKind
from nbcredit.domain.exports import as_it_was, is_neutral, neutral, unguarded
from nbcredit.domain.feedback_rows import FeedbackRow
from nbcredit.domain.file_names import disposition
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileFormat, State, StoredFile, Submission
from nbcredit.usecases.issue_lists import CHANGE_COLUMNS, IssueList, change_cells
from nbcredit.usecases.receipts import PaperReceipt
from nbcredit.usecases.returned_rows import ReturnedRow, ReturnedSheet, overview
from tests.cleaning_builders import PENALTY, a_schema, an_item, csv_text

ITEM: Final = an_item("administrative-penalty")
TODAY: Final = date(2026, 11, 23)
SUBMISSION: Final = "ABCDEFGHIJKLMNOPQRSTUVWX"
AT: Final = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

# Half a character as well: a JSON file may hold one.
TEXTS: Final = st.text(max_size=12)
HOSTILE: Final = st.one_of(
    st.builds(
        str.__add__,
st.sampled_from(["=", *"+-@\t\r\n\0＝＋－＠", "'", ""]),
        TEXTS,
    ),
    st.sampled_from(
        [
            "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-2+3", '=HYPERLINK("https://x.example")',
            "https://x.example", "_x0041_", "_x005F_", "\ufffe", "\uffff", "<b>", "&amp;", "]]>",
            "00012", "330299199001010017", "\ud800", "a\r\nb", "a\rb", " x ", "{=1}",
        ]
    ),
)  # fmt: skip
# Of Excel and of WPS: a cell of a text file that begins so is calculated.
FORMULA: Final = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]")

few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def issue_list(text: str) -> str:
    stream = io.StringIO(newline="")
    issue = Issue(code=IssueCode.BAD_DATE, row=2, message=text, header=text, value=text, column="A")
    with TemporaryFile() as scratch:
        listed = IssueList(scratch)
        listed.add([issue])
        listed.write(stream)
    return stream.getvalue()


def change_list(text: str) -> str:
    stream = io.StringIO(newline="")
    lines = csv.writer(stream)
    lines.writerow(CHANGE_COLUMNS)
    change = CellChange(
        kind=ChangeKind.REMOVED, row=2, column="A", header=text, field="x", was=text, became=text
    )
    lines.writerow(change_cells(change))
    return stream.getvalue()


def clean_run(name: str) -> Callable[[str], str]:
    """Return what is written beside a file of which every cell, and a header, is the text."""

    def spelled(text: str) -> str:
        plain = text.encode("utf-8", "replace").decode()
        row = {**dict.fromkeys(PENALTY, plain), "备用" + plain: plain}
        with TemporaryDirectory() as folder:
            source = Path(folder, "x.csv")
            source.write_text(csv_text([row]), encoding="utf-8", newline="")
            clean_file(source, item=ITEM, others=(), today=TODAY, out=Path(folder, "out"))
            made = Path(folder, "out", name)
            return made.read_text(encoding="utf-8-sig", newline="") if made.exists() else ""

    return spelled


def a_sheet(text: str) -> tuple[ReturnedSheet, ReturnedRow]:
    issue = Issue(
        code=IssueCode.BAD_DATE, row=2, message=text, header=text, field="party_name", value=text
    )
    sheet = ReturnedSheet(
        submission=SUBMISSION,
        provider="scjg",
        item=ITEM.code,
        item_name=ITEM.name,
        period="2026-10",
        file_name=text,
        read=1,
        made=TODAY,
        due="2026-11-30",
        titles=("行政相对人名称", text, "处罚机关"),
        fields={"party_name": 0},
        overview=overview([issue]),
    )
    return sheet, ReturnedRow(2, (text, text, "x", text), (issue,), FeedbackRow(SUBMISSION, 2))


def rest(text: str) -> str:
    stream = io.StringIO(newline="")
    sheet, row = a_sheet(text)
    write_rest(sheet, [row], stream)
    return stream.getvalue()


def book(text: str) -> bytes:
    stream = io.BytesIO()
    sheet, row = a_sheet(text)
    write_book(sheet, [row], stream)
    return stream.getvalue()


def template_of(text: str) -> bytes:
    """Return the template of an item that calls its columns and options what the text is."""
    schema: dict[str, Any] = {**a_schema(ITEM.code)}
    plain = "".join(each for each in text if each.isprintable())
    parts = {
        name: {**part, "title": f"{plain}{place}", "description": plain, "examples": [plain]}
        for place, (name, part) in enumerate(schema["properties"].items())
    }
    schema |= {"properties": parts, "x-item": {**schema["x-item"], "name": plain or "x"}}
    return template(Item.from_schema(schema, version="2026-1"), created=TODAY)


def receipt(text: str) -> str:
    """Return the receipt of a file whose name, and whose header, is the text."""
    issue = Issue(code=IssueCode.BAD_DATE, row=2, message=text, header=text)
    submission = Submission(
        id=SUBMISSION,
        provider="scjg",
        item=ITEM.code,
        period="2026-10",
        file=StoredFile(key="k", version_id="v", name=text, size=1, sha256="0" * 64),
        reported_at=AT,
        reported_by=Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg"),
        catalogue="2026-1",
        state=State.SETTLED,
        claimed_until=AT,
        settled_at=AT,
    )
    told = PaperReceipt(
        submission=submission,
        item_name=ITEM.name,
        provider_name=text,
        causes=overview([issue]).causes,
        back=1,
    )
    return HtmlPapers().receipt(told)


def listed(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode()
    return csv_of([plain, "x"], [[plain, plain]]).decode("utf-8-sig")


def listed_in_a_workbook(text: str) -> bytes:
    plain = text.encode("utf-8", "replace").decode()
    return workbook_of(plain, [plain, "x"], [[plain, plain]])


TEXT_FILES: Final[Mapping[str, Callable[[str], str]]] = {
    "issues.csv": issue_list,
    "changes.csv": change_list,
    "nbcredit clean: issues.csv": clean_run(ISSUES_FILE),
    "nbcredit clean: changes.csv": clean_run(CHANGES_FILE),
    "the rest of a feedback": rest,
    "a list of a page": listed,
}
WORKBOOKS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "the workbook of a feedback": book,
    "a template": template_of,
    "a list of a page": listed_in_a_workbook,
}
# Where exporters are, and why a module that could be one is none.
EXPORTERS: Final = {
    "adapters/work_files.py": "issues.csv, changes.csv",
    "cleaning/clean_runs.py": "nbcredit clean",
    "documents/explanations.py": "a template",
    "documents/listings.py": "a list of a page",
    "documents/receipts.py": "a receipt",
    "documents/returned_books.py": "the workbook of a feedback, the rest of a feedback",
    "documents/returned_guide.py": "the workbook of a feedback",
    "documents/returned_rows_sheet.py": "the workbook of a feedback",
    "documents/templates.py": "a template",
    "samples/files.py": "none: invented files that are made to be uploaded",
    "usecases/issue_lists.py": "issues.csv, changes.csv",
}


@pytest.mark.fault("F40")
class TestTextFiles:
    @pytest.mark.parametrize("spell", TEXT_FILES.values(), ids=TEXT_FILES)
    @few
    @given(text=HOSTILE)
    def test_have_no_cell_that_a_spreadsheet_calculates(
        self, spell: Callable[[str], str], text: str
    ) -> None:
        rows = list(csv.reader(io.StringIO(spell(text), newline="")))

        assert not [cell for row in rows for cell in row if FORMULA.match(cell)]
        # Nothing breaks out of its cell, its row or its file.
        assert len({len(row) for row in rows}) <= 2

    @given(text=st.one_of(HOSTILE, TEXTS, st.from_regex(r"'*[0-9]{1,20}", fullmatch=True)))
    def test_can_be_read_back_as_what_was_written(self, text: str) -> None:
        assert unguarded(as_it_was(text)) == text
        assert not FORMULA.match(neutral(text))


@pytest.mark.fault("F40")
class TestWorkbooks:
    @pytest.mark.parametrize("spell", WORKBOOKS.values(), ids=WORKBOOKS)
    @few
    @given(text=HOSTILE)
    def test_hold_texts_and_neither_formulas_nor_addresses(
        self, spell: Callable[[str], bytes], text: str
    ) -> None:
        for sheet in sheets(spell(text)):
            assert not list(sheet.findall(".//{*}f"))
            assert not list(sheet.findall(".//{*}hyperlink"))
            kinds = {cell.get("t") for cell in sheet.findall(".//{*}c") if len(cell)}
            assert kinds <= {"s", "inlineStr", None}
            numbers = [cell for cell in sheet.findall(".//{*}c/{*}v/..") if cell.get("t") is None]
            assert all(cell.get("r", "").startswith("A") for cell in numbers)

    @few
    @given(text=HOSTILE)
    @example("\ud800")
    @example("\ufffe")
    @example("_x0041_")
    def test_of_a_feedback_give_back_what_was_written(self, text: str) -> None:
        opened = Originals().open(
            [book(text)], form=FileFormat.WORKBOOK, encoding="", item=lenient(), others=()
        )
        (row,) = opened.rows

        assert row.cells is not None
        assert row.cells[3] == as_excel_keeps(text)
        assert row.cells[5] == "x"

    @few
    @given(text=HOSTILE.filter(lambda text: not is_neutral(text)))
    def test_of_a_feedback_mark_as_text_what_looks_like_a_formula(self, text: str) -> None:
        body = book(text)
        with ZipFile(io.BytesIO(body)) as package:
            styles = ElementTree.fromstring(package.read("xl/styles.xml"))  # noqa: S314 -- our own
        looks = [look.get("quotePrefix") for look in styles.findall("{*}cellXfs/{*}xf")]
        *_, rows = sheets(body)

        assert [looks[int(cell.get("s", 0))] for cell in cells_of(rows, row="2", column="D")] == [
            "1"
        ]


@pytest.mark.fault("F40")
class TestReceipt:
    @few
    @given(text=HOSTILE)
    def test_shows_texts_and_no_markup_of_theirs(self, text: str) -> None:
        plain, hostile = Seen(), Seen()
        plain.feed(receipt("处罚"))
        hostile.feed(receipt(text))

        assert hostile.tags == plain.tags
        assert not [cell for cell in hostile.cells if FORMULA.match(cell)]


def test_a_receipt_can_be_read_on_a_telephone_and_printed() -> None:
    page = receipt("处罚 10 月.csv")

    # Without the first, a telephone shows a page of a desk's width in tiny letters.
    assert '<meta name="viewport" content="width=device-width,initial-scale=1">' in page
    assert "@media(max-width:600px)" in page
    assert "print-color-adjust:exact" in page


@pytest.mark.fault("F43")
@given(text=st.text(max_size=300))
def test_the_name_of_a_download_breaks_no_header(text: str) -> None:
    told = disposition(text)

    assert told.isascii()
    assert told.isprintable()
    assert re.fullmatch(r"attachment; filename=\"[\w.\-]+\"; filename\*=UTF-8''[\w.\-~%]+", told)


@pytest.mark.fault("F40")
def test_every_module_that_writes_for_spreadsheets_is_known() -> None:
    root = Path(nbcredit.__file__).parent
    writes = re.compile(r"csv\.writer|DictWriter|xlsxwriter import Workbook|<html lang")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    }

    assert found == EXPORTERS.keys()


def lenient() -> Item:
    """Return the item as one that asks for the first column only."""
    return Item.from_schema({**a_schema(ITEM.code), "required": ["party_name"]}, version="2026-1")


def as_excel_keeps(text: str) -> str:
    """Return what a workbook can hold of a text: XML has no half and no non-characters."""
    kept = text.encode("utf-8", "replace").decode()
    return re.sub("[\ufffe\uffff]", "\ufffd", kept)


def sheets(body: bytes) -> Iterator[ElementTree.Element]:
    with ZipFile(io.BytesIO(body)) as package:
        for name in sorted(package.namelist()):
            if name.endswith((".xml", ".rels", ".vml")):
                tree = ElementTree.fromstring(package.read(name))  # noqa: S314 -- our own
                if name.startswith("xl/worksheets/sheet"):
                    yield tree


def cells_of(sheet: ElementTree.Element, *, row: str, column: str) -> Sequence[ElementTree.Element]:
    return [cell for cell in sheet.findall(".//{*}c") if cell.get("r") == f"{column}{row}"]


class Seen(HTMLParser):
    """What a browser makes of a page: its tags, and the texts of its cells."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- as overridden
        self.tags.append(tag)
        self._open = tag in {"td", "th"}
        if self._open:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._open:
            self.cells[-1] += data
