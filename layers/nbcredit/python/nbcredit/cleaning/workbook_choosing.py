"""Which sheet of a workbook is read, and what is told of the others (A8.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.cleaning.headers import Leading, find_header
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.reading import first_rows, has_content
from nbcredit.cleaning.workbook_allowances import Allowance, AllowanceSpentError
from nbcredit.cleaning.workbook_package import Sheet
from nbcredit.cleaning.workbook_refusals import unsafe
from nbcredit.cleaning.workbooks import Workbook
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileRefused
from nbcredit.domain.template_marks import (
    FEEDBACK_GUIDE_SHEET,
    FEEDBACK_PROPERTY,
    ITEM_PROPERTY,
    OWN_SHEETS,
)

# Bytes of all sheets that are unpacked to choose one: a few seconds.
MAX_LOOKED_AT: Final = 64_000_000
# A header with these faults is none.
_NO_HEADER: Final = frozenset({IssueCode.UNKNOWN_HEADER, IssueCode.MISSING_COLUMN})


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the first rows of a sheet tell; one that could not be looked at may hold anything."""

    sheet: Sheet
    is_filled: bool = True
    is_seen: bool = True
    fits: bool = False
    has_rows: bool = False


def chosen(workbook: Workbook, item: Item) -> tuple[Sheet, tuple[Issue, ...]]:
    """Return the sheet with the item's rows, and a note of each other that holds something."""
    filled = [each for each in _looked_at(workbook, item) if each.is_filled]
    if not filled:
        raise FileRefused([_empty()])
    with_rows = [each for each in filled if each.has_rows]
    if len(with_rows) > 1:
        raise FileRefused([_several([each.sheet for each in with_rows])])
    fitting = [each for each in filled if each.fits]
    if not fitting and len(workbook.sheets) > 1 and not all(each.is_seen for each in filled):
        raise unsafe("工作表的空行过多")
    visible = [each for each in filled if not each.sheet.hidden]
    sheet = next(iter((*with_rows, *fitting, *visible, *filled))).sheet
    others = [each.sheet for each in filled if each.sheet is not sheet]
    return sheet, tuple(_unread(other, sheet) for other in others)


def _looked_at(workbook: Workbook, item: Item) -> Iterator[_Looked]:
    allowance = Allowance(MAX_LOOKED_AT)
    for sheet in workbook.sheets:
        if _is_ours(workbook, sheet):
            continue
        try:
            yield _look(workbook, sheet, item, allowance)
        except AllowanceSpentError:
            yield _Looked(sheet, is_seen=False)


def _look(workbook: Workbook, sheet: Sheet, item: Item, allowance: Allowance) -> _Looked:
    records = workbook.records(sheet, allowance=allowance)
    first = first_rows(records)
    if not any(has_content(cells) for _, cells in first):
        return _Looked(sheet, is_filled=False)
    header = _header_row([Leading(*each) for each in first], item)
    if header is None:
        return _Looked(sheet)
    below = any(has_content(cells) for row, cells in first if row > header)
    try:
        has_rows = below or any(has_content(cells) for _, cells in records)
    except AllowanceSpentError:
        has_rows = False
    return _Looked(sheet, fits=True, has_rows=has_rows)


def _header_row(leading: Sequence[Leading], item: Item) -> int | None:
    """Return the row of the header, which may have faults that do not make it another one."""
    try:
        return find_header(leading, item).row
    except FileRefused as error:
        if any(issue.code in _NO_HEADER for issue in error.issues):
            return None
        return error.issues[0].row


def _is_ours(workbook: Workbook, sheet: Sheet) -> bool:
    """Tell whether a sheet came with the platform's workbook, whatever a provider calls theirs."""
    if FEEDBACK_PROPERTY in workbook.properties and sheet.name == FEEDBACK_GUIDE_SHEET:
        return True
    return ITEM_PROPERTY in workbook.properties and sheet.name in OWN_SHEETS


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
