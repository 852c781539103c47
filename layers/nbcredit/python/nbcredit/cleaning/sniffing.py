"""What a file is, told from its bytes in one streaming pass: size, hash and encoding."""

import codecs
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from nbcredit.cleaning.wording import spaced
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import MAX_BYTES, FileFormat

MAX_WORKBOOK_BYTES: Final = 200_000_000

WORKBOOK: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_SIGNATURES: Final = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "Word 文件"),
    (b"\x1f\x8b", "压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (codecs.BOM_UTF32_LE, "UTF-32 编码的文本"),
    (codecs.BOM_UTF32_BE, "UTF-32 编码的文本"),
)
# What systems call .xls is often a web page, and what they call .json one list.
_OTHER_TEXTS: Final = (
    (re.compile(rb"\s*<(?:html|table|!doctype|\?xml|meta|head)", re.IGNORECASE), "网页或 XML 文件"),
    (re.compile(rb"\s*\[\s*\{"), "一个 JSON 数组，不是一行一个对象"),
)
_UTF16: Final[Mapping[bytes, str]] = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_ADVICE: Final = "请在 Excel 中“另存为”Excel 工作簿（.xlsx）或 CSV UTF-8（逗号分隔）后再上传"
# A stray NUL is the error of a cell; this share of them is another kind of file.
_NULS_OF_BINARY: Final = 0.02
# UTF-16 without a mark: every comma, digit and line end has its NUL on the same side.
_NULS_OF_UTF16: Final = 0.9
# Four Chinese characters of UTF-8 in a row: where their number is even they pass for GB18030.
_AS_UTF8: Final = re.compile(rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf]" * 4)
# So much is looked at for them: that all cells of a longer file fit both is next to impossible.
_LOOKED_AT: Final = 1 << 20
_HEAD: Final = 8_192
_HEAD_LINES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What one pass over the bytes tells.

    `encoding` is Python's name of the codec, none for a workbook, and `issues` say why the file as
    a whole is refused; of a file beyond the limit size and hash are those of the part read.
    """

    size: int
    sha256: str
    format: FileFormat = FileFormat.CSV
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
    """Hash the file and find the encoding that fits all of it, or say why it is refused."""
    digest = hashlib.sha256()
    size = 0
    head = b""
    start = bytearray()
    trials: Mapping[str, _Trial] = {}
    for block in blocks:
        size += len(block)
        digest.update(block)
        if size > limit:
            break
        start += block[: max(0, _LOOKED_AT - len(start))]
        if trials:
            _feed(trials, block)
        else:
            head += block
            if len(head) >= _HEAD:
                trials = _trials(head)
    if not trials:
        trials = _trials(head)
    _feed(trials, b"", final=True)
    facts = _told(head, size, digest.hexdigest(), limit, trials)
    mixed = _AS_UTF8.search(start) if facts.encoding == "gb18030" else None
    if mixed is not None:
        line = start.count(b"\n", 0, mixed.start()) + 1
        return replace(facts, encoding="", issues=(_undecodable(line, mixed.start()),))
    return facts


def _trials(head: bytes) -> Mapping[str, _Trial]:
    trials = {name: _Trial(name) for name in _encodings(head)}
    _feed(trials, head)
    return trials


def _feed(trials: Mapping[str, _Trial], block: bytes, *, final: bool = False) -> None:
    for trial in trials.values():
        if trial.failed_at is None:
            trial.feed(block, final=final)


def _told(
    head: bytes, size: int, sha256: str, limit: int, trials: Mapping[str, _Trial]
) -> FileFacts:
    head = head[:_HEAD]
    is_workbook = head.startswith(WORKBOOK)
    form = FileFormat.WORKBOOK if is_workbook else FileFormat.CSV
    refusal = _refusal(head, size, limit, trials, is_workbook=is_workbook)
    if refusal is not None or is_workbook:
        issues = (refusal,) if refusal is not None else ()
        return FileFacts(size=size, sha256=sha256, format=form, issues=issues)
    # UTF-8 comes first: a short text in UTF-8 may pass as GB18030, never the other way round.
    encoding = next(name for name, trial in trials.items() if trial.failed_at is None)
    if encoding == "utf-8" and head.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    if head.startswith(tuple(_UTF16)):
        encoding = "utf-16"
    return FileFacts(size=size, sha256=sha256, format=_format(head, encoding), encoding=encoding)


def _encodings(start: bytes) -> tuple[str, ...]:
    """Return the encodings to try, by the file's first bytes."""
    for mark, name in _UTF16.items():
        if start.startswith(mark):
            return (name,)
    sample = start[:_HEAD]
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if low + high > _NULS_OF_BINARY * len(sample):
        if high >= _NULS_OF_UTF16 * (low + high):
            return ("utf-16-le",)
        if low >= _NULS_OF_UTF16 * (low + high):
            return ("utf-16-be",)
    return ("utf-8", "gb18030")


def _format(head: bytes, encoding: str) -> FileFormat:
    """Tell by the first lines how the records are written."""
    text = codecs.getincrementaldecoder(encoding)(errors="ignore").decode(head)
    lines = text.lstrip("\ufeff \r\n\t").splitlines()[:_HEAD_LINES]
    if lines and lines[0].startswith("{"):
        return FileFormat.JSON_LINES
    header = next((line for line in lines if "\t" in line or "," in line), "")
    return FileFormat.TSV if header.count("\t") > header.count(",") else FileFormat.CSV


def _refusal(
    head: bytes, size: int, limit: int, trials: Mapping[str, _Trial], *, is_workbook: bool
) -> Issue | None:
    blank = b" \t\r\n\0" if head.startswith(tuple(_UTF16)) else b" \t\r\n"
    start = head.removeprefix(codecs.BOM_UTF8)
    for mark in _UTF16:
        start = start.removeprefix(mark)
    if not start.strip(blank) and size <= len(head):
        return _of_file(IssueCode.EMPTY_FILE, "文件是空的：请选择有内容的文件重新上传。")
    limit = min(limit, MAX_WORKBOOK_BYTES) if is_workbook else limit
    if size > limit:
        megabytes = limit // 1_000_000
        return _of_file(IssueCode.TOO_LARGE, f"文件不能超过 {megabytes} MB：请分成几个文件上传。")
    if is_workbook:
        return None
    kind = _other_kind(head, trials)
    if kind:
        return _of_file(
            IssueCode.NOT_A_TABLE,
            "文件必须是 Excel 工作簿（.xlsx）、CSV 或 JSON Lines，"
            f"但这个文件是{spaced(kind)}：{_ADVICE}。",
        )
    if all(trial.failed_at is not None for trial in trials.values()):
        last = max(trials.values(), key=lambda trial: trial.failed_at or 0)
        return _undecodable(last.failed_line, last.failed_at or 0)
    return None


def _other_kind(head: bytes, trials: Mapping[str, _Trial]) -> str:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if "utf-8" in trials and head.count(0) > _NULS_OF_BINARY * len(head):
        return "其他类型的文件"
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    return next((kind for start, kind in _OTHER_TEXTS if start.match(text)), "")


def _undecodable(line: int, offset: int) -> Issue:
    return _of_file(
        IssueCode.BAD_ENCODING,
        f"文件的编码不能识别：第 {line} 行附近（第 {offset + 1} 个字节）不是 UTF-8、GB18030 "
        f"或 UTF-16，可能混用了两种编码。{_ADVICE}。",
    )


def _of_file(code: IssueCode, message: str) -> Issue:
    return Issue(code=code, row=0, message=message)
