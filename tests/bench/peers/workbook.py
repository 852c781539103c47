"""A workbook as Excel would save it, read by the engine and by its reader alone."""

from collections import deque
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import xlsxwriter

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.workbooks import open_workbook
from nbcredit.domain.submissions import FileFormat
from nbcredit.samples.files import generate
from tests.bench.peers import engine
from tests.bench.peers.repeats import Counts
from tests.bench.workload import kept
from tests.cleaning_builders import TODAY, an_item

ITEM: Final = "tax-arrears"
COLUMNS: Final = (
    "party_name",
    "party_kind",
    "credit_code",
    "tax_kind",
    "arrears_from",
    "arrears_to",
    "amount",
    "current_amount",
    "announced_on",
    "authority_name",
    "authority_code",
    "source_name",
)
_NUMBERS: Final = {"amount", "current_amount"}
_DAYS: Final = {"announced_on"}


def the_workbook(rows: int) -> Path:
    """Return the workbook with so many rows: texts are shared, amounts numbers, days dates."""
    return kept(f"arrears-{rows}.xlsx", partial(_write, rows=rows))


def run(path: Path, out: BinaryIO) -> Counts:
    opened = open_file(
        engine.blocks_of(path), form=FileFormat.WORKBOOK, item=an_item(ITEM), today=TODAY
    )
    return engine.write(opened, out)


def read(path: Path) -> None:
    """Read every row to text, and nothing more."""
    with path.open("rb") as stream:
        workbook = open_workbook(stream)
        (sheet,) = workbook.sheets
        deque(workbook.records(sheet), maxlen=0)


def _write(stream: BinaryIO, *, rows: int) -> None:
    fields = an_item(ITEM).fields
    titles = [fields[name].title for name in COLUMNS]
    made = generate(an_item(ITEM), rows=2 * rows, seed=2026, today=TODAY, bad_share=0)
    header = next(made)
    places = [header.index(title) for title in titles]
    code = header.index(fields["credit_code"].title)
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, titles)
        chosen = (cells for cells in made if cells[code])
        for row, cells in enumerate(islice(chosen, rows), 1):
            for column, (name, place) in enumerate(zip(COLUMNS, places, strict=True)):
                if name in _NUMBERS and cells[place]:
                    sheet.write_number(row, column, float(cells[place]))
                elif name in _DAYS and cells[place]:
                    sheet.write_datetime(row, column, date.fromisoformat(cells[place]), day)
                else:
                    sheet.write_string(row, column, cells[place])
