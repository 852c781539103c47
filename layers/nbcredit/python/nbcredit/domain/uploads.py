"""Uploads by form: what was told of a file before its bytes come (F43, F44)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nbcredit.domain.actors import Actor
from nbcredit.domain.errors import BadRequest

# Long enough for a gigabyte over an office's line; a form that got into other hands ends soon.
FORM_LIFE: Final = timedelta(minutes=15)

_ID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


class FileTooLarge(BadRequest):
    """No form is given for more than the platform reads."""

    code = "file-too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"文件不能超过 {limit // 1_000_000} MB：请分成几个文件上传。")
        self.limit = limit


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedUpload:
    """One form that was given out: a key of its own, one size, one person.

    The key ends in the form's own number; the file's `name` is data beside it.
    """

    id: str
    key: str
    name: str
    size: int
    sha256: str
    prepared_at: datetime
    prepared_by: Actor

    @property
    def expires_at(self) -> datetime:
        return self.prepared_at + FORM_LIFE

    def fits(self, *, size: int, sha256: str) -> bool:
        """Whether the bytes are those that were announced."""
        return size == self.size and self.sha256 in ("", sha256)


def is_form_id(text: str) -> bool:
    """Whether a name can be the number of a form: a ULID."""
    return _ID.fullmatch(text) is not None
