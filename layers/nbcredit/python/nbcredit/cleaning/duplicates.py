"""Which rows of a file repeat an earlier one: a compact table instead of a dict of objects."""

from array import array
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple

_HASHES: Final = Struct("<QQ")
_64_BITS: Final = (1 << 64) - 1
_FIRST_SLOTS: Final = 1 << 10


class Earlier(NamedTuple):
    """The first row with the same key, and whether its values are the same as well."""

    row: int
    same: bool


class Duplicates:
    """Remembers a row in about 40 bytes: 128 bits of its key, 64 of its values, its number."""

    def __init__(self) -> None:
        self._keys = array("Q")
        self._more = array("Q")
        self._contents = array("Q")
        self._rows = array("I")
        self._slots = array("I", bytes(4 * _FIRST_SLOTS))
        self._mask = _FIRST_SLOTS - 1

    def __len__(self) -> int:
        return len(self._rows)

    def see(self, key: str, content: str, row: int) -> Earlier | None:
        """Remember the row unless its key is known; return the row that was first."""
        first, second = _HASHES.unpack(blake2b(key.encode(), digest_size=16).digest())
        digest = hash(content) & _64_BITS
        slots, mask, keys = self._slots, self._mask, self._keys
        slot = first & mask
        while entry := slots[slot]:
            entry -= 1
            if keys[entry] == first and self._more[entry] == second:
                return Earlier(self._rows[entry], self._contents[entry] == digest)
            slot = (slot + 1) & mask
        keys.append(first)
        self._more.append(second)
        self._contents.append(digest)
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
