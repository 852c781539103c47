"""The refusal of a file as a whole."""

from nbcredit.domain.errors import BadRequest
from nbcredit.domain.issues import Issue


class FileRefused(BadRequest):
    """The file is wrong as a whole and none of its rows is taken (A8.5).

    `size` and `sha256` are those of the bytes read, where `sniffing.inspect` refused.
    """

    code = "file-refused"

    def __init__(self, *issues: Issue, size: int = 0, sha256: str = "") -> None:
        super().__init__("；".join(issue.message for issue in issues))
        self.issues = issues
        self.size = size
        self.sha256 = sha256
