"""A catalogue as it is uploaded: one ZIP of the items' schemas, or one JSON of all."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from nbcredit.domain.errors import BadRequest

_MOST_ITEMS: Final = 500
# What is unpacked still goes into a call, and a small ZIP cannot grow without end.
_MOST_BYTES: Final = 3 * 1024 * 1024


class BadSchemaFile(BadRequest):
    """The file holds no catalogue."""

    code = "bad-schema-file"

    def __init__(self, why: str) -> None:
        super().__init__(f"文件中读不出目录：{why}。")


def schemas_in(content: bytes) -> Mapping[str, Any]:
    """Return the schemas by the items' codes, or raise `BadSchemaFile`."""
    found = _unzipped(content) if content.startswith(b"PK") else _object(content, "文件")
    if not found or not all(isinstance(each, dict) for each in found.values()):
        raise BadSchemaFile("应是目录项代码和其 JSON Schema 一一对应")
    return found


def _unzipped(content: bytes) -> dict[str, Any]:
    try:
        with ZipFile(BytesIO(content)) as packed:
            files = [
                each
                for each in packed.infolist()
                if each.filename.endswith(".json") and not each.filename.startswith("__MACOSX")
            ]
            if len(files) > _MOST_ITEMS or sum(each.file_size for each in files) > _MOST_BYTES:
                raise BadSchemaFile("文件太多或太大")
            return {
                PurePosixPath(each.filename).stem: _object(packed.read(each), each.filename)
                for each in files
            }
    except (BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise BadSchemaFile("压缩包不完整或设有密码") from error


def _object(content: bytes, name: str) -> dict[str, Any]:
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadSchemaFile(f"{name} 不是 UTF-8 编码的 JSON") from error
    if not isinstance(read, dict):
        raise BadSchemaFile(f"{name} 不是一个 JSON 对象")
    return read
