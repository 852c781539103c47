"""Workbooks (.xlsx) that strangers upload, as streams of rows (A8.2).

Nothing is trusted: what the directory of the zip tells is checked before a part is opened, XML is
read without document types, and memory grows with neither rows nor cells.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import BinaryIO

from nbcredit.cleaning.workbook_allowances import Allowance
from nbcredit.cleaning.workbook_cells import NO_FORMATS, Format, Styles
from nbcredit.cleaning.workbook_guard import Archive, check_tags, open_archive
from nbcredit.cleaning.workbook_notes import SheetNotes
from nbcredit.cleaning.workbook_package import Package, Sheet, read_package
from nbcredit.cleaning.workbook_refusals import unsafe
from nbcredit.cleaning.workbook_sheets import Context, SheetPart, rows_of
from nbcredit.cleaning.workbook_strings import MAX_STRINGS, SharedStrings
from nbcredit.cleaning.workbook_xml import parse_all
from nbcredit.domain.issues import Issue


class Workbook:
    """A checked workbook; a sheet may be read more than once, each time from its first row."""

    def __init__(self, archive: Archive, package: Package) -> None:
        self.sheets = package.sheets
        self.starts_1904 = package.starts_1904
        self.properties: Mapping[str, str] = package.properties
        self._archive = archive
        self._package = package
        self._notes: dict[Sheet, SheetNotes] = {}

    def records(
        self, sheet: Sheet, *, allowance: Allowance | None = None
    ) -> Iterator[tuple[int, list[str]]]:
        """Yield each row's number and its cells as text, up to the last row with content.

        Empty cells at the end of a row are left out. Raise `FileRefused` where the rest cannot be
        trusted, and `AllowanceSpentError` where reading on would take more than is allowed.
        """
        notes = SheetNotes(sheet.name, sheet.hidden)
        self._notes[sheet] = notes
        part = SheetPart(self._context, notes)
        blocks = self._archive.blocks(sheet.part)
        if allowance is None:
            return rows_of(blocks, part)
        return allowance.of_rows(rows_of(allowance.of_blocks(blocks), part))

    def notes(self, sheet: Sheet) -> tuple[Issue, ...]:
        """Return what is to be told of a sheet, complete once its records are at their end."""
        return tuple(self._notes[sheet].issues()) if sheet in self._notes else ()

    @cached_property
    def _context(self) -> Context:
        return Context(self._strings(), self._formats(), self.starts_1904)

    def _strings(self) -> SharedStrings:
        name = self._package.strings
        return SharedStrings.read(self._archive.blocks(name)) if name else SharedStrings()

    def _formats(self) -> Mapping[str, Format]:
        name = self._package.styles
        if not name:
            return NO_FORMATS
        styles = Styles()
        parse_all(self._archive.small(name), styles)
        return styles.formats


def open_workbook(file: BinaryIO) -> Workbook:
    """Open a workbook that can be sought in, or raise `FileRefused`."""
    archive = open_archive(file)
    package = read_package(archive)
    if package.strings and archive.size(package.strings) > MAX_STRINGS:
        raise unsafe(f"文本超过 {MAX_STRINGS // 1_000_000} MB")
    check_tags(archive)
    return Workbook(archive, package)
