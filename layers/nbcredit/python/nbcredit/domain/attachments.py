"""Files that are kept as they are: what they may be, told by their content (F31, F46)."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nbcredit.domain.errors import BadRequest

# A scanned decision of some hundred pages.
LARGEST: Final = 20_000_000
_MOST_PARTS: Final = 1_000
_UNPACKED: Final = 300_000_000
_HEAD: Final = 1_024

_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"X5O!P%@AP", b"\xca\xfe\xba\xbe")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_MACROS: Final = ("vbaproject", "macrosheets/", "basic/", "scripts/")
_OBJECTS: Final = ("embeddings/", "activex/", "oleobject")
_ENCRYPTED: Final = 0x1 | 0x40
# What a browser or an office program could be brought to run, be it called a document.
_ACTIVE_PDF: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_MARKUP: Final = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?xml", b"<hta:")
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)


class AttachmentKind(StrEnum):
    """What a kept file is."""

    PDF = "pdf"
    OFD = "ofd"
    WORD = "docx"
    WORKBOOK = "xlsx"
    PICTURE = "picture"
    TEXT = "text"


class AttachmentRefused(BadRequest):
    """The file is not one of those that are kept."""

    code = "attachment-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"附件没有接收：{reason}。请改为 PDF、OFD、Word（.docx）、Excel（.xlsx）、"
            "图片或纯文本后重新上传。"
        )
        self.reason = reason


class AttachmentTooLarge(BadRequest):
    """The file is larger than those that are kept."""

    code = "attachment-too-large"

    def __init__(self) -> None:
        super().__init__(f"附件不能超过 {LARGEST // 1_000_000} MB：请压缩扫描件或分成几份。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A kept file: the exact version of an object, and the name that its owner gave it."""

    key: str
    version: str
    name: str
    size: int
    sha256: str
    kind: AttachmentKind


def kind_of(content: bytes) -> AttachmentKind:
    """Return what the bytes are, or raise `AttachmentRefused`; nothing of them is ever run."""
    head = content[:_HEAD]
    if not content.strip():
        raise AttachmentRefused("文件是空的")
    if head.startswith(_PROGRAMS):
        raise AttachmentRefused("文件是程序")
    if head.startswith(b"%PDF-"):
        return _checked_pdf(content)
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return AttachmentKind.PICTURE
    if head.startswith(_ZIP):
        return _packed(content)
    if head.startswith(_OLE):
        raise AttachmentRefused("文件是旧版 Office 文件或有密码，不能检查")
    return _checked_text(content)


def _checked_pdf(content: bytes) -> AttachmentKind:
    if any(word in content for word in _ACTIVE_PDF):
        raise AttachmentRefused("PDF 中有脚本、附件或启动程序的动作")
    return AttachmentKind.PDF


def _packed(content: bytes) -> AttachmentKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _kind_of_package(packed)
    except _DAMAGE as error:
        raise AttachmentRefused("文件已损坏") from error


def _kind_of_package(packed: zipfile.ZipFile) -> AttachmentKind:
    parts = packed.infolist()
    names = {part.filename.replace("\\", "/").lower() for part in parts}
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise AttachmentRefused("文件有密码，不能检查")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise AttachmentRefused("文件解压后过大")
    kind = next((kind for name, kind in _PACKAGES.items() if name in names), None)
    if kind is None:
        raise AttachmentRefused("文件是压缩包")
    if any(word in name for name in names for word in _MACROS):
        raise AttachmentRefused("文件中有宏")
    if any(word in name for name in names for word in _OBJECTS):
        raise AttachmentRefused("文件中嵌有对象")
    for part in parts:
        with packed.open(part) as stream:
            if stream.read(_HEAD).startswith((*_PROGRAMS, _OLE, _ZIP)):
                raise AttachmentRefused("文件中嵌有程序或压缩包")
    return kind


_PACKAGES: Final = {
    "word/document.xml": AttachmentKind.WORD,
    "xl/workbook.xml": AttachmentKind.WORKBOOK,
    "ofd.xml": AttachmentKind.OFD,
}


def _checked_text(content: bytes) -> AttachmentKind:
    if b"\0" in content:
        raise AttachmentRefused("看不出文件的类型")
    if content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise AttachmentRefused("文件是网页或 XML")
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return AttachmentKind.TEXT
    raise AttachmentRefused("看不出文件的类型")
