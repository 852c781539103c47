"""What may stand in a file that somebody opens in a spreadsheet (F40)."""

from typing import Final

# Also behind an apostrophe of ours: it would read as one that was taken away.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "'")


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
