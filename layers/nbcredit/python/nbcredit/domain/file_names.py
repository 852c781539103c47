"""The names that people gave their files: data to be shown again, never a path or a key (F43)."""

import unicodedata
from typing import Final
from urllib.parse import quote

# File systems take 255 bytes or characters; what is longer was made to do harm.
_LONGEST: Final = 200
_NAMELESS: Final = "未命名文件"


def plain_name(name: str) -> str:
    """Return a file's name without folders and without characters that are not seen.

    What overrides the direction of writing, breaks a line or ends a text is left out.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(each for each in last if not unicodedata.category(each).startswith("C"))
    tidy = " ".join(seen.split()).strip(". ")
    if len(tidy) > _LONGEST:
        stem, dot, ending = tidy.rpartition(".")
        kept = f".{ending}" if dot and len(ending) < _LONGEST // 10 else ""
        tidy = (stem if kept else tidy)[: _LONGEST - len(kept)] + kept
    return tidy or _NAMELESS


def disposition(name: str) -> str:
    """Return the header that offers a download under its name, as RFC 6266 and 5987 spell it.

    Old programs read an ASCII name beside it, in which nothing can end the quotes or the line.
    """
    plain = plain_name(name)
    ascii_name = "".join(
        each if each.isascii() and (each.isalnum() or each in ".-_") else "_" for each in plain
    )
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(plain, safe='')}"
