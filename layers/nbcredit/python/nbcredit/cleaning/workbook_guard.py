"""The guard before a workbook: what its zip directory tells is checked before anything is read."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final

from nbcredit.cleaning.workbook_refusals import (
    broken,
    not_a_table,
    unsafe,
    with_macros,
    with_objects,
    with_password,
)
from nbcredit.cleaning.workbook_xml import check_prolog

MAX_MEMBERS: Final = 1_000
MAX_UNPACKED: Final = 300_000_000
MAX_RATIO: Final = 100
# Tags of all parts, four to a cell: more cells take minutes, however small they are packed.
MAX_TAGS: Final = 40_000_000
# Below this size a member may shrink as much as it likes.
RATIO_FROM: Final = 1_000_000
# The parts that are kept as a whole while they are read.
MAX_SMALL_PART: Final = 32_000_000
_MAX_DIRECTORY: Final = 1_000_000
# The shortest element is `<c/>`.
_SHORTEST_TAG: Final = 4
_BLOCK: Final = 1 << 17
_HEAD: Final = 4_096

CONTENT_TYPES: Final = "[content_types].xml"

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
# Windows and Linux programs, and the file that virus scanners are tested with.
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"X5O!P%@AP", _OLE)
_ENCRYPTED_FLAGS: Final = 0x1 | 0x40
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OTHER_KINDS: Final = (
    ("xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("word/document.xml", "Word 文件"),
    ("ppt/presentation.xml", "PowerPoint 文件"),
    ("content.xml", "OpenDocument 文件（.ods）"),
)
_MACROS: Final = ("vbaproject", "xl/macrosheets/")
_OBJECTS: Final = ("/embeddings/", "/activex/", "oleobject")
_OUTSIDE: Final = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/model/")
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    ValueError,
)


class _Source:
    """The file as the zip reader sees it: a directory of gigabytes is never taken into memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell
        self.size = file.seek(0, 2)

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and not 0 <= offset <= self.size:
            raise zipfile.BadZipFile(offset)
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY:
            raise unsafe("压缩包的目录过大")
        return self._file.read(size)


class Archive:
    """The parts of a checked workbook, by their names, whose case does not matter."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._members = {folded(each.orig_filename): each for each in packed.infolist()}

    def __contains__(self, name: str) -> bool:
        return folded(name) in self._members

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._members)

    def size(self, name: str) -> int:
        return self._member(name).file_size

    def blocks(self, name: str, *, size: int = _BLOCK) -> Iterator[bytes]:
        """Yield a part block by block: never more than the directory says, whatever is packed."""
        member = self._member(name)
        try:
            with self._packed.open(member) as stream:
                while block := stream.read(size):
                    yield block
        except _DAMAGE as error:
            raise broken() from error

    def _member(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._members[folded(name)]
        except KeyError as error:
            raise broken() from error

    def small(self, name: str) -> Iterator[bytes]:
        """Yield a part that its reader keeps."""
        if self.size(name) > MAX_SMALL_PART:
            raise unsafe(f"{name} 过大")
        return self.blocks(name)


def open_archive(file: BinaryIO) -> Archive:
    """Return the parts, or raise `FileRefused` for what is no workbook or could do harm."""
    file.seek(0)
    head = file.read(len(_OLE))
    if head.startswith(_OLE):
        raise _refusal_of_ole(file)
    if head.startswith(_EMPTY_ZIP):
        raise not_a_table("空的压缩包")
    if not head.startswith(_ZIP):
        raise not_a_table("其他类型的文件")
    source = _Source(file)
    try:
        packed = zipfile.ZipFile(source)
    except _DAMAGE as error:
        raise broken() from error
    members = packed.infolist()
    for check in _CHECKS:
        check(members)
    _check_places(members, source.size)
    archive = Archive(packed)
    for name in archive.names:
        _check_head(archive, name)
    return archive


def folded(name: str) -> str:
    """Return the name of a part as it is told apart from others."""
    return name.replace("\\", "/").casefold()


def _refusal_of_ole(file: BinaryIO) -> Exception:
    file.seek(0)
    rest = b""
    while block := file.read(_BLOCK):
        if _ENCRYPTED_PACKAGE in rest + block:
            return with_password()
        rest = block[-len(_ENCRYPTED_PACKAGE) :]
    return not_a_table("旧版 Excel 工作簿（.xls）或其他旧版 Office 文件")


Members = Sequence[zipfile.ZipInfo]


def _check_passwords(members: Members) -> None:
    if any(each.flag_bits & _ENCRYPTED_FLAGS for each in members):
        raise with_password()


def _check_kind(members: Members) -> None:
    names = {folded(each.orig_filename) for each in members}
    for name, kind in _OTHER_KINDS:
        if name in names:
            raise not_a_table(kind)
    if CONTENT_TYPES not in names:
        raise not_a_table("压缩包", "请解压后上传其中的 Excel 工作簿（.xlsx）或 CSV 文件")


def _check_names(members: Members) -> None:
    names = [folded(each.orig_filename) for each in members]
    if any(word in name for name in names for word in _MACROS):
        raise with_macros()
    if any(word in f"/{name}" for name in names for word in _OBJECTS):
        raise with_objects()
    if any(name.startswith(_OUTSIDE) for name in names):
        raise unsafe("引用了外部的文件或数据连接")
    if len(set(names)) < len(names):
        raise unsafe("有重名的部件")
    if any(name.startswith("/") or ":" in name or ".." in name.split("/") for name in names):
        raise unsafe("部件的名称指向外部")


def _check_limits(members: Members) -> None:
    if len(members) > MAX_MEMBERS:
        raise unsafe(f"部件超过 {MAX_MEMBERS} 个")
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        raise unsafe(f"解压后超过 {MAX_UNPACKED // 1_000_000} MB")
    for each in members:
        if each.file_size > max(RATIO_FROM, MAX_RATIO * each.compress_size):
            raise unsafe(f"压缩比超过 {MAX_RATIO}")


_CHECKS: Final[Sequence[Callable[[Members], None]]] = (
    _check_passwords,
    _check_kind,
    _check_names,
    _check_limits,
)


def _check_places(members: Members, size: int) -> None:
    """Refuse members that overlap or reach beyond the file, and methods Excel does not use."""
    if any(each.compress_type not in _METHODS for each in members):
        raise unsafe("使用了不常见的压缩方法")
    if sum(each.compress_size for each in members) > size:
        raise unsafe("部件互相重叠")
    if any(not 0 <= each.header_offset <= size - each.compress_size for each in members):
        raise broken()


def _check_head(archive: Archive, name: str) -> None:
    head = next(archive.blocks(name, size=_HEAD), b"")
    if head.startswith(_PROGRAMS):
        raise with_objects()
    if head.startswith(_ZIP):
        raise unsafe("内含压缩包")
    if name.endswith((".xml", ".rels", ".vml")):
        check_prolog(archive.blocks(name, size=_HEAD))


def check_tags(archive: Archive) -> None:
    """Count the tags where there could be too many: unpacking is fast, reading elements is not."""
    if sum(map(archive.size, archive.names)) < MAX_TAGS * _SHORTEST_TAG:
        return
    tags = 0
    for name in archive.names:
        for block in archive.blocks(name):
            tags += block.count(b"<")
            if tags > MAX_TAGS:
                raise unsafe("单元格过多")
