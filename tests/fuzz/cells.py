"""Cells of workbooks as Excel and other programs write them."""

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from nbcredit.cleaning.headers import column_letter
from tests.workbook_builders import spelled

# The number formats of the styles 1 and on.
STYLES: Final = ("yyyy/m/d", "0%", "yyyy-mm", "14", "General", '#,##0.00"万元"', "[h]:mm:ss")
_OF_DAYS: Final = (0, 1, 3, 4)
_OF_NUMBERS: Final = (0, 0, 2, 6)

_DAY: Final = re.compile("(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])")
_NUMBER: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]+)?")
_SELDOM: Final = 0.3

# Spells the attributes and the content of a cell.
Speller = Callable[[str], str]


def a_row(number: int, row: list[str], spell: Speller, *, hidden: bool = False) -> str:
    """Spell a row; what is empty is left out, as Excel does."""
    cells = "".join(
        f'<c r="{column_letter(at)}{number}"{spell(text)}</c>'
        for at, text in enumerate(row)
        if text
    )
    how = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{how}>{cells}</row>' if cells else ""


def inline(text: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{spelled(text)}</t></is>'


class Shared:
    """Texts that cells tell by their number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        return f' t="s"><v>{self._numbers.setdefault(text, len(self._numbers))}</v>'

    @property
    def items(self) -> str:
        return "".join(f"<si><t>{spelled(text)}</t></si>" for text in self._numbers)


class Typed:
    """Cells that were taken for numbers, days and formulas."""

    def __init__(self, dice: Random, *, day_zero: date) -> None:
        self._dice = dice
        self._zero = day_zero

    def __call__(self, text: str) -> str:
        choose = self._dice.choice
        if _DAY.fullmatch(text):
            serial = (date.fromisoformat(text) - self._zero).days
            return f' s="{choose(_OF_DAYS)}"><v>{serial}{choose(("", ".5"))}</v>'
        if _NUMBER.fullmatch(text):
            return f' s="{choose(_OF_NUMBERS)}"><v>{choose((text, repr(float(text))))}</v>'
        if self._dice.random() > _SELDOM:
            return inline(text)
        odd = (
            f' t="str"><f>A1</f><v>{spelled(text)}</v>',
            f' t="e"><v>{choose(("#REF!", "#N/A", "#VALUE!"))}</v>',
            ' t="b"><v>1</v>',
            f"><f>{escape(text[:9])}</f>",
        )
        return choose(odd)
