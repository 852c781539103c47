"""What a file is, told from its bytes in one streaming pass: size, hash and encoding."""

import codecs
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.issues import Issue, IssueCode

# 10^6 rows of the widest item are some 700 MB.
MAX_BYTES: Final = 1_000_000_000

_SIGNATURES: Final = (
    (b"PK\x03\x04", "Excel 工作簿（.xlsx）或压缩包"),
    (b"PK\x05\x06", "压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel、Word 文件或加了密码的工作簿"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "Word 文件"),
    (b"\x1f\x8b", "压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ADVICE: Final = "请在 Excel 中“另存为”CSV UTF-8（逗号分隔）后再上传"
# A stray NUL is the error of a cell; this share of them is another kind of file.
_NULS_OF_BINARY: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What one pass over the bytes tells.

    `encoding` is Python's name of the codec, and `issues` say why the file as a whole is refused;
    of a file beyond the limit size and hash are those of the part that was read.
    """

    size: int
    sha256: str
    encoding: str = ""
    issues: tuple[Issue, ...] = ()


class _Trial:
    """Decodes strictly and remembers the first byte that does not fit."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
        self._offset = 0
        self._lines = 0
        self.failed_at: int | None = None
        self.failed_line = 0

    def feed(self, block: bytes, *, final: bool = False) -> None:
        pending = self._decoder.getstate()[0]
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.failed_at = self._offset - len(pending) + error.start
            before = (pending + block)[: error.start]
            self.failed_line = self._lines + before.count(b"\n") + 1
        self._offset += len(block)
        self._lines += block.count(b"\n")


def inspect(blocks: Iterable[bytes], *, limit: int = MAX_BYTES) -> FileFacts:
    """Hash the file and find the encoding that fits all of it, or say why it is refused.

    UTF-8 is tried first: a short text in UTF-8 may pass as GB18030, never the other way round.
    """
    digest = hashlib.sha256()
    size = 0
    head = b""
    trials = {"utf-8": _Trial("utf-8"), "gb18030": _Trial("gb18030")}
    for block in blocks:
        size += len(block)
        digest.update(block)
        if len(head) < 4096:  # noqa: PLR2004 - enough to know a type by
            head += block[:4096]
        if size > limit:
            break
        for trial in trials.values():
            if trial.failed_at is None:
                trial.feed(block)
    for trial in trials.values():
        if trial.failed_at is None:
            trial.feed(b"", final=True)

    refusal = _refusal(head, size, limit, trials)
    if refusal is not None:
        return FileFacts(size=size, sha256=digest.hexdigest(), issues=(refusal,))
    encoding = "utf-8" if trials["utf-8"].failed_at is None else "gb18030"
    if encoding == "utf-8" and head.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    return FileFacts(size=size, sha256=digest.hexdigest(), encoding=encoding)


def _refusal(head: bytes, size: int, limit: int, trials: Mapping[str, _Trial]) -> Issue | None:
    if not head.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n") and size <= len(head):
        return _of_file(IssueCode.EMPTY_FILE, "文件是空的：请选择有内容的文件重新上传。")
    if size > limit:
        megabytes = limit // 1_000_000
        return _of_file(IssueCode.TOO_LARGE, f"文件不能超过 {megabytes} MB：请分成几个文件上传。")
    kind = _other_kind(head)
    if kind:
        return _of_file(IssueCode.NOT_A_TABLE, f"文件必须是 CSV，但这个文件是{kind}：{_ADVICE}。")
    if head.startswith(_UTF16):
        return _of_file(IssueCode.BAD_ENCODING, f"文件是 UTF-16 编码，暂不能读取：{_ADVICE}。")
    if all(trial.failed_at is not None for trial in trials.values()):
        return _undecodable(max(trials.values(), key=lambda trial: trial.failed_at or 0))
    return None


def _other_kind(head: bytes) -> str:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    is_binary = not head.startswith(_UTF16) and head.count(0) > _NULS_OF_BINARY * len(head)
    return "不是文本的文件" if is_binary else ""


def _undecodable(trial: _Trial) -> Issue:
    byte = (trial.failed_at or 0) + 1
    return _of_file(
        IssueCode.BAD_ENCODING,
        f"文件的编码不能识别：第 {trial.failed_line} 行附近（第 {byte} 个字节）不是 UTF-8，"
        f"也不是 GB18030，可能混用了两种编码。{_ADVICE}。",
    )


def _of_file(code: IssueCode, message: str) -> Issue:
    return Issue(code=code, row=0, message=message)
