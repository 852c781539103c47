"""What a message may repeat of a file's own words: a header, the name of a sheet."""

from typing import Final

SHOWN: Final = 40


def quoted(text: str, *, most: int = SHOWN) -> str:
    """Return the beginning of a text, with nothing in it that cannot be shown or stored."""
    start = text[:most]
    if start.isprintable():
        return start
    return "".join(each if each.isprintable() else " " for each in start)
