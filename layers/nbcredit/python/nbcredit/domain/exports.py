"""What may stand in a file that somebody opens in a spreadsheet (F40)."""

import re
from typing import Final

# Also behind an apostrophe of ours: it would read as one that was taken away.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "'")
# A spreadsheet drops leading zeros, shows long numbers rounded and keeps fifteen digits of them.
_DAMAGED: Final = re.compile(r"0[0-9]+|[0-9]{12,}")
_GUARDED: Final = re.compile(rf"'(?:[{re.escape(''.join(_FORMULA))}]|(?:{_DAMAGED.pattern})\Z)")


def is_neutral(text: str) -> bool:
    """Tell whether no spreadsheet takes the text for a formula."""
    return not text.startswith(_FORMULA)


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return text if is_neutral(text) else f"'{text}"


def as_it_was(text: str) -> str:
    """Return a quoted value that a spreadsheet shows digit by digit, and not as a formula."""
    return f"'{text}" if _DAMAGED.fullmatch(text) else neutral(text)


def unguarded(text: str) -> str:
    """Return what stood in a cell before `as_it_was` or `neutral` wrote it."""
    return text[1:] if _GUARDED.match(text) else text
