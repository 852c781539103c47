"""The shared strings of a workbook: UTF-8 one after the other, and where each of them ends."""

from array import array
from collections.abc import Iterable
from typing import Final, Self

from nbcredit.cleaning.workbook_cells import unescaped
from nbcredit.cleaning.workbook_refusals import broken, too_long
from nbcredit.cleaning.workbook_xml import MAX_TEXT, Attributes, Part, parse_all

# They are held in memory, beside what the function itself takes.
MAX_STRINGS: Final = 150_000_000

# Four bytes a character, at most.
_MAX_BYTES: Final = 4 * MAX_TEXT
_MAX_KEPT: Final = 4_096
_LONGEST_KEPT: Final = 64


class SharedStrings(Part):
    """Texts by the index that cells give, in the cells' own spelling of it."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()
        self._ends = array("I", [0])
        self._kept: dict[str, str] = {}
        self._phonetic = False

    @classmethod
    def read(cls, blocks: Iterable[bytes]) -> Self:
        strings = cls()
        parse_all(blocks, strings)
        return strings

    def opened(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        if name == "rPh":
            self._phonetic = True

    def closed(self, name: str) -> None:
        if name == "t" and not self._phonetic:
            self._bytes += unescaped("".join(self.texts)).encode()
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            if len(self._bytes) - self._ends[-1] > _MAX_BYTES:
                raise too_long()
            self._ends.append(len(self._bytes))

    def __getitem__(self, index: str) -> str:
        text = self._kept.get(index)
        if text is None:
            text = self._text(int(index))
            if len(text) <= _LONGEST_KEPT:
                if len(self._kept) == _MAX_KEPT:
                    self._kept.clear()
                self._kept[index] = text
        return text

    def _text(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise broken()
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()
