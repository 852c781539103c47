"""How much of a workbook may be read only to find out what it holds."""

from collections.abc import Iterable, Iterator
from typing import Final

# Blank rows take time although nothing is unpacked for them.
_ROW: Final = 64

Row = tuple[int, list[str]]


class AllowanceSpentError(Exception):
    """What was allowed has been read."""


class Allowance:
    """So many bytes, unpacked, whatever the sheets they are of."""

    def __init__(self, size: int) -> None:
        self._left = size

    @property
    def is_spent(self) -> bool:
        return self._left <= 0

    def of_blocks(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._spend(len(block))
            yield block

    def of_rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._spend(_ROW)
            yield row

    def _spend(self, size: int) -> None:
        if self.is_spent:
            raise AllowanceSpentError
        self._left -= size
