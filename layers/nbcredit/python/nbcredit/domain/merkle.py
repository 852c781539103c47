"""Merkle trees as in RFC 6962: one hash for many things, a short proof that one is among them."""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").hexdigest()


def root(hashes: Sequence[str]) -> str:
    """Return the root over hashes in their order."""
    level = [_leaf(each) for each in hashes]
    if not level:
        return EMPTY
    # Pairs from the left, the odd one taken up as it is: the same tree as RFC 6962 splits.
    while len(level) > 1:
        paired = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = [*paired, *level[2 * len(paired) :]]
    return level[0].hex()


def path(hashes: Sequence[str], index: int) -> list[str]:
    """Return the hashes beside the way from one of them up to the root."""
    level = [_leaf(each) for each in hashes]
    beside: list[str] = []
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            beside.append(level[neighbour].hex())
        paired = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = [*paired, *level[2 * len(paired) :]]
        index //= 2
    return beside


def climbed(of: str, *, index: int, size: int, beside: Sequence[str]) -> str:
    """Return the root that a path leads to; empty where the path does not fit the size."""
    here, waiting = _leaf(of), list(beside)
    while size > 1:
        if index ^ 1 < size:
            if not waiting:
                return ""
            other = bytes.fromhex(waiting.pop(0))
            here = _node(other, here) if index % 2 else _node(here, other)
        index, size = index // 2, (size + 1) // 2
    return "" if waiting or index else here.hex()


def _leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
