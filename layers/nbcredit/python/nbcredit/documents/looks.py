"""How all sheets of a template look, on the screen and on paper."""

from math import ceil
from types import MappingProxyType
from typing import Final

from xlsxwriter.worksheet import Worksheet

FONT: Final = MappingProxyType({"font_name": "微软雅黑", "font_size": 10})
REQUIRED_FILL: Final = "#FFE2A8"
OPTIONAL_FILL: Final = "#E3EDF7"
# Points that a line takes, and what is left free around the lines of a cell.
LINE: Final = 16
MARGIN: Final = 6

_A4: Final = 9
# Units of width that can still be read on the width of a sheet of paper.
_READABLE: Final = 200


def set_up_page(sheet: Worksheet, *, width: float) -> None:
    """Print on A4, landscape, on as many sheets side by side as can be read."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(ceil(width / _READABLE), 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
