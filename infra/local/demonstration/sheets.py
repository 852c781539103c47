"""Tables of the demonstration as files."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from xlsxwriter import Workbook

from nbcredit.samples.files import write_csv

# Days that Excel can keep as such.
_IS_DAY: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-([01][0-9]|2[0-8])").fullmatch


def as_records(table: Sequence[Sequence[str]]) -> list[Mapping[str, str]]:
    header = table[0]
    return [dict(zip(header, row, strict=False)) for row in table[1:]]


def workbook(table: Sequence[Sequence[str]], forms: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet, day = workbook.add_worksheet(), workbook.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                header = table[0][column] if column < len(table[0]) else ""
                if row and forms.get(header) in {"date", "open-date"} and _IS_DAY(text):
                    sheet.write_datetime(row, column, datetime.fromisoformat(text), day)
                elif text:
                    sheet.write_string(row, column, text)
    return written.getvalue()


def csv_file(table: Sequence[Sequence[str]], encoding: str) -> bytes:
    written = io.BytesIO()
    write_csv(table, written, encoding=encoding)
    return written.getvalue()
