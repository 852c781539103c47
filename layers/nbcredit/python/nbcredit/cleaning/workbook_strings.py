"""The shared strings of a workbook: UTF-8 one after the other, and where each of them ends."""

from array import array
from collections.abc import Callable, Iterable
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
    """Texts by their index."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()
        self._ends = array("I", [0])
        self._phonetic = False

    @classmethod
    def read(cls, blocks: Iterable[bytes]) -> Self:
        strings = cls()
        parse_all(blocks, strings)
        return strings

    def opened(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        if name == "rPh":
            self._phonetic = True
        elif name == "si":
            # What a damaged file has between two strings belongs to neither.
            del self._bytes[self._ends[-1] :]

    def closed(self, name: str) -> None:
        if name == "t" and not self._phonetic:
            self._bytes += unescaped("".join(self.texts)).encode()
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            if len(self._bytes) - self._ends[-1] > _MAX_BYTES:
                raise too_long()
            self._ends.append(len(self._bytes))

    def reader(self) -> Callable[[str], str]:
        """Return what reads a text by its index as cells spell it; short texts stay at hand."""
        return _Kept(self).__getitem__

    def text(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise broken()
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()


class _Kept(dict[str, str]):
    """The short texts that were asked for, up to a number; a dictionary, for the speed of it."""

    def __init__(self, strings: SharedStrings) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, index: str) -> str:
        text = self._strings.text(int(index))
        if len(text) <= _LONGEST_KEPT:
            if len(self) == _MAX_KEPT:
                self.clear()
            self[index] = text
        return text
