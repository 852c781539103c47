"""Which rows of a file repeat an earlier one: a compact table instead of a dict of objects."""

from array import array
from typing import Final, NamedTuple

_64_BITS: Final = (1 << 64) - 1
_FIRST_SLOTS: Final = 1 << 10


class Earlier(NamedTuple):
    """The first row with the same key, and whether its values are the same as well."""

    row: int
    same: bool


class Duplicates:
    """Remembers a row in about 30 bytes: 64 bits of its key, 64 of its values, its number.

    The hashes are Python's own of strings: nobody can foresee two that collide, and among two
    million rows it happens once in ten million files.
    """

    def __init__(self) -> None:
        self._keys = array("Q")
        self._contents = array("Q")
        self._rows = array("I")
        self._slots = array("I", bytes(4 * _FIRST_SLOTS))
        self._mask = _FIRST_SLOTS - 1

    def __len__(self) -> int:
        return len(self._rows)

    def see(self, key: int, content: int, row: int) -> Earlier | None:
        """Remember the row unless its key is known; return the row that was first."""
        key &= _64_BITS
        content &= _64_BITS
        slots, mask, keys = self._slots, self._mask, self._keys
        slot = key & mask
        while entry := slots[slot]:
            entry -= 1
            if keys[entry] == key:
                return Earlier(self._rows[entry], self._contents[entry] == content)
            slot = (slot + 1) & mask
        keys.append(key)
        self._contents.append(content)
        self._rows.append(row)
        slots[slot] = len(keys)
        if 3 * len(keys) > 2 * len(slots):
            self._grow()
        return None

    def _grow(self) -> None:
        count = 2 * len(self._slots)
        slots = array("I", bytes(4 * count))
        mask = count - 1
        for entry, key in enumerate(self._keys, 1):
            slot = key & mask
            while slots[slot]:
                slot = (slot + 1) & mask
            slots[slot] = entry
        self._slots, self._mask = slots, mask
