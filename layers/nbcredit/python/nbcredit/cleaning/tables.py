"""The rows of a file, whatever its format (A8.2)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from nbcredit.cleaning.json_lines import read_json_lines
from nbcredit.cleaning.normalising import DAY_ZERO_1900, DAY_ZERO_1904
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.reading import Record, read_csv
from nbcredit.cleaning.workbook_choosing import chosen
from nbcredit.cleaning.workbooks import Workbook, open_workbook
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileFormat
from nbcredit.domain.template_marks import ITEM_PROPERTY, VERSION_PROPERTY

_SPOOL: Final = 8 << 20


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
    sheet, unread = chosen(workbook, item)
    return Table(
        _kept(workbook.records(sheet), file),
        day_zero=DAY_ZERO_1904 if workbook.starts_1904 else DAY_ZERO_1900,
        notes=(*_of_template(workbook, item), *unread),
        closing=lambda: workbook.notes(sheet),
    )


def _kept(records: Iterator[Record], file: SpooledTemporaryFile[bytes]) -> Iterator[Record]:
    with file:
        yield from records


def _of_template(workbook: Workbook, item: Item) -> Iterator[Issue]:
    version = workbook.properties.get(VERSION_PROPERTY, "")
    if version and version != item.version and workbook.properties.get(ITEM_PROPERTY) == item.code:
        yield Issue(
            code=IssueCode.OLD_TEMPLATE,
            row=0,
            message=(
                f"文件使用 {quoted(version)} 版模板，现行目录是 {item.version} 版：请下载新模板。"
            ),
        )
