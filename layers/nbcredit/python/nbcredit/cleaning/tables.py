"""The rows of a file, whatever its format (A8.2)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from nbcredit.cleaning.headers import folded, names_of
from nbcredit.cleaning.json_lines import read_json_lines
from nbcredit.cleaning.normalising import DAY_ZERO_1900, DAY_ZERO_1904, tidy
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.reading import Record, read_csv
from nbcredit.cleaning.workbook_package import Sheet
from nbcredit.cleaning.workbooks import Workbook, open_workbook
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileFormat, FileRefused

# A header stands among so many first rows.
LEADING_ROWS: Final = 10
_SPOOL: Final = 8 << 20
# Sheets of the platform's own templates, and the properties that tell their version.
TEMPLATE_SHEETS: Final = frozenset({"填写说明", "选项"})
TEMPLATE_ITEM: Final = "nbcredit-item"
TEMPLATE_VERSION: Final = "nbcredit-version"


def _none() -> tuple[Issue, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows from the first on; the header is among the leading ones.

    `notes` are known at once, `closing` once every record has been read. Columns are `lettered`
    where a spreadsheet shows them so.
    """

    records: Iterator[Record]
    lettered: bool = True
    day_zero: date = DAY_ZERO_1900
    notes: tuple[Issue, ...] = ()
    closing: Callable[[], tuple[Issue, ...]] = _none


def open_table(blocks: Iterable[bytes], *, form: FileFormat, encoding: str, item: Item) -> Table:
    """Open a file, or raise `FileRefused`; only of a workbook more than a block is kept."""
    match form:
        case FileFormat.WORKBOOK:
            return _of_workbook(blocks, item)
        case FileFormat.JSON_LINES:
            return Table(read_json_lines(blocks, encoding=encoding), lettered=False)
        case FileFormat.TSV:
            return Table(read_csv(blocks, encoding=encoding, delimiter="\t"))
        case FileFormat.CSV:
            return Table(read_csv(blocks, encoding=encoding))


def _of_workbook(blocks: Iterable[bytes], item: Item) -> Table:
    # A workbook's directory is at its end: it can't be read as it comes.
    file = SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 -- lives as long as its records
    for block in blocks:
        file.write(block)
    file.seek(0)
    workbook = open_workbook(cast("BinaryIO", file))
    sheet, others = _chosen(workbook, item)
    return Table(
        _kept(workbook.records(sheet), file),
        day_zero=DAY_ZERO_1904 if workbook.starts_1904 else DAY_ZERO_1900,
        notes=(*_of_template(workbook, item), *(_unread(other, sheet) for other in others)),
        closing=lambda: workbook.notes(sheet),
    )


def _kept(records: Iterator[Record], file: SpooledTemporaryFile[bytes]) -> Iterator[Record]:
    with file:
        yield from records


def _chosen(workbook: Workbook, item: Item) -> tuple[Sheet, Sequence[Sheet]]:
    """Return the sheet with the item's rows, and the others that hold something."""
    names, required = names_of(item), frozenset(item.schema.get("required", ()))
    filled: list[Sheet] = []
    fitting: list[Sheet] = []
    for sheet in workbook.sheets:
        leading = list(islice(workbook.records(sheet), LEADING_ROWS))
        if not any(any(map(tidy, cells)) for _, cells in leading):
            continue
        filled.append(sheet)
        known = {names[header] for _, row in leading for c in row if (header := folded(c)) in names}
        if known >= required:
            fitting.append(sheet)
    if not filled:
        raise FileRefused([_empty()])
    if len(fitting) > 1 and sum(_has_rows(workbook, sheet) for sheet in fitting) > 1:
        raise FileRefused([_several(fitting)])
    with_rows = [sheet for sheet in fitting if _has_rows(workbook, sheet)]
    visible = [sheet for sheet in filled if not sheet.hidden]
    sheet = next(iter((*with_rows, *fitting, *visible, *filled)))
    return sheet, [
        other for other in filled if other is not sheet and other.name not in TEMPLATE_SHEETS
    ]


def _has_rows(workbook: Workbook, sheet: Sheet) -> bool:
    """Tell whether something stands below the header, which may take two rows."""
    rows = (cells for _, cells in workbook.records(sheet) if any(map(tidy, cells)))
    return next(islice(rows, 1, None), None) is not None


def _of_template(workbook: Workbook, item: Item) -> Iterator[Issue]:
    version = workbook.properties.get(TEMPLATE_VERSION, "")
    if version and version != item.version and workbook.properties.get(TEMPLATE_ITEM) == item.code:
        yield Issue(
            code=IssueCode.OLD_TEMPLATE,
            row=0,
            message=(
                f"文件使用 {quoted(version)} 版模板，现行目录是 {item.version} 版：请下载新模板。"
            ),
        )


def _unread(other: Sheet, sheet: Sheet) -> Issue:
    hidden = "隐藏的" if other.hidden else ""
    return Issue(
        code=IssueCode.UNREAD_SHEET,
        row=0,
        message=(
            f"{hidden}工作表“{quoted(other.name)}”没有读取：如果其中有要报送的数据，"
            f"请移到“{quoted(sheet.name)}”工作表。"
        ),
    )


def _several(sheets: Sequence[Sheet]) -> Issue:
    names = "和".join(f"“{quoted(sheet.name)}”" for sheet in sheets[:3])
    return Issue(
        code=IssueCode.SEVERAL_SHEETS,
        row=0,
        message=(f"工作表{names}都有本目录项的数据：请合并到一个工作表，或分成几个文件上传。"),
    )


def _empty() -> Issue:
    return Issue(
        code=IssueCode.EMPTY_FILE, row=0, message="工作簿是空的：请选择有内容的文件重新上传。"
    )
