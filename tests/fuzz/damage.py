"""Damage to bytes, whatever they are."""

from collections.abc import Callable
from random import Random
from typing import Final

from tests.fuzz.dirt import MARKS

_MOST_TURNS: Final = 4
_LONGEST_BLOCK: Final = 400


def damaged(dice: Random, data: bytes, other: bytes) -> bytes:
    """Return the bytes changed in a few places; `other` is a file to splice pieces of."""
    for _ in range(dice.randint(1, _MOST_TURNS)):
        if data:
            data = dice.choice(_WAYS)(dice, data, other)
    return data


def random_bytes(dice: Random) -> bytes:
    """Return bytes that are no file, some of them with the beginning of one."""
    body = dice.randbytes(dice.choice((0, 1, 3, 40, 2_000, 9_000)))
    match dice.randrange(4):
        case 0:
            return body
        case 1:
            return dice.choice(MARKS) + body
        case 2:
            return bytes(byte % 96 + 32 if byte % 9 else 10 for byte in body)
    return dice.choice((b"\0", b"\n", b",", b'"', b"\xff", b"{", b" ", b"\r\n")) * len(body)


def _span(dice: Random, data: bytes) -> tuple[int, int]:
    start = dice.randrange(len(data))
    return start, min(len(data), start + dice.randint(1, _LONGEST_BLOCK))


def _flip(dice: Random, data: bytes, _other: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _overwrite(dice: Random, data: bytes, _other: bytes) -> bytes:
    start, end = _span(dice, data)
    return data[:start] + dice.randbytes(end - start) + data[end:]


def _insert(dice: Random, data: bytes, _other: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice((dice.randbytes(3), *MARKS, *_PIECES)) + data[at:]


def _delete(dice: Random, data: bytes, _other: bytes) -> bytes:
    start, end = _span(dice, data)
    return data[:start] + data[end:]


def _truncate(dice: Random, data: bytes, _other: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def _splice(dice: Random, data: bytes, other: bytes) -> bytes:
    if not other:
        return data
    start, end = _span(dice, other)
    at = dice.randrange(len(data))
    return data[:at] + other[start:end] + data[at:]


def _repeat(dice: Random, data: bytes, _other: bytes) -> bytes:
    start, end = _span(dice, data)
    return data[:end] + data[start:end] * dice.choice((1, 2, 40)) + data[end:]


def _swap(dice: Random, data: bytes, _other: bytes) -> bytes:
    start, end = _span(dice, data)
    return data[end:] + data[start:end] + data[:start]


_PIECES: Final = (
    b"\0", b'"', b'""', b",", b"\t", b"\n", b"\r", b"\r\n\r\n", b"\x1a", b"\xe5", b"\x81",
    b"\xef\xbf\xbd", b"\xed\xa0\x80", b"\xc0\x80", b"\x80\x81\x82", "\u2028".encode(),
)  # fmt: skip
_WAYS: Final[tuple[Callable[[Random, bytes, bytes], bytes], ...]] = (
    _flip, _flip, _overwrite, _insert, _insert, _delete, _truncate, _splice, _repeat, _swap,
)  # fmt: skip
