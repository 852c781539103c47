"""Rows that end in every way the engine knows, and files made of them in every format."""

import csv
import json
from collections.abc import Iterable, Mapping
from typing import Final

from tests.cleaning_builders import PENALTY, csv_text
from tests.workbook_builders import a_row, parts, sheet_xml, zipped

WRONG: Final = {**PENALTY, "行政处罚决定书文号": "甬罚2号", "处罚决定日期": "2026-13-45"}
# One row of each end: passed, rejected, repeated, blank.
ROWS: Final[tuple[Mapping[str, str], ...]] = (PENALTY, WRONG, PENALTY, {})


def a_workbook(rows: Iterable[Mapping[str, str]]) -> bytes:
    table = csv.reader(csv_text(rows).splitlines())
    return zipped(parts(sheet_xml("".join(a_row(*cells) for cells in table))).items())


def json_lines(rows: Iterable[Mapping[str, str]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
